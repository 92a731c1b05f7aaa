"""Notices that a bucket sends when an object arrives, in the event format of Amazon S3.

"Event message structure" of the Amazon S3 User Guide; MinIO, Ceph and SeaweedFS send the same. Also
inside the envelope of Amazon SNS ("HTTP/HTTPS notification JSON format").
"""

import json
from typing import Any
from urllib.parse import unquote_plus

from processing.models import Source, SourceFile
from processing.sources.names import folder_of, is_sidecar, is_temporary, key_hash

MOST_RECORDS = 2_000
LONGEST_KEY = 1024  # bytes, of S3
CREATED = "ObjectCreated:"


class NotUnderstood(ValueError):
    """This is no notice that we can use; the message says why."""


def keys_in(notice: Any, bucket: str) -> list[str]:
    """Return the keys of the objects of a bucket that a notice says were made, each once.

    Notices of other events, and S3's own test, have none. Raises NotUnderstood, also where an
    object of another bucket is named.
    """
    notice = _opened(notice)
    if not isinstance(notice, dict):
        raise NotUnderstood("A notice is a JSON object.")
    if notice.get("Event") == "s3:TestEvent":
        return []
    records = notice.get("Records")
    if not isinstance(records, list) or len(records) > MOST_RECORDS:
        raise NotUnderstood(f"A notice has a list of up to {MOST_RECORDS} “Records”.")
    keys = [_key(record, bucket) for record in records]
    return list(dict.fromkeys(key for key in keys if key))


def _opened(notice: Any) -> Any:
    """Take a notice out of the envelope of SNS."""
    if not isinstance(notice, dict) or "TopicArn" not in notice:
        return notice
    if notice.get("Type") != "Notification":
        raise NotUnderstood("Confirm the subscription yourself: open its SubscribeURL.")
    try:
        return json.loads(str(notice.get("Message", "")))
    except (json.JSONDecodeError, RecursionError) as error:
        raise NotUnderstood("The message in the envelope is not JSON.") from error


def _key(record: Any, bucket: str) -> str:
    try:
        event = str(record["eventName"]).removeprefix("s3:")
        named, key = record["s3"]["bucket"]["name"], record["s3"]["object"]["key"]
    except (KeyError, TypeError) as error:
        raise NotUnderstood("A record names its event, its bucket and its object.") from error
    if named != bucket:
        raise NotUnderstood("This is another bucket than the source's.")
    if not isinstance(key, str) or not event.startswith(CREATED):
        return ""
    whole = unquote_plus(key)
    if "\0" in whole or len(whole.encode(errors="replace")) > LONGEST_KEY:
        raise NotUnderstood("A key is up to 1,024 bytes long and has no NUL.")
    return whole


def announce(source: Source, keys: list[str]) -> int:
    """Write down keys for the watcher to look at; return how many were worth it.

    A key that is known already is looked at again, and only taken if it is another object by now.
    """
    prefix = folder_of(source.prefix)
    wanted = [key for key in keys if key.startswith(prefix) and _may_be_meant(key)]
    rows = [
        SourceFile(
            source=source,
            key=key,
            key_hash=key_hash(key),
            size=0,
            state=SourceFile.State.SEEN,
            announced=True,
        )
        for key in wanted
    ]
    SourceFile.objects.bulk_create(rows, ignore_conflicts=True)
    hashes = [row.key_hash for row in rows]
    source.files.filter(key_hash__in=hashes, announced=False).update(announced=True)
    return len(rows)


def _may_be_meant(key: str) -> bool:
    name = key.rpartition("/")[2]
    return bool(name) and not is_temporary(name) and not is_sidecar(name)
