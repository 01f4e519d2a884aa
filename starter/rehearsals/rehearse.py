"""`accredit rehearse`: lives scenarios through on a Temporal server that skips time, and reports on each."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pictures.files import check_place
from rehearsal.pages import write_rehearsal
from rehearsal.preparation import PreparedScenario, make_plans
from rehearsal.reading import read_scenarios
from rehearsal.runner import Report, rehearse, rehearse_before
from services.errors import ExitCode, InputFault, Unusable
from starter.rehearsals.output import show_life, show_total, watching
from starter.rehearsals.watch import PACE, Audience
from starter.terminal.context import office_of
from starter.terminal.output import note, show_json, under_way


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
    watch: Annotated[bool, typer.Option("--watch", help="See each life pass by while it is lived.")] = False,
    pace: Annotated[
        float | None,
        typer.Option(min=0, metavar="SECONDS", help=f"With --watch: how long a year takes ({PACE:g}; 0: no time)."),
    ] = None,
) -> None:
    """Live scenarios through: whole lives of cases, three years in a second or two.

    Each scenario has its own case, books and mail folder, on a Temporal server that is started for it and keeps
    nothing. Exit code 0 when every event went as written, 1 when one did not. With --watch the lives pass by one after
    the other: the case's clock, its stage, every message with its verdict, notices, invoices and windows; into a pipe
    line by line, without delay.

    For example:

        accredit rehearse scenarios/straight-life.toml
        accredit rehearse scenarios/the-whole-ladder.toml --watch
        accredit rehearse scenarios/*.toml --json
        accredit rehearse scenarios/*.toml --html lives.html
    """
    check_place(html)
    _refuse_what_cannot_be_watched(watch=watch, pace=pace, as_json=as_json)
    plans = make_plans(read_scenarios(scenarios), office_of(ctx), datetime.now(UTC))
    reports = _watched(plans, pace, address) if watch else _lived(plans, address)
    if html:
        write_rehearsal(reports, [plan.settings.zone for plan in plans], html)
        note(f"Written: {html}")
    if as_json:
        show_json(reports)
    else:
        for plan, report in zip(plans, reports, strict=True):
            show_life(report, plan.settings.zone)
        show_total(reports)
    if not all(report["ok"] for report in reports):
        raise typer.Exit(ExitCode.NOT_AS_EXPECTED)


def _refuse_what_cannot_be_watched(*, watch: bool, pace: float | None, as_json: bool) -> None:
    """Raises `Unusable` where the options contradict each other."""
    if watch and as_json:
        expected = "one of the two: --watch is for people, --json for scripts"
        raise Unusable([InputFault("--watch", "", "--json beside it", expected)])
    if pace is not None and not watch:
        raise Unusable([InputFault("--pace", "", f"{pace:g} without --watch", "--watch beside it")])


def _lived(plans: list[PreparedScenario], address: str | None) -> list[Report]:
    with watching(plans) as watch:
        return asyncio.run(rehearse(plans, watch, address))


def _watched(plans: list[PreparedScenario], pace: float | None, address: str | None) -> list[Report]:
    audience = Audience(PACE if pace is None else pace)
    return asyncio.run(rehearse_before(plans, audience.watch, address, under_way("Starting a Temporal server")))
