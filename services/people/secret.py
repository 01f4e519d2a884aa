"""Secrets that open something. The books keep the SHA-256 of each alone."""

import hashlib
import secrets

BYTES = 32


def new_secret() -> str:
    """Return a new secret, in characters that an address takes."""
    return secrets.token_urlsafe(BYTES)


def digest_of(secret: str) -> str:
    """Return what the books keep of a secret: its SHA-256, in hexadecimal."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
