"""`accredit rehearse`: lives scenarios through on a Temporal server that skips time, and reports on each."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from starter.front import office_of
from starter.output import show_json
from starter.pictures.files import check_place, write_rehearsal
from starter.problems import ExitCode
from starter.rehearsal.plan import make_plans
from starter.rehearsal.reading import read_scenarios
from starter.rehearsal.runner import rehearse
from starter.rehearsal.telling import show_life, show_total
from starter.rehearsal.watching import watching


def rehearse_scenarios(
    ctx: typer.Context,
    scenarios: Annotated[list[Path], typer.Argument(metavar="SCENARIO...", help="Scenarios, .toml files.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for scripts: one report a scenario.")] = False,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write one page with all lives: pictures, tables, verdicts.")
    ] = None,
    address: Annotated[
        str | None,
        typer.Option(metavar="HOST:PORT", help="Rehearse on this server (never an office's); else one is started."),
    ] = None,
) -> None:
    """Live scenarios through: whole lives of cases, three years in a second or two.

    Each scenario has its own case, books and mail folder, on a Temporal server that is started for it and keeps
    nothing. Exit code 0 when every event went as written, 1 when one did not.

    For example:

        accredit rehearse scenarios/straight-life.toml
        accredit rehearse scenarios/*.toml --json
        accredit rehearse scenarios/*.toml --html lives.html
    """
    check_place(html)
    plans = make_plans(read_scenarios(scenarios), office_of(ctx), datetime.now(UTC))
    with watching(plans) as watch:
        reports = asyncio.run(rehearse(plans, watch, address))
    if html:
        write_rehearsal(reports, [plan.settings.zone for plan in plans], html)
    if as_json:
        show_json(reports)
    else:
        for plan, report in zip(plans, reports, strict=True):
            show_life(report, plan.settings.zone)
        show_total(reports)
    if not all(report["ok"] for report in reports):
        raise typer.Exit(ExitCode.NOT_AS_EXPECTED)
