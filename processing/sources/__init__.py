"""Sources: folders that are watched and prefixes of buckets that are looked through.

`watcher` runs one thread for each source; `folders` and `buckets` know how to look, open and put
away; `intake` decides about each file and takes it, once.
"""
