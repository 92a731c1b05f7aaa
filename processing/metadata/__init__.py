"""Readers of embedded metadata: each takes bytes or a Pillow image and returns plain values.

A reader raises ``MetadataError`` with a sentence; ``processing.metadata.reading`` collects those
and merges what could be read.
"""


class MetadataError(Exception):
    """One block of metadata could not be read; the message is a sentence for a person."""
