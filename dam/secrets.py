"""Secrets that must be read again, such as keys of others' services: sealed in the database.

Fernet (AES-128-CBC with HMAC-SHA256) under a key derived from the secret key of the installation
by HKDF (RFC 5869). Whoever has the database alone cannot read them.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class CannotUnseal(Exception):
    """It was sealed under another secret key; the message says what to do."""


def seal(secret: str) -> str:
    """Return a secret as it may be stored."""
    return _fernet().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """Return the secret. Raises CannotUnseal."""
    try:
        return _fernet().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise CannotUnseal(
            "The stored key cannot be read: LOUPE_SECRET_KEY has changed. Enter the key again."
        ) from error


def _fernet() -> Fernet:
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"loupe: stored secrets")
    return Fernet(base64.urlsafe_b64encode(hkdf.derive(settings.SECRET_KEY.encode())))
