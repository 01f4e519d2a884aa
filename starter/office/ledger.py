"""`accredit ledger`: every entry about money in a period, for the office's accounting."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from policy.text.spreadsheet import csv_lines
from policy.words import dollars
from records.postings import NOTHING, Posting, PostingKind, Scope, postings
from starter.terminal.arguments import AsJson
from starter.terminal.books import reading
from starter.terminal.context import office_of
from starter.terminal.output import note, show_json
from starter.terminal.period import Period, read_period
from starter.terminal.saving import save

From = Annotated[str, typer.Option("--from", metavar="DATE", help="The first day, on the office's calendar.")]
Until = Annotated[str, typer.Option("--until", "--to", metavar="DATE", help="The last day; it belongs to the period.")]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE.csv", help="The file to write (else it is printed).")
]
CURRENCY = "USD"
COLUMNS = (
    "date", "kind", "number", "invoice", "case", "facility", "purpose", "description", "debit", "credit", "currency",
    "method", "reference", "entered",
)  # fmt: skip


def ledger(ctx: typer.Context, since: From, until: Until, output: Output = None, as_json: AsJson = False) -> None:
    """Export every entry about money in a period as CSV: invoices, payments, credit notes, refunds, write-offs, voids.

    One row an entry, in the order of their days, with debit (owed more) or credit (owed less) in US dollars. A payment
    counts as of the day on which the money arrived; the column `entered` tells when it was recorded. The sums are told
    beside it. A text that a spreadsheet would run as a formula has an apostrophe before it. A file that is written is
    UTF-8 with a byte order mark, by which Excel knows it; what is printed has none.

    For example:

        accredit ledger --from 2028-01-01 --until 2028-01-31 -o january.csv
        accredit ledger --from 2028-01-01 --until 2028-12-31 --json
    """
    period = read_period(since, until)
    zone = office_of(ctx, amounts=False).zone
    with reading(ctx) as session:
        found = postings(session, zone, Scope(since=period.since, until=period.until))
    rows = [row_of(one) for one in found]
    if output:
        save(as_csv(rows).encode("utf-8-sig"), output)
    if as_json:
        sums = {kind.value: sum_of(found, kind) for kind in PostingKind}
        totals = {
            "debit": sum((one.debit for one in found), NOTHING),
            "credit": sum((one.credit for one in found), NOTHING),
        }
        show_json({"from": period.since, "until": period.until, "entries": rows, "sums": sums, **totals})
    elif not output:
        typer.echo(as_csv(rows).encode(), nl=False)
    _tell_sums(found, period, output)


def row_of(posting: Posting) -> dict[str, str]:
    """Return an entry by the names of the columns; amounts with two decimals."""
    return {
        "date": posting.day.isoformat(),
        "kind": posting.kind.value,
        "number": posting.number,
        "invoice": posting.invoice,
        "case": posting.case_id,
        "facility": posting.facility,
        "purpose": posting.purpose,
        "description": posting.description,
        "debit": f"{posting.debit:.2f}",
        "credit": f"{posting.credit:.2f}",
        "currency": CURRENCY,
        "method": posting.method,
        "reference": posting.reference,
        "entered": posting.entered.isoformat() if posting.entered else "",
    }


def as_csv(rows: Sequence[dict[str, str]]) -> str:
    """Return rows as CSV (RFC 4180), with the names of the columns in the first line."""
    return csv_lines([COLUMNS, *([row[name] for name in COLUMNS] for row in rows)])


def sum_of(found: Sequence[Posting], kind: PostingKind) -> Decimal:
    """Return the sum of all entries of a kind, in US dollars."""
    return sum((one.debit + one.credit for one in found if one.kind is kind), NOTHING)


def _tell_sums(found: Sequence[Posting], period: Period, output: Path | None) -> None:
    """Tell the sums, so that accounting can see that it has everything."""
    where = f", written to {output}" if output else ""
    note(f"{len(found)} entries from {period.since} through {period.until}{where}.")
    for kind in PostingKind:
        number = sum(one.kind is kind for one in found)
        note(f"  {kind.replace('_', ' '):15}{number:6}  {dollars(sum_of(found, kind)):>18}")
    for name, total in (("debit", sum(one.debit for one in found)), ("credit", sum(one.credit for one in found))):
        note(f"  {name:21}  {dollars(total or NOTHING):>18}")
