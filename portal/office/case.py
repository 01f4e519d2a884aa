"""A case on one page: how it stands, its picture, entries, money, papers, letters, documents, people, and messages."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from starlette.responses import Response

from pictures.page import View
from pictures.reading import LifeSource, life_of
from pictures.wording import saying
from policy.identity import parse_designation_id
from policy.status import EntryView
from portal.page import Page, Who
from portal.standing import stands
from portal.visit import Visit
from records.books import Session
from records.facility.view import reports_of
from records.money_queries import Bill, bills
from records.outbox import notices
from records.papers import papers
from records.queries import open_cases_of
from records.tables import CaseRecord, Membership, Notice, Paper, Person
from records.words import STARTING
from services.case_snapshot import CaseSnapshot
from services.connect import case_link
from services.facility.reports import Report, reports
from services.foreseen.possible import possible_messages, reopens
from services.people.people import members_of
from services.words import plain, window_words


class OfBooks(NamedTuple):
    """What the books hold of a case beside how it stands."""

    bills: list[Bill]
    papers: list[Paper]
    notices: list[Notice]
    entered: list[Report]
    people: list[tuple[Person, Membership]]
    others: list[CaseRecord]


class Line(NamedTuple):
    """An entry of the timeline in words. `entered_by`: who at the office entered it for somebody; else empty."""

    entry: EntryView
    text: str
    person: str
    entered_by: str


class Submitted(NamedTuple):
    """A document that came with a message, and what became of that."""

    name: str
    sha256: str
    signed_by: str
    message: str
    entry: EntryView
    found: str


async def show_case(visit: Visit) -> Response:
    """Show all that the office knows of a case, and what it can do."""
    case_id = visit.its_case.case_id
    snapshot = await stands(visit)
    row, at = visit.its_case, visit.now
    books = await visit.read(lambda session: _of_books(session, row, visit))
    possible = possible_messages(snapshot.case, reopens=reopens(snapshot.case, visit.world.settings, visit.now))
    return visit.page(
        "office/case.html.j2",
        title=f"{row.facility_name or row.facility_id}: {row.unit or row.state or row.subject}",
        snapshot=snapshot,
        books=books,
        possible=possible,
        lines=list(lines_of(snapshot, visit)),
        documents=list(documents_of(snapshot)),
        view=picture_of(snapshot, visit),
        windows=[(one, _window(snapshot, one.name)) for one in snapshot.case.deadlines],
        announced=row.stage == STARTING,
        printed={one.number for one in books.papers},
        ui=case_link(case_id, visit.world.client.namespace),
        at=at,
        owed=sum((bill.outstanding for bill in books.bills if bill.invoice.status in ("open", "partly_paid")), 0),
    )


def lines_of(snapshot: CaseSnapshot, visit: Visit) -> Iterator[Line]:
    """Yield the entries of a case in words, newest first."""
    designation = parse_designation_id(snapshot.case.case) is not None
    for entry in reversed(snapshot.entries):
        text = saying(entry, visit.world.zone, designation=designation).text
        person, entered_by = (str(entry.detail.get(name) or "") for name in ("person", "entered_by"))
        yield Line(entry, text, person, entered_by)


def documents_of(snapshot: CaseSnapshot) -> Iterator[Submitted]:
    """Yield the documents that came with accepted messages, newest first, each with what was found in it."""
    for entry in reversed(snapshot.entries):
        sent = entry.detail.get("message")
        if entry.kind != "message" or not isinstance(sent, dict):
            continue
        key = f"{entry.text.replace(' ', '_')}:{sent.get('message_id')}"
        unsearched = [one.text for one in snapshot.case.attention if one.item == f"document.{key}"]
        for document in _documents_in(sent):
            found = "; ".join(unsearched) or "Read when it came: nothing was found against it."
            yield Submitted(
                str(document.get("name")),
                str(document.get("sha256")),
                _signer(document.get("signed_by")),
                entry.text,
                entry,
                found,
            )


def _documents_in(sent: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name in ("letters", "withdrawal_form", "documents"):
        value = sent.get(name) or []
        yield from (one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict))


def _signer(signature: object) -> str:
    if not isinstance(signature, dict):
        return ""
    role, name = plain(str(signature.get("role") or "")), signature.get("name")
    return f"{name}, {role.lower()}" if name else role


def picture_of(snapshot: CaseSnapshot, visit: Visit) -> View | None:
    """Return the picture of a case's life; None before anything happened."""
    case = snapshot.case
    if not snapshot.entries:
        return None
    opened_at = case.opened_at or snapshot.entries[0].at
    title = f"The life of {case.case}"
    told = LifeSource(title, case, snapshot.entries, snapshot.agenda, opened_at, visit.now, snapshot.told_by)
    return View(life_of(told, visit.world.zone))


def _window(snapshot: CaseSnapshot, name: str) -> str:
    return window_words(name, designation=parse_designation_id(snapshot.case.case) is not None)


def _of_books(session: Session, row: CaseRecord, visit: Visit) -> OfBooks:
    case_id = row.case_id
    return OfBooks(
        bills(session, visit.now, case_id),
        list(papers(session, case_id)),
        notices(session, case_id),
        [one for one in reports(reports_of(session, case_ids=[case_id])) if one.entered],
        list(members_of(session, row.facility_id)),
        [one for one in open_cases_of(session, row.subject) if one.case_id != case_id],
    )


PAGES: tuple[Page, ...] = (Page("/office/cases/{case}", Who.OFFICE, show_case),)
