"""What goes with a notice beside its own papers: the packet carries the previous reviews and the letter of appeal."""

import mimetypes
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

from activities.documents.contract import DocumentRef
from activities.documents.fetch import Unfetched, fetched
from activities.mail import Attachment
from activities.papers.issuing import issued_before
from policy.office import OfficeSettings
from records.books import Books
from records.tables import CaseRecord, Notice
from records.words import PaperKind

PACKET = "appeal_packet"
REVIEWS = (PaperKind.FINAL_REPORT, PaperKind.APPEAL_RESULT)
"""The papers that hold what was found before."""
LARGEST = 15 * 1024 * 1024
"""Bytes of letters in one mail: what most mail servers take beside the reports."""
WITHIN = 15.0
"""Seconds that stores may take for all letters of a notice; a step has 40 in all."""


class Enclosures(NamedTuple):
    """What is enclosed, and what the notice's text says of it."""

    attachments: tuple[Attachment, ...] = ()
    facts: dict[str, Any] = {}


def enclosures_of(books: Books, case: CaseRecord, notice: Notice, office: OfficeSettings) -> Enclosures:
    """Return what a notice encloses; a letter that cannot be had is named, with the reason, and holds nothing up.

    Raises:
        PaperNotMade: A report was lost and cannot be made again as it was.
        OSError: The folder of the papers cannot be used.
    """
    if notice.kind != PACKET:
        return Enclosures()
    reports = issued_before(books, case.case_id, notice.number, REVIEWS, office)
    letters, missing = _letters(notice.facts.get("letters") or [], office)
    facts = {
        "reports": [report.number for report in reports],
        "enclosed": [letter.name for letter in letters],
        "missing": missing,
    }
    papers = (Attachment(report.file_name, report.media_type, report.content) for report in reports)
    return Enclosures((*papers, *letters), facts)


def _letters(named: Sequence[Any], office: OfficeSettings) -> tuple[list[Attachment], dict[str, str]]:
    """Return the letters that could be fetched, and by the name of each other one why not."""
    letters: list[Attachment] = []
    missing: dict[str, str] = {}
    room, end = LARGEST, monotonic() + WITHIN
    for one in named:
        if not isinstance(one, dict):  # a notice of an earlier version names its letters only
            continue
        try:
            content = _content(one, office, end - monotonic())
        except Unfetched as error:
            missing[one["name"]] = error.reason
            continue
        except (OSError, TimeoutError):
            missing[one["name"]] = "Where it lies cannot be reached now."
            continue
        if len(content) > room:
            missing[one["name"]] = "It is too large for a mail."
            continue
        room -= len(content)
        media_type = mimetypes.guess_type(one["name"])[0] or "application/octet-stream"
        letters.append(Attachment(Path(one["name"]).name, media_type, content))
    return letters, missing


def _content(letter: dict[str, Any], office: OfficeSettings, within: float) -> bytes:
    """Return a letter's content. Raises `Unfetched`, `OSError` or `TimeoutError` where it cannot be had in so many
    seconds.
    """
    if within <= 0:
        raise TimeoutError
    document = DocumentRef(name=letter["name"], uri=letter["uri"], sha256=letter["sha256"])

    def read() -> bytes:
        with fetched(document, office.documents) as file:
            return file.read()

    pool = ThreadPoolExecutor(1)
    try:
        return pool.submit(read).result(within)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
