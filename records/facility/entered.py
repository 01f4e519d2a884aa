"""Reports of before the office adopted a case: what they found was entered, and a paper is kept of none."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from policy.application import Modality
from records.tables import CaseRecord, TimelineEntry
from records.words import PaperKind

KINDS = {
    "issue final report": PaperKind.FINAL_REPORT,
    "correct final report": PaperKind.FINAL_REPORT,
    "decide accreditation": PaperKind.FINAL_REPORT,
    "correct accreditation decision": PaperKind.FINAL_REPORT,
    "issue appeal result": PaperKind.APPEAL_RESULT,
    "correct appeal result": PaperKind.APPEAL_RESULT,
    "issue supplemental result": PaperKind.APPEAL_RESULT,
}
"""Entries of messages that issue a report, and the paper that each has where the office issued it itself."""
RESOLVED, ADOPTION = "resolve attention", "adoption"
"""The entry with which an adoption ends, and the item that it settles (`policy.facts`)."""
SUPPLEMENTAL = "issue supplemental result"
NUMBERED = "entered-"
"""What the names of such reports begin with, in the place of a number: no series of the office has it."""


@dataclass(frozen=True)
class EnteredReport:
    """A report that was issued elsewhere, or on paper, before the office adopted its case.

    Attributes:
        number: What it is called in addresses: the first one of its case is `entered-1`.
        kind: As which paper it would be issued today (`PaperKind`).
        case_id: Its case.
        issued_at: When it was issued, as the office says.
        supplemental: Whether it is the result of a supplemental review.
        facts: The message with which the office entered it.
        application: The case's application, which names the areas.
    """

    number: str
    kind: str
    case_id: str
    issued_at: datetime
    supplemental: bool
    facts: dict[str, Any]
    application: dict[str, Any]


def entered_reports(session: Session, case_ids: Collection[str]) -> list[EnteredReport]:
    """Return the reports of cases that were entered with their past, in the order in which they were entered.

    None of a case whose past is still being entered: it takes no viewing yet.
    """
    told = select(TimelineEntry).where(
        col(TimelineEntry.case_id).in_(_adopted(session, case_ids)),
        col(TimelineEntry.kind) == "message",
        col(TimelineEntry.text).in_((*KINDS, RESOLVED)),
    )
    of_case: dict[str, list[TimelineEntry]] = defaultdict(list)
    for entry in session.exec(told.order_by(col(TimelineEntry.id))):
        of_case[entry.case_id].append(entry)
    past = {case_id: found for case_id, entries in of_case.items() if (found := _before_the_end(entries))}
    known = select(CaseRecord.case_id, CaseRecord.application).where(col(CaseRecord.case_id).in_(past))
    applications = {case_id: dict(one) for case_id, one in session.exec(known)} if past else {}
    return [
        EnteredReport(
            f"{NUMBERED}{number}",
            KINDS[entry.text],
            case_id,
            entry.at,
            entry.text == SUPPLEMENTAL,
            _message(entry),
            applications[case_id],
        )
        for case_id, entries in past.items()
        for number, entry in enumerate(entries, 1)
        if not _has_no_page(applications[case_id], KINDS[entry.text])
    ]


def _has_no_page(application: dict[str, Any], kind: PaperKind) -> bool:
    """Whether a report is one that the office issues no paper of either: a committee's appeal is answered by letter."""
    return kind == PaperKind.APPEAL_RESULT and application.get("modality") == Modality.RADIATION_ONCOLOGY


def _adopted(session: Session, case_ids: Collection[str]) -> list[str]:
    """Return which cases were adopted: each said so when it opened."""
    raised = select(TimelineEntry).where(
        col(TimelineEntry.case_id).in_(case_ids), col(TimelineEntry.kind) == "attention"
    )
    return sorted({one.case_id for one in session.exec(raised) if one.detail.get("item") == ADOPTION})


def _before_the_end(entries: Sequence[TimelineEntry]) -> list[TimelineEntry]:
    """Return the reports among a case's entries up to the end of its adoption; none where that is still to come."""
    found: list[TimelineEntry] = []
    for entry in entries:
        if entry.text == RESOLVED and _message(entry).get("item") == ADOPTION:
            return found
        if entry.text in KINDS:
            found.append(entry)
    return []


def _message(entry: TimelineEntry) -> dict[str, Any]:
    said = entry.detail.get("message")
    return said if isinstance(said, dict) else {}
