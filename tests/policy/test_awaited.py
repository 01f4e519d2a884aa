"""What is awaited and what dates it have one name: no case lends one thing's date to another."""

from datetime import UTC, datetime, timedelta

import pytest

from policy.awaited import Due, due_of, fee_awaited, window_awaited
from policy.facts import Deadline, InvoiceFact

NOON = datetime(2028, 5, 1, 16, tzinfo=UTC)
A_DAY = timedelta(days=1)


def window(name: str, due_at: datetime, *, met: bool | None = None, over: bool = False) -> Deadline:
    return Deadline(number=0, name=name, rule="a.b", source="Here", opens_at=NOON, due_at=due_at, met=met, over=over)


@pytest.mark.parametrize(
    ("awaited", "name"),
    [
        ("the option form", "option_form"),
        ("the testing package", "testing_package"),
        ("the appeal's result", "appeal_result"),
        ("the renewal application", "renewal_application"),
    ],
)
def test_what_is_awaited_has_its_windows_name(awaited: str, name: str) -> None:
    assert window_awaited(awaited) == name


@pytest.mark.parametrize(
    ("awaited", "purpose"),
    [
        ("the application fee", "application"),
        ("the travel expenses fee", "travel_expenses"),
        ("the fee of the added locations", "additional_locations"),
        ("the acceptance", None),
        ("", None),
    ],
)
def test_a_fee_names_its_purpose(awaited: str, purpose: str | None) -> None:
    assert fee_awaited(awaited) == purpose


def test_the_last_window_of_a_name_counts_and_one_that_is_over_does_not() -> None:
    windows = [window("option_form", NOON, over=True, met=True), window("option_form", NOON + A_DAY)]
    assert due_of("the option form", windows, []) == Due("option_form", NOON + A_DAY)
    assert due_of("the option form", windows[:1], []) is None


def test_of_several_invoices_for_one_purpose_the_first_due_counts() -> None:
    invoices = [
        InvoiceFact(purpose=purpose, occurrence=1, due_at=due)
        for purpose, due in (
            ("repeat", NOON + A_DAY),
            ("repeat", NOON),
            ("application", NOON - A_DAY),
            ("repeat", None),
        )
    ]
    assert due_of("the repeat fee", [], invoices) == Due("invoice", NOON)
    assert due_of("", [], invoices) is None
