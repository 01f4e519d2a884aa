"""`accredit statement`: the account of a facility over all its cases."""

from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from sqlmodel import Session, col, func, select

from activities.billing import payer_of
from activities.papers.statement import statement_pdf
from policy.dates import end_of_day, last_day
from records.facility.changes import present_id
from records.postings import Scope, postings
from records.statement import InvoiceStanding, Statement, draw_up
from records.tables import CaseRecord
from services.clock import now
from services.errors import NoSuchCase
from services.facility.account import ENTRY_COLUMNS, FORWARD, RIGHT, balance_lines, entry_rows, signed, statement_data
from starter.office.ledger import row_of
from starter.terminal import completion
from starter.terminal.arguments import AsJson
from starter.terminal.books import reading
from starter.terminal.context import office_of
from starter.terminal.output import note, say, show_json, show_table
from starter.terminal.period import Period, read_period
from starter.terminal.saving import save

FacilityId = Annotated[
    str,
    typer.Argument(
        metavar="FACILITY", help="The facility's or practice's id, as OH-0417.", autocompletion=completion.facilities
    ),
]
From = Annotated[str | None, typer.Option("--from", metavar="DATE", help="The first day (left out: the first entry).")]
Until = Annotated[
    str | None, typer.Option("--until", "--to", metavar="DATE", help="The last day; it belongs to the period.")
]
Pdf = Annotated[Path | None, typer.Option("--pdf", metavar="FILE", help="Write the statement as PDF too.")]


def statement(
    ctx: typer.Context,
    facility: FacilityId,
    since: From = None,
    until: Until = None,
    pdf: Pdf = None,
    as_json: AsJson = False,
) -> None:
    """Print a facility's statement of account: every entry of all its cases, the balance, and what is overdue.

    Debit is owed more, credit is owed less. What was paid too much lowers the balance, and may turn it in the
    facility's favour. Days are the office's.

    For example:

        accredit statement OH-0417
        accredit statement OH-0417 --from 2028-01-01 --until 2028-12-31 --pdf statement.pdf
        accredit statement OH-0417 --json
    """
    period, office = read_period(since, until), office_of(ctx, amounts=False)
    at = end_of_day(period.until, office.zone) if period.until else now()
    with reading(ctx) as session:
        asked, facility = facility, present_id(session, facility)
        holder = _newest_case(session, facility)
        found = postings(session, office.zone, Scope(facility=facility, until=period.until))
    if facility.lower() != asked.lower() and not as_json:
        note(f"{asked} is {facility} now: this is the account of both.")
    drawn = draw_up(found, since=period.since, at=at)
    if pdf:
        save(
            statement_pdf(
                statement_data(drawn, payer_of(holder), office, at, since=period.since, until=period.until),
                office.papers.fonts,
            ),
            pdf,
        )
    if as_json:
        show_json(as_data(drawn, holder, period, office.zone))
    else:
        _tell(drawn, holder, period, office.zone)
    if pdf:
        note(f"Written: {pdf}")


def _newest_case(session: Session, facility: str) -> CaseRecord:
    """Return the case that knows the facility's name and address best.

    Raises:
        NoSuchCase: The books know no facility of that id.
    """
    cases = select(CaseRecord).where(func.lower(col(CaseRecord.facility_id)) == facility.lower())
    open_first = col(CaseRecord.closed_at).is_not(None)  # a closed case keeps the name that the facility had
    newest_first = cases.order_by(open_first, col(CaseRecord.opened_at).desc(), col(CaseRecord.case_id))
    newest = session.exec(newest_first.limit(1)).first()
    if newest is None:
        raise NoSuchCase(
            "facility", facility, "Its id is the second part of its cases' names: accreditation.OH-0417.ct.CT-1.1."
        )
    return newest


def as_data(drawn: Statement, holder: CaseRecord, period: Period, zone: ZoneInfo) -> dict[str, Any]:
    """Return a statement for a script; amounts are text with two decimals."""
    return {
        "facility": holder.facility_id,
        "name": holder.facility_name,
        "from": period.since,
        "until": period.until,
        "opening": drawn.opening,
        "entries": [row_of(line.posting) | {"balance": f"{line.balance:.2f}"} for line in drawn.lines],
        "closing": drawn.closing,
        "overdue": drawn.overdue,
        "owed": [_standing_data(one, zone) | {"overdue": one.overdue} for one in drawn.owed],
        "overpaid": [_standing_data(one, zone) for one in drawn.overpaid],
    }


def _standing_data(one: InvoiceStanding, zone: ZoneInfo) -> dict[str, Any]:
    due = last_day(one.due_at, zone)
    return {"invoice": one.invoice, "purpose": one.purpose, "case": one.case_id, "due": due, "amount": abs(one.amount)}


def _tell(drawn: Statement, holder: CaseRecord, period: Period, zone: ZoneInfo) -> None:
    days = f"{f', from {period.since}' if period.since else ''}{f', through {period.until}' if period.until else ''}"
    say(f"Statement of account: {holder.facility_name} ({holder.facility_id}){days}", style="bold")
    rows = entry_rows(drawn.lines)
    if period.since:
        rows.insert(0, [str(period.since), FORWARD, "", "", signed(drawn.opening)])
    if rows:
        show_table(ENTRY_COLUMNS, rows, right=RIGHT)
    else:
        note("No entries.")
    for line in balance_lines(drawn, zone):
        say(line)
