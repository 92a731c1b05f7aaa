"""Near-duplicates: found at ingest, shown as clusters, decided by people."""
