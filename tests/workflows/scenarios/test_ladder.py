"""What single shipped scenarios show: days, areas, deficiencies, fees and certificates on each way down the ladder."""

from typing import Any

import pytest

from tests.workflows.lives import days_of, deadlines_of, notices_of, rules_of
from tests.workflows.shipped import Life

pytestmark = pytest.mark.server

Shipped = dict[str, Life]


def status(shipped: Shipped, name: str) -> dict[str, Any]:
    told: dict[str, Any] = shipped[name].report["status"]
    return told


def purposes(shipped: Shipped, name: str) -> list[str]:
    return [invoice["purpose"] for invoice in shipped[name].report["invoices"]]


def stages(shipped: Shipped, name: str) -> list[tuple[float, str]]:
    entries = shipped[name].report["timeline"]
    return [(entry["day"], entry["detail"]["stage"]) for entry in entries if entry["kind"] == "stage"]


def areas(shipped: Shipped, name: str) -> dict[str, str]:
    return {area["id"]: area["state"] for area in status(shipped, name)["areas"]}


def test_the_longest_way_visits_every_stage_in_order(shipped: Shipped) -> None:
    attempt = ["application", "testing", "review"]
    assert [stage for _, stage in stages(shipped, "the-whole-ladder")] == [
        *attempt, "options", "appeal", "options",
        *attempt, "options", "corrective_action",
        *attempt, "options", "survey",
        *attempt, "accredited", "closed",
    ]  # fmt: skip
    assert status(shipped, "the-whole-ladder")["deficiencies"] == 3


def test_the_longest_way_costs_a_fee_an_attempt_and_the_survey(shipped: Shipped) -> None:
    invoices = shipped["the-whole-ladder"].report["invoices"]
    assert [(one["purpose"], one["total"], one["status"]) for one in invoices] == [
        ("application", "2500.00", "paid"),
        ("repeat", "1100.00", "paid"),
        ("reinstatement", "2500.00", "paid"),
        ("site_survey", "6500.00", "paid"),
        ("travel_expenses", "1858.50", "paid"),
        ("reinstatement", "2500.00", "paid"),
    ]


def test_after_a_reinstatement_the_certificate_counts_from_the_first_area_that_passed_in_it(shipped: Shipped) -> None:
    ladder, module_gone = status(shipped, "the-whole-ladder"), status(shipped, "directed-actions")
    assert (ladder["certificate"]["granted_day"], ladder["certificate"]["counts_from_day"]) == (330.0, 330.0)
    assert module_gone["certificate"]["granted_day"] == 204.0
    assert module_gone["certificate"]["counts_from_day"] == 200.0


def test_an_appeal_that_is_won_takes_the_deficiency_back(shipped: Shipped) -> None:
    told = status(shipped, "appeal-won")
    assert (told["stage"], told["deficiencies"]) == ("accredited", 0)
    assert set(areas(shipped, "appeal-won").values()) == {"acceptable"}
    assert told["certificate"]["counts_from_day"] == 50.0
    assert purposes(shipped, "appeal-won") == ["application"]


def test_an_appeal_that_is_partly_won_leaves_the_rest_to_a_repeat(shipped: Shipped) -> None:
    told = shipped["appeal-partly-won"].report
    assert status(shipped, "appeal-partly-won")["deficiencies"] == 1
    repeated = [entry for entry in told["timeline"] if entry["text"] == "Notice: application accepted"][-1]
    assert repeated["day"] == 129.0
    assert "repeat.not_deficient_area" in rules_of(told)
    assert [day for day, _ in deadlines_of(told, "option_form")] == [67.625, pytest.approx(137.6, abs=0.05)]
    assert notices_of(told, "appeal_result_overdue") == [105.625]


def test_an_appeal_that_is_lost_leaves_the_deficiency_and_the_area(shipped: Shipped) -> None:
    told = status(shipped, "film-repeat-appealed")
    assert (told["outcome"], told["deficiencies"]) == ("withdrawn", 2)
    assert areas(shipped, "film-repeat-appealed")["knee"] == "not_acceptable"


def test_withdrawing_what_is_deficient_accredits_the_rest_from_the_first_report(shipped: Shipped) -> None:
    for name, gone in [
        ("extended-and-withdrawn", {"spine", "knee"}),
        ("repeat-that-withdraws-everything", {"cardiac"}),
        ("withdrawn-module-after-a-repeat", {"abdomen-pediatric"}),
    ]:
        told = areas(shipped, name)
        assert {area for area, state in told.items() if state == "withdrawn"} == gone
        assert {state for area, state in told.items() if area not in gone} == {"acceptable"}
        assert status(shipped, name)["certificate"]["counts_from_day"] == 50.0


def test_a_repeat_of_nothing_costs_nothing(shipped: Shipped) -> None:
    assert purposes(shipped, "repeat-that-withdraws-everything") == ["application"]


def test_withdrawing_tells_to_take_down_the_signage(shipped: Shipped) -> None:
    for name in ("form-by-signal", "film-repeat-appealed", "two-visits-of-one-survey"):
        assert status(shipped, name)["outcome"] == "withdrawn"
        assert len(notices_of(shipped[name].report, "withdrawn")) == 1


def test_a_refused_signal_is_answered_by_a_notice_and_a_refused_update_by_its_verdict_alone(shipped: Shipped) -> None:
    signals, updates = shipped["form-by-signal"].report, shipped["extended-and-withdrawn"].report
    assert notices_of(signals, "option_refused") == [53.0, 56.0, 58.0]
    assert rules_of(signals)[:3] == [
        "option_form.not_yet_open",
        "option_form.not_yet_open",
        "option_form.not_attested",
    ]
    assert notices_of(updates, "option_refused") == []


def test_a_second_visit_costs_no_second_base_fee_and_a_second_survey_does(shipped: Shipped) -> None:
    assert purposes(shipped, "two-visits-of-one-survey").count("site_survey") == 1
    assert purposes(shipped, "two-visits-of-one-survey").count("travel_expenses") == 2
    assert purposes(shipped, "fourth-deficiency").count("site_survey") == 2
    assert status(shipped, "fourth-deficiency")["deficiencies"] == 4


def test_travel_that_was_not_paid_stays_open_when_the_case_closes(shipped: Shipped) -> None:
    invoices = shipped["two-visits-of-one-survey"].report["invoices"]
    travel = [one for one in invoices if one["purpose"] == "travel_expenses"]
    assert [(one["status"], one["overdue"]) for one in travel] == [("open", True), ("open", True)]


def test_outside_the_us_every_fee_is_the_quoted_one(shipped: Shipped) -> None:
    invoices = shipped["outside-the-us"].report["invoices"]
    assert [(one["issued_day"], one["total"]) for one in invoices] == [(2.0, "3100.00"), (54.0, "1350.00")]


def test_a_fee_that_nobody_set_waits_for_the_office_and_is_never_made_up(shipped: Shipped) -> None:
    told = shipped["fee-not-configured"].report
    assert purposes(shipped, "fee-not-configured") == ["application"]
    assert days_of(told, "attention", "Needs attention") == pytest.approx([53.0, 57.0], abs=1e-4)
    assert status(shipped, "fee-not-configured")["attention"] == []


def test_what_came_by_fax_counts_from_the_day_on_which_it_was_received(shipped: Shipped) -> None:
    told = shipped["by-fax-and-by-post"].report
    assert (50.25, "review") in stages(shipped, "by-fax-and-by-post")
    granted = status(shipped, "by-fax-and-by-post")["certificate"]["granted_day"]
    assert granted == pytest.approx(83, abs=0.01), "what the office issues counts from when it is entered"
    assert deadlines_of(told, "testing_package") == [(50.625, True)]
    assert deadlines_of(told, "option_form") == [(77.625, True)]


def test_no_clock_of_the_form_runs_before_the_images_are_back(shipped: Shipped) -> None:
    told = shipped["images-returned-late"].report
    assert [one["opens_day"] for one in told["deadlines"] if one["name"] == "option_form"] == [147.0]
    assert len(notices_of(told, "waiting")) == 3
    assert days_of(told, "attention")[1] == 145.0


def test_a_renewal_in_time_renews_and_a_late_one_does_not(shipped: Shipped) -> None:
    in_time, late = status(shipped, "renewed-in-time"), status(shipped, "always-late")
    assert (in_time["outcome"], in_time["closed_day"]) == ("renewed", 1000.0)
    assert late["outcome"] == "expired"
    assert late["closed_day"] == late["certificate"]["expires_day"]
    assert len(days_of(shipped["always-late"].report, "warning")) == 2


def test_a_certificate_that_was_taken_back_is_looked_at_until_one_is_granted_again(shipped: Shipped) -> None:
    entries = shipped["a-report-issued-in-error"].report["timeline"]
    told = [one for one in entries if one["detail"].get("item") == "certificate_taken_back"]
    asked = [(one["day"], one["detail"].get("ended", False)) for one in told if one["kind"] == "attention"]
    assert asked == [(55.0, False), (82.0, True), (84.0, False)]
    assert [one["item"] for one in status(shipped, "a-report-issued-in-error")["attention"]] == [
        "certificate_taken_back"
    ]
