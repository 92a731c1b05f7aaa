"""Recipes on the library's pictures: from a version to renditions and versions, with provenance."""
