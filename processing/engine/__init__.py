"""The engine: from a file to pixels, through a recipe's steps, to files again."""
