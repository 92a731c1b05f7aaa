"""Formats beyond the ones that libvips opens by itself, one small file a family.

Everything here is pure: a path goes in, plain values or pixels come out, and what cannot be done
ends in a `ProcessingError` with a sentence. So each function can run in a child process.
"""
