"""`accredit timeline`: the life so far and what lies ahead."""

import typer

from starter.desk.arguments import AsJson, CaseId
from starter.desk.lines import entry_lines, local
from starter.desk.standing import Standing, standing_of
from starter.front import office_of
from starter.output import note, say, show_json


def timeline(ctx: typer.Context, case: CaseId, as_json: AsJson = False) -> None:
    """Print a case's life so far, entry by entry, and what lies ahead.

    For example:

        accredit timeline accreditation.OH-0417.ct.CT-1.1
        accredit timeline accreditation.OH-0417.ct.CT-1.1 --json
    """
    standing = standing_of(ctx, case)
    if as_json:
        show_json(timeline_data(standing))
        return
    zone = office_of(ctx, amounts=False).zone
    for line in entry_lines(standing.entries, zone):
        say(line)
    for mark in standing.agenda:
        say(f"{local(mark.at, zone)}  ahead      {mark.label}", style="dim")
    for deadline in () if standing.agenda else standing.running:
        say(f"{local(deadline.due_at, zone)}  ahead      {deadline.name}", style="dim")
    note(f"As told by {standing.told_by}.")


def timeline_data(standing: Standing) -> dict[str, object]:
    """Return a case's life for scripts and pictures: entries, deadlines and what lies ahead."""
    return {
        "case": standing.case.case,
        "live": standing.live,
        "told_by": standing.told_by,
        **standing.case.model_dump(mode="json", include={"opened_at", "closed_at"}),
        "entries": [entry.model_dump(mode="json") for entry in standing.entries],
        "deadlines": [deadline.model_dump(mode="json") for deadline in standing.case.deadlines],
        "ahead": [mark.model_dump(mode="json") for mark in standing.agenda],
    }
