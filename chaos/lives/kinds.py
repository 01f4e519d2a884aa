"""Which lives are lived: the shipped scenarios, as often as is wanted, about a facility of its own each time."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from policy.application import AccreditationApplication
from policy.designation.application import DicoeApplication
from rehearsal.preparation import PreparedScenario, make_plans
from rehearsal.reading import read_scenario
from rehearsal.scenario import Event, ExternalEvent, Scenario
from services.programs import Application
from services.settings import SAMPLE, load_settings

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
OPENS = date(2035, 6, 1)
"""When lives begin whose scenario names no day. No clock changes for five months, and it is one day for ever."""
BRIEF = ("form-by-signal", "withdrawn-early", "straight-life", "dicoe-first-survey", "renewed-in-time")
"""A handful for a short run: both programs, a signal, a renewal, and an end before its time."""
AHEAD = "the office's own settings or edition: all lives of a run share one office"
LEFT_OUT = {
    "an-invoice-issued-anew": "it names its invoices by the numbers that the first case of an office gets",
    "paid-to-the-end": "it names its invoices by the numbers that the first case of an office gets",
    "closed-in-error": "its case is opened again in a run that the office starts, not by a message to the case",
}
"""Scenarios that cannot be lived beside others, and why."""


class Kind(NamedTuple):
    """A scenario that can be lived here.

    Attributes:
        name: The name of its file.
        scenario: The scenario.
    """

    name: str
    scenario: Scenario


class Plan(NamedTuple):
    """A life that is to be lived.

    Attributes:
        name: What it is called.
        kind: Of which kind.
        holder: The facility or practice.
        prepared: What is sent when, from which instant on.
    """

    name: str
    kind: str
    holder: str
    prepared: PreparedScenario


def kinds(names: Iterable[str] = ()) -> list[Kind]:
    """Return the scenarios that can be lived; `names`: these alone."""
    found = []
    wanted = set(names)
    for file in sorted(SCENARIOS.glob("*.toml")):
        scenario = read_scenario(file)
        if why_not(file.stem, scenario) is None and (not wanted or file.stem in wanted):
            found.append(Kind(file.stem, replace(scenario, opens=scenario.opens or OPENS)))
    return found


def why_not(name: str, scenario: Scenario) -> str | None:
    """Return why a scenario is not lived here; null: it is."""
    if scenario.office or scenario.edition:
        return AHEAD
    if any(isinstance(event, ExternalEvent) for event in scenario.events):
        return "another case's word is brought by hand, not by a message that could be sent again"
    return LEFT_OUT.get(name)


def chosen(of: list[Kind], lives: int, chance: Random) -> Iterator[Plan]:
    """Yield so many lives, every kind about as often, in an order of chance."""
    rounds = (kind for _ in range(lives) for kind in chance.sample(of, len(of)))
    for number, kind in enumerate(islice(rounds, lives), 1):
        yield plan_of(kind, f"{kind.name}-{number}")


def plan_of(kind: Kind, name: str) -> Plan:
    """Return a life of a kind, about a facility of its own."""
    holder = f"L-{name}"[:64]
    old = _holder(kind.scenario.application)
    written = kind.scenario.application.model_dump(mode="json", exclude_unset=True)
    application = type(kind.scenario.application).model_validate(_with(written, {old: holder}))
    events = tuple(
        replace(event, fields=_with(event.fields, {old: holder})) if isinstance(event, Event) else event
        for event in kind.scenario.events
    )
    scenario = replace(kind.scenario, application=application, events=events)
    (prepared,) = make_plans([scenario], load_settings(SAMPLE, {}), datetime.now(UTC))
    return Plan(name, kind.name, holder, prepared)


def _holder(application: Application) -> str:
    match application:
        case AccreditationApplication(facility=holder) if holder and holder.id:
            return holder.id
        case DicoeApplication(practice=practice) if practice and practice.id:
            return practice.id
    raise ValueError(f"{application.program}: a scenario's application names nobody")


def _with(value: Any, others: dict[str, str]) -> Any:
    """Return a value of JSON with other words in the place of some."""
    if isinstance(value, dict):
        return {name: _with(part, others) for name, part in value.items()}
    if isinstance(value, list):
        return [_with(part, others) for part in value]
    return others.get(value, value) if isinstance(value, str) else value
