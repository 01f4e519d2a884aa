"""`accredit start`: hands an application in."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated, NamedTuple
from zoneinfo import ZoneInfo

import typer

from intake.submission import Submission
from policy.dates import local_day
from policy.designation.application import DicoeApplication
from policy.designation.edition import DicoeEdition
from policy.edition import EditionError
from policy.office import OfficeSettings
from records.books import open_books
from services.connect import case_link, connect
from services.errors import InputFault, Unusable
from services.opening import OpenedCase, judge_application, open_cases, read_opening
from services.programs import doubts_of, refusal
from starter.applications.check import ApplicationFile, AsJson
from starter.applications.eligibility import Row, eligibility, say_who_told, show_eligibility
from starter.applications.submission import read_and_tell, tell_what_papers_cannot_print
from starter.terminal.context import office_of
from starter.terminal.output import note, say, show_json, show_table, under_way


class Started(NamedTuple):
    """What came of handing an application in: its cases, and a designation's locations as these books know them."""

    cases: list[OpenedCase]
    namespace: str
    locations: list[Row]
    books: str


def start_application(
    ctx: typer.Context,
    file: ApplicationFile,
    opened_at: Annotated[
        str | None,
        typer.Option(metavar="WHEN", help="When the case begins: an ISO date (09:00 of that day) or date-time. Now."),
    ] = None,
    ui: Annotated[
        str | None, typer.Option(metavar="URL", help="The Temporal UI that links lead to.", envvar="ACCREDIT_UI")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Start the case or cases of an application, and print their ids and links.

    There is one case for each unit, or one for the facility where the modality is tested by facility; a designation is
    one case of a practice in a state. The same application again starts nothing and prints the same cases; another
    application for a unit, or for a practice and state, with an open case is refused.

    For example:

        accredit start samples/ct-unit.json
        accredit start application.xlsx
        accredit start samples/dicoe-ohio.json
        accredit start application.json --opened-at 2028-02-28
        accredit start application.json --json
    """
    submission, settings = read_and_tell(file), office_of(ctx)
    tell_what_papers_cannot_print(submission.application, settings)
    begins = read_opening(opened_at, settings.zone) if opened_at else datetime.now(UTC).replace(microsecond=0)
    with under_way("Opening what the application asks for"):
        opened, namespace, locations, books = asyncio.run(_start(submission, settings, begins))
    rows = [(case, case_link(case.case_id, namespace, ui)) for case in opened]
    if locations:
        say_who_told(locations, books, at_hand=True)
    if as_json:
        located = {"locations": [row.as_json() for row in locations]} if locations else {}
        show_json({"cases": [_as_json(case, link) for case, link in rows], **located})
        return
    if locations:
        show_eligibility(locations)
        say()
    show_table(["Case", "Opened", "Link"], [[case.case_id, _day(case, settings.zone), link] for case, link in rows])
    started = sum(case.new for case in opened)
    if started < len(opened):
        note(f"{len(opened) - started} of these cases had been started before; nothing was started twice.")
    say(f"{started} case(s) started.", style="green")
    say(f"Then: accredit show {opened[0].case_id}")


async def _start(submission: Submission, settings: OfficeSettings, opened_at: datetime) -> Started:
    application = submission.application
    try:
        judged = judge_application(application, settings, opened_at)
    except EditionError as error:
        raise Unusable([InputFault("--opened-at", "", str(error), "a day on which an edition was in force")]) from None
    for doubt in doubts_of(application, judged.edition):
        note(f"Note: {doubt}")
    if against := submission.judged(judged.findings):
        raise refusal(against)
    client = await connect(security=settings.security)
    books = open_books(settings.database.url)
    try:
        opened = await open_cases(judged, client, books)
        rows: list[Row] = []
        if isinstance(application, DicoeApplication) and isinstance(judged.edition, DicoeEdition):
            with books.reading() as session:
                rows = eligibility(application, judged.edition, session)
        return Started(opened, client.namespace, rows, books.address)
    finally:
        books.close()


def _as_json(case: OpenedCase, link: str) -> dict[str, object]:
    return {"case": case.case_id, "link": link, "opened_at": case.opened_at.isoformat(), "new": case.new}


def _day(case: OpenedCase, zone: ZoneInfo) -> str:
    return local_day(case.opened_at, zone).isoformat()
