"""Fees: the office's amounts, line by line; what it has not set is never made up."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from policy.application import AccreditationApplication, Address, Facility
from policy.edition import Edition, edition_in_force
from policy.fees import FeeLine, fee_lines, needs_quote, payment_term_days, quote, total
from policy.office import OfficeSettings
from policy.verdict import Refused
from tests.applications import an_application, sample


def an_office(**ct: str) -> OfficeSettings:
    return OfficeSettings.model_validate({"fees": {"accreditation": {"ct": ct}}})


def the_edition() -> Edition:
    return edition_in_force("accreditation", date(2027, 1, 1))


def abroad(country: str | None) -> AccreditationApplication:
    return an_application().model_copy(update={"facility": Facility(id="X-1", address=Address(country=country))})


FULL = {"application": "2900", "additional_unit": "2800", "repeat": "1300.5", "reinstatement": "2700"}


@pytest.mark.parametrize(
    ("purpose", "position", "amount"),
    [
        ("application", 1, "2900.00"),
        ("application", 2, "2800.00"),
        ("application", 7, "2800.00"),
        ("repeat", 1, "1300.50"),
        ("repeat", 2, "1300.50"),
        ("reinstatement", 2, "2700.00"),
    ],
)
def test_each_purpose_has_its_own_fee(purpose: str, position: int, amount: str) -> None:
    (line,) = fee_lines(an_application(), purpose, position, an_office(**FULL))
    assert (line.quantity, str(line.unit_price), str(line.amount)) == (1, amount, amount)
    assert "OH-0417" in line.description
    assert "CT-1" in line.description


def test_a_further_unit_costs_what_the_first_does_where_nothing_else_is_set() -> None:
    (line,) = fee_lines(an_application(), "application", 2, an_office(application="2900.00"))
    assert line.amount == Decimal(2900)


def test_the_survey_has_a_base_fee_for_every_modality() -> None:
    settings = OfficeSettings.model_validate({"fees": {"site_survey": {"base": "6500.00"}}})
    (line,) = fee_lines(an_application("mri-cd"), "site_survey", 1, settings)
    assert line.amount == Decimal("6500.00")


@pytest.mark.parametrize(
    ("purpose", "setting"),
    [
        ("application", "[fees.accreditation.ct] application"),
        ("repeat", "[fees.accreditation.ct] repeat"),
        ("reinstatement", "[fees.accreditation.ct] reinstatement"),
        ("site_survey", "[fees.site_survey] base"),
    ],
)
def test_a_fee_that_the_office_has_not_set_is_refused_and_named(purpose: str, setting: str) -> None:
    with pytest.raises(Refused) as refused:
        fee_lines(an_application(), purpose, 1, OfficeSettings())
    assert refused.value.rule == "fee.not_configured"
    assert setting in refused.value.reason
    assert "office.toml" in refused.value.instead[0]
    assert refused.value.source


def test_the_fee_of_further_units_alone_does_not_price_the_first() -> None:
    with pytest.raises(Refused, match=r"fee\.not_configured"):
        fee_lines(an_application(), "application", 1, an_office(additional_unit="2800.00"))


@pytest.mark.parametrize("country", ["CA", "Canada", "PR", "GB"])
def test_outside_the_united_states_every_fee_is_quoted(country: str) -> None:
    assert needs_quote(abroad(country))
    for purpose in ("application", "repeat", "reinstatement", "site_survey"):
        with pytest.raises(Refused, match=r"fee\.needs_quote") as refused:
            fee_lines(abroad(country), purpose, 1, an_office(**FULL))
        assert country in refused.value.reason
    assert quote(abroad(country), the_edition(), an_office(**FULL)) == ((), None)


@pytest.mark.parametrize("country", ["US", "us", "USA", "U.S.A.", "United States", None])
def test_the_united_states_are_known_by_their_usual_spellings(country: str | None) -> None:
    assert not needs_quote(abroad(country))


def test_a_quote_adds_up_the_lines_of_all_units() -> None:
    lines, sum_of_all = quote(an_application("ct-two-units"), the_edition(), an_office(**FULL))
    assert [str(line.amount) for line in lines] == ["2900.00", "2800.00"]
    assert ["CT-1" in line.description or "CT-2" in line.description for line in lines] == [True, True]
    assert str(sum_of_all) == "5700.00"


def test_a_facilitys_service_is_charged_once_whatever_its_number_of_units() -> None:
    settings = OfficeSettings.model_validate(
        {"fees": {"accreditation": {"breast_ultrasound": {"application": "1300"}}}}
    )
    unit = sample("breast-ultrasound")["units"][0]
    two: list[dict[str, Any]] = [unit, {"id": "BUS-2", "areas": [{"id": "biopsy", "kind": "clinical"}]}]
    lines, sum_of_all = quote(an_application("breast-ultrasound", units=two), the_edition(), settings)
    assert (len(lines), sum_of_all) == (1, Decimal("1300.00"))


def test_a_total_is_the_sum_of_its_lines_without_binary_rounding() -> None:
    lines = tuple(FeeLine.of(f"line {number}", Decimal("0.10"), quantity=number) for number in range(1, 4))
    assert str(total(lines)) == "0.60"
    assert str(total(())) == "0.00"
    assert all(line.amount == line.quantity * line.unit_price for line in lines)


def test_a_line_carries_two_decimals_through_json() -> None:
    line = FeeLine.of("travel", Decimal("12.5"), 2)
    assert line.model_dump(mode="json") == {
        "description": "travel",
        "quantity": 2,
        "unit_price": "12.50",
        "amount": "25.00",
    }
    assert FeeLine.model_validate_json(line.model_dump_json()) == line


@pytest.mark.parametrize("purpose", ["travel_expenses", "designation", "additional_locations", "appeal"])
def test_what_has_no_set_fee_is_a_mistake_of_the_caller(purpose: str) -> None:
    with pytest.raises(ValueError, match=purpose):
        fee_lines(an_application(), purpose, 1, an_office(**FULL))


def test_the_office_decides_the_time_to_pay_and_the_edition_where_it_does_not() -> None:
    assert payment_term_days(OfficeSettings(), the_edition()) == 30
    settings = OfficeSettings.model_validate({"fees": {"payment_term_days": 0}})
    assert payment_term_days(settings, the_edition()) == 0
