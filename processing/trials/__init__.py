"""Trying a recipe out: run by a worker on small copies, shown to who asked, and forgotten."""
