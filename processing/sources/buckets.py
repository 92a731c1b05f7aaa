"""A prefix of a bucket as a source: listing it, fetching from it, and putting objects away."""

import base64
import binascii
import contextlib
import hashlib
import re
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

from dam import secrets, storage
from dam.storage import s3
from dam.storage.s3.client import REFUSED
from processing.errors import InputError
from processing.models import Source, SourceFile
from processing.sources import late, names
from processing.sources.errors import CannotMove, NotStill, SourceTrouble, Unreachable, Unreadable
from processing.sources.items import Item, Put, Taking

PAGE = 1000
PIECE = 1024 * 1024
LARGEST_SIDECAR = 10 * PIECE
PLAIN_MD5 = re.compile(r'"?([0-9a-f]{32})"?')
GONE = {"404", "NoSuchKey", "NotFound", "412", "PreconditionFailed"}
TAG = "loupe"


@dataclass
class Bucket:
    """One source's prefix. `key` of its items is the whole key of the object."""

    source: Source

    @property
    def has_inodes(self) -> bool:
        """A renamed object is another object; its bytes are recognised."""
        return False

    def __post_init__(self) -> None:
        self.bucket = self.source.bucket
        self.prefix = names.folder_of(self.source.prefix)
        self.client = client_of(self.source)
        self._sidecars: set[str] = set()  # those of the last page
        self._listed_to = ""  # its last key: whether there are sidecars beyond it is not known

    @property
    def where(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}"

    # Looking

    def page(self, after: str) -> tuple[list[Item], str]:
        """Return the items among the objects after a key, and the last key (empty: the end)."""
        with self._answering():
            answer = self.client.list_objects_v2(
                Bucket=self.bucket, Prefix=self.prefix, MaxKeys=PAGE, StartAfter=after
            )
        rows = answer.get("Contents", [])
        self._sidecars = {row["Key"] for row in rows if names.is_sidecar(row["Key"])}
        self._listed_to = rows[-1]["Key"] if rows else ""
        wanted = (row for row in rows if self.may_be_taken(row["Key"]) or self._is_late(row))
        items = [self._item(row) for row in wanted]
        return items, rows[-1]["Key"] if rows and answer.get("IsTruncated") else ""

    def at(self, key: str) -> Item | None:
        """Return the object of that key, if it is there and may be taken."""
        if not self.may_be_taken(key):
            return None
        self._sidecars, self._listed_to = set(), ""
        try:
            found = self._head(key)
        except NotStill:
            return None
        return self._item(found | {"Key": key, "Size": found["ContentLength"]})

    def _item(self, row: dict[str, Any]) -> Item:
        tag = str(row.get("ETag", "")).strip('"')
        moment = row["LastModified"].timestamp() if "LastModified" in row else 0
        return Item(row["Key"], row["Size"], f"{row['Size']}:{tag}:{moment:.0f}"[:200])

    def may_be_taken(self, key: str) -> bool:
        return not names.is_sidecar(key) and self._is_meant(key, self.source.include)

    def _is_late(self, row: dict[str, Any]) -> bool:
        """Whether it is a sidecar that lies there for so long that its picture was before it."""
        age = time.time() - row["LastModified"].timestamp()
        rested = age >= late.PATIENCE * self.source.settle_seconds
        return rested and names.is_sidecar(row["Key"]) and self._is_meant(row["Key"], ())

    def is_awaited(self, item: Item) -> bool:
        """Whether an object that this sidecar lies beside is there, to be taken with it."""
        stem = item.key[: -len(names.SIDECAR_ENDING)]
        with self._answering():
            answer = self.client.list_objects_v2(
                Bucket=self.bucket, Prefix=f"{stem}.", Delimiter="/", MaxKeys=PAGE
            )
        beside = set(names.keys_beside(item.key))
        listed = any(row["Key"] in beside for row in answer.get("Contents", []))
        return listed or self._is_there(stem)

    def _is_meant(self, key: str, include: Sequence[str]) -> bool:
        if not key.startswith(self.prefix) or key.endswith("/") or "\0" in key:
            return False
        below = key[len(self.prefix) :]
        *above, name = below.split("/")
        return (
            not names.is_temporary(name)
            and (self.source.recursive or not above)
            and not any(below.startswith(put + "/") for put in self._put_away())
            and names.is_wanted(below, include, self.source.exclude)
        )

    def _put_away(self) -> tuple[str, str]:
        return self.source.done_folder.strip("/"), self.source.failed_folder.strip("/")

    # Taking

    @contextmanager
    def open(self, item: Item) -> Iterator[Taking]:
        """Fetch an object into the arriving files, its checksum compared."""
        draft = storage.incoming() / f"s3-{uuid.uuid4().hex}"
        try:
            sha256 = self._fetch(item, draft)
            yield Taking(draft, self._sidecar(item), lambda: sha256)
        finally:
            draft.unlink(missing_ok=True)

    def _fetch(self, item: Item, draft: Path) -> str:
        if item.size > settings.LOUPE_MAX_UPLOAD_BYTES:
            raise InputError(too_large())
        etag = item.signature.split(":")[1]
        condition = {"IfMatch": f'"{etag}"'} if etag else {}
        with self._answering(item.key):
            answer = self.client.get_object(
                Bucket=self.bucket, Key=item.key, ChecksumMode="ENABLED", **condition
            )
            sha256, md5, size = _write(answer["Body"], draft)
        if size != answer["ContentLength"]:
            raise Unreadable("It came in parts only: the connection was cut.")
        _compare(answer, sha256, md5)
        return sha256.hex()

    def _sidecar(self, item: Item) -> bytes | None:
        key = self._sidecar_of(item.key)
        if key is None:
            return None
        with contextlib.suppress(NotStill), self._answering(key):
            answer = self.client.get_object(Bucket=self.bucket, Key=key)
            if answer["ContentLength"] <= LARGEST_SIDECAR:
                return answer["Body"].read()
        return None

    def _sidecar_of(self, key: str) -> str | None:
        """Return the key of an object's sidecar: from the page, or by asking where it ended."""
        if names.is_sidecar(key):
            return None
        above, slash, name = key.rpartition("/")
        keys = [above + slash + one for one in names.sidecar_names(name)]
        if self._listed_to and max(keys) <= self._listed_to:
            return next((one for one in keys if one in self._sidecars), None)
        return next((one for one in dict.fromkeys(keys) if self._is_there(one)), None)

    def _is_there(self, key: str) -> bool:
        try:
            self._head(key)
        except NotStill:
            return False
        return True

    # Putting away

    def put_away(self, item: Item, state: str, reason: str) -> Put:
        """Move or tag a decided object; return where it is. Raises CannotMove."""
        failed = state == SourceFile.State.FAILED
        try:
            if self.source.afterwards == Source.Afterwards.TAG:
                self._tag(item, state)
                return Put(SourceFile.Whereabouts.LEFT)
            at = self._move(item, self._put_away()[failed], reason if failed else "")
        except NotStill:
            return Put(SourceFile.Whereabouts.GONE)
        except (SourceTrouble, Unreadable) as error:
            raise CannotMove(f"It cannot be moved or tagged: {error}") from error
        return Put(SourceFile.Whereabouts.FAILED if failed else SourceFile.Whereabouts.DONE, at)

    def usual(self, key: str) -> str:
        return f"{self.prefix}{self._put_away()[True]}/{key[len(self.prefix) :]}"

    def bring_back(self, at: str, key: str) -> bool:
        self._sidecars, self._listed_to = set(), ""
        try:
            if not self._is_there(at):
                return self._is_there(key)
            sidecar = self._sidecar_of(at)
            self._copy_to(at, key)
            above, slash, name = at.rpartition("/")
            self._delete(above + slash + names.reason_name(name))
            self._delete(at)
            if sidecar is not None and not self._is_shared(sidecar, at):
                name, above = sidecar.rpartition("/")[2], key.rpartition("/")[0]
                self._copy_to(sidecar, f"{above}/{name}" if above else name)
                self._delete(sidecar)
        except NotStill:
            return self._is_there(key)
        except (SourceTrouble, Unreadable) as error:
            raise CannotMove(f"It cannot be moved back from {at}: {error}") from error
        return True

    def _tag(self, item: Item, state: str) -> None:
        with self._answering(item.key):
            place = {"Bucket": self.bucket, "Key": item.key}
            tags = self.client.get_object_tagging(**place).get("TagSet", [])
            others = [tag for tag in tags if tag["Key"] != TAG][:9]
            self.client.put_object_tagging(
                **place, Tagging={"TagSet": [*others, {"Key": TAG, "Value": state}]}
            )

    def _move(self, item: Item, folder: str, reason: str) -> str:
        """Copy, then delete; return the new key.

        A copy that an interrupted move left is recognised by its ETag.
        """
        found = self._head(item.key)
        if self._item(found | {"Key": item.key, "Size": found["ContentLength"]}) != item:
            raise NotStill("It has changed since it was taken.")
        sidecar = self._sidecar_of(item.key)
        target = self._copy(item.key, folder)
        if reason:
            above, _, name = target.rpartition("/")
            key, text = f"{above}/{names.reason_name(name)}", f"{reason}\n".encode()
            with self._answering(key):
                self.client.put_object(Bucket=self.bucket, Key=key, Body=text)
        self._delete(item.key)
        if sidecar is not None and not self._is_shared(sidecar, item.key):
            self._copy(sidecar, folder)
            self._delete(sidecar)
        return target

    def _copy(self, key: str, folder: str) -> str:
        return self._copy_to(key, f"{self.prefix}{folder}/{key[len(self.prefix) :]}")

    def _copy_to(self, key: str, wanted: str) -> str:
        """Copy an object to a key, or the first free numbered one; return which."""
        target = self._free(wanted, self._head(key)["ETag"])
        with self._answering(key):
            self.client.copy({"Bucket": self.bucket, "Key": key}, self.bucket, target)
        return target

    def _delete(self, key: str) -> None:
        with self._answering(key):
            self.client.delete_object(Bucket=self.bucket, Key=key)

    def _is_shared(self, sidecar: str, key: str) -> bool:
        above, slash, own = sidecar.rpartition("/")
        others = names.sharers(own, key.rpartition("/")[2])
        return any(self._is_there(above + slash + other) for other in others)

    def _free(self, key: str, etag: str) -> str:
        above, _, name = key.rpartition("/")
        for number in range(1, 50):
            candidate = f"{above}/{names.numbered(name, number)}"
            try:
                if self._head(candidate)["ETag"] == etag:
                    return candidate
            except NotStill:
                return candidate
        return f"{above}/{uuid.uuid4().hex[:12]} {name}"

    # Speaking

    def _head(self, key: str) -> dict[str, Any]:
        with self._answering(key):
            return self.client.head_object(Bucket=self.bucket, Key=key)

    @contextmanager
    def _answering(self, key: str = "") -> Iterator[None]:
        """Tell S3's errors: of an object NotStill or Unreadable, of the bucket SourceTrouble."""
        try:
            yield
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            if key and code in GONE:
                raise NotStill("It went away or was replaced.") from error
            if code == "NoSuchBucket" or (code in GONE and not key):
                raise Unreachable(f"There is no bucket “{self.bucket}” there.") from error
            if code in REFUSED:
                raise SourceTrouble(f"{self.where} refuses our keys ({code}).") from error
            raise Unreachable(f"{self.where} cannot be used now ({code or error}).") from error
        except BotoCoreError as error:
            raise Unreachable(f"{self.where} does not answer.") from error


def client_of(source: Source) -> Any:
    """Return a client with the source's own keys, or with the server's. Raises SourceTrouble."""
    try:
        key = secrets.unseal(source.secret_key) if source.secret_key else ""
    except secrets.CannotUnseal as error:
        raise SourceTrouble(str(error)) from error
    return s3.client(
        endpoint=source.endpoint,
        region=source.region,
        access_key=source.access_key,
        secret_key=key,
        guarded=True,
    )


def too_large() -> str:
    return f"The file is larger than {settings.LOUPE_MAX_UPLOAD_BYTES / 1024**2:,.0f} MiB."


def _write(body: Any, draft: Path) -> tuple[bytes, bytes, int]:
    sha256, md5, size = hashlib.sha256(), hashlib.md5(usedforsecurity=False), 0
    with draft.open("xb") as target:
        for piece in body.iter_chunks(PIECE):
            size += len(piece)
            if size > settings.LOUPE_MAX_UPLOAD_BYTES:
                raise InputError(too_large())
            sha256.update(piece)
            md5.update(piece)
            target.write(piece)
    return sha256.digest(), md5.digest(), size


def _compare(answer: dict[str, Any], sha256: bytes, md5: bytes) -> None:
    """Compare what came with the checksums that S3 gave. Raises Unreadable.

    An ETag is the MD5 of the content unless it was sent in parts or encrypted with a key of KMS
    (Amazon S3 API, "Object"). A SHA-256 with a dash is one of parts.
    """
    said = str(answer.get("ChecksumSHA256", ""))
    if said and "-" not in said:
        try:
            wrong = base64.b64decode(said, validate=True) != sha256
        except binascii.Error:
            wrong = True
        if wrong:
            raise Unreadable("What came is not what was stored: the SHA-256 differs.")
        return
    etag = PLAIN_MD5.fullmatch(str(answer.get("ETag", "")))
    encrypted = answer.get("ServerSideEncryption", "").startswith("aws:kms")
    customers = "SSECustomerAlgorithm" in answer
    if etag and not encrypted and not customers and bytes.fromhex(etag[1]) != md5:
        raise Unreadable("What came is not what was stored: the MD5 differs.")
