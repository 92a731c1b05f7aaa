"""Pages of the library's own things. Views decide who may; templates never do."""
