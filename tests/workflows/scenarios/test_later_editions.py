"""The same life by two editions, and what an office's adopting one changes: nothing for cases that have begun."""

from typing import Any

import pytest

from tests.workflows.lives import deadlines_of, notices_of, rules_of
from tests.workflows.shipped import Life

pytestmark = pytest.mark.server


def refusals(life: Life) -> dict[str, str]:
    """Return the source of each refusal by its rule."""
    return {one["rule"]: one["source"] for one in life.report["refusals"]}


def opens_of(life: Life) -> list[float]:
    """Return the days on which the option forms of a life opened."""
    return [one["opens_day"] for one in life.report["deadlines"] if one["name"] == "option_form"]


def status(life: Life) -> dict[str, Any]:
    found: dict[str, Any] = life.report["status"]
    return found


def test_the_same_life_ends_by_each_edition_as_its_text_says(shipped: dict[str, Life]) -> None:
    older, newer = shipped["one-life-by-2021"], shipped["one-life-by-2022"]
    assert (status(older)["edition"], status(newer)["edition"]) == ("2021-03-08", "2022-11-09")
    assert (status(older)["outcome"], status(newer)["outcome"]) == ("not_granted", "withdrawn")
    cited = refusals(older)
    assert cited.keys() == {"option_form.not_yet_open", "option.not_offered"}
    assert all("03-08-2021" in source for source in cited.values())
    assert refusals(newer) == {}
    assert (opens_of(older), opens_of(newer)) == ([52.0], [50.0])


def test_a_supplemental_review_goes_by_what_the_office_has_set(shipped: dict[str, Life]) -> None:
    report = shipped["supplemental-review"].report
    (invoice,) = [one for one in report["invoices"] if one["purpose"] == "supplemental_review"]
    assert (invoice["total"], invoice["status"]) == ("250.00", "paid")
    assert notices_of(report, "supplemental_review_terms") == [52.0, 68.0]
    assert notices_of(report, "supplemental_review_result") == [80.0]
    assert deadlines_of(report, "supplemental_review") == [(75.0, True)]
    assert opens_of(shipped["supplemental-review"]) == [50.0, 80.0]
    assert report["status"]["certificate"]["granted_day"] == 120.0
    states = {area["id"]: area["state"] for area in report["status"]["areas"]}
    assert set(states.values()) == {"acceptable"}


def test_an_unpaid_application_ends_as_inactive_after_its_55th_day(shipped: dict[str, Life]) -> None:
    report = shipped["unpaid-for-55-days"].report
    assert deadlines_of(report, "application_fee") == [(55.625, False)]
    assert report["status"]["outcome"] == "inactive"
    assert [one["status"] for one in report["invoices"]] == ["void"]
    (letter,) = [one for one in report["notices"] if one["kind"] == "inactive"]
    assert letter["subject"].startswith("Application expired")
    assert letter["day"] == 55.625
    assert rules_of(report) == ["case.closed"]


def test_what_an_office_adopts_begins_with_the_cases_that_begin_after_it(shipped: dict[str, Life]) -> None:
    finished, moved = shipped["adopted-in-its-middle"], shipped["moved-to-a-newer-edition"]
    assert (status(finished)["edition"], status(moved)["edition"]) == ("2021-03-08", "2022-11-09")
    assert rules_of(finished.report) == ["option_form.not_yet_open"]
    assert rules_of(moved.report) == ["option_form.not_yet_open", "testing.date_missing"]
    assert (opens_of(finished), opens_of(moved)) == ([52.0], [52.0, 70.0])
