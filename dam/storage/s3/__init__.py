"""Originals in a bucket: Amazon S3, or any server that speaks its protocol."""

from dam.storage.s3.client import answering, client
from dam.storage.s3.originals import S3Originals

__all__ = ["S3Originals", "answering", "client"]
