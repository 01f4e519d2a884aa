"""Dating back: what others handed in counts from its receipt, what the office issues from when it is entered."""

from datetime import date
from typing import Any

import pytest

from tests.applications import sample
from tests.workflows.lives import Reports, days_of, deadlines_of, notices_of, rules_of, went_as_told
from tests.workflows.stories import HEAD, Said, Story, begun, chosen, deficient, extended, package, paid, report, say
from tests.workflows.test_renewal_windows import NOTICE

pytestmark = pytest.mark.server

ENTERED, RECEIVED = 15.0, 6.0
"""The form is open from day 5 to the end of day 20; it came on day 6, and nobody entered it before day 15."""
BY_FAX: dict[str, Any] = {
    "on_behalf_of": {"name": "Sample Administrator", "role": "administrator"},
    "reason": "fax found on the machine",
    "received_at": RECEIVED,
}


def renewing(day: float) -> Said:
    facility = sample()["facility"] | {"id": "the-second-renewal"}
    application = sample() | {"application_id": "APP-2", "kind": "renewal", "facility": facility}
    return say(day, "start_renewal", application=application)


def of_renewal(one: Said) -> Said:
    """Say it to the case that the renewal opened."""
    return one._replace(fields={**one.fields, "case": "renewal"})


STORIES = {
    "a repeat by fax": Story([*deficient(), chosen(ENTERED, "repeat", **BY_FAX)], until=20),
    "an appeal by fax": Story([*deficient(), chosen(ENTERED, "appeal", **BY_FAX)], until=20),
    "a withdrawal by fax": Story(
        [*deficient(), chosen(ENTERED, "withdraw_areas", areas_withdrawn=[HEAD], **BY_FAX)], until=20
    ),
    "an acceptance of ten days ago": Story(
        [
            paid(0.5),
            say(12, "accept_application", received_at=2, reason="forgotten", refused="message.stamp_not_believed"),
            say(12.5, "accept_application", received_at=10, reason="forgotten on Monday"),
        ],
        until=14,
    ),
    "a slip of the year": Story(
        [
            *deficient(),
            extended(6, "option_form", "2199-01-20", refused="message.date_out_of_range"),
            extended(7, "option_form", 4000.0),
            extended(8, "option_form", 19.0, refused="deadline.not_later"),
            extended(9, "option_form", 30.625),
        ]
    ),
    "a check of another year": Story(
        [
            say(1, "record_payment", invoice="$invoice", amount="$due", received_on=str(date(2016, 11, 29)))._replace(
                refused="payment.before_invoice"
            ),
            paid(2),
        ],
        until=3,
    ),
    "the second renewal": Story(
        [
            *begun(),
            package(2),
            report(3),
            renewing(NOTICE + 1),
            of_renewal(say(NOTICE + 2, "withdraw_case", reason="another unit is bought")),
            renewing(NOTICE + 4),
            of_renewal(paid(NOTICE + 5)),
            of_renewal(say(NOTICE + 6, "accept_application")),
        ],
        until=NOTICE + 7,
    ),
}


def test_a_form_counts_from_its_receipt_and_what_follows_is_issued_today(reports: Reports) -> None:
    told = reports["a repeat by fax"]
    status = went_as_told(told)
    assert status["stage"] == "application"
    assert days_of(told, "message", "choose option") == [pytest.approx(RECEIVED)]
    assert [met for _, met in deadlines_of(told, "option_form")] == [True]
    invoice = told["invoices"][-1]
    assert invoice["purpose"] == "repeat"
    assert (invoice["issued_day"], invoice["due_day"]) == (
        pytest.approx(ENTERED, abs=0.01),
        pytest.approx(45.625, abs=0.05),
    )
    assert notices_of(told, "option_received") == [pytest.approx(ENTERED, abs=0.01)]
    assert all(notice["day"] <= 3.6 or notice["day"] >= 5 for notice in told["notices"])


def test_an_appeals_result_is_expected_from_the_receipt_of_its_materials(reports: Reports) -> None:
    told = reports["an appeal by fax"]
    went_as_told(told)
    ((due, met),) = deadlines_of(told, "appeal_result")
    assert (due, met) == (pytest.approx(51.625, abs=0.05), None)
    assert notices_of(told, "appeal_packet") == [pytest.approx(ENTERED, abs=0.01)]


def test_no_accreditation_is_granted_in_the_past(reports: Reports) -> None:
    certificate = went_as_told(reports["a withdrawal by fax"])["certificate"]
    assert certificate["granted_day"] == pytest.approx(ENTERED, abs=0.01)
    assert certificate["counts_from_day"] == 3.0


def test_what_the_office_did_is_dated_three_days_back_and_no_further(reports: Reports) -> None:
    told = reports["an acceptance of ten days ago"]
    assert went_as_told(told)["stage"] == "testing"
    assert rules_of(told) == ["message.stamp_not_believed"]
    ((due, _),) = deadlines_of(told, "testing_package")
    assert due == pytest.approx(55.625, abs=0.05)


def test_a_slip_of_the_year_is_taken_back_and_the_closure_follows(reports: Reports) -> None:
    told = reports["a slip of the year"]
    status = went_as_told(told)
    assert deadlines_of(told, "option_form") == [(pytest.approx(30.625, abs=0.05), False)]
    assert deadlines_of(told, "closure") == [(pytest.approx(60.625, abs=0.05), False)]
    assert (status["outcome"], status["closed_day"]) == ("not_granted", pytest.approx(60.625, abs=0.05))
    assert len(days_of(told, "extension", "taken back")) == 2
    assert days_of(told, "warning", "12 months ahead") == [7.0]


def test_a_payment_is_not_older_than_its_invoice(reports: Reports) -> None:
    told = reports["a check of another year"]
    went_as_told(told)
    assert rules_of(told) == ["payment.before_invoice"]


def test_after_a_renewal_was_withdrawn_what_is_said_to_the_renewal_reaches_the_newest(reports: Reports) -> None:
    status = went_as_told(reports["the second renewal"])
    assert status["renewal"].endswith(".3")
