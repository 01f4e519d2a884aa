"""The report of a year that is over says what plain SQL counts in the books: of every shipped life, year by year."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from policy.facts import Stage
from services.paths import BOOKS
from services.reports.figures import period_of
from services.reports.money import COLUMNS
from services.reports.report import Report, report_of
from tests.workflows.shipped import Life

pytestmark = pytest.mark.server
LONG_AFTER = datetime(2060, 1, 1, tzinfo=UTC)
WINDOWS = """
    SELECT name, SUM(met IS 1), SUM(met IS 0), SUM(met IS NULL AND NOT over), SUM(met IS NULL AND over)
    FROM deadlines
    WHERE due_at > :since AND due_at <= :until AND name NOT IN ('closure', 'expiry', 'mid_cycle', 'renewal_notice')
    GROUP BY name"""
STAGES = """
    WITH entered AS (
        SELECT case_id, id, at, detail ->> '$.stage' AS stage, detail ->> '$.outcome' AS outcome
        FROM timeline WHERE kind = 'stage'),
    beside AS (
        SELECT *, LEAD(stage) OVER one AS after, LAG(stage) OVER one AS before,
            LAG(stage, 2) OVER one AS first
        FROM entered WINDOW one AS (PARTITION BY case_id ORDER BY id)),
    kept AS (
        SELECT * FROM beside
        WHERE NOT (stage = 'closed' AND after IS NOT NULL) AND (before IS NOT 'closed' OR first IS NULL)),
    stays AS (
        SELECT stage, at, LEAD(at) OVER one AS left_at, LEAD(stage) OVER one AS next, LEAD(outcome) OVER one AS ended
        FROM kept WINDOW one AS (PARTITION BY case_id ORDER BY id))
    SELECT stage, next, ended, julianday(left_at) - julianday(at) FROM stays
    WHERE left_at > :since AND left_at <= :until"""
MONEY = {
    "invoiced": "SELECT SUM(total) FROM invoices WHERE issued_at > :since AND issued_at <= :until",
    "credited": "SELECT SUM(amount) FROM credit_notes WHERE issued_at > :since AND issued_at <= :until",
    "written_off": "SELECT SUM(amount) FROM write_offs WHERE at > :since AND at <= :until",
    "refunded": "SELECT SUM(amount) FROM refunds WHERE at > :since AND at <= :until",
    "received": """
        SELECT (SELECT COALESCE(SUM(amount), 0) FROM payments WHERE received_at > :since AND received_at <= :until)
             - (SELECT COALESCE(SUM(amount), 0) FROM reversals WHERE at > :since AND at <= :until)""",
    "void": """
        SELECT SUM(total - credited - written_off) FROM invoices JOIN (
            SELECT detail ->> '$.invoice' AS number, MIN(at) AS at FROM timeline
            WHERE kind = 'invoice' AND detail ->> '$.void' GROUP BY 1) USING (number)
        WHERE status = 'void' AND at > :since AND at <= :until""",
}
"""What is entered of money in a period, each from its own table."""


class Year(NamedTuple):
    """A year of a life: the books as SQL sees them, its bounds as the books write instants, and its report."""

    raw: sqlite3.Connection
    bounds: dict[str, str]
    report: Report

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return what a statement finds in the year."""
        return self.raw.execute(query, self.bounds).fetchall()

    def sum_of(self, query: str) -> Decimal:
        """Return the amount that a statement comes to, in US dollars."""
        return Decimal(str(self.rows(query)[0][0] or 0)).quantize(Decimal("0.01"))


def years(life: Life) -> Iterator[Year]:
    """Yield every year of a life, from the one in which its case opened."""
    zone = life.plan.settings.zone
    with life.books() as books, closing(sqlite3.connect(f"file:{life.folder / BOOKS}?mode=ro", uri=True)) as raw:
        (last,) = raw.execute("SELECT MAX(at) FROM timeline").fetchone()
        for year in range(life.plan.opened_at.year, int(last[:4]) + 1):
            period = period_of(date(year, 1, 1), date(year, 12, 31), zone, LONG_AFTER)
            bounds = {
                name: f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"
                for name, at in period.between(zone)._asdict().items()
            }
            with books.reading() as session:
                yield Year(raw, bounds, report_of(session, period, zone))


@pytest.fixture(scope="module")
def lived(shipped_lives: dict[str, Life]) -> list[Life]:
    return list(shipped_lives.values())


def test_windows_are_those_that_the_books_hold(lived: list[Life]) -> None:
    counted = 0
    for year in (year for life in lived for year in years(life)):
        told = year.report.windows
        names = {*told.names(rights=False), *told.names(rights=True)}
        found = [(name, *told.of(name).values()) for name in sorted(names)]
        assert found == sorted(year.rows(WINDOWS))
        counted += len(found)
    assert counted > 100


def test_days_in_stages_grants_and_endings_are_those_of_the_timelines(lived: list[Life]) -> None:
    counted = 0
    for year in (year for life in lived for year in years(life)):
        rows, told = year.rows(STAGES), year.report.stages
        for stage in Stage:
            days = sorted(days for one, _, _, days in rows if one == stage)
            assert sorted(told.all_days(stage).found) == pytest.approx(days, abs=1e-4)
        granted = [then for _, then, _, _ in rows if then in (Stage.ACCREDITED, Stage.DESIGNATED)]
        assert sum(told.granted.values()) == len(granted)
        ended = sorted(outcome for _, then, outcome, _ in rows if then == Stage.CLOSED)
        assert sorted(outcome for (_, outcome), number in told.endings.items() for _ in range(number)) == ended
        counted += len(rows)
    assert counted > 200


def test_money_is_that_of_its_tables_and_years_add_up_to_what_is_owed(lived: list[Life]) -> None:
    for life in lived:
        owed = Decimal("0.00")
        for year in years(life):
            sums = {column: year.report.money.total(column) for column in COLUMNS}
            assert sums == {column: year.sum_of(MONEY[column]) for column in COLUMNS}, life.report["case"]
            owed += sums["invoiced"] - sums["credited"] - sums["written_off"] - sums["void"]
            owed += sums["refunded"] - sums["received"]
            assert year.report.money.open - year.report.money.overpaid == owed, life.report["case"]
