"""Recipes: transformation as text. Read, checked, and put into the form that the engine runs."""
