"""`accredit show`: one page of a case."""

from typing import Annotated

import typer

from policy.identity import parse_designation_id
from starter.desk.arguments import AsJson, CaseId
from starter.desk.clock import now
from starter.desk.lines import ahead_lines, entry_lines
from starter.desk.page import attention_lines, awaited_lines, head_lines, money_lines, option_lines
from starter.desk.standing import standing_of
from starter.front import office_of
from starter.output import say, show_json

Last = Annotated[int, typer.Option("--last", min=0, metavar="N", help="How many of the last entries to show.")]
LAST_ENTRIES = 8
NEXT_MARKS = 4
"""How many of the instants that lie ahead the page shows; `accredit timeline` shows them all."""


def show(ctx: typer.Context, case: CaseId, last: Last = LAST_ENTRIES, as_json: AsJson = False) -> None:
    """Show a case on one page: its stage, who owes what by when and what happens otherwise, options, money, entries.

    The case itself is asked where a worker runs; else the page comes from the books, and says so.

    For example:

        accredit show accreditation.OH-0417.ct.CT-1.1
        accredit show accreditation.OH-0417.ct.CT-1.1 --json
    """
    standing = standing_of(ctx, case)
    latest = standing.entries[-last:] if last else ()
    if as_json:
        show_json({**standing.as_json(), "entries": [entry.model_dump(mode="json") for entry in latest]})
        return
    zone, instant, known = office_of(ctx, amounts=False).zone, now(), standing.case
    is_designation = parse_designation_id(case) is not None
    sections = [
        head_lines(known, zone, standing.told_by),
        awaited_lines(known, standing.running, zone, instant),
        attention_lines(known, zone),
        option_lines(known.options) if standing.knows_options else ["Options: ask again when a worker runs."],
        money_lines(known.invoices, zone, instant),
        _titled("Next, by itself:", ahead_lines(standing.agenda[:NEXT_MARKS], zone)),
        _titled("Last entries:", entry_lines(latest, zone, designation=is_designation)),
    ]
    for number, section in enumerate(section for section in sections if section):
        for place, line in enumerate(section):
            say(line, style="bold" if not number and not place else "")


def _titled(title: str, lines: list[str]) -> list[str]:
    return [title, *(f"  {line}" for line in lines)] if lines else []
