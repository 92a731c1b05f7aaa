"""The recipes that the library keeps: found, saved as versions, brought in from files and Loupe."""
