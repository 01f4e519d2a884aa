"""A letter as an e-mail message (RFC 5322), the same bytes whenever it is written.

    multipart/mixed                 only where something is attached
      multipart/alternative
        text/plain                  what a reader without HTML sees
        text/html
      text/calendar, application/pdf …

Message-ID follows from case and notice, so that a mailbox which gets a letter twice can tell. All letters of a case
refer to one root, which itself is never sent: mail programs show them as one conversation.
"""

from email.headerregistry import Address, BaseHeader, HeaderRegistry, UniqueUnstructuredHeader
from email.message import EmailMessage, Message
from email.policy import EmailPolicy, Policy
from email.utils import format_datetime
from functools import cache, lru_cache
from hashlib import sha256
from typing import Any

from activities.mail.letter import Attachment, Letter, Undeliverable, is_plain, with_ascii_domain
from policy.application import ADDRESS

NAMES = ("Message-ID", "In-Reply-To", "References", "X-Accredit-Case", "X-Accredit-Notice")
"""Headers that hold a name, which may be longer than a line should be."""
ENCODED = "=?"
"""What an encoded word begins with (RFC 2047): words that look like one are encoded themselves."""


class _Whole(UniqueUnstructuredHeader, BaseHeader):  # type: ignore[misc]  # what the registry makes of them, too
    """A header that stands in one line: broken up and encoded, as long ones are, a name would be another name."""

    def fold(self, *, policy: "Policy[Message]") -> str:
        """Return the header as it goes out."""
        return f"{self.name}: {self}{policy.linesep}"


class _Headers(HeaderRegistry):
    """The registry of headers, which makes the class of a header once and not for each header of each letter."""

    __getitem__ = cache(HeaderRegistry.__getitem__)


_HEADERS = _Headers()
for _name in NAMES:
    _HEADERS.map_to_type(_name, _Whole)


class _AsItStands(EmailPolicy):
    """Leaves a header alone that needs no encoding: taking it apart and putting it together costs most of a letter.

    One that is longer than a line is taken apart when it is folded; the bytes are the same either way.
    """

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        """Return a header as the message keeps it."""
        if value and isinstance(value, str) and value.isascii() and value.isprintable() and ENCODED not in value:
            return name, value
        return super().header_store_parse(name, value)

    def header_fetch_parse(self, name: str, value: Any) -> Any:
        """Return a header as whoever asks the message for it gets it."""
        return value


PLAIN, WIDE = (
    _AsItStands(linesep="\r\n", utf8=wide, header_factory=_HEADERS, max_line_length=76) for wide in (False, True)
)
"""How headers are written: in ASCII, and for addresses beyond it in UTF-8 (RFC 6532). An encoded word has 75 characters
at most (RFC 2047), one less than its line."""
SAFE = "quoted-printable"
"""How words are carried: in ASCII, so that no server on the way needs to change anything."""


def as_message(letter: Letter) -> EmailMessage:
    """Return a letter as an e-mail message in UTF-8.

    Raises:
        Undeliverable: An address cannot stand in a header.
    """
    plain = all(is_plain(address) for address in (letter.sender.address, letter.sender.reply_to, *letter.recipients))
    message = EmailMessage(policy=PLAIN if plain else WIDE)
    _address_it(message, letter)
    _name_it(message, letter)
    message.set_content(letter.body, charset="utf-8", cte=SAFE)
    if letter.html:
        message.add_alternative(letter.html, subtype="html", charset="utf-8", cte=SAFE)
    for attachment in letter.attachments:
        _attach(message, attachment)
    _set_boundaries(message)
    return message


def as_bytes(message: "Message[Any, Any]") -> bytes:
    """Return a message of `as_message` as it goes out: what its own `as_bytes` returns, in one pass."""
    head = [_folded(message.policy, name, value) for name, value in message.raw_items()]
    payload: Any = message.get_payload()
    if not message.is_multipart():
        return b"".join((*head, b"\r\n", payload.encode("ascii").replace(b"\n", b"\r\n")))
    rule = f"--{message.get_boundary()}".encode("ascii")
    parts = [b"".join((rule, b"\r\n", as_bytes(part), b"\r\n")) for part in payload]
    return b"".join((*head, b"\r\n", *parts, rule, b"--\r\n"))


def _folded(policy: "Policy[Message]", name: str, value: Any) -> bytes:
    """Return a header as it goes out."""
    return _folded_text(policy, name, value) if type(value) is str else policy.fold_binary(name, value)


@lru_cache(maxsize=1024)
def _folded_text(policy: "Policy[Message]", name: str, text: str) -> bytes:
    """Return the same of a plain text; most of a letter's headers stand in the letter before it, too."""
    return policy.fold_binary(name, text)


def message_id(letter: Letter) -> str:
    """Return what a letter is called, for ever: `<number.case@domain>`."""
    return f"<{letter.number}.{letter.case_id or letter.kind}@{_domain(letter)}>"


def _address_it(message: EmailMessage, letter: Letter) -> None:
    """Say from whom and to whom."""
    message["From"] = str(_address(letter.sender.address, letter.sender.name))
    message["To"] = ", ".join(str(_address(address)) for address in letter.to)
    if letter.cc:
        message["Cc"] = ", ".join(str(_address(address)) for address in letter.cc)
    if letter.sender.reply_to:
        message["Reply-To"] = str(_address(letter.sender.reply_to, letter.sender.name))


def _name_it(message: EmailMessage, letter: Letter) -> None:
    """Say what it is about, and what it belongs to."""
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = message_id(letter)
    if letter.thread:
        root = f"<{letter.thread}@{_domain(letter)}>"
        message["In-Reply-To"] = root
        message["References"] = root
    message["Auto-Submitted"] = "auto-generated"
    if letter.case_id:
        message["X-Accredit-Case"] = letter.case_id
    message["X-Accredit-Notice"] = f"{letter.number} {letter.kind}"


def _attach(message: EmailMessage, attachment: Attachment) -> None:
    media_type, *parameters = (part.strip() for part in attachment.media_type.split(";"))
    main, _, sub = media_type.partition("/")
    message.add_attachment(
        attachment.content,
        maintype=main,
        subtype=sub,
        filename=attachment.name,
        params=dict(parameter.split("=", 1) for parameter in parameters),
    )


def _set_boundaries(message: EmailMessage) -> None:
    """Give the parts boundaries that follow from the letter: made up anew, they would make another file of it."""
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(sha256(f"{number} {message['Message-ID']}".encode()).hexdigest()[:32])


def _domain(letter: Letter) -> str:
    return with_ascii_domain(letter.sender.address).rpartition("@")[2]


def _address(address: str, name: str = "") -> Address:
    if not ADDRESS.fullmatch(address):
        raise Undeliverable(f"{address!r} is no e-mail address")
    local, _, domain = with_ascii_domain(address).rpartition("@")
    return Address(" ".join(name.split()), username=local, domain=domain)
