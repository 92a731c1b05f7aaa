"""Checks of what processing made, before anybody sees it."""
