"""A session with a mail server: connected, encrypted as the settings say, signed in. Never in clear text instead.

A step of a case has 40 seconds (`STEP_WITHIN` in workflows), after which another attempt begins. A session therefore
ends before that, whatever the server does: two attempts that overlap might hand the same letter over twice.
"""

import smtplib
import ssl
from contextlib import suppress
from time import monotonic
from typing import Any

from activities.mail.faults import as_fault, no_authority, no_password, no_sender, no_starttls, not_encrypted
from activities.mail.letter import Undeliverable, is_plain, with_ascii_domain
from policy.application import ADDRESS
from policy.office import Mail

SESSION = 20.0
"""Seconds that a session may take in all."""
UTF8 = "smtputf8"
"""The extension by which a server takes addresses in any script (RFC 6531)."""


class Session(smtplib.SMTP):
    """A session that waits for no answer beyond its end."""

    def __init__(self, mail: Mail, **tls: Any) -> None:
        """Connect. The name in the greeting is the sender's domain: this machine's own may be slow to find."""
        self.ends_at = monotonic() + SESSION
        name = sender_of(mail).rpartition("@")[2]
        super().__init__(str(mail.host), mail.port, local_hostname=name, timeout=min(mail.timeout, SESSION), **tls)

    def getreply(self) -> tuple[int, bytes]:
        """Return the server's answer.

        Raises:
            SMTPServerDisconnected: It did not come in time.
        """
        left = self.ends_at - monotonic()
        if left <= 0:
            self.close()
            raise smtplib.SMTPServerDisconnected(f"the session took more than {SESSION:g} s")
        if self.sock:
            self.sock.settimeout(min(self.timeout, left))
        return super().getreply()

    def leave(self) -> None:
        """Say goodbye without waiting for the answer: whatever it is, it changes nothing any more."""
        with suppress(OSError):
            self.putcmd("quit")
        self.close()


class TlsSession(Session, smtplib.SMTP_SSL):
    """A session that is encrypted from the first byte."""


def open_session(mail: Mail) -> Session:
    """Connect to an office's mail server, encrypt the connection, say hello and sign in.

    Raises:
        MailAway: The server does not answer, cannot be trusted, or does not know this office.
    """
    try:
        session = _connected(mail)
        try:
            session.ehlo_or_helo_if_needed()
            _sign_in(session, mail)
        except BaseException:
            session.close()
            raise
    except (OSError, UnicodeError) as error:
        raise as_fault(error, mail) from None
    return session


def greet(mail: Mail) -> str:
    """Do everything but send a letter, and return in words what was found (for `accredit doctor`).

    Raises:
        MailAway: As `open_session`; or the server takes no letters from the office's address.
    """
    session = open_session(mail)
    try:
        sender = sender_of(mail)
        code, said = session.mail(sender, () if is_plain(sender) else ("SMTPUTF8",))
        if code != 250:
            raise smtplib.SMTPSenderRefused(code, said, sender)
        tls = session.sock.version() if isinstance(session.sock, ssl.SSLSocket) else None
    except OSError as error:
        raise as_fault(error, mail) from None
    finally:
        session.leave()
    how = f"encrypted ({tls})" if tls else "not encrypted"
    return f"{mail.host}:{mail.port} answers, {how}{', signed in' if mail.username else ''}"


def _connected(mail: Mail) -> Session:
    """Connect and encrypt."""
    if mail.tls:
        return TlsSession(mail, context=_trust(mail))
    session = Session(mail)
    if not mail.starttls:
        return session
    try:
        session.ehlo_or_helo_if_needed()
        if not session.has_extn("starttls"):
            raise no_starttls(mail)
        session.starttls(context=_trust(mail))
    except BaseException:
        session.close()
        raise
    return session


def _sign_in(session: Session, mail: Mail) -> None:
    if not mail.username:
        return
    if mail.password is None:
        raise no_password()
    if not isinstance(session.sock, ssl.SSLSocket):
        raise not_encrypted(mail)
    session.login(mail.username, mail.password.get_secret_value())


def _trust(mail: Mail) -> ssl.SSLContext:
    """Return whose certificates are believed: those of the settings' authority, else of the system's."""
    try:
        return ssl.create_default_context(cafile=mail.ca_file)
    except OSError as error:
        raise no_authority(error) from None


def sender_of(mail: Mail) -> str:
    """Return the office's address as the protocol carries it.

    Raises:
        MailAway: It is none.
    """
    try:
        if ADDRESS.fullmatch(mail.sender):
            return with_ascii_domain(mail.sender)
    except Undeliverable:
        pass
    raise no_sender()
