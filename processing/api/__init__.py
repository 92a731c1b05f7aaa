"""Processing's part of the REST API: uploads and jobs. How to add to it: dam/api/__init__.py."""
