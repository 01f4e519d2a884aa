"""`accredit worklist`: who must act by when, over all open cases, from the books."""

import asyncio
import re
from datetime import datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from policy.application import Modality
from policy.dates import last_day
from policy.facts import Party
from records.words import BooksPurpose
from records.worklist import WorkItem
from records.worklist import worklist as listed
from services.clock import now
from services.errors import InputFault, NotReachable, Unusable
from services.words import distance, party, stage_words
from starter.terminal.arguments import AsJson
from starter.terminal.books import books_to_read
from starter.terminal.context import office_of
from starter.terminal.output import note, show_json, show_table

WhoseTurn = Annotated[Party | None, typer.Option("--party", help="Only what this party must do.")]
DueWithin = Annotated[
    str | None,
    typer.Option("--due-within", metavar="14d", help="Only what is due in so many days (d), weeks (w), hours (h)."),
]
Overdue = Annotated[bool, typer.Option("--overdue", help="Only what is overdue.")]
InState = Annotated[str | None, typer.Option("--state", metavar="OH", help="Only facilities in this state.")]
OfModality = Annotated[Modality | None, typer.Option("--modality", help="Only this modality.")]
COLUMNS = ["Case", "Facility", "Due", "", "Awaited", "For", "Stage", "Attention"]
TOLD = {
    "facility_id", "facility_name", "state", "modality", "stage", "awaited_party", "awaited", "deficiencies",
    "needs_attention",
}  # fmt: skip
SERVER_WITHIN = 2.0
"""Seconds that the list waits for the server: it is the books' list."""
UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def worklist(
    ctx: typer.Context,
    whose: WhoseTurn = None,
    due_within: DueWithin = None,
    overdue: Overdue = False,
    state: InState = None,
    modality: OfModality = None,
    as_json: AsJson = False,
) -> None:
    """List who must act by when, over all open cases, what is overdue at the top, what has no date at the bottom.

    What is overdue stays on the list until it comes or the case closes, with the day of the closing where that is near.
    It is read from the books, so that it answers while no worker runs; what needs attention says so. Of the server it
    asks which cases' tasks fail: they stand still, whatever the books say, and are listed too.

    For example:

        accredit worklist
        accredit worklist --party acr --due-within 14d
        accredit worklist --overdue --state OH --modality ct --json
    """
    instant, zone = now(), office_of(ctx, amounts=False).zone
    due_by = instant + read_span(due_within) if due_within else None
    with books_to_read(ctx) as books:
        told_by = books.address
        fails = {} if books.purpose == BooksPurpose.REHEARSAL else _failing(ctx)
        with books.reading() as session:
            items = listed(
                session,
                party=whose.value if whose else None,
                due_by=due_by,
                overdue_at=instant if overdue else None,
                state=state.upper() if state else None,
                modality=modality.value if modality else None,
                also=fails,
            )
    if as_json:
        show_json([item_data(item, instant, fails.get(item.case.case_id)) for item in items])
    elif not items:
        note(f"Nobody is awaited, as told by the books {told_by}.")
    else:
        show_table(COLUMNS, [item_row(item, zone, instant, item.case.case_id in fails) for item in items])
        note(f"As told by the books {told_by}.")


def _failing(ctx: typer.Context) -> dict[str, str]:
    """Return the cases whose tasks fail, and why; where the server cannot be asked, that is said beside the list."""
    from temporalio.service import RPCError  # here, because Temporal's client is read where a server is asked

    from services.connect import NoServerKnown, connect
    from services.versions.failing import failing_cases

    async def ask() -> dict[str, str]:
        client = await connect(security=office_of(ctx, amounts=False).security, answer_within=SERVER_WITHIN)
        return dict(await failing_cases(client) or ())

    try:
        return asyncio.run(ask())
    except NoServerKnown:
        return {}
    except (NotReachable, RPCError):
        note("The Temporal server was not reached: whether tasks of cases fail is not known.", style="yellow")
        return {}


def read_span(text: str, option: str = "--due-within") -> timedelta:
    """Read a span of time such as `14d`, `2w` or `36h`, that an option names; a number alone is days.

    Raises:
        Unusable: It is none.
    """
    match = re.fullmatch(r"(\d{1,5})\s*([hdw]?)", text.strip().lower())
    if not match:
        raise Unusable([InputFault(option, "", text, "a number of days (14d), weeks (2w) or hours (36h)")])
    return int(match[1]) * UNITS[match[2] or "d"]


def item_data(item: WorkItem, at: datetime, task_problem: str | None = None) -> dict[str, Any]:
    """Return an item for a script; `task_problem`: why the case's tasks fail, if they do."""
    due, closes = (instant.isoformat() if instant else None for instant in (item.due_at, item.closes_at))
    return {
        "case": item.case.case_id,
        **item.case.model_dump(mode="json", include=TOLD),
        "due_at": due,
        "due_name": item.due_name,
        "closes_at": closes,
        "overdue": item.is_overdue(at),
        "follow_up": item.follow_up.model_dump(mode="json") if item.follow_up else None,
        "task_problem": task_problem,
    }


def item_row(item: WorkItem, zone: ZoneInfo, instant: datetime, fails: bool = False) -> list[str]:
    """Return an item as a row of the table; `fails`: whether the case's tasks do."""
    case = item.case
    day = str(last_day(item.due_at, zone)) if item.due_at else ""
    due = distance(item.due_at, zone, instant) if item.due_at else "no date"
    if item.closes_at:
        due += f", closes {distance(item.closes_at, zone, instant)}"
    attention = "TASKS FAIL" if fails else "needs attention" if case.needs_attention else ""
    who = party(case.awaited_party) if case.awaited_party else ""
    stage, what = stage_words(case.stage).lower(), case.awaited
    if found := item.follow_up:
        who, what = party(Party.ACR), f"note{f' ({found.assignee})' if found.assignee else ''}: {found.text}"
    elif case.status.get("paused"):
        due = "paused"
    return [case.case_id, case.facility_name, day, due, who, what, stage, attention]
