"""The keys that addresses are signed with: made at the first start, and changed by a command.

In LOUPE_HOME, readable by us alone, as the secret key is; or in LOUPE_URL_KEYS, where several
machines share them. Read again when the file changes, so that a rotation needs no restart.
"""

import base64
import json
import logging
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from dam.health import Finding, problem
from processing.transforms.signing import KEY_NAME, LEAST_SECRET, Ring

log = logging.getLogger(__name__)
FILE = "url_keys.json"
FROM_SETTINGS = "The keys are in LOUPE_URL_KEYS: change them there."


class KeysUnusable(Exception):
    """There are no keys that could be used; the message says why and what to do."""


_read: tuple[tuple[int, int], Ring] | None = None


def ring() -> Ring:
    """Return the keys, making the first one where there is none. Raises KeysUnusable."""
    given = settings.LOUPE_URL_KEYS
    return _from_settings(given) if given else _from_file()


def usable() -> Ring | None:
    """Return the keys; None where they cannot be used, which is logged: nothing is served then."""
    try:
        return ring()
    except KeysUnusable as error:
        log.error("%s", error)
        return None


def rotate() -> Ring:
    """Make a new key, which signs from now on; those before it stay good. Raises KeysUnusable."""
    if settings.LOUPE_URL_KEYS:
        raise KeysUnusable(FROM_SETTINGS)
    known = ring()
    name = _next(known)
    return _write(Ring(name, {**known.secrets, name: _fresh()}))


def retire(name: str) -> Ring:
    """Forget a key: what it signed is served no more. Raises KeysUnusable, also for the active."""
    if settings.LOUPE_URL_KEYS:
        raise KeysUnusable(FROM_SETTINGS)
    known = ring()
    if name not in known.secrets:
        raise KeysUnusable(f"There is no key “{name}”; there are: {', '.join(known.secrets)}.")
    if name == known.active:
        raise KeysUnusable(f"“{name}” signs: rotate first, so that another does.")
    rest = {key: secret for key, secret in known.secrets.items() if key != name}
    return _write(Ring(known.active, rest))


def checkup() -> Iterator[Finding]:
    try:
        ring()
    except KeysUnusable as error:
        yield problem(
            "signed addresses",
            f"{error} No signed address is answered.",
            "Look at LOUPE_URL_KEYS, or restore url_keys.json in LOUPE_HOME from a backup.",
        )


def _from_settings(given: list[str]) -> Ring:
    found: dict[str, bytes] = {}
    for one in given:
        name, _, secret = one.partition(":")
        if not KEY_NAME.fullmatch(name) or len(secret) < LEAST_SECRET or name in found:
            raise KeysUnusable(
                "LOUPE_URL_KEYS must be name:secret, of small letters and digits and of at least"
                f" {LEAST_SECRET} characters, each name once."
            )
        found[name] = secret.encode()
    return Ring(next(iter(found)), found)


def _path() -> Path:
    return Path(settings.LOUPE_HOME) / FILE


def _from_file() -> Ring:
    global _read
    path = _path()
    try:
        facts = path.stat()
    except FileNotFoundError:
        return _first()
    stamp = (facts.st_mtime_ns, facts.st_ino)
    if _read is not None and _read[0] == stamp:
        return _read[1]
    try:
        told = json.loads(path.read_text())
        found = {name: base64.b64decode(text) for name, text in told["keys"].items()}
        made = Ring(told["active"], found)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeysUnusable(f"{path} cannot be read: {error}.") from error
    if not all(len(secret) >= LEAST_SECRET for secret in found.values()):
        raise KeysUnusable(f"{path} holds a key that is too short.")
    _read = (stamp, made)
    return made


def _first() -> Ring:
    """Write the first key, unless another process was first."""
    path, draft = _path(), _draft(Ring("k1", {"k1": _fresh()}))
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass  # its key is the one
    except OSError as error:
        raise KeysUnusable(f"{path} cannot be written: {error}.") from error
    finally:
        draft.unlink()
    return _from_file()


def _write(keys: Ring) -> Ring:
    _draft(keys).replace(_path())
    return keys


def _draft(keys: Ring) -> Path:
    path = _path()
    draft = path.with_suffix(f".{secrets.token_hex(4)}")
    told = {name: base64.b64encode(secret).decode() for name, secret in keys.secrets.items()}
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as target:
            json.dump({"active": keys.active, "keys": told}, target)
    except OSError as error:
        raise KeysUnusable(f"{path} cannot be written: {error}.") from error
    return draft


def _fresh() -> bytes:
    return secrets.token_bytes(32)


def _next(known: Ring) -> str:
    numbers = [int(name[1:]) for name in known.secrets if name[1:].isdecimal()]
    return f"k{max(numbers, default=0) + 1}"
