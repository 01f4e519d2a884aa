"""What the office reports, as `accredit report` tells it: a period, the days ahead, decisions; with pictures."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from sqlmodel import Session
from starlette.exceptions import HTTPException
from starlette.responses import Response

from pictures.reports.page import TableView
from policy.dates import local_day
from policy.text.spreadsheet import MARK
from portal.page import Page, Who
from portal.visit import Visit
from records.reports.decisions import decisions
from services.reports.decisions import decisions_sheet
from services.reports.figures import period_of
from services.reports.forecast import DAYS, forecast_of, forecast_sheet
from services.reports.report import report_of
from services.reports.shape import Sheet, spreadsheet
from services.reports.sheets import sheet_of

LONGEST = 20
"""Characters of a day that is typed."""
PERIOD, FORECAST, DECISIONS = "period", "forecast", "decisions"
WHAT = {PERIOD: "A period", FORECAST: f"The next {DAYS} days", DECISIONS: "Decisions"}


@dataclass(frozen=True)
class Wanted:
    """What a page's address asks for, what was typed, and what is wrong with it."""

    what: str
    since: date
    until: date
    typed: dict[str, str]
    faults: dict[str, str]

    def address(self, path: str = "/office/reports", **changed: str) -> str:
        """Return the address of another report of the same days."""
        days = {"from": self.since.isoformat(), "to": self.until.isoformat()}
        return f"{path}?{urlencode({'what': self.what, **days, **changed})}"


def wanted_by(visit: Visit) -> Wanted:
    """Return what a page's address asks for: this year up to today, where it names no days.

    Raises:
        HTTPException: 404 where it asks for a report that there is none of.
    """
    query = visit.request.query_params
    what = query.get("what", PERIOD)
    if what not in WHAT:
        raise HTTPException(404)
    today = local_day(visit.now, visit.world.zone)
    typed = {name: query.get(name, "").strip()[:LONGEST] for name in ("from", "to")}
    days, faults = {"from": today.replace(month=1, day=1), "to": today}, dict[str, str]()
    for name, text in typed.items():
        try:
            days[name] = date.fromisoformat(text) if text else days[name]
        except ValueError:
            faults[name] = f"Found {text!r}, expected a day such as 2028-02-28."
        if not 1900 < days[name].year < 9000:
            faults[name] = "Expected a day of these times."
    if not faults and days["to"] < days["from"]:
        faults["to"] = "The last day lies before the first one."
    shown = {name: typed[name] if name in faults else day.isoformat() for name, day in days.items()}
    return Wanted(what, days["from"], days["to"], shown, faults)


def drawing_of(visit: Visit, wanted: Wanted) -> Callable[[Session], Sheet]:
    """Return what reads a report out of the books."""
    zone, now = visit.world.zone, visit.now

    def draw(session: Session) -> Sheet:
        if wanted.what == FORECAST:
            return forecast_sheet(forecast_of(session, local_day(now, zone), DAYS, zone, now))
        period = period_of(wanted.since, wanted.until, zone, now)
        if wanted.what == DECISIONS:
            return decisions_sheet([*decisions(session, period.between(zone))], period, zone)
        return sheet_of(report_of(session, period, zone), zone)

    return draw


async def reports(visit: Visit) -> Response:
    """Show a report with its pictures."""
    wanted = wanted_by(visit)
    sheet = None if wanted.faults else await visit.read(drawing_of(visit, wanted))
    this_year = date(local_day(visit.now, visit.world.zone).year, 1, 1)
    last_year = this_year - timedelta(days=1)
    years = (
        ("This year", wanted.address(**{"from": this_year.isoformat(), "to": ""})),
        ("Last year", wanted.address(**{"from": f"{last_year.year}-01-01", "to": last_year.isoformat()})),
    )
    return visit.page(
        "office/reports.html.j2",
        status=422 if wanted.faults else 200,
        title="Reports",
        wanted=wanted,
        kinds=WHAT,
        sheet=sheet,
        views=[TableView(table) for table in sheet.tables] if sheet else [],
        years=years,
        has_days=wanted.what != FORECAST,
    )


async def as_csv(visit: Visit) -> Response:
    """Give the figures of a report as a file."""
    wanted = wanted_by(visit)
    if wanted.faults:
        return visit.go(wanted.address())
    sheet = await visit.read(drawing_of(visit, wanted))
    named = {"Content-Disposition": f'attachment; filename="report-{wanted.what}.csv"'}
    return Response(MARK + spreadsheet(sheet), media_type="text/csv; charset=utf-8", headers=named)


PAGES: tuple[Page, ...] = (
    Page("/office/reports", Who.OFFICE, reports),
    Page("/office/reports.csv", Who.OFFICE, as_csv),
)
