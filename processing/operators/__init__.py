"""Operators: what can be done to a picture, one small pure file each (catalogue.py lists them)."""
