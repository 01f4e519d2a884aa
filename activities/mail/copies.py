"""The copies of letters that went out, read again: what they said, to whom, and which papers went with them."""

import email
import re
from collections.abc import Mapping
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import NamedTuple

from activities.places import PlaceRefused, file_of_case

PAPER = re.compile(r"([A-Z]{0,2}[0-9]{4}-[0-9]{6,})-([a-z_]+)\.pdf")
"""The name of a paper's file: its number and its kind."""
NAMED = re.compile(rb'filename="?([A-Z]{0,2}[0-9]{4}-[0-9]{6,})-[a-z_]+\.pdf')
"""How a copy names the file of a paper that went with the letter."""


class PaperSent(NamedTuple):
    """A paper that went with a letter: its number (`AC2028-000001`), its kind, and its file."""

    number: str
    kind: str
    content: bytes


class Copy(NamedTuple):
    """A letter that went out, by its copy in the folder of letters.

    Attributes:
        file: Where it lies, relative to that folder.
        recipients: To whom it went.
        subject: Its subject line.
        body: Its text.
        attachments: The names of what went with it.
        papers: The papers among them.
    """

    file: str
    recipients: tuple[str, ...]
    subject: str
    body: str
    attachments: tuple[str, ...]
    papers: tuple[PaperSent, ...]


def copy_of(folder: Path, case_id: str, number: int, kind: str) -> Copy | None:
    """Return the copy of a notice's letter; None where there is none.

    Args:
        folder: The folder of letters.
        case_id: The case.
        number: The notice's number.
        kind: The notice's kind.

    Raises:
        OSError: It is there and cannot be read.
    """
    try:
        place = file_of_case(folder, case_id, f"{number:04d}-{kind}.eml")
        content = place.read_bytes()
    except (PlaceRefused, FileNotFoundError):
        return None
    letter = email.message_from_bytes(content, policy=default)
    body = letter.get_body(("plain",))
    attached = [(part.get_filename() or "", part) for part in letter.iter_attachments()]
    return Copy(
        file=place.relative_to(folder).as_posix(),
        recipients=tuple(_addresses(letter)),
        subject=str(letter["Subject"] or ""),
        body=body.get_content().replace("\r\n", "\n") if body else "",
        attachments=tuple(name for name, _ in attached),
        papers=tuple(_papers(attached)),
    )


def numbers_in(folder: Path, newer_than: Mapping[str, int]) -> set[str]:
    """Return the numbers of all papers that went with letters which the books do not know.

    Args:
        folder: The folder of letters.
        newer_than: The number of the newest notice that the books have, by case; none: the case is not in the books.

    Raises:
        OSError: A copy cannot be read.
    """
    found: set[str] = set()
    for place in sorted(folder.iterdir()) if folder.is_dir() else []:
        for file in sorted(place.glob("*.eml")) if place.is_dir() and not place.is_symlink() else []:
            number = file.name.partition("-")[0]
            if number.isdecimal() and int(number) > newer_than.get(place.name, 0):
                found |= {name.decode() for name in NAMED.findall(file.read_bytes())}
    return found


def _addresses(letter: EmailMessage) -> list[str]:
    headers = [letter[name] for name in ("To", "Cc") if letter[name]]
    return [address.addr_spec for header in headers for address in header.addresses]


def _papers(attached: list[tuple[str, EmailMessage]]) -> list[PaperSent]:
    found = [(PAPER.fullmatch(name), part) for name, part in attached]
    return [PaperSent(name[1], name[2], part.get_content()) for name, part in found if name]
