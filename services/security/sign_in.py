"""Signing in at the codec server: a link that works once and soon, then a session in the browser.

Both are made from one secret and carry when they end, so that nothing of them is kept: any process that may read the
secret can make a link, and one that may not can make nothing.
"""

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

LINK_LASTS = 10 * 60
SESSION_LASTS = 12 * 60 * 60
"""Seconds."""
LINK, SESSION = "link", "session"
COOKIE = "accredit-codec"


@dataclass
class SignIn:
    """Makes and checks links and sessions.

    Attributes:
        secret: What they are made from.
        clock: Seconds since the epoch.
    """

    secret: bytes = field(repr=False)
    clock: Callable[[], float] = time.time
    _used: dict[str, float] = field(default_factory=dict, repr=False)

    def link_code(self) -> str:
        """Return what a link carries: good once, for ten minutes."""
        return self._made(LINK, LINK_LASTS)

    def enter(self, code: str) -> str | None:
        """Return a new session for a link's code; None where it is none, is over, or was used."""
        now = self.clock()
        self._used = {used: ends for used, ends in self._used.items() if ends > now}
        if not self._holds(LINK, code) or code in self._used:
            return None
        self._used[code] = now + LINK_LASTS
        return self._made(SESSION, SESSION_LASTS)

    def is_session(self, told: str) -> bool:
        """Whether a browser's cookie is a session that is not over."""
        return self._holds(SESSION, told)

    def is_secret(self, told: str) -> bool:
        """Whether a program told the secret itself."""
        return hmac.compare_digest(told.encode("utf-8", "replace"), self.secret)

    def _made(self, kind: str, lasts: int) -> str:
        what = f"{int(self.clock()) + lasts}.{secrets.token_urlsafe(12)}"
        return f"{what}.{self._seal(kind, what)}"

    def _holds(self, kind: str, told: str) -> bool:
        what, _, seal = told.rpartition(".")
        if not hmac.compare_digest(seal.encode("utf-8", "replace"), self._seal(kind, what).encode()):
            return False
        return int(what.partition(".")[0]) > self.clock()

    def _seal(self, kind: str, what: str) -> str:
        return hmac.new(self.secret, f"{kind}\0{what}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()
