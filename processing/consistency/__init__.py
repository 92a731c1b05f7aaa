"""How alike the pictures of a set look: measured against a reference set, scored 0 to 100."""
