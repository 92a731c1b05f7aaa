"""The pages of recipes: the list, one of them with its history, the editor, trying it out."""
