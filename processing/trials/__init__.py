"""Trying a recipe out: run by a worker on small copies, shown to the person who asked, forgotten."""
