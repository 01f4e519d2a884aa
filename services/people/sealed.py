"""What a browser keeps for the portal for some minutes, sealed: nobody alters it, and no other browser uses it."""

import binascii
import hashlib
import hmac
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

LASTS = timedelta(minutes=10)
"""How long it is good; shorter than what was taken once is remembered (`services.people.attempts`)."""
LONGEST = 2_000
"""Characters of what can be sealed."""


@dataclass(frozen=True)
class Seal:
    """Seals, and opens what it has sealed.

    Attributes:
        secret: The portal's.
        purpose: What for: something that is sealed for one purpose is nothing for another.
        browser: For whose browser.
    """

    secret: bytes = field(repr=False)
    purpose: str
    browser: str

    def close(self, what: dict[str, str], at: datetime) -> str:
        """Return something sealed. Two of the same content differ."""
        told = {**what, "until": (at + LASTS).timestamp(), "salt": secrets.token_urlsafe(16)}
        content = urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")
        return f"{content}.{self.made_of(content)}"

    def open(self, sealed: str, at: datetime) -> dict[str, Any] | None:
        """Return what was sealed; None where it is over, or not sealed by this."""
        content, _, seal = sealed.partition(".")
        if len(sealed) > LONGEST or not hmac.compare_digest(seal.encode(), self.made_of(content).encode()):
            return None
        try:
            told: dict[str, Any] = json.loads(urlsafe_b64decode(content + "=" * (-len(content) % 4)))
        except (ValueError, binascii.Error):
            return None
        return told if at.timestamp() < told["until"] else None

    def made_of(self, text: str, what: str = "seal") -> str:
        """Return what follows from a text and the secret, for whoever has the secret: the same each time."""
        said = "\0".join((what, self.purpose, self.browser, text))
        return hmac.new(self.secret, said.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
