"""A certificate chain of our own, fit for content credentials, and pictures signed with it."""

import datetime
import io
import json
from functools import cache

import c2pa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from processing.metadata.c2pa_engine import context
from processing.metadata.signing import SigningKey

AI = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
CAMERA = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"


def _name(common: str) -> x509.Name:
    parts = {
        NameOID.COUNTRY_NAME: "AT",
        NameOID.ORGANIZATION_NAME: "Loupe tests",
        NameOID.COMMON_NAME: common,
    }
    return x509.Name([x509.NameAttribute(oid, text) for oid, text in parts.items()])


def _certificate(subject, issuer, public, key, *, authority: bool, days: int) -> x509.Certificate:
    now = datetime.datetime.now(datetime.UTC)
    usage = dict.fromkeys(
        (
            *("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
            *("encipher_only", "decipher_only"),
        ),
        False,
    )
    usage |= {
        "digital_signature": not authority,
        "key_cert_sign": authority,
        "crl_sign": authority,
    }
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=30))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False
        )
        .add_extension(x509.KeyUsage(**usage), critical=True)
    )
    if not authority:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        builder = builder.add_extension(purpose, critical=True)
    return builder.sign(key, hashes.SHA256())


@cache
def signing_key(common: str = "Test signer", days: int = 90) -> SigningKey:
    """A leaf certificate under a root of its own, with its key."""
    root_key, leaf_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = _certificate("Root", "Root", root_key.public_key(), root_key, authority=True, days=365)
    leaf = _certificate(common, "Root", leaf_key.public_key(), root_key, authority=False, days=days)
    pem = serialization.Encoding.PEM
    return SigningKey(
        certificates=leaf.public_bytes(pem) + root.public_bytes(pem),
        key=leaf_key.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
    )


def signed(data: bytes, mime: str = "image/jpeg", *, source: str = CAMERA, **more) -> bytes:
    """A picture with content credentials, as a camera or an editor would have made it."""
    manifest = {
        "claim_generator_info": [{"name": "Camera firmware", "version": "1.2"}],
        "title": more.get("title", "harbour.jpg"),
        "format": mime,
        "assertions": [
            {
                "label": "c2pa.actions.v2",
                "data": {
                    "actions": [
                        {
                            "action": "c2pa.created",
                            "digitalSourceType": source,
                            "softwareAgent": {"name": "Camera firmware"},
                        }
                    ]
                },
            },
            {
                "label": "stds.exif",
                "data": {
                    "@context": {"exif": "http://ns.adobe.com/exif/1.0/"},
                    "exif:GPSLatitude": "48,12.5N",
                    "exif:GPSLongitude": "16,22.2E",
                },
            },
        ],
    }
    key = more.get("key") or signing_key()
    target = io.BytesIO()
    with context() as settings:
        info = c2pa.C2paSignerInfo(key.algorithm, key.certificates, key.key, None)
        builder = c2pa.Builder(json.dumps(manifest), context=settings)
        if remote := more.get("remote"):
            builder.set_no_embed()
            builder.set_remote_url(remote)
        builder.sign(c2pa.Signer.from_info(info), mime, io.BytesIO(data), target)
    return target.getvalue()
