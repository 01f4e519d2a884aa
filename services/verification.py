"""Hold a file against the books: is it a paper that the office issued, and what is it worth today?"""

import hashlib
import logging
import re
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from pypdf import PdfReader
from sqlmodel import Session

from policy.dates import last_day, local_day
from policy.words import day_in_words, dollars, outcome_words
from records.papers import paper_by_number, paper_with_digest, papers, undoing_of
from records.queries import case_by_id
from records.tables import CaseRecord, Invoice, Paper
from records.words import InvoiceStatus, PaperKind

NUMBER = re.compile(r"\b(?:[A-Z]{1,2})?\d{4}-\d{6,}\b")
"""The number of a paper, as it stands in a PDF's title and keywords."""
LARGEST = 20_000_000
"""Bytes of a file in which a number is looked for; no paper comes near it."""
GRANTS = {PaperKind.CERTIFICATE, PaperKind.DESIGNATION}
"""What is in force for a time."""
logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what is wrong with a file is told in a sentence, not in a log


class Authenticity(StrEnum):
    """What a file turned out to be: as it was issued; changed since; or nothing that the books know.

    `ISSUED`: a number alone, without a file, that the office has given out.
    """

    GENUINE = "genuine"
    ISSUED = "issued"
    ALTERED = "altered"
    UNKNOWN = "unknown"


class PaperValidity(NamedTuple):
    """What a paper is worth today, in words; `in_force` only of what is in force for a time."""

    text: str
    in_force: bool | None = None


class Judgement(NamedTuple):
    """What is known of a file."""

    file: Path
    sha256: str | None
    authenticity: Authenticity
    text: str
    paper: Paper | None = None
    validity: PaperValidity | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it for a script."""
        paper, validity = self.paper, self.validity
        return {
            "file": str(self.file),
            "sha256": self.sha256,
            "verdict": self.authenticity.value,
            "number": paper.number if paper else None,
            "kind": paper.kind if paper else None,
            "case": paper.case_id if paper else None,
            "issued_at": paper.issued_at.isoformat() if paper else None,
            "in_force": validity.in_force if validity else None,
            "standing": validity.text if validity else None,
            "text": self.text,
        }


def examine(session: Session, file: Path, at: datetime, zone: ZoneInfo) -> Judgement:
    """Hold a file against the books, as of an instant. It is read in pieces, whatever its size.

    The number of a paper in the place of a file, as somebody names it on the phone, is looked up.

    Raises:
        OSError: It cannot be read.
    """
    if NUMBER.fullmatch(str(file)) and not file.exists():
        return _look_up(session, file, at, zone)
    with file.open("rb") as opened:
        sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
    paper = paper_with_digest(session, sha256)
    if paper is not None:
        validity = validity_of(session, paper, at, zone)
        text = f"genuine: {_called(paper, zone)}{validity.text and f'; {validity.text}'}."
        return Judgement(file, sha256, Authenticity.GENUINE, text, paper, validity)
    number = number_in(file)
    paper = paper_by_number(session, number) if number else None
    if paper is not None:
        text = (
            f"not genuine: it says that it is {paper.number}, but it is not as the office issued it. The books have "
            f"{_called(paper, zone)}; `accredit papers {paper.case_id} --save FOLDER` gives the genuine file."
        )
        return Judgement(file, sha256, Authenticity.ALTERED, text, paper)
    said = f", and number {number}, which it gives, was never issued" if number else ""
    text = f"not known: the books have no paper with this content{said}."
    return Judgement(file, sha256, Authenticity.UNKNOWN, text)


def _look_up(session: Session, number: Path, at: datetime, zone: ZoneInfo) -> Judgement:
    """Say what the books have of a number."""
    paper = paper_by_number(session, str(number))
    if paper is None:
        return Judgement(number, None, Authenticity.UNKNOWN, "not known: the books have no paper with this number.")
    validity = validity_of(session, paper, at, zone)
    text = (
        f"issued: {_called(paper, zone)}{validity.text and f'; {validity.text}'}. "
        "Whether a copy is genuine only its file can tell."
    )
    return Judgement(number, None, Authenticity.ISSUED, text, paper, validity)


def number_in(file: Path) -> str | None:
    """Return the number that a PDF gives in its title or keywords; None where it is none, or too large, or broken."""
    if file.stat().st_size > LARGEST:
        return None
    try:
        with PdfReader(file) as reader:
            known = reader.metadata
            said = f"{known.title} {known.keywords}" if known else ""
    except Exception:  # whatever a broken or hostile file makes the reader stumble over: it gives no number
        return None
    match = NUMBER.search(said)
    return match[0] if match else None


def validity_of(session: Session, paper: Paper, at: datetime, zone: ZoneInfo) -> PaperValidity:
    """Return what a genuine paper is worth at an instant."""
    if paper.kind in GRANTS:
        return _grant(session, paper, at, zone)
    if paper.kind == PaperKind.INVOICE:
        return _invoice(session, paper, at, zone)
    if paper.kind == PaperKind.RECEIPT:
        return _receipt(session, paper, zone)
    return PaperValidity("")


def _grant(session: Session, paper: Paper, at: datetime, zone: ZoneInfo) -> PaperValidity:
    """A certificate or designation is in force until its end, unless the case closed or a newer one took its place."""
    until = paper.facts.get("expires_at")
    expires_at = datetime.fromisoformat(until) if until else None
    ended = _ended(case_by_id(session, paper.case_id), expires_at, zone)
    newer = [one.number for one in papers(session, paper.case_id) if one.facts.get("replaces") == paper.number]
    if ended:
        return PaperValidity(ended, in_force=False)
    if expires_at is None:
        return PaperValidity("")
    last = day_in_words(last_day(expires_at, zone))
    if at >= expires_at:
        return PaperValidity(f"expired: it was in force until the end of {last}", in_force=False)
    if newer:
        return PaperValidity(f"no longer in force: {newer[-1]} took its place", in_force=False)
    return PaperValidity(f"in force until the end of {last}", in_force=True)


def _ended(case: CaseRecord | None, expires_at: datetime | None, zone: ZoneInfo) -> str | None:
    """Return how the case ended before the grant did, in words; at its own end a grant has merely expired."""
    if case is None or case.closed_at is None or case.outcome is None:
        return None
    if expires_at is not None and case.closed_at >= expires_at:
        return None
    ended = day_in_words(local_day(case.closed_at, zone))
    return f"no longer in force: the case ended on {ended}, {outcome_words(case.outcome)}"


def _invoice(session: Session, paper: Paper, at: datetime, zone: ZoneInfo) -> PaperValidity:
    invoice = session.get(Invoice, paper.number)
    if invoice is None:
        return PaperValidity("")
    if invoice.status == InvoiceStatus.VOID:
        return PaperValidity("void: it need not be paid")
    if invoice.status == InvoiceStatus.PAID:
        return PaperValidity("nothing more is owed on it" if invoice.written_off else "paid in full")
    left = dollars(invoice.total - invoice.paid - invoice.credited - invoice.written_off)
    due = day_in_words(last_day(invoice.due_at, zone))
    return PaperValidity(f"{left} is still to be paid, {'overdue since' if invoice.due_at < at else 'due by'} {due}")


def _receipt(session: Session, paper: Paper, zone: ZoneInfo) -> PaperValidity:
    undone = undoing_of(session, paper.case_id, paper.facts.get("payment") or "")
    return PaperValidity(f"the payment was taken back on {day_in_words(local_day(undone.at, zone))}" if undone else "")


def _called(paper: Paper, zone: ZoneInfo) -> str:
    """Return a paper by its kind, number, day and holder."""
    sample = "sample " if paper.facts.get("sample") else ""
    holder = (paper.facts.get("holder") or {}).get("name") or paper.case_id
    issued = day_in_words(local_day(paper.issued_at, zone))
    about = paper.facts.get("subject")
    named = f"{sample}{paper.kind.replace('_', ' ')} {paper.number}"
    return f"{named}, issued on {issued} for {holder}{f' ({about})' if about else ''}"
