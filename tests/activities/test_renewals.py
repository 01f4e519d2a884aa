"""By what a renewal is judged: the edition in force when it is applied for, and the office's fees of that moment."""

from datetime import UTC, datetime
from typing import Any

import pytest

from activities.contract import RenewalToJudge
from activities.renewals import rules_of_renewal
from policy.edition import EditionError
from services.settings import SAMPLE, load_settings
from tests.applications import sample
from tests.policy.designation.practices import a_location, an_application

OFFICE = load_settings(SAMPLE, {})
BASE = OFFICE.fees.dicoe.base


def asked(at: datetime, registries: tuple[str, ...] = ("DIR", "GRID"), **changes: Any) -> RenewalToJudge:
    """A renewal of two locations, at the office's base fee."""
    fields = {"kind": "renewal", "payment": {"amount": f"{BASE:.2f}", "method": "check"}} | changes
    application = an_application(2, **fields).model_dump(mode="json")
    application["locations"] = [a_location(number, registries=list(registries)) for number in (1, 2)]
    return RenewalToJudge(program="dicoe", application=application, at=at)


def rules(request: RenewalToJudge) -> list[str]:
    return [finding.rule for finding in rules_of_renewal(request, OFFICE).findings]


BEFORE, SINCE = datetime(2021, 1, 1, 4, 59, tzinfo=UTC), datetime(2021, 1, 1, 5, tzinfo=UTC)
"""The last minute of 2020 at the office, and the first of 2021."""


@pytest.mark.parametrize(("at", "edition", "found"), [(BEFORE, "2020-07-01", 2), (SINCE, "2021-01-01", 0)])
def test_a_term_of_2020_is_renewed_by_the_registries_of_the_day_on_which_it_is_applied_for(
    at: datetime, edition: str, found: int
) -> None:
    request = asked(at, registries=("DIR", "LCSR"))
    assert rules(request) == ["eligibility.registries"] * found
    assert rules_of_renewal(request, OFFICE).terms["edition"] == edition


def test_the_payment_sheet_of_a_renewal_is_held_against_its_fee() -> None:
    assert rules(asked(SINCE)) == []
    (finding,) = rules_of_renewal(asked(SINCE, payment={"amount": "5400.00"}), OFFICE).findings
    assert finding.rule == "payment.amount_differs"
    assert "5400.00" in finding.reason
    assert f"{BASE:.2f}" in finding.reason


def test_a_fee_that_the_office_has_not_set_stands_against_nobody() -> None:
    unset = OFFICE.model_copy(
        update={"fees": OFFICE.fees.model_copy(update={"dicoe": OFFICE.fees.dicoe.model_copy(update={"base": None})})}
    )
    assert rules_of_renewal(asked(SINCE), unset).findings == ()


def test_a_renewal_of_accreditation_is_held_against_all_that_an_application_is() -> None:
    at = datetime(2027, 5, 1, 12, tzinfo=UTC)
    data = sample() | {"kind": "renewal"}
    whole = RenewalToJudge(program="accreditation", application=data, at=at)
    assert rules(whole) == []
    address = data["facility"]["address"] | {"state": "Ohio"}
    wrong = data | {"facility": data["facility"] | {"address": address}}
    assert rules(whole.model_copy(update={"application": wrong})) == ["application.incomplete"]


def test_what_cannot_be_read_is_told_by_the_case_itself() -> None:
    request = RenewalToJudge(program="accreditation", application={"medium": "pigeon"}, at=SINCE.replace(year=2027))
    assert rules(request) == []


def test_before_the_first_edition_there_is_nothing_to_judge_by() -> None:
    with pytest.raises(EditionError):
        rules_of_renewal(asked(datetime(2018, 1, 1, tzinfo=UTC)), OFFICE)
