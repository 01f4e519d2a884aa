"""`accredit scenario new`: a scenario to start from, made of an application, that can be rehearsed as it is written."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from policy.cases import CasePart
from policy.dates import local_day
from policy.designation.edition import DicoeEdition
from policy.edition import Edition
from policy.office import OfficeSettings
from services.errors import InputFault, RefusedByRule, Unusable
from services.programs import Part, edition_of, findings_of, parts_of
from starter.applications.submission import read_and_tell
from starter.rehearsals.scenario_text import cycle, designation, practice
from starter.terminal.context import office_of
from starter.terminal.output import note, say_lines
from starter.terminal.saving import save

YEARS_AHEAD = 10
"""How far off a designation's scenario opens: its pledges name years, so that it opens on a date, and is of use until
then."""
app = typer.Typer(no_args_is_help=True, rich_markup_mode="markdown")


@app.callback()
def about_app() -> None:
    """Scenarios: lives that can be rehearsed."""


def new_scenario(
    ctx: typer.Context,
    application: Annotated[
        Path, typer.Argument(metavar="APPLICATION", help="An application, as `accredit check` reads it.")
    ],
    out: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="The scenario's file (else it is printed)."),
    ] = None,
    unit: Annotated[
        str | None, typer.Option(metavar="ID", help="Whose case, where the application is for several units.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there already.")] = False,
) -> None:
    """Write a scenario for an application: a straight life to start from, and what else may happen, commented out.

    It can be rehearsed as it is written; whatever is taken in must go as its event says.

    For example:

        accredit scenario new samples/ct-unit.json -o my-unit.toml
        accredit rehearse my-unit.toml
        accredit scenario new samples/ct-two-units.json --unit CT-2
    """
    if out and out.exists() and not force:
        raise Unusable([InputFault(str(out), "", "a file that is there already", "a new file, or --force")])
    settings = office_of(ctx, amounts=False)
    text = scenario_text(application, out.parent if out else Path(), settings, unit, datetime.now(UTC))
    if out is None:
        say_lines(text)
        return
    save(text.encode(), out)
    note(f"Written: {out}. Live it through: accredit rehearse {out}")


app.command("new")(new_scenario)


def scenario_text(file: Path, folder: Path, settings: OfficeSettings, unit: str | None, now: datetime) -> str:
    """Return the text of a scenario.

    Args:
        file: The application.
        folder: Where the scenario will lie; it names the application's file relative to that.
        settings: The office's settings: an application that they could open no case for has no life.
        unit: The unit whose case it is, where the application is for several.
        now: The real now.

    Raises:
        Unusable: The application cannot be read, or has no such unit.
        RefusedByRule: It is not complete; names every finding.
    """
    submission = read_and_tell(file)
    application, today = submission.application, local_day(now, settings.zone)
    edition = edition_of(application, today, settings)
    if found := submission.judged(findings_of(application, edition, settings)):
        raise RefusedByRule(found, instead=[f"Mend it first: `accredit check {file}` reads it by itself."])
    part = _part(parts_of(application, edition), file, unit)
    named = os.path.relpath(file, folder) if part.application == application and file.suffix == ".json" else None
    year = today.year + YEARS_AHEAD
    if isinstance(part, CasePart) and isinstance(edition, Edition) and edition.survey_based:
        return practice(part.application, named, year)
    if isinstance(part, CasePart):
        dated = isinstance(edition, Edition) and bool(edition.mammography or edition.testing.clinical_age)
        return cycle(part.application, part.part, named, year, dated=dated)
    if not isinstance(edition, DicoeEdition):
        raise TypeError(f"an edition of the designation is expected, found one of {edition.program}")
    return designation(part.application, edition, named, year)


def _part(parts: Sequence[Part], file: Path, unit: str | None) -> Part:
    """Return the part of an application that the scenario is about: the first, or that of the unit that is named."""
    known = {part.part if isinstance(part, CasePart) else part.state: part for part in parts}
    if unit is None:
        return parts[0]
    if unit not in known:
        raise Unusable([InputFault(str(file), "--unit", unit, f"one of {', '.join(known)}")])
    return known[unit]
