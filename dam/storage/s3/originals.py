"""A bucket as the place of originals."""

import contextlib
import re
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings

from dam.models import Blob
from dam.storage.arriving import StoredFile
from dam.storage.backend import Kept, Unfinished
from dam.storage.errors import StorageMissing
from dam.storage.mark import MARK, require
from dam.storage.s3.cache import ReadCache
from dam.storage.s3.client import answering, client
from dam.storage.s3.reading import damaged, proven
from dam.storage.s3.writing import checksums, upload

ORIGINALS = "originals/"
OURS = re.compile(r"originals/[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class S3Originals:
    """Originals as objects below a prefix of a bucket. `client` is what `client()` returns."""

    client: Any
    bucket: str
    prefix: str  # "" or ends with a slash
    cache: ReadCache

    @classmethod
    def of_settings(cls) -> "S3Originals":
        """Return the place that the settings LOUPE_S3_… name."""
        prefix = settings.LOUPE_S3_PREFIX.strip("/")
        return cls(
            client(
                endpoint=settings.LOUPE_S3_ENDPOINT,
                region=settings.LOUPE_S3_REGION,
                access_key=settings.LOUPE_S3_ACCESS_KEY,
                secret_key=settings.LOUPE_S3_SECRET_KEY,
            ),
            settings.LOUPE_S3_BUCKET,
            f"{prefix}/" if prefix else "",
            ReadCache(settings.LOUPE_S3_CACHE, settings.LOUPE_S3_CACHE_MIB * 1024**2),
        )

    @property
    def kind(self) -> str:
        return "s3"

    @property
    def where(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}"

    def put(self, stored: StoredFile, key: str, *, known: bool = False, anew: bool = False) -> bool:
        with answering(self.where):
            if not anew and self._is_there(stored, key, known=known):
                return False
            checked = upload(self.client, self.bucket, self.prefix + key, stored)
        if not checked:
            self._read_back(Blob(sha256=stored.sha256, size=stored.size), key)
        return True

    def _is_there(self, stored: StoredFile, key: str, *, known: bool) -> bool:
        """Whether these bytes lie there already: a row says so, or the server by its checksum."""
        found = self._facts(key)
        if found is None or found["ContentLength"] != stored.size:
            return False
        return known or found.get("ChecksumSHA256") in checksums(stored)

    def _read_back(self, blob: Blob, key: str) -> None:
        """Compare what lies there with what was sent, for servers that know no checksums."""
        with self._open(blob, key) as source:
            while source.read(1024 * 1024):
                pass

    def local(self, blob: Blob) -> AbstractContextManager[Path]:
        return self.cache.copy(blob, self.stream)

    def stream(self, blob: Blob) -> BinaryIO:
        return self._open(blob, blob.key)

    def _open(self, blob: Blob, key: str) -> BinaryIO:
        try:
            with answering(self.where):
                answer = self.client.get_object(Bucket=self.bucket, Key=self.prefix + key)
        except StorageMissing as error:
            require(self)
            raise StorageMissing(f"The original {blob} is missing from {self.where}.") from error
        if answer["ContentLength"] != blob.size:
            answer["Body"].close()
            raise damaged(blob, self.where)
        return proven(answer["Body"], blob, self.where)

    def read_mark(self) -> str | None:
        try:
            with answering(self.where):
                answer = self.client.get_object(Bucket=self.bucket, Key=self.prefix + MARK)
                return answer["Body"].read().decode("utf-8", "replace")
        except StorageMissing:
            return None

    def write_mark(self, text: str) -> None:
        with answering(self.where):
            self.client.put_object(Bucket=self.bucket, Key=self.prefix + MARK, Body=text.encode())

    def size(self, key: str) -> int | None:
        with answering(self.where):
            found = self._facts(key)
        return None if found is None else found["ContentLength"]

    def _facts(self, key: str) -> dict[str, Any] | None:
        place = {"Bucket": self.bucket, "Key": self.prefix + key}
        try:
            with answering(self.where):
                return self.client.head_object(**place, ChecksumMode="ENABLED")
        except StorageMissing:
            return None

    def files(self) -> Iterator[Kept]:
        pages = self.client.get_paginator("list_objects_v2")
        with answering(self.where):
            for page in pages.paginate(Bucket=self.bucket, Prefix=self.prefix + ORIGINALS):
                for row in page.get("Contents", []):
                    name = row["Key"].rpartition("/")[2]
                    yield Kept(name, row["Size"], row["LastModified"].timestamp())

    def unfinished(self, older_than: float) -> Iterator[Unfinished]:
        """Yield them by the keys of originals below our prefix: whatever else is there is not ours.

        Raises NotMounted where the bucket is not the one of this library.
        """
        require(self)
        before = time.time() - older_than
        pages = self.client.get_paginator("list_multipart_uploads")
        with answering(self.where):
            for page in pages.paginate(Bucket=self.bucket, Prefix=self.prefix + ORIGINALS):
                for row in page.get("Uploads", []):
                    ours = OURS.fullmatch(row["Key"].removeprefix(self.prefix))
                    if ours and row["Initiated"].timestamp() < before:
                        yield Unfinished(row["Key"], row["UploadId"])

    def give_up(self, upload: Unfinished) -> None:
        with contextlib.suppress(StorageMissing), answering(self.where):
            self.client.abort_multipart_upload(
                Bucket=self.bucket, Key=upload.key, UploadId=upload.id
            )
