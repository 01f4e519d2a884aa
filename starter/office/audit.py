"""`accredit audit`: who did what, when, for whom: messages that cases judged, and what people did beside them."""

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from policy.dates import end_of_day, start_of_day
from policy.text.spreadsheet import MARK, csv_lines
from records.audit import Asked, Entry
from services.people.audited import COLUMNS, RESULTS, acts_data, cells, every_entry, what_in_words
from starter.terminal.arguments import AsJson
from starter.terminal.books import books_to_read
from starter.terminal.context import office_of
from starter.terminal.output import note, show_json, show_table
from starter.terminal.period import read_period
from starter.terminal.saving import save

From = Annotated[str | None, typer.Option("--from", metavar="DATE", help="The first day, on the office's calendar.")]
To = Annotated[str | None, typer.Option("--to", metavar="DATE", help="The last day; it belongs to it.")]
ByPerson = Annotated[str, typer.Option("--person", metavar="NAME", help="Words of who did it.")]
OfOrg = Annotated[str, typer.Option("--org", metavar="ID", help="For which facility or practice; office: the office.")]
AboutCase = Annotated[str, typer.Option("--case", metavar="CASE", help="About which case; a part of its id will do.")]
Limit = Annotated[int, typer.Option("--limit", min=1, metavar="50", help="Show so many; --json and --csv give all.")]
Csv = Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write all of it for a spreadsheet.")]
SHOWN = 50
SHOWN_COLUMNS = ["When", "Who", "For", "What", "About", "Result"]


def audit(
    ctx: typer.Context,
    since: From = None,
    until: To = None,
    person: ByPerson = "",
    org: OfOrg = "",
    case: AboutCase = "",
    limit: Limit = SHOWN,
    csv: Csv = None,
    as_json: AsJson = False,
) -> None:
    """Tell who did what, when, for whom, the newest first: every message with its verdict, and what was done beside.

    Beside the messages: sign-ins, invitations, downloads, exports. Who is named has proved it where a key stands beside
    it. The same list as on the portal's page Audit.

    For example:

        accredit audit --from 2027-03-01 --to 2027-03-31
        accredit audit --case accreditation.OH-0417.ct.CT-1.1 --json
        accredit audit --person sample --org OH-0417 --csv audit.csv
    """
    zone = office_of(ctx, amounts=False).zone
    period = read_period(since, until, last="--to")
    asked = Asked(
        person=person,
        org=org,
        case=case,
        since=start_of_day(period.since, zone) if period.since else None,
        until=end_of_day(period.until, zone) if period.until else None,
    )
    with books_to_read(ctx) as books, books.reading() as session:
        told_by = books.address
        found = [*every_entry(session, asked, None if as_json or csv else limit + 1)]
    if csv:
        save((MARK + csv_lines([COLUMNS, *(cells(entry, zone) for entry in found)])).encode(), csv)
        note(f"{len(found)} entries, written to {csv}.")
    if as_json:
        show_json([acts_data(entry) for entry in found])
    elif not found:
        note(f"Nothing was done, as told by the books {told_by}.")
    else:
        show_table(SHOWN_COLUMNS, [_row(entry, zone) for entry in found[:limit]])
        more = " There is more (--limit, --csv)." if len(found) > limit else ""
        note(f"The newest {min(len(found), limit)}, as told by the books {told_by}.{more}")


def _row(entry: Entry, zone: ZoneInfo) -> list[str]:
    at = f"{entry.place.at.astimezone(zone):%Y-%m-%d %H:%M}"
    result = f"{RESULTS[entry.accepted]}{f': {entry.rule}' if entry.rule else ''}"
    return [at, entry.name, entry.org, what_in_words(entry), entry.about, result]
