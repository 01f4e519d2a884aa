"""`accredit demo`: rehearses the shipped scenarios on a real server whose data stay, and shows what came of them."""

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from activities.places import file_named_after
from embedded.home import clear_demo, home_server
from embedded.server import EmbeddedServer
from policy.office import OfficeSettings
from rehearsal.pages import write_shelf
from rehearsal.preparation import PreparedScenario, make_plans
from rehearsal.reading import read_scenarios
from rehearsal.runner import Report, Watcher, rehearse_in
from rehearsal.world import world
from services.connect import case_link
from services.errors import ExitCode, InputFault, Unusable
from services.paths import DEMO, DEMO_NAMESPACE, LIVES, MAIL, PAPERS, PICTURES, TIMELINES
from starter.rehearsals.output import life_text, show_life, show_total, verdict_of, watching
from starter.terminal.context import office_of
from starter.terminal.output import note, say

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
"""The scenarios that ship with the program."""
INDEX = SCENARIOS / "index.txt"


def shipped_scenarios() -> list[Path]:
    """Return the scenarios of the demonstration, in the order in which it shows them."""
    lines = (line.partition("#")[0].strip() for line in INDEX.read_text("utf-8-sig").splitlines())
    return [SCENARIOS / line for line in lines if line]


def demonstrate(
    ctx: typer.Context,
    scenarios: Annotated[
        list[Path] | None, typer.Argument(metavar="[SCENARIO...]", help="Others than the shipped ones.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Print every timeline, not the first alone.")] = False,
) -> None:
    """Rehearse the shipped scenarios on a real server, and show what came of each life and where to look at it.

    Whole three-year lives, side by side in one namespace. Timelines, letters, papers, reports and pictures are left
    under var/demo, the server's data under var/temporal, where `accredit up` opens them again. A further run starts
    afresh.

    For example:

        accredit demo
        accredit demo --all
        accredit demo scenarios/the-whole-ladder.toml
    """
    settings = office_of(ctx)
    plans = make_plans(read_scenarios(scenarios or shipped_scenarios()), settings, datetime.now(UTC))
    _refuse_what_cannot_live_together(plans)
    with watching(plans) as watch:
        server, reports = asyncio.run(_live_all(plans, settings, watch))
    _keep(reports, settings.zone)
    pictures = write_shelf(reports, [settings.zone for _ in reports], "Lives of the demonstration", PICTURES)
    for report in reports if every else reports[:1]:
        show_life(report, settings.zone)
    show_total(reports)
    _show_cases(server, reports)
    _show_places(pictures)
    if not all(report["ok"] for report in reports):
        raise typer.Exit(ExitCode.NOT_AS_EXPECTED)


def _refuse_what_cannot_live_together(plans: Sequence[PreparedScenario]) -> None:
    """Let each scenario have a case of its own, and all of them the same office.

    Raises:
        Unusable: Two are about one unit, or one names settings or an edition of its own.
    """
    times = Counter(plan.case_id for plan in plans)
    own = [
        InputFault(str(plan.scenario.file), "office", str(plan.scenario.office), "none: a demonstration has one office")
        for plan in plans
        if plan.scenario.office
    ]
    own += [
        InputFault(str(plan.scenario.file), "edition", plan.scenario.edition, "none: a demonstration has one office")
        for plan in plans
        if plan.scenario.edition
    ]
    twice = [
        InputFault(str(plan.scenario.file), "application", plan.case_id, "a unit that no other scenario is about")
        for plan in plans
        if times[plan.case_id] > 1
    ]
    if own or twice:
        raise Unusable([*own, *twice], next_step="`accredit rehearse` lives any scenarios side by side.")


async def _live_all(
    plans: Sequence[PreparedScenario], settings: OfficeSettings, watch: Watcher
) -> tuple[EmbeddedServer, list[Report]]:
    await clear_demo()
    async with home_server(fast=True) as server:
        note(f"Temporal server {server.version} at {server.address}, its UI at {server.ui_url}")
        async with world(server.address, DEMO_NAMESPACE, settings, DEMO) as place:
            return server, await rehearse_in(place, plans, watch)


def _keep(reports: Sequence[Report], zone: ZoneInfo) -> None:
    """Leave each life as a report for scripts, and as a timeline for people."""
    for folder in (LIVES, TIMELINES):
        folder.mkdir(parents=True, exist_ok=True)
    for report in reports:
        text = json.dumps(report, indent=2, ensure_ascii=False)
        file_named_after(LIVES, report["case"], ".json").write_text(f"{text}\n", "utf-8")
        file_named_after(TIMELINES, report["case"], ".txt").write_text(life_text(report, zone), "utf-8")


def _show_cases(server: EmbeddedServer, reports: Sequence[Report]) -> None:
    """Print a line for each life, with the link to its case, and one for the case that renewed it."""
    for report in reports:
        word, style = verdict_of(report)
        say(f"{word:<6}  {case_link(report['case'], DEMO_NAMESPACE, server.ui_url)}  {report['title']}", style=style)
        if renewal := report["status"].get("renewal"):
            say(f"{'':<6}  {case_link(renewal, DEMO_NAMESPACE, server.ui_url)}  its renewal")


def _show_places(pictures: Path) -> None:
    say()
    say(f"Timelines: {TIMELINES}; as pictures: {pictures}; as data: {LIVES}")
    say(f"Letters: {DEMO / MAIL}; invoices, certificates and other papers: {DEMO / PAPERS}; a folder for each case.")
    say("In the terminal: accredit --demo worklist, accredit --demo show CASE, accredit --demo timeline CASE.")
    say("The server has stopped and its data stay: `make up` opens the same cases again, at the same addresses.")
