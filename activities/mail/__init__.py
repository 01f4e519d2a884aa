"""How notices leave the office: a seam, and the folder behind it in which every message is a file.

A letter may be handed over any number of times: the name of its file and its Message-ID follow from the case and the
notice's number, so that the same letter is one file, and a mailbox that gets it twice can tell.
"""

import os
import re
import threading
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from pathlib import Path
from typing import NamedTuple, Protocol

ADDRESS = re.compile(r"""([^\s@<>()\[\],;:\\"]+)@([^\s@<>()\[\],;:\\"]+)""")
"""What can stand in a header without quoting, in any script; whether such a mailbox exists is for its server to say."""


class Sender(NamedTuple):
    """Who writes: the name and address that a letter comes from, and where an answer goes (empty: to the sender)."""

    name: str
    address: str
    reply_to: str = ""


class Letter(NamedTuple):
    """A notice, ready to go. `at` is the instant as of which it counts, with the office's time zone."""

    case_id: str
    number: int
    kind: str
    at: datetime
    sender: Sender
    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    body: str

    @property
    def recipients(self) -> list[str]:
        """Everybody who gets it."""
        return [*self.to, *self.cc]


class Undeliverable(Exception):
    """The mail will never take this letter as it is (an address that is none); trying again does not help."""


class Mailer(Protocol):
    """Whatever takes letters. A mail server comes behind it later, beside the folder."""

    def deliver(self, letter: Letter) -> str:
        """Take a letter and return the name of its copy.

        Raises:
            Undeliverable: The letter itself is at fault.
            OSError: The folder or the server is; trying again may help.
        """
        ...


class MailFolder:
    """Keeps every letter as an `.eml` file, in a folder of its case."""

    def __init__(self, folder: Path) -> None:
        """Keep letters under a folder, which is made when the first one comes."""
        self.folder = folder

    def deliver(self, letter: Letter) -> str:
        """Write the letter's file, whole or not at all, and return its name relative to the folder.

        Raises:
            Undeliverable: An address cannot stand in a header.
            OSError: The file cannot be written.
        """
        content = as_message(letter).as_bytes()
        name = Path(letter.case_id) / f"{letter.number:04d}-{letter.kind}.eml"
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        # Two attempts at one step may overlap: each writes a draft of its own.
        draft = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}.part")
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        return name.as_posix()


def as_message(letter: Letter) -> EmailMessage:
    """Return a letter as an e-mail message in UTF-8.

    Raises:
        Undeliverable: An address cannot stand in a header.
    """
    plain = all(address.isascii() for address in (letter.sender.address, *letter.recipients))
    message = EmailMessage(policy=SMTP if plain else SMTPUTF8)
    message["From"] = _address(letter.sender.address, letter.sender.name)
    message["To"] = [_address(address) for address in letter.to]
    if letter.cc:
        message["Cc"] = [_address(address) for address in letter.cc]
    if letter.sender.reply_to:
        message["Reply-To"] = _address(letter.sender.reply_to, letter.sender.name)
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = f"<{letter.number}.{letter.case_id}@{letter.sender.address.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body, charset="utf-8")
    return message


def _address(address: str, name: str = "") -> Address:
    match = ADDRESS.fullmatch(address)
    if match is None:
        raise Undeliverable(f"{address!r} is no e-mail address")
    return Address(" ".join(name.split()), username=match[1], domain=match[2])
