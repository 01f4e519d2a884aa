"""A facility's account in words: what an entry about money is, what is owed, and the statement that is printed."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from policy.application import Modality
from policy.dates import last_day, local_day
from policy.fees import title
from policy.identity import SITE, parse_accreditation_id, parse_designation_id
from policy.office import OfficeSettings
from policy.words import day_in_words, dollars
from records.postings import Posting, PostingKind
from records.statement import Line, Statement

ENTRY_COLUMNS = ("Date", "Entry", "Debit", "Credit", "Balance")
RIGHT = ("Debit", "Credit", "Balance")
FORWARD = "Balance brought forward"


def entry_in_words(posting: Posting) -> str:
    """Return what an entry is, for example `Payment of 2028-000001, check`."""
    number, why = posting.invoice, f": {posting.description}" if posting.description else ""
    match posting.kind:
        case PostingKind.INVOICE:
            return f"Invoice {number}: {posting.purpose.replace('_', ' ')}, {about(posting.case_id)}"
        case PostingKind.PAYMENT:
            told = [posting.method, posting.description]
            return ", ".join([f"Payment of {number}", *filter(None, told)])
        case PostingKind.PAYMENT_UNDONE:
            return f"Payment of {number} undone{why}"
        case PostingKind.CREDIT_NOTE:
            return f"Credit note {posting.number} on {number}{why}"
        case PostingKind.REFUND:
            return f"Refund on {number}{f', {posting.method}' if posting.method else ''}{why}"
        case PostingKind.WRITE_OFF:
            return f"Written off of {number}{why}"
        case PostingKind.VOID:
            return f"Invoice {number} void: nothing was paid"


def about(case_id: str) -> str:
    """Return what a case is about, within its facility: `CT unit CT-1`, `breast ultrasound`, `practice in OH`.

    What follows the first cycle or term says so: `CT unit CT-1, cycle 2`.
    """
    if unit := parse_accreditation_id(case_id):
        modality = title(Modality(unit.modality)) if unit.modality in {*Modality} else unit.modality.replace("_", " ")
        part = modality if unit.unit == SITE else f"{modality} unit {unit.unit}"
        return part if unit.cycle == 1 else f"{part}, cycle {unit.cycle}"
    if term := parse_designation_id(case_id):
        return f"practice in {term.state}" if term.term == 1 else f"practice in {term.state}, term {term.term}"
    return case_id


def entry_rows(lines: Iterable[Line]) -> list[list[str]]:
    """Return entries as rows of a table; an amount that is nothing is left out."""
    return [
        [
            str(line.posting.day),
            entry_in_words(line.posting),
            *(dollars(amount) if amount else "" for amount in (line.posting.debit, line.posting.credit)),
            signed(line.balance),
        ]
        for line in lines
    ]


def signed(amount: Decimal) -> str:
    """Return an amount that may be less than nothing, for example -$150.00."""
    return dollars(amount) if amount >= 0 else f"-{dollars(-amount)}"


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


def statement_data(
    drawn: Statement,
    payer: dict[str, Any],
    office: OfficeSettings,
    at: datetime,
    *,
    since: date | None = None,
    until: date | None = None,
) -> dict[str, Any]:
    """Return what the statement's paper says, ready to print.

    Args:
        drawn: The statement.
        payer: Whose it is (`activities.billing.payer_of`).
        office: Who draws it up.
        at: The instant (UTC) as of which it holds.
        since: Its first day; None: all is shown.
        until: Its last day; None: that of `at`.
    """
    zone, sum_of = office.zone, drawn.sum_of
    names = ("day", "text", "charged", "settled", "balance")
    entries = [dict(zip(names, row, strict=True)) for row in entry_rows(drawn.lines)]
    if since:
        entries.insert(0, {"day": str(since), "text": FORWARD, "balance": signed(drawn.opening)})
    return {
        "issuer": office.issuer.model_dump(mode="json") | {"hours": office.office.hours},
        "sample": office.sample,
        "holder": payer,
        "as_of": day_in_words(until or local_day(at, zone)),
        "since": day_in_words(since) if since else "",
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
