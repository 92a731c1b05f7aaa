"""Changes to a recipe's text that leave everything else of it as it was written, comments too."""
