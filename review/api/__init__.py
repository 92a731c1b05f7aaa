"""Review's part of the REST API: the queue and the decisions. How to add: dam/api/__init__.py."""
