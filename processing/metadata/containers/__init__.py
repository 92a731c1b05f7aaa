"""Containers taken apart and put together again: metadata goes in and out, no pixel is touched."""
