"""A statement of account: opening and closing balance, the balance after every entry, what is overdue or too much."""

from datetime import timedelta
from decimal import Decimal

from records.postings import Posting, PostingKind
from records.statement import draw_up
from tests.records.rows import CASE, LATER, NOON

DAY = timedelta(days=1)
A_MOMENT = timedelta(microseconds=1)


def a_posting(amount: str, invoice: str = "2027-000001", *, days: int = 0) -> Posting:
    """Return an entry so many days after the first one; an amount below nothing is a credit."""
    value, at = Decimal(amount), NOON + days * DAY
    return Posting(
        at=at,
        day=at.date(),
        entered=None,
        kind=PostingKind.INVOICE if value > 0 else PostingKind.PAYMENT,
        number=invoice,
        invoice=invoice,
        due_at=LATER,
        case_id=CASE,
        facility="OH-0417",
        purpose="application",
        description="",
        debit=max(value, Decimal("0.00")),
        credit=max(-value, Decimal("0.00")),
    )


def test_every_entry_is_followed_by_what_is_then_owed() -> None:
    drawn = draw_up([a_posting("100.00"), a_posting("-30.00"), a_posting("-90.00")], since=None, at=NOON)
    assert [line.balance for line in drawn.lines] == [Decimal("100.00"), Decimal("70.00"), Decimal("-20.00")]
    assert (drawn.opening, drawn.closing) == (Decimal("0.00"), Decimal("-20.00"))


def test_what_lies_before_the_period_is_the_opening_balance() -> None:
    found = [a_posting("100.00"), a_posting("-30.00", days=1), a_posting("5.00", days=2)]
    drawn = draw_up(found, since=(NOON + 2 * DAY).date(), at=NOON)
    assert (drawn.opening, drawn.closing) == (Decimal("70.00"), Decimal("75.00"))
    assert [line.posting for line in drawn.lines] == found[2:]


def test_what_is_owed_and_what_was_paid_too_much_stand_apart_although_the_balance_is_one() -> None:
    even = [a_posting("9.00", "2027-000003"), a_posting("-9.00", "2027-000003")]
    found = [a_posting("100.00"), a_posting("-130.00"), a_posting("70.00", "2027-000002"), *even]
    drawn = draw_up(found, since=None, at=NOON)
    assert drawn.closing == Decimal("40.00")
    assert [(one.invoice, one.amount) for one in drawn.owed] == [("2027-000002", Decimal("70.00"))]
    assert [(one.invoice, one.amount) for one in drawn.overpaid] == [("2027-000001", Decimal("-30.00"))]


def test_what_is_owed_is_overdue_from_its_due_instant_on() -> None:
    found = [a_posting("100.00"), a_posting("-130.00", "2027-000002")]
    for at, overdue in ((LATER, "0.00"), (LATER + A_MOMENT, "100.00")):
        assert draw_up(found, since=None, at=at).overdue == Decimal(overdue)


def test_an_invoice_of_before_the_period_is_overdue_in_it() -> None:
    drawn = draw_up([a_posting("100.00")], since=(NOON + DAY).date(), at=LATER + A_MOMENT)
    assert (drawn.lines, drawn.overdue) == ([], Decimal("100.00"))


def test_the_sums_of_a_period_are_those_of_its_entries() -> None:
    found = [a_posting("100.00"), a_posting("50.00", days=1), a_posting("-30.00", days=1)]
    drawn = draw_up(found, since=(NOON + DAY).date(), at=NOON)
    assert drawn.sum_of(PostingKind.INVOICE) == Decimal("50.00")
    assert drawn.sum_of(PostingKind.PAYMENT, PostingKind.PAYMENT_UNDONE) == Decimal("-30.00")
    assert drawn.sum_of(PostingKind.VOID) == Decimal("0.00")


def test_an_account_without_entries_is_even() -> None:
    assert draw_up([], since=None, at=NOON) == (Decimal("0.00"), [], Decimal("0.00"), [])
