"""How we speak to S3: one client for each server and process, and its errors as sentences."""

import functools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from dam import outbound
from dam.storage.errors import StorageAway, StorageDamaged, StorageFull, StorageMissing

CONNECT_SECONDS, READ_SECONDS, TRIES = 5, 60, 4
REFUSED = {
    "403",
    "AccessDenied",
    "ExpiredToken",
    "InvalidAccessKeyId",
    "InvalidToken",
    "SignatureDoesNotMatch",
}
DAMAGED = {"BadDigest", "InvalidDigest", "XAmzContentChecksumMismatch", "XAmzContentSHA256Mismatch"}
FULL = {"QuotaExceeded", "XMinioStorageFull", "InsufficientStorage", "507"}
GONE = {"404", "NoSuchKey", "NoSuchUpload"}


def client(
    *,
    endpoint: str = "",
    region: str = "",
    access_key: str = "",
    secret_key: str = "",
    guarded: bool = False,
) -> Any:
    """Return a boto3 client, shared by the threads of this process.

    Without keys boto3 looks for them in the usual places: AWS_ACCESS_KEY_ID and so on, ~/.aws, the
    machine's role. Each request is tried up to four times, with waits of connecting and reading
    that are bounded. A `guarded` one goes only where dam/outbound.py lets it: for an endpoint that
    somebody typed into a page.
    """
    return _client(os.getpid(), endpoint, region, access_key, secret_key, guarded)


@functools.lru_cache(maxsize=32)
def _client(
    pid: int, endpoint: str, region: str, access_key: str, secret_key: str, guarded: bool
) -> Any:
    """One for each process: a forked child must not share its parent's connections."""
    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": TRIES},
        max_pool_connections=20,
        tcp_keepalive=True,
        # Servers of one's own rarely have a name for each bucket.
        s3={"addressing_style": "path" if endpoint else "auto"},
        # SHA-256 is given and checked by us, and many servers know no other extra checksum.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        proxies={} if guarded else None,
    )
    made = boto3.session.Session().client(
        "s3",
        endpoint_url=endpoint or None,
        region_name=region or None,
        aws_access_key_id=access_key or None,
        aws_secret_access_key=secret_key or None,
        config=config,
    )
    if guarded:
        _guard(made)
    return made


def _guard(made: Any) -> None:
    """Exchange the connections of a client: botocore has no public place for that."""
    transport = made._endpoint.http_session
    pools = {
        name: outbound.guarded(pool) for name, pool in transport._pool_classes_by_scheme.items()
    }
    transport._pool_classes_by_scheme = transport._manager.pool_classes_by_scheme = pools


@contextmanager
def answering(where: str) -> Iterator[None]:
    """Turn the errors of S3 into ours. `where` names the bucket for people.

    Raises StorageAway, StorageDamaged, StorageFull and StorageMissing.
    """
    try:
        yield
    except ClientError as error:
        raise _told(error, where) from error
    except BotoCoreError as error:
        raise StorageAway(f"The storage {where} does not answer. ({error})") from error


def _told(error: ClientError, where: str) -> Exception:
    code = str(error.response.get("Error", {}).get("Code", ""))
    if code in GONE:
        return StorageMissing(f"The storage {where} does not have this file.")
    if code in DAMAGED:
        return StorageDamaged(f"The storage {where} did not receive the bytes that were sent.")
    if code in FULL:
        return StorageFull(f"There is no room left in {where}.")
    if code in REFUSED:
        return StorageAway(
            f"The storage {where} refuses our keys ({code}). Check the settings LOUPE_S3_…."
        )
    if code == "NoSuchBucket":
        return StorageAway(f"There is no bucket for {where}. Check the settings LOUPE_S3_….")
    return StorageAway(f"The storage {where} cannot be used now ({code or error}).")
