"""`accredit cases`: finds cases and accredited units by what is known of them, from the books."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from policy.application import Modality
from policy.dates import last_day
from policy.facts import Outcome, Stage
from policy.text.spreadsheet import MARK, csv_lines
from policy.words import outcome_words
from records.board import Wanted
from records.register import Found, Order, Sought, how_many
from records.register import found as found_in
from records.words import Program
from services.clock import now
from services.reports.figures import kind_of, kind_words
from services.words import distance, stage_words
from starter.office.worklist import read_span
from starter.terminal.arguments import AsJson
from starter.terminal.books import books_to_read
from starter.terminal.context import office_of
from starter.terminal.output import note, show_json, show_table
from starter.terminal.saving import save

Words = Annotated[list[str] | None, typer.Argument(metavar="[TEXT]", help="Words of a name, city, unit, id, invoice.")]
Facility = Annotated[str, typer.Option("--facility", metavar="NAME", help="The facility's or practice's name or id.")]
City = Annotated[str, typer.Option("--city", metavar="CITY", help="By the city.")]
Unit = Annotated[str, typer.Option("--unit", metavar="CT-1", help="By the unit.")]
InState = Annotated[str, typer.Option("--state", metavar="OH", help="Only in this state.")]
OfModality = Annotated[Modality | None, typer.Option("--modality", help="Only this modality.")]
OfProgram = Annotated[Program | None, typer.Option("--program", help="Only this program.")]
InStage = Annotated[Stage | None, typer.Option("--stage", help="Only in this stage.")]
Ended = Annotated[Outcome | None, typer.Option("--outcome", help="Only what ended so.")]
OpenOnly = Annotated[bool, typer.Option("--open", help="Only what is not closed.")]
InForce = Annotated[bool, typer.Option("--accredited", help="Only units accredited and practices designated now.")]
Within = Annotated[
    str | None,
    typer.Option("--expiring-within", metavar="90d", help="Only what expires in so many days or weeks (w)."),
]
Sorted = Annotated[Order, typer.Option("--sort", help="In which order.")]
Limit = Annotated[int, typer.Option("--limit", min=1, metavar="50", help="Show so many; --json and --csv give all.")]
Csv = Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write all of them for a spreadsheet.")]
COLUMNS = ["Case", "Facility", "City", "State", "Of", "Unit", "Stage", "Due", "Holds until"]
CSV_COLUMNS = (
    "case", "facility", "facility_name", "city", "state", "of", "unit", "stage", "outcome", "awaited_party", "awaited",
    "due_at", "opened_at", "closed_at", "holds_from", "holds_until",
)  # fmt: skip
SHOWN = 50


def cases(
    ctx: typer.Context,
    text: Words = None,
    facility: Facility = "",
    city: City = "",
    unit: Unit = "",
    state: InState = "",
    modality: OfModality = None,
    program: OfProgram = None,
    stage: InStage = None,
    outcome: Ended = None,
    open_only: OpenOnly = False,
    accredited: InForce = False,
    expiring_within: Within = None,
    sort: Sorted = Order.FACILITY,
    limit: Limit = SHOWN,
    csv: Csv = None,
    as_json: AsJson = False,
) -> None:
    """Find cases, closed ones too, by facility, city, unit, state, stage, modality, outcome, or any words of them.

    Read from the books, so that it answers while no worker runs. With --accredited it is the register of what is in
    force, with the day up to which it holds.

    For example:

        accredit cases sample imaging
        accredit cases --city Sampleton --modality ct --open
        accredit cases --accredited --expiring-within 90d --sort expiry
        accredit cases --outcome withdrawn --csv withdrawn.csv
        accredit cases 2027-000123 --json
    """
    sought = Sought(
        wanted=Wanted(
            search=" ".join(text or ()),
            program=program.value if program else "",
            stage=stage.value if stage else "",
            modality=modality.value if modality else "",
            state=state.upper(),
        ),
        facility=facility,
        city=city,
        unit=unit,
        outcome=outcome.value if outcome else "",
        in_force=accredited,
        ends_by=now() + read_span(expiring_within, "--expiring-within") if expiring_within else None,
        open_only=open_only,
    )
    _tell(ctx, sought, sort, limit, csv, as_json=as_json)


def _tell(ctx: typer.Context, sought: Sought, sort: Order, limit: int, csv: Path | None, *, as_json: bool) -> None:
    """Read what is sought, and tell it in every form that is wanted."""
    with books_to_read(ctx) as books, books.reading() as session:
        told_by = books.address
        rows = [*found_in(session, sought, sort, limit=None if as_json or csv else limit)]
        number = len(rows) if as_json or csv or len(rows) < limit else how_many(session, sought)
    if csv:
        save((MARK + csv_lines([CSV_COLUMNS, *([*map(_cell, case_data(row).values())] for row in rows)])).encode(), csv)
        note(f"{number} cases, written to {csv}.")
    if as_json:
        show_json([case_data(row) for row in rows])
    elif not rows:
        note(f"No case is found, as told by the books {told_by}.")
    else:
        instant, zone = now(), office_of(ctx, amounts=False).zone
        show_table(COLUMNS, [case_row(row, zone, instant) for row in rows[:limit]])
        more = f", and {number - min(limit, number)} more (--limit, --csv)" if number > limit else ""
        note(f"{min(number, limit)} of {number} cases{more}. As told by the books {told_by}.")


def case_data(row: Found) -> dict[str, Any]:
    """Return a case for a script; instants are UTC."""
    due, opened, closed, since, until = (
        at.isoformat() if at else None for at in (row.due_at, row.opened_at, row.closed_at, row.since, row.until)
    )
    return {
        "case": row.case_id,
        "facility": row.facility_id,
        "facility_name": row.facility_name,
        "city": row.city,
        "state": row.state,
        "of": kind_of(row.program, row.modality),
        "unit": row.unit,
        "stage": row.stage,
        "outcome": row.outcome,
        "awaited_party": row.awaited_party,
        "awaited": row.awaited,
        "due_at": due,
        "opened_at": opened,
        "closed_at": closed,
        "holds_from": since,
        "holds_until": until,
    }


def case_row(row: Found, zone: ZoneInfo, instant: datetime) -> list[str]:
    """Return a case as a row of the table."""
    of = kind_words(kind_of(row.program, row.modality))
    ended = f": {outcome_words(row.outcome)}" if row.outcome else ""
    due = distance(row.due_at, zone, instant) if row.due_at and not row.closed_at and row.awaited_party else ""
    unit = "" if row.unit in (None, "site") else str(row.unit)
    until = str(last_day(row.until, zone)) if row.until and not row.closed_at else ""
    stage = f"{stage_words(row.stage).lower()}{ended}"
    return [row.case_id, row.facility_name, row.city or "", row.state or "", of, unit, stage, due, until]


def _cell(value: Any) -> str:
    return "" if value is None else str(value)
