"""Real mail servers for tests, on free ports of this machine: encrypted or not, with passwords and with whims."""

import email
import email.policy
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any, NamedTuple

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from embedded.process import free_ports
from policy.office import Mail
from tests.patience import WITHIN

HOST = "127.0.0.1"
USER, PASSWORD = "office", "correct-horse-battery"


class Taken(NamedTuple):
    """A letter that a server took."""

    recipients: tuple[str, ...]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        """The letter, read."""
        message = email.message_from_bytes(self.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        return message

    @property
    def name(self) -> str:
        """Its Message-ID."""
        return str(self.message["Message-ID"])


@dataclass
class Mailbox:
    """What a server takes, and its whims.

    Attributes:
        answers: What it answers to a recipient, for as often as it stands there; then it takes him.
        said_to_sender: What it answers to the sender, in place of taking him.
        said_to_data: What it answers to letters, each once; then it takes them.
        heard: Called with what it has heard, before it answers: `sender`, `recipient`, `letter`, `goodbye`.
        taken: The letters that it took.
    """

    answers: dict[str, list[str]] = field(default_factory=dict)
    said_to_sender: str = ""
    said_to_data: list[str] = field(default_factory=list)
    heard: Callable[[str], None] = lambda what: None
    taken: list[Taken] = field(default_factory=list)

    async def handle_MAIL(
        self, _s: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer to a sender."""
        self.heard("sender")
        if self.said_to_sender:
            return self.said_to_sender
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, _s: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any) -> str:
        """Answer to a recipient."""
        self.heard("recipient")
        if waiting := self.answers.get(address):
            return waiting.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Answer to a letter."""
        if self.said_to_data:
            return self.said_to_data.pop(0)
        content = envelope.content
        assert isinstance(content, bytes)
        self.taken.append(Taken(tuple(envelope.rcpt_tos), content))
        self.heard("letter")
        return "250 2.0.0 taken"

    async def handle_QUIT(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:
        """Answer to a goodbye."""
        self.heard("goodbye")
        return "221 Bye"

    def reached(self) -> list[tuple[str, str]]:
        """Return which letter reached whom, by Message-ID, as often as it did."""
        return [(letter.name, recipient) for letter in self.taken for recipient in letter.recipients]


class Dropping(SMTP):
    """A server that goes away in the middle of a letter."""

    async def smtp_DATA(self, arg: str) -> None:
        """Take the beginning of a letter."""
        await self.push("354 go on")
        await self._reader.read(64)
        self.transport.abort()  # type: ignore[union-attr]


class _Serving(Controller):
    """A controller of a server of some kind."""

    kind: type[SMTP] = SMTP

    def factory(self) -> SMTP:
        return self.kind(self.handler, **self.SMTP_kwargs)

    def _trigger_server(self) -> None:
        """Wait for the server's first greeting: aiosmtpd gives it one second, and this machine may be busy."""
        stop = time.monotonic() + WITHIN
        while True:
            try:
                super()._trigger_server()  # type: ignore[no-untyped-call]
            except TimeoutError:
                if time.monotonic() > stop:
                    raise
            else:
                return


@contextmanager
def mail_server(
    mailbox: Mailbox, *, port: int = 0, tls: ssl.SSLContext | None = None, kind: type[SMTP] = SMTP, **options: Any
) -> Iterator[int]:
    """Run a server for as long as a block lasts, and give its port.

    Args:
        mailbox: What takes the letters.
        port: Its port; 0: a free one.
        tls: The context of a server that is encrypted from the first byte.
        kind: What kind of a server it is.
        options: What aiosmtpd's server takes: `tls_context`, `require_starttls`, `authenticator`, `data_size_limit` …
    """
    port = port or free_ports(1)[0]
    controller = _Serving(mailbox, HOST, port, ssl_context=tls, ready_timeout=WITHIN, **options)
    controller.kind = kind
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


class Authority(NamedTuple):
    """A certificate authority of the test's own: its file, and the context of a server that it vouches for."""

    file: str
    context: ssl.SSLContext


def an_authority(folder: Path, *names: str) -> Authority:
    """Found an authority that vouches for a server of these names (left out: this machine's)."""
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*(names or (HOST, "localhost"))).configure_cert(context)
    file = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    return Authority(str(file), context)


def knows(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
    """Let in the one user there is."""
    right = isinstance(data, LoginPassword) and data == LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False)


def settings_of(port: int, folder: Path, **changes: Any) -> Mail:
    """Return the settings by which an office sends through a server that is not encrypted."""
    given: Mapping[str, Any] = {
        "host": HOST, "port": port, "starttls": False, "folder": str(folder / "mail"), "sender": "office@example.org",
        "timeout": 30,
    }  # fmt: skip
    return Mail.model_validate({**given, **changes})
