"""Money of a period: invoiced, received, given up; and at its end what is open and for how long it has been due.

The figures are sums of the ledger's own entries, so that report, statements and ledger agree to the cent.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from policy.dates import last_day
from records.postings import NOTHING, Posting, PostingKind
from records.statement import InvoiceStanding, draw_up

AGES = ("not yet due", "1 to 30 days", "31 to 60 days", "61 to 90 days", "over 90 days")
"""For how long something has been due."""
ENDS = (30, 60, 90)
COLUMNS = ("invoiced", "credited", "written_off", "void", "received", "refunded")
COLUMN_OF = {
    PostingKind.INVOICE: "invoiced",
    PostingKind.CREDIT_NOTE: "credited",
    PostingKind.WRITE_OFF: "written_off",
    PostingKind.VOID: "void",
    PostingKind.PAYMENT: "received",
    PostingKind.PAYMENT_UNDONE: "received",
    PostingKind.REFUND: "refunded",
}


@dataclass
class Aged:
    """Invoices whose money is open for about as long: how many, and how much (US dollars)."""

    invoices: int = 0
    amount: Decimal = NOTHING


@dataclass
class Money:
    """Money of a period, in US dollars.

    Attributes:
        purposes: What was entered in the period, by purpose and column.
        ages: What was open at its end, by how long it had been due.
        overpaid: What had been paid too much by then.
    """

    purposes: dict[str, dict[str, Decimal]] = field(default_factory=dict)
    ages: dict[str, Aged] = field(default_factory=lambda: {age: Aged() for age in AGES})
    overpaid: Decimal = NOTHING

    def total(self, column: str) -> Decimal:
        """Return the sum of a column over all purposes."""
        return sum((sums[column] for sums in self.purposes.values()), NOTHING)

    @property
    def open(self) -> Decimal:
        """What was owed at the end."""
        return sum((one.amount for one in self.ages.values()), NOTHING)

    @property
    def overdue(self) -> Decimal:
        """What of it had been due by then."""
        return self.open - self.ages[AGES[0]].amount

    def as_json(self) -> dict[str, Any]:
        """Return the figures for a script."""
        return {
            "purposes": [{"purpose": purpose, **sums} for purpose, sums in sorted(self.purposes.items())],
            "totals": {column: self.total(column) for column in COLUMNS},
            "open": self.open,
            "overdue": self.overdue,
            "overpaid": self.overpaid,
            "ages": [{"age": age, "invoices": one.invoices, "amount": one.amount} for age, one in self.ages.items()],
        }


def money_of(found: Sequence[Posting], since: date, at: datetime, zone: ZoneInfo) -> Money:
    """Return the money of a period.

    Args:
        found: Every entry of the books up to the end of the period, in the order of their days.
        since: The first day of the period.
        at: The instant as of which something has been due.
        zone: The office's time zone, in whose days it is counted.
    """
    statement = draw_up(found, since=since, at=at)
    money = Money(_by_purpose(line.posting for line in statement.lines))
    for one in statement.owed:
        aged = money.ages[age_of(one, at, zone)]
        aged.invoices += 1
        aged.amount += one.amount
    money.overpaid = -sum((one.amount for one in statement.overpaid), NOTHING)
    return money


def age_of(one: InvoiceStanding, at: datetime, zone: ZoneInfo) -> str:
    """Return for how long what is open on an invoice has been due, in days of the calendar, in words."""
    if not one.overdue:
        return AGES[0]
    days = (last_day(at, zone) - last_day(one.due_at, zone)).days
    return AGES[1 + sum(days > end for end in ENDS)]


def _by_purpose(entries: Iterable[Posting]) -> dict[str, dict[str, Decimal]]:
    purposes: dict[str, dict[str, Decimal]] = defaultdict(lambda: dict.fromkeys(COLUMNS, NOTHING))
    for one in entries:
        taken_back = one.kind is PostingKind.PAYMENT_UNDONE
        amount = one.debit + one.credit
        purposes[one.purpose][COLUMN_OF[one.kind]] += -amount if taken_back else amount
    return dict(purposes)
