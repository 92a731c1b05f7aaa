"""Trials of recipes."""
