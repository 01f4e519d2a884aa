"""`accredit statement`: the account of a facility over all its cases."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from sqlmodel import Session, col, func, select

from activities.billing import payer_of
from activities.papers.statement import statement_pdf
from policy.dates import end_of_day, last_day, local_day
from policy.office import OfficeSettings
from policy.words import day_in_words, dollars
from records.postings import PostingKind, Scope, postings
from records.statement import InvoiceStanding, Statement, draw_up
from records.tables import CaseRecord
from services.clock import now
from services.errors import NoSuchCase
from starter.office.ledger import ENTRY_COLUMNS, RIGHT, about, entry_rows, row_of, signed
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
Until = Annotated[str | None, typer.Option("--until", metavar="DATE", help="The last day; it belongs to the period.")]
Pdf = Annotated[Path | None, typer.Option("--pdf", metavar="FILE", help="Write the statement as PDF too.")]
FORWARD = "Balance brought forward"


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
        holder = _newest_case(session, facility)
        found = postings(session, office.zone, Scope(facility=facility, until=period.until))
    drawn = draw_up(found, since=period.since, at=at)
    if pdf:
        save(statement_pdf(pdf_data(drawn, payer_of(holder), office, period, at), office.papers.fonts), pdf)
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
    newest = session.exec(cases.order_by(col(CaseRecord.opened_at).desc(), col(CaseRecord.case_id)).limit(1)).first()
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


def balance_lines(drawn: Statement, zone: ZoneInfo) -> list[str]:
    """Return the closing balance in words, what is owed with its date, and what was paid too much."""
    if drawn.closing > 0:
        late = f", of which {dollars(drawn.overdue)} is overdue" if drawn.overdue else ""
        lines = [f"Balance: {dollars(drawn.closing)} is owed{late}."]
    elif drawn.closing < 0:
        lines = [f"Balance: {dollars(-drawn.closing)} in the facility's favour: more was paid than is owed."]
    else:
        lines = ["Balance: nothing is owed."]
    for one in drawn.owed:
        late = ", overdue" if one.overdue else ""
        lines.append(
            f"  {one.invoice}: {dollars(one.amount)} to be paid by {day_in_words(last_day(one.due_at, zone))}{late}"
        )
    lines += [f"  {one.invoice}: {dollars(-one.amount)} paid too much" for one in drawn.overpaid]
    return lines


def pdf_data(
    drawn: Statement, payer: dict[str, Any], office: OfficeSettings, period: Period, at: datetime
) -> dict[str, Any]:
    """Return what the statement's paper says, ready to print."""
    zone, sum_of = office.zone, drawn.sum_of
    names = ("day", "text", "charged", "settled", "balance")
    entries = [dict(zip(names, row, strict=True)) for row in entry_rows(drawn.lines)]
    if period.since:
        entries.insert(0, {"day": str(period.since), "text": FORWARD, "balance": signed(drawn.opening)})
    return {
        "issuer": office.issuer.model_dump(mode="json") | {"hours": office.office.hours},
        "sample": office.sample,
        "holder": payer,
        "as_of": day_in_words(period.until or local_day(at, zone)),
        "since": day_in_words(period.since) if period.since else "",
        "at": at,
        "entries": entries,
        "charged": dollars(sum_of(PostingKind.INVOICE)),
        "paid": dollars(-sum_of(PostingKind.PAYMENT, PostingKind.PAYMENT_UNDONE, PostingKind.REFUND)),
        "credited": dollars(-sum_of(PostingKind.CREDIT_NOTE, PostingKind.VOID)),
        **({"written_off": dollars(-given_up)} if (given_up := sum_of(PostingKind.WRITE_OFF)) else {}),
        "balance": signed(drawn.closing),
        "open_invoices": [
            {
                "number": one.invoice,
                "text": f"{one.purpose.replace('_', ' ')}, {about(one.case_id)}",
                "due": day_in_words(last_day(one.due_at, zone)),
                "overdue": one.overdue,
                "outstanding": dollars(one.amount),
            }
            for one in drawn.owed
        ],
    }
