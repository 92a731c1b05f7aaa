"""A database backend: Django's PostgreSQL with the embedded server started on first use."""
