"""A statement of account, drawn up from a facility's entries: what was owed, what changed it, what is owed and late."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from records.postings import NOTHING, Posting, PostingKind


class Line(NamedTuple):
    """An entry, and what is owed after it in US dollars (less than nothing: it is in the facility's favour)."""

    posting: Posting
    balance: Decimal


class InvoiceStanding(NamedTuple):
    """An invoice on which something is owed, or was paid too much (`amount` is then less than nothing)."""

    invoice: str
    purpose: str
    case_id: str
    due_at: datetime
    amount: Decimal
    overdue: bool


class Statement(NamedTuple):
    """The account of a facility over a period, in US dollars.

    Attributes:
        opening: What was owed before the first line.
        lines: Every entry of the period with the balance after it.
        closing: What is owed after the last line.
        standing: The invoices that are not even at the end of the period, in the order of their numbers.
    """

    opening: Decimal
    lines: list[Line]
    closing: Decimal
    standing: list[InvoiceStanding]

    @property
    def owed(self) -> list[InvoiceStanding]:
        """The invoices on which something is to be paid."""
        return [one for one in self.standing if one.amount > 0]

    @property
    def overpaid(self) -> list[InvoiceStanding]:
        """The invoices on which more was paid than is owed."""
        return [one for one in self.standing if one.amount < 0]

    @property
    def overdue(self) -> Decimal:
        """What is owed on invoices whose time to pay is over."""
        return sum((one.amount for one in self.owed if one.overdue), NOTHING)

    def sum_of(self, *kinds: PostingKind) -> Decimal:
        """Return what the entries of these kinds add to what is owed (less than nothing: they lower it)."""
        return sum((_effect(line.posting) for line in self.lines if line.posting.kind in kinds), NOTHING)


def draw_up(found: Sequence[Posting], *, since: date | None, at: datetime) -> Statement:
    """Draw up a statement.

    Args:
        found: All entries of the facility up to the end of the period, in their order.
        since: The first day of the period; what lies before it makes the opening balance. None: all is shown.
        at: The instant as of which an invoice is overdue.
    """
    before = [one for one in found if since is not None and one.day < since]
    opening = balance = sum((_effect(one) for one in before), NOTHING)
    lines = []
    for posting in found[len(before) :]:
        balance += _effect(posting)
        lines.append(Line(posting, balance))
    return Statement(opening, lines, balance, _standing(found, at))


def _effect(posting: Posting) -> Decimal:
    return posting.debit - posting.credit


def _standing(found: Sequence[Posting], at: datetime) -> list[InvoiceStanding]:
    sums: dict[str, Decimal] = {}
    for one in found:
        sums[one.invoice] = sums.get(one.invoice, NOTHING) + _effect(one)
    of_invoice = {one.invoice: one for one in found}
    return [
        InvoiceStanding(
            number, one.purpose, one.case_id, one.due_at, sums[number], one.due_at < at and sums[number] > 0
        )
        for number, one in sorted(of_invoice.items())
        if sums[number]
    ]
