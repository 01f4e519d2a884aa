"""`accredit worklist`: who must act by when, over all open cases, from the books."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, NamedTuple
from zoneinfo import ZoneInfo

import typer
from sqlmodel import Session, col, func, select

from policy.application import Modality
from policy.dates import last_day
from policy.facts import Party
from records.money_queries import UNSETTLED
from records.queries import worklist as listed
from records.tables import CaseRecord, Invoice
from services.clock import now
from services.errors import InputFault, Unusable
from services.words import party, stage_words
from starter.cases.show import distance
from starter.terminal.arguments import AsJson
from starter.terminal.books import books_to_read
from starter.terminal.context import office_of
from starter.terminal.output import note, show_json, show_table


def first_unpaid(session: Session) -> dict[str, datetime]:
    """Return for each case that owes money the instant at which its first unpaid invoice is due."""
    owed = select(Invoice.case_id, func.min(Invoice.due_at)).where(col(Invoice.status).in_(UNSETTLED))
    return dict(session.exec(owed.group_by(col(Invoice.case_id))).all())


WhoseTurn = Annotated[Party | None, typer.Option("--party", help="Only what this party must do.")]
DueWithin = Annotated[
    str | None,
    typer.Option("--due-within", metavar="14d", help="Only what is due in so many days (d), weeks (w), hours (h)."),
]
Overdue = Annotated[bool, typer.Option("--overdue", help="Only what is overdue.")]
InState = Annotated[str | None, typer.Option("--state", metavar="OH", help="Only facilities in this state.")]
OfModality = Annotated[Modality | None, typer.Option("--modality", help="Only this modality.")]
COLUMNS = ["Case", "Due", "", "Awaited", "For", "Stage", "Attention"]
TOLD = {
    "facility_id", "facility_name", "state", "modality", "stage", "awaited_party", "awaited", "deficiencies",
    "needs_attention",
}  # fmt: skip
UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


class Item(NamedTuple):
    """A case that somebody must act in, with the instant by which."""

    case: CaseRecord
    due_at: datetime | None
    due_name: str | None

    def is_overdue(self, at: datetime) -> bool:
        """Whether its time has passed."""
        return self.due_at is not None and self.due_at < at

    def as_json(self, at: datetime) -> dict[str, Any]:
        """Return it for a script."""
        told = self.case.model_dump(mode="json", include=TOLD)
        due = {"due_at": self.due_at.isoformat() if self.due_at else None, "due_name": self.due_name}
        return {"case": self.case.case_id, **told, **due, "overdue": self.is_overdue(at)}


def worklist(
    ctx: typer.Context,
    whose: WhoseTurn = None,
    due_within: DueWithin = None,
    overdue: Overdue = False,
    state: InState = None,
    modality: OfModality = None,
    as_json: AsJson = False,
) -> None:
    """List who must act by when, over all open cases, what is due first at the top.

    It is read from the books, so that it answers while no worker runs; what needs attention says so.

    For example:

        accredit worklist
        accredit worklist --party acr --due-within 14d
        accredit worklist --overdue --state OH --modality ct --json
    """
    instant, zone = now(), office_of(ctx, amounts=False).zone
    due_by = instant + read_span(due_within) if due_within else None
    with books_to_read(ctx) as books, books.reading() as session:
        told_by = books.address
        cases = listed(
            session,
            party=whose.value if whose else None,
            state=state.upper() if state else None,
            modality=modality.value if modality else None,
        )
        items = in_order(cases, first_unpaid(session))
    items = [
        item
        for item in items
        if (due_by is None or (item.due_at and item.due_at <= due_by)) and (not overdue or item.is_overdue(instant))
    ]
    if as_json:
        show_json([item.as_json(instant) for item in items])
    elif not items:
        note(f"Nobody is awaited, as told by the books {told_by}.")
    else:
        show_table(COLUMNS, [_row(item, zone, instant) for item in items])
        note(f"As told by the books {told_by}.")


def in_order(cases: Sequence[CaseRecord], unpaid: Mapping[str, datetime]) -> list[Item]:
    """Return what is to be done, what is due first at the top, what has no date at the bottom.

    A case that awaits only a payment may have no date of its own yet: then its invoice has.
    """
    items = []
    for case in cases:
        by_invoice = case.due_at is None and case.case_id in unpaid
        due_at = unpaid[case.case_id] if by_invoice else case.due_at
        items.append(Item(case, due_at, "invoice" if by_invoice else case.due_name))
    return sorted(items, key=lambda item: (item.due_at is None, item.due_at, item.case.case_id))


def read_span(text: str) -> timedelta:
    """Read a span of time such as `14d`, `2w` or `36h`; a number alone is days.

    Raises:
        Unusable: It is none.
    """
    match = re.fullmatch(r"(\d{1,5})\s*([hdw]?)", text.strip().lower())
    if not match:
        raise Unusable([InputFault("--due-within", "", text, "a number of days (14d), weeks (2w) or hours (36h)")])
    return int(match[1]) * UNITS[match[2] or "d"]


def _row(item: Item, zone: ZoneInfo, instant: datetime) -> list[str]:
    case = item.case
    day = str(last_day(item.due_at, zone)) if item.due_at else ""
    due = distance(item.due_at, zone, instant) if item.due_at else "no date"
    attention = "needs attention" if case.needs_attention else ""
    who = party(case.awaited_party) if case.awaited_party else ""
    return [case.case_id, day, due, who, case.awaited, stage_words(case.stage).lower(), attention]
