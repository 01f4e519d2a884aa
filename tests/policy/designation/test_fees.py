"""The fee table of the designation: a base, tiers above it, blocks of five at the top; what is added later."""

from decimal import Decimal

import pytest

from policy.designation.fees import addition_lines, designation_lines, tier
from policy.designation.judgement import judge_tier
from policy.fees import total
from policy.office import OfficeSettings
from policy.verdict import Refused
from tests.policy.designation.offices import BASE, OFFICE
from tests.policy.designation.practices import TERMS, an_application


def expected_fee(locations: int) -> Decimal:
    """Return the fee as the page's table reads: B; + 2000; + 1000; + 1000 for each started block of five above 15."""
    fee = BASE
    fee += 2000 if locations > 5 else 0
    fee += 1000 if locations > 10 else 0
    return fee + sum(1000 for first_of_block in (16, 21, 26, 31, 36) if locations >= first_of_block)


@pytest.mark.parametrize("locations", range(1, 41))
def test_the_fee_of_an_application_follows_the_table(locations: int) -> None:
    quote = designation_lines(an_application(locations), TERMS, OFFICE)
    assert quote.total == expected_fee(locations)
    assert quote.total == sum((line.quantity * line.unit_price for line in quote.lines), Decimal(0))
    assert [line.amount for line in quote.lines] == [line.quantity * line.unit_price for line in quote.lines]
    assert all(type(line.amount) is Decimal and line.amount.as_tuple().exponent == -2 for line in quote.lines)


@pytest.mark.parametrize(
    ("locations", "lines"),
    [
        (1, [("Designation, 1 to 5 locations", 1, "5000.00")]),
        (6, [("Designation, 1 to 5 locations", 1, "5000.00"), ("Locations 6 to 10", 1, "2000.00")]),
        (
            21,
            [
                ("Designation, 1 to 5 locations", 1, "5000.00"),
                ("Locations 6 to 10", 1, "2000.00"),
                ("Locations 11 to 15", 1, "1000.00"),
                ("Locations 16 to 21, for each started block of 5", 2, "2000.00"),
            ],
        ),
    ],
)
def test_every_tier_is_a_line_of_its_own(locations: int, lines: list[tuple[str, int, str]]) -> None:
    quote = designation_lines(an_application(locations), TERMS, OFFICE)
    assert [(line.description, line.quantity, f"{line.amount:.2f}") for line in quote.lines] == lines


@pytest.mark.parametrize(
    ("locations", "reached"), [(1, 0), (5, 0), (6, 1), (10, 1), (11, 2), (15, 2), (16, 3), (40, 3)]
)
def test_a_tier_ends_with_its_cap(locations: int, reached: int) -> None:
    assert tier(locations, TERMS) == reached


def test_the_first_example_fifteen_locations_in_one_state() -> None:
    assert designation_lines(an_application(15), TERMS, OFFICE).total == BASE + 3000


def test_the_second_example_three_locations_and_two_at_mid_cycle() -> None:
    judge_tier(3, 0, 2, TERMS)
    lines = designation_lines(an_application(3), TERMS, OFFICE).lines
    assert total((*lines, *addition_lines(["OH-0004", "OH-0005"], TERMS))) == BASE + 600


def test_the_third_example_another_state_is_another_application() -> None:
    ohio, pennsylvania = an_application(4), an_application(3, state="PA")
    both = [line for one in (ohio, pennsylvania) for line in designation_lines(one, TERMS, OFFICE).lines]
    assert total(tuple(both)) == 2 * BASE


def room(first: int, added: int) -> int:
    """Return how many locations may still be added by the table, without a quote."""
    if first > 15:
        return max(3 - added, 0)
    return next(cap for cap in (5, 10, 15) if first <= cap) - first - added


@pytest.mark.parametrize("added", [0, 1, 2, 3])
@pytest.mark.parametrize("first", [1, 4, 5, 6, 9, 10, 11, 12, 14, 15, 16, 17, 20, 40])
@pytest.mark.parametrize("more", range(1, 12))
def test_locations_are_added_up_to_the_tier_of_the_application(first: int, added: int, more: int) -> None:
    added = min(added, room(first, 0))  # never more than fit
    rule = "designation.case_by_case" if first > 15 else "designation.tier_full"
    if more <= room(first, added):
        judge_tier(first, added, more, TERMS)
        names = [f"L-{number}" for number in range(more)]
        assert total(addition_lines(names, TERMS)) == 300 * more
        return
    with pytest.raises(Refused) as refused:
        judge_tier(first, added, more, TERMS)
    assert refused.value.rule == rule
    assert refused.value.instead


def test_locations_are_one_line_with_their_names() -> None:
    (line,) = addition_lines(["OH-0004", "OH-0005"], TERMS)
    assert line.description == "Additional locations: OH-0004, OH-0005"
    assert (line.quantity, line.unit_price, line.amount) == (2, Decimal("300.00"), Decimal("600.00"))


@pytest.mark.parametrize("country", ["CA", "DE", "Canada"])
def test_outside_the_united_states_everything_is_quoted(country: str) -> None:
    assert designation_lines(an_application(country=country), TERMS, OFFICE) == ((), None)
    with pytest.raises(Refused) as refused:
        judge_tier(1, 0, 1, TERMS, abroad=True)
    assert refused.value.rule == "designation.case_by_case"


def test_a_base_that_nobody_set_is_not_made_up() -> None:
    with pytest.raises(Refused) as refused:
        designation_lines(an_application(), TERMS, OfficeSettings())
    assert refused.value.rule == "fee.not_configured"
    assert "[fees.dicoe] base" in refused.value.reason
    assert "office.toml" in " ".join(refused.value.instead)
