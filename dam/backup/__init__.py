"""Backups: the database as of one moment, and every file that it speaks of.

A snapshot of the database is taken first and the files after it. Originals are never changed or
removed and lie complete before their row is written, so that all files of a snapshot are there
whenever they are copied: a backup is consistent while the library is in use.
"""
