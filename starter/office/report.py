"""`accredit report`: what the office reports, for a period, for the days ahead, and for the regulator."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from sqlmodel import Session

from pictures.files import check_place
from pictures.reports.page import report_page
from policy.dates import add_months, local_day
from policy.text.spreadsheet import MARK
from records.reports.decisions import decisions
from records.words import BooksPurpose
from services.clock import now
from services.errors import InputFault, Unusable
from services.reports.decisions import decision_data, decisions_sheet
from services.reports.figures import Period, period_of
from services.reports.forecast import DAYS, forecast_of, forecast_sheet
from services.reports.report import report_of
from services.reports.shape import Sheet, spreadsheet
from services.reports.sheets import sheet_of
from starter.terminal.arguments import AsJson
from starter.terminal.bars import show_bars
from starter.terminal.books import books_to_read
from starter.terminal.context import office_of
from starter.terminal.output import note, say, show_json, show_table, under_way
from starter.terminal.period import read_day, read_period
from starter.terminal.saving import save

From = Annotated[str | None, typer.Option("--from", metavar="DATE", help="The first day (left out: of this year).")]
To = Annotated[str | None, typer.Option("--to", metavar="DATE", help="The last day; it belongs to it (today).")]
Year = Annotated[int | None, typer.Option("--year", metavar="2027", help="A whole year.")]
Month = Annotated[str | None, typer.Option("--month", metavar="2027-03", help="A month (else the last whole one).")]
Html = Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write a page with pictures.")]
Csv = Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write the figures for a spreadsheet.")]
Ahead = Annotated[int, typer.Option("--days", min=1, max=1100, metavar="90", help="How many days ahead.")]
DECEMBER = 12

app = typer.Typer(no_args_is_help=False, pretty_exceptions_enable=False, rich_markup_mode="markdown")
"""The commands of reports."""


@app.callback(invoke_without_command=True)
def about_app(
    ctx: typer.Context,
    since: From = None,
    until: To = None,
    year: Year = None,
    as_json: AsJson = False,
    csv: Csv = None,
    html: Html = None,
) -> None:
    """Report a period: windows met and missed, days in each stage, appeals, outcomes, renewals, answers, money.

    From the books alone, for years that are long over too, with the same figures each time. A window counts where its
    last day lies, a stay in a stage and an attempt where they ended, money as the ledger has it. What is open is told
    as of the end of the period, or as of now.

    For example:

        accredit report
        accredit report --year 2027 --html report-2027.html --csv report-2027.csv
        accredit report --from 2027-01-01 --to 2027-03-31 --json
        accredit report forecast
        accredit report decisions --month 2027-03
    """
    if ctx.invoked_subcommand is not None:
        return
    check_place(csv, html)
    days = read_report_period(since, until, year)

    def draw(session: Session, zone: ZoneInfo, rehearsed: bool) -> tuple[Any, Sheet]:
        report = report_of(session, as_period(days, zone, rehearsed), zone)
        return report.as_json(), sheet_of(report, zone)

    _tell(ctx, draw, as_json=as_json, csv=csv, html=html)


@app.command("forecast")
def forecast(
    ctx: typer.Context,
    since: From = None,
    days: Ahead = DAYS,
    as_json: AsJson = False,
    csv: Csv = None,
    html: Html = None,
) -> None:
    """Tell the work of the next 90 days: what will be due week by week, what is awaited now, what is to be paid.

    For example:

        accredit report forecast
        accredit report forecast --days 30 --json
        accredit report forecast --html ahead.html
    """
    check_place(csv, html)
    first = read_day("--from", since)

    def draw(session: Session, zone: ZoneInfo, rehearsed: bool) -> tuple[Any, Sheet]:
        found = forecast_of(session, first or local_day(now(), zone), days, zone, now())
        return found.as_json(), forecast_sheet(found)

    _tell(ctx, draw, as_json=as_json, csv=csv, html=html)


@app.command("decisions")
def decisions_of_month(
    ctx: typer.Context,
    month: Month = None,
    since: From = None,
    until: To = None,
    as_json: AsJson = False,
    csv: Csv = None,
    html: Html = None,
) -> None:
    """List the decisions of a month for the regulator: accredited, designated, not granted, ended, and how.

    Whose, where, of which unit, and from when until when it holds. No reviewer is named.

    For example:

        accredit report decisions --month 2027-03
        accredit report decisions --month 2027-03 --csv decisions-2027-03.csv
        accredit report decisions --from 2027-01-01 --to 2027-12-31 --json
    """
    check_place(csv, html)
    days = read_month(month) if month else read_report_period(since, until, None)

    def draw(session: Session, zone: ZoneInfo, rehearsed: bool) -> tuple[Any, Sheet]:
        period = as_period(days if any(days) else last_month(local_day(now(), zone)), zone, rehearsed)
        found = [*decisions(session, period.between(zone))]
        data = {
            "from": period.since.isoformat(), "to": period.until.isoformat(),
            "decisions": [decision_data(one, zone) for one in found],
        }  # fmt: skip
        return data, decisions_sheet(found, period, zone)

    _tell(ctx, draw, as_json=as_json, csv=csv, html=html)


Days = tuple[date | None, date | None]


def read_report_period(since: str | None, until: str | None, year: int | None) -> Days:
    """Read the options `--from`, `--to` and `--year`; what is left out is found when the office's zone is known.

    Raises:
        Unusable: One is no date, a year stands beside a date, or the last day lies before the first.
    """
    if year is None:
        period = read_period(since, until, last="--to")
        return period.since, period.until
    if since or until:
        raise Unusable([InputFault("--year", "", f"{year} beside --from or --to", "either a year or days")])
    first = read_day("--year", f"{year:04}-01-01")
    return first, date(year, DECEMBER, 31)


def read_month(text: str) -> Days:
    """Read the option `--month`. Raises `Unusable` where it is none."""
    try:
        first = date.fromisoformat(f"{text.strip()}-01")
    except ValueError:
        raise Unusable([InputFault("--month", "", text or "nothing", "a month, for example 2027-03")]) from None
    read_day("--month", first.isoformat())
    return first, add_months(first, 1) - timedelta(days=1)


def last_month(today: date) -> Days:
    """Return the last month that is over."""
    end = today.replace(day=1) - timedelta(days=1)
    return end.replace(day=1), end


def as_period(days: Days, zone: ZoneInfo, rehearsed: bool) -> Period:
    """Return a period; where no day was named, this year up to today."""
    instant = now()
    today = local_day(instant, zone)
    since, until = days
    last = until or max(today, since or today)
    return period_of(since or date(last.year, 1, 1), last, zone, instant, rehearsed=rehearsed)


def _tell(
    ctx: typer.Context,
    draw: Callable[[Session, ZoneInfo, bool], tuple[Any, Sheet]],
    *,
    as_json: bool,
    csv: Path | None,
    html: Path | None,
) -> None:
    """Read the books, and tell what they say in every form that is wanted."""
    zone = office_of(ctx, amounts=False).zone
    with books_to_read(ctx) as books:
        with under_way("Reading the books"), books.reading() as session:
            data, sheet = draw(session, zone, books.purpose == BooksPurpose.REHEARSAL)
        told_by = books.address
    if csv:
        save((MARK + spreadsheet(sheet)).encode(), csv)
    if html:
        save(report_page(sheet, f"As told by the books {told_by}.").encode(), html)
    if as_json:
        show_json(data)
    else:
        show_sheet(sheet)
    written = ", ".join(str(file) for file in (csv, html) if file)
    note(f"As told by the books {told_by}.{f' Written: {written}.' if written else ''}")


def show_sheet(sheet: Sheet) -> None:
    """Print a sheet: what must be known first, then table by table, each with its bars."""
    say(sheet.title, style="bold")
    wide = max((len(name) for name, _ in sheet.facts), default=0)
    for name, text in sheet.facts:
        say(f"  {name:<{wide}}  {text}")
    for table in sheet.tables:
        say()
        say(table.title, style="bold")
        say(table.says, style="dim")
        show_bars(table)
        show_table(table.columns, table.rows, right=table.figures)
