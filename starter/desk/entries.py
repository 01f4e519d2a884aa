"""Entries about money as people read them: in a statement of account and in the account of one invoice."""

from collections.abc import Iterable
from decimal import Decimal

from policy.application import Modality
from policy.fees import title
from policy.identity import SITE, parse_accreditation_id, parse_designation_id
from records.postings import Posting, PostingKind
from records.statement import Line
from starter.output import dollars

COLUMNS = ("Date", "Entry", "Debit", "Credit", "Balance")
RIGHT = ("Debit", "Credit", "Balance")


def entry_in_words(posting: Posting) -> str:
    """Return what an entry is, for example `Payment of 2028-000001, check`."""
    number, why = posting.invoice, f": {posting.description}" if posting.description else ""
    match posting.kind:
        case PostingKind.INVOICE:
            return f"Invoice {number}: {posting.purpose.replace('_', ' ')}, {about(posting.case_id)}"
        case PostingKind.PAYMENT:
            return f"Payment of {number}{f', {posting.method}' if posting.method else ''}"
        case PostingKind.PAYMENT_UNDONE:
            return f"Payment of {number} undone{why}"
        case PostingKind.CREDIT_NOTE:
            return f"Credit note {posting.number} on {number}{why}"
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
