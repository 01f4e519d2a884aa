"""The letters that a message will cause, as they will go out: looked at before it is sent. Nothing is written."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from activities.notices.compose import NotWritten, compose
from activities.notices.index import source_for
from activities.papers.issuing import ANNOUNCED
from activities.recipients import recipients
from activities.terms import rules_of
from policy.dates import as_instant
from policy.facts import CaseFacts, Stage
from policy.messages import Message, ResolveAttention
from policy.office import OfficeSettings
from policy.words import spoken
from records.books import Books
from records.money_queries import invoice_facts
from records.queries import deadlines
from records.tables import CaseRecord, Deadline
from services.case_snapshot import CaseSnapshot
from services.foreseen.before import Before, Caused
from services.foreseen.caused import letters_caused, warnings_of
from services.foreseen.not_shown import sentence_of

BELIEVED = timedelta(days=3)
"""How far back what the office issues is dated, as a stamp is believed."""
PAST = "The case's past is entered: nobody but the office hears of it, and invoices are issued in silence."


class PreviewedLetter(NamedTuple):
    """A letter as it will go out. `papers`: what is made and numbered when it does."""

    kind: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    body: str
    papers: tuple[str, ...]


class Preview(NamedTuple):
    """What a message will cause.

    Attributes:
        letters: Its letters, in their order.
        notes: What is not shown, in sentences.
        warnings: What should be known before it is sent.
    """

    letters: tuple[PreviewedLetter, ...]
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def letters_of(
    message: Message, row: CaseRecord, snapshot: CaseSnapshot, books: Books, office: OfficeSettings, now: datetime
) -> Preview:
    """Return the letters that a message will cause.

    Args:
        message: As it would be sent.
        row: The case's row in the books.
        snapshot: How the case stands.
        books: Where its money and its windows are.
        office: Who writes.
        now: The present instant (UTC).

    Raises:
        Refused: It is about money that the case does not have.
    """
    with books.reading() as session:
        facts = CaseFacts(
            case_id=row.case_id,
            opened_at=row.opened_at,
            stage=Stage(snapshot.case.stage),
            invoices=invoice_facts(session, row.case_id),
        )
        windows = deadlines(session, row.case_id)
    at = as_instant(message.received_at, office.zone) if message.received_at else now
    terms = rules_of(row, at, office)
    issued_at = at if now - at <= BELIEVED else now
    before = Before(row, snapshot.case, snapshot.entries, facts, terms, at, issued_at, _attempt(snapshot))
    caused = letters_caused(message, before)
    if snapshot.case.adopting:
        caused = [one for one in caused if one.kind == "needs_attention"]
    letters = tuple(_written(one, before, windows, office) for one in caused)
    return Preview(letters, tuple(_notes(message, before, letters)), tuple(warnings_of(message, before)))


def _attempt(snapshot: CaseSnapshot) -> str:
    """Return why the present attempt is made, as the newest entry of its stage says; a first one is an application."""
    tried = (entry.detail.get("attempt") for entry in reversed(snapshot.entries) if entry.kind == "stage")
    return next((str(one) for one in tried if one), "application")


def _written(caused: Caused, before: Before, windows: Sequence[Deadline], office: OfficeSettings) -> PreviewedLetter:
    row = caused.row or before.row
    told: dict[str, Any] = {"rule": caused.rule, "source": source_for(row, caused.rule), **caused.facts}
    begun = {one.name for one in caused.windows}
    kept = [] if caused.closes else [one for one in windows if one.name not in begun]
    try:
        words = compose(caused.kind, row, told, before.issued_at, office, [*kept, *caused.windows])
    except NotWritten as error:
        return PreviewedLetter(caused.kind, (), (), spoken(caused.kind), f"It cannot be shown: {error}.", ())
    to, cc, *_ = recipients(caused.kind, row, told, office)
    papers = tuple(f"{paper.value.replace('_', ' ')} (PDF)" for paper in ANNOUNCED.get(caused.kind, ()))
    return PreviewedLetter(caused.kind, to, cc, words.subject, words.body, papers)


def _notes(message: Message, before: Before, letters: Sequence[PreviewedLetter]) -> list[str]:
    """Return what is not shown: letters that hang on what comes first, what is numbered then, what no letter tells."""
    past = before.case.adopting and not isinstance(message, ResolveAttention)
    told = PAST if past else sentence_of(message, before)
    notes = [told] if told else []
    if any(letter.papers for letter in letters):
        notes.append("Papers are numbered and made when the letter goes out.")
    if not letters and not notes:
        notes.append("No letter goes out with it at once; the entry stands in the case's history.")
    return notes
