"""The report of a period says what one computes by hand, for a year, for a part of it, and for the year before."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from records.books import Books
from records.tables import Deadline
from services.reports.figures import Days, period_of
from services.reports.report import Report, report_of
from services.reports.shape import long_rows
from services.reports.sheets import sheet_of
from tests.books import books as books
from tests.books import url as url
from tests.services.reports.small_office import OWED, PASSED, noon, write_office

ZONE = ZoneInfo("America/New_York")
LONG_AFTER = datetime(2031, 1, 1, tzinfo=UTC)


def report_on(books: Books, since: date, until: date, now: datetime = LONG_AFTER) -> Report:
    with books.reading() as session:
        return report_of(session, period_of(since, until, ZONE, now), ZONE)


@pytest.fixture
def report(books: Books) -> Report:
    """The report of 2027."""
    write_office(books)
    return report_on(books, date(2027, 1, 1), date(2027, 12, 31))


def test_windows_are_counted_by_what_came_of_them_and_dates_are_none(report: Report) -> None:
    windows = {(one["window"], one["kind"]): (one["met"], one["missed"]) for one in report.windows.as_json()}
    assert windows == {
        ("option_form", "ct"): (1, 0),
        ("renewal_application", "ct"): (1, 0),
        ("testing_package", "ct"): (1, 1),
        ("testing_package", "mri"): (1, 0),
        ("appeal_result", "ct"): (1, 0),
        ("appeal", "ct"): (1, 0),
    }


def test_days_in_a_stage_are_the_median_and_the_90th_percentile_of_each_modality(report: Report) -> None:
    stages = {(one["stage"], one["kind"]): one for one in report.stages.as_json()["stages"]}
    application, testing = stages["application", "ct"], stages["testing", "ct"]
    assert (application["number"], application["median_days"], application["p90_days"]) == (2, 7.0, 10.0)
    assert (testing["number"], testing["median_days"], testing["p90_days"], testing["longest_days"]) == (2, 45, 60, 60)
    assert stages["review", "mri"]["median_days"] == 40.0
    assert stages["accredited", "ct"]["median_days"] == 1094.0
    assert (stages["accredited", "ct"]["in_it"], stages["accredited", "mri"]["in_it"]) == (1, 1)
    assert stages["survey", "designation"]["median_days"] == 20.0


def test_attempts_and_appeals_are_told_apart(report: Report) -> None:
    told = report.stages.as_json()
    assert told["attempts"] == [{"attempt": 1, "passed": 1, "deficient": 1, "ended": 1}]
    assert told["appeals"] == [{"attempt": 1, "won": 1, "stands": 0, "ended": 0}]
    assert told["granted"] == {"ct": 1, "mri": 1, "designation": 1}
    assert told["endings"] == [
        {"kind": "ct", "outcome": "inactive", "number": 1},
        {"kind": "ct", "outcome": "renewed", "number": 1},
    ]


def test_an_appeal_is_held_against_30_to_45_days(report: Report) -> None:
    appeals = report.as_json()["appeal_days"]
    assert (appeals["earliest_days"], appeals["latest_days"], appeals["median_days"]) == (30, 45, 40.0)
    assert (appeals["early"], appeals["in_time"], appeals["late"]) == (0, 1, 0)


def test_renewals_in_time_are_told_with_what_was_renewed(report: Report) -> None:
    assert report.renewals.as_json() == {
        "applications_due": {"met": 1, "missed": 0, "open": 0, "dropped": 0},
        "renewed": 1,
        "expired": 0,
    }


def test_the_offices_own_answers_are_told_and_which_were_long(report: Report) -> None:
    answers = report.answers.as_json(30)
    by_question = {one["question"]: one for one in answers["questions"]}
    assert [by_question["application"][name] for name in ("number", "median_days", "longest_days")] == [3, 3.0, 4.0]
    assert [by_question["review"][name] for name in ("number", "median_days", "long")] == [2, 35.0, 1]
    assert by_question["survey"]["median_days"] == 19.0
    assert by_question["designation"]["median_days"] == 3.0
    assert {one["reviewer"]: (one["number"], one["longest_days"], one["long"]) for one in answers["reviewers"]} == {
        "Reviewer One": (2, 40.0, 1),
        "Reviewer Two": (1, 30.0, 0),
    }


def test_money_is_that_of_the_ledger_and_what_is_open_has_an_age(report: Report) -> None:
    money = report.money
    assert (money.total("invoiced"), money.total("received")) == (Decimal("2000.00"), Decimal("1600.00"))
    assert (money.open, money.overdue) == (OWED, OWED)
    assert {age: one.invoices for age, one in money.ages.items() if one.invoices} == {"over 90 days": 1}


def test_the_same_invoice_ages_with_the_days(books: Books) -> None:
    write_office(books)
    for until, age in (
        (date(2027, 3, 30), "not yet due"),
        (date(2027, 3, 31), "1 to 30 days"),
        (date(2027, 5, 1), "31 to 60 days"),
        (date(2027, 6, 29), "61 to 90 days"),
        (date(2027, 6, 30), "over 90 days"),
    ):
        ages = report_on(books, date(2027, 3, 1), until).money.ages
        assert {name: one.amount for name, one in ages.items() if one.amount} == {age: OWED}


def test_what_happened_after_a_period_does_not_change_it(books: Books) -> None:
    write_office(books)
    march = report_on(books, date(2027, 3, 1), date(2027, 3, 31))
    stages = {(one["stage"], one["kind"]): one for one in march.stages.as_json()["stages"]}
    assert (stages["review", "ct"]["number"], stages["review", "mri"]["in_it"]) == (1, 1)
    assert stages["appeal", "ct"]["in_it"] == 1
    assert march.stages.as_json()["attempts"] == [{"attempt": 1, "passed": 0, "deficient": 1, "ended": 0}]
    before = report_on(books, date(2026, 1, 1), date(2026, 12, 31))
    assert [table.name for table in sheet_of(before, ZONE).tables] == ["stages", "ages"]
    assert before.stages.within == {("accredited", "ct"): 1}


def test_midnight_belongs_to_the_day_that_it_ends(books: Books) -> None:
    write_office(books)
    with books.writing() as session:
        midnight = datetime(2027, 4, 1, 4, tzinfo=UTC)  # 31 March, 24:00
        session.add(
            Deadline(case_id=PASSED, number=9, name="option_form", opens_at=noon(3, 1), due_at=midnight, met=True)
        )
    in_march = report_on(books, date(2027, 3, 31), date(2027, 3, 31)).windows.of("option_form", "mri")
    in_april = report_on(books, date(2027, 4, 1), date(2027, 4, 1)).windows.of("option_form", "mri")
    assert (in_march["met"], in_april["met"]) == (1, 0)


def test_the_number_of_statements_does_not_grow_with_the_cases(books: Books) -> None:
    def statements() -> int:
        asked: list[str] = []

        def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            asked.append(statement)

        event.listen(books.engine, "before_cursor_execute", count)
        report_on(books, date(2027, 1, 1), date(2027, 12, 31))
        event.remove(books.engine, "before_cursor_execute", count)
        return sum(one.lstrip().upper().startswith("SELECT") for one in asked)

    empty = statements()
    write_office(books)
    assert statements() == empty
    assert empty <= 16


def test_as_one_list_every_figure_is_a_number(report: Report) -> None:
    rows = long_rows(sheet_of(report, ZONE))
    assert ("money", "Total", "Invoiced", "2000.00") in rows
    assert ("windows", "Testing package / CT", "Met, %", "50") in rows
    assert all(not value or float(value) >= 0 for *_, value in rows[1:])


@pytest.mark.parametrize(
    ("days", "median", "ninetieth"),
    [([], None, None), ([3], 3, 3), ([1, 2, 3, 4], 2.5, 4), ([*range(1, 11)], 5.5, 9), ([*range(1, 21)], 10.5, 18)],
)
def test_middle_and_late_end_are_counted_by_rank(days: list[float], median: float, ninetieth: float) -> None:
    counted = Days(days)
    assert (counted.median, counted.ninetieth) == (median, ninetieth)
