"""How few bytes a picture may take and still look right: content, measures, search, choice."""
