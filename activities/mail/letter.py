"""A letter, what became of it, and whoever takes letters."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from policy.application import ADDRESS


class Sender(NamedTuple):
    """Who writes: the name and address that a letter comes from, and where an answer goes (empty: to the sender)."""

    name: str
    address: str
    reply_to: str = ""


class Attachment(NamedTuple):
    """Something that goes with a letter. `media_type` may carry parameters: `text/calendar; method=PUBLISH`."""

    name: str
    media_type: str
    content: bytes


class Letter(NamedTuple):
    """A notice, ready to go.

    Attributes:
        case_id: The case that it is about; with `number` it makes the letter's identity. Empty: about no case.
        number: The notice's number in its case.
        kind: The notice's kind.
        at: The instant as of which it counts, with the office's time zone.
        sender: Who writes.
        to: Whom it is for.
        cc: Who gets a copy, for everybody to see.
        subject: Its subject line.
        body: Its text.
        html: The same as a page; empty: it goes out as text alone.
        attachments: What goes with it.
        thread: What its conversation is called (the case, as a rule); empty: it stands alone.
        secret: Whether it lets its reader in: where a mail server has it, no copy stays in the folder.
    """

    case_id: str
    number: int
    kind: str
    at: datetime
    sender: Sender
    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    body: str
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    thread: str = ""
    secret: bool = False

    @property
    def recipients(self) -> list[str]:
        """Everybody who gets it."""
        return [*self.to, *self.cc]


class Delivered(NamedTuple):
    """What became of a letter.

    Attributes:
        file: The name of its copy, relative to the mail folder.
        reached: Whose server has taken it, in this try or an earlier one.
        refused: Whom the server refuses, each with its answer; trying again does not help.
        later: Who is to be tried again, each with the server's answer.
        mailed: Whether a mail server has it; else it is a file in the folder, for whoever it is for.
    """

    file: str
    reached: tuple[str, ...]
    refused: Mapping[str, str] = {}
    later: Mapping[str, str] = {}
    mailed: bool = True


class Undeliverable(Exception):
    """The mail never takes this letter as it is (an address that is none, too large): trying again does not help."""


class MailAway(OSError):
    """The mail server is away, or does not let this office send: everything waits until that is mended.

    The words go into the Temporal UI, as a pending activity's last failure: they hold no password and nobody's address.

    Attributes:
        found: What is wrong.
        mend: What to do about it.
    """

    def __init__(self, found: str, mend: str) -> None:
        super().__init__(f"{found} {mend}")
        self.found, self.mend = found, mend


class Mailer(Protocol):
    """Whatever takes letters: a folder, or a mail server that keeps a copy in the folder."""

    def deliver(self, letter: Letter, reached: Sequence[str] = ()) -> Delivered:
        """Take a letter, for all its recipients but those whom an earlier try has reached.

        Raises:
            Undeliverable: The letter itself is at fault.
            OSError: The folder or the server is; trying again may help.
        """
        ...


def without_addresses(text: str) -> str:
    """Return a server's answer without anybody's address, for where everybody may read it."""
    return ADDRESS.sub("…", text)


def is_plain(address: str) -> bool:
    """Whether every mail server can carry an address: what stands before the @ is ASCII."""
    return address.rpartition("@")[0].isascii()


def with_ascii_domain(address: str) -> str:
    """Return an address as the protocol carries it: a domain in any script in its ASCII form (IDNA).

    Raises:
        Undeliverable: It can be no domain.
    """
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        raise Undeliverable(f"{address!r} is no e-mail address: no domain is called so") from None
