"""Reports of mail servers that a letter did not arrive (RFC 3464), as they come back to the office's mailbox.

Anybody can write such a report. So it is believed only where it names a letter that the books have, by the very name
that the letter went out with (Message-ID), and an address that it went to; and all that follows is that somebody looks.
"""

import email
import re
from collections.abc import Iterator, Sequence
from email.message import Message as Mail
from email.policy import compat32
from pathlib import Path
from typing import NamedTuple

from services.errors import InputFault, Unusable

LARGEST = 1024 * 1024
"""Bytes of a report that are read: it quotes a letter at most, and a letter's papers are no part of what is read."""
MOST_FILES, MOST_PARTS, MOST_GROUPS = 10_000, 50, 200
"""Files of a folder, parts of a message, and recipients of a report that are looked at."""
LONGEST_SAID = 300
"""Characters of what a server said that are kept."""
LETTER = re.compile(r"<(?P<notice>\d{1,7})\.(?P<case>[A-Za-z0-9._-]{1,300})@[^<>\s]{1,255}>")
"""How the office's own letters are called (`activities.mail.message.message_id`)."""
MAILBOX = ("new", "cur")
"""Folders of a mailbox (Maildir) in which its messages lie."""


class ReportedFailure(NamedTuple):
    """A letter that did not arrive for good at an address, as a report says.

    Attributes:
        file: In which file that stands.
        name: The letter's name, with its angle brackets.
        case_id: The case that the name speaks of.
        notice: The letter's number in it.
        address: Where it did not arrive.
        said: What the mail server said.
    """

    file: str
    name: str
    case_id: str
    notice: int
    address: str
    said: str


class PassedOver(NamedTuple):
    """A file that tells of no letter that failed for good, and why."""

    file: str
    why: str


def reports_in(place: Path) -> Iterator[ReportedFailure | PassedOver]:
    """Read a file, a folder of files, or a mailbox (Maildir): yield each failure, and each file that tells of none.

    Raises:
        Unusable: There is no such file or folder, or it holds more than can be read at once.
    """
    for file in _files(place):
        found = list(_read(file))
        yield from found or [PassedOver(file.name, "no report of a mail server that a letter did not arrive")]


def _files(place: Path) -> Sequence[Path]:
    expected = "a report (.eml), a folder of them, or a mailbox (Maildir)"
    try:
        if not place.is_dir():
            with place.open("rb"):
                return [place]
        folders = [place, *(place / name for name in MAILBOX if (place / name).is_dir())]
        files = sorted(one for folder in folders for one in folder.iterdir() if one.is_file())
    except FileNotFoundError:
        raise Unusable([InputFault(str(place), "", "nothing of that name", expected)]) from None
    except OSError as error:
        raise Unusable([InputFault(str(place), "", error.strerror or str(error), expected)]) from None
    if len(files) > MOST_FILES:
        found = f"{len(files):,} files"
        raise Unusable([InputFault(str(place), "", found, f"{MOST_FILES:,} at most; move some of them first")])
    return files


def _read(file: Path) -> Iterator[ReportedFailure | PassedOver]:
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST + 1)
    except OSError as error:
        yield PassedOver(file.name, error.strerror or str(error))
        return
    if len(content) > LARGEST:
        yield PassedOver(file.name, f"more than {LARGEST:,} bytes")
        return
    yield from failures_of(content, file.name)


def failures_of(content: bytes, file: str = "") -> Iterator[ReportedFailure]:
    """Yield the failures for good of which a message tells; none where it is no report, or of another's letter."""
    report = email.message_from_bytes(content, policy=compat32)
    if report.get_content_type() != "multipart/report":
        return
    parts = [part for part, _ in zip(report.walk(), range(MOST_PARTS), strict=False)]
    named = next((found for part in parts if (found := _letter_named(part))), None)
    if named is None:
        return
    for part in parts:
        if part.get_content_type() == "message/delivery-status":
            for address, said in _failed(part):
                yield ReportedFailure(file, named[0], named["case"], int(named["notice"]), address, said)


def _letter_named(part: Mail) -> re.Match[str] | None:
    """Return the name of the letter that a part quotes, whole or its headers alone."""
    kind = part.get_content_type()
    if kind == "message/rfc822":
        inner = part.get_payload()
        quoted = inner[0] if isinstance(inner, list) and inner else None
    elif kind in ("text/rfc822-headers", "message/rfc822-headers"):
        held = part.get_payload(decode=True)
        quoted = email.message_from_bytes(held, policy=compat32) if isinstance(held, bytes) else None
    else:
        return None
    if not isinstance(quoted, Mail):
        return None
    return LETTER.fullmatch(" ".join(str(quoted.get("Message-ID", "")).split()))


def _failed(part: Mail) -> Iterator[tuple[str, str]]:
    """Yield the addresses that failed for good, each with what was said. The first group is about the message."""
    groups = part.get_payload()
    for group in groups[:MOST_GROUPS] if isinstance(groups, list) else []:
        if not isinstance(group, Mail) or str(group.get("Action", "")).strip().lower() != "failed":
            continue
        status = str(group.get("Status", "")).strip()
        if not status.startswith("5."):  # put off, or something that passes
            continue
        address = _typed(group.get("Original-Recipient")) or _typed(group.get("Final-Recipient"))
        if address:
            yield address, _plain(_typed(group.get("Diagnostic-Code")) or status)


def _typed(value: object) -> str:
    """Return what stands behind the type of a field: `ann@example.org` of `rfc822; ann@example.org`."""
    return str(value or "").partition(";")[2].strip().removeprefix("<").removesuffix(">")


def _plain(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:LONGEST_SAID]
