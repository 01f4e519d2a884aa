"""`accredit timeline`: the life so far and what lies ahead."""

from pathlib import Path
from typing import Annotated

import typer

from policy.identity import parse_designation_id
from starter.desk.arguments import AsJson, CaseId
from starter.desk.clock import now
from starter.desk.lines import ahead, entry_lines, line, local_due, who_width
from starter.desk.standing import Standing, standing_of
from starter.front import office_of
from starter.output import note, say, show_json
from starter.pictures.adapters import life_of_standing
from starter.pictures.files import check_place, write_pictures
from starter.pictures.words import plain


def timeline(
    ctx: typer.Context,
    case: CaseId,
    as_json: AsJson = False,
    svg: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a picture of the life.")] = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a page with picture and tables.")] = None,
    ics: Annotated[Path | None, typer.Option(metavar="FILE", help="Write its windows as a calendar file.")] = None,
) -> None:
    """Print a case's life so far, entry by entry, and what lies ahead.

    Where files are named, the life is also written as a picture, as a page with tables, or as a calendar.

    For example:

        accredit timeline accreditation.OH-0417.ct.CT-1.1
        accredit timeline accreditation.OH-0417.ct.CT-1.1 --json
        accredit timeline accreditation.OH-0417.ct.CT-1.1 --html life.html --ics windows.ics
    """
    check_place(svg, html, ics)
    standing = standing_of(ctx, case)
    if svg or html or ics:
        told_at = now()
        life = life_of_standing(standing, office_of(ctx, amounts=False).zone, told_at)
        write_pictures(life, told_at, svg=svg, html=html, ics=ics)
        note(f"Written: {', '.join(str(file) for file in (svg, html, ics) if file)}")
    if as_json:
        show_json(timeline_data(standing))
        return
    zone = office_of(ctx, amounts=False).zone
    for text in entry_lines(standing.entries, zone, designation=parse_designation_id(case) is not None):
        say(text)
    coming = [ahead(mark, zone) for mark in standing.agenda] or [
        (local_due(deadline.due_at, zone), plain(deadline.name)) for deadline in standing.running
    ]
    wide = who_width(standing.entries)
    for when, what in coming:
        say(line(when, "ahead", "", what, wide), style="dim")
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
