"""Checks of what processing made, before anybody sees it: pure functions with names.

`catalogue.checks()` has all of them; each is a pydantic model of its parameters, like operators.
"""
