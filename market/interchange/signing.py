"""Signatures by Standard Webhooks: HMAC-SHA256 over "id.timestamp.content" with a shared key.

The key is derived from the site's secret (itsdangerous, HMAC), so that no table holds it.
"""

import hmac
from base64 import b64encode
from datetime import datetime, timedelta
from hashlib import sha256

from itsdangerous import Signer

from market.interchange.errors import SignatureWrong, TimestampOutside
from market.interchange.types import Envelope

TOLERANCE = timedelta(minutes=5)
PREFIX = "whsec_"


def key_of(secret: str, partner_id: str, generation: int) -> bytes:
    """The 32 bytes of a partner's key."""
    salt = f"interchange:{partner_id}:{generation}"
    signer = Signer(secret, salt=salt, key_derivation="hmac", digest_method=sha256)
    key: bytes = signer.derive_key()
    return key


def shown(key: bytes) -> str:
    """A key as partners keep it."""
    return PREFIX + b64encode(key).decode()


def sign(key: bytes, message_id: str, timestamp: int, content: str) -> str:
    """The signature, "v1,…"."""
    signed = f"{message_id}.{timestamp}.{content}".encode()
    return "v1," + b64encode(hmac.new(key, signed, sha256).digest()).decode()


def verify(key: bytes, envelope: Envelope, now: datetime) -> None:
    """One of the signatures (several stand apart by spaces) is ours, and the timestamp is near.

    Raises SignatureWrong, TimestampOutside.
    """
    wanted = sign(key, envelope.id, envelope.timestamp, envelope.content).encode()
    given = envelope.signature.encode("utf-8", "replace").split(b" ")
    if not any(hmac.compare_digest(one, wanted) for one in given):
        raise SignatureWrong(field="signature")
    if abs(now.timestamp() - envelope.timestamp) > TOLERANCE.total_seconds():
        raise TimestampOutside(field="timestamp")


def digest(content: str) -> str:
    """SHA-256 of a content, in hexadecimal."""
    return sha256(content.encode()).hexdigest()
