"""What each shipped scenario's case does, a line a command: `python -m tests.histories.fingerprint` accepts it.

The files stand in `fingerprints`. A change of what new cases do shows as a difference of readable lines, which is what
one reviews: another order, another length of a wait, a notice more or less. Texts are left out: they may change freely.
"""

import asyncio
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from temporalio.client import WorkflowHistory

from embedded.server import embedded_server
from services.replays.said import STEPS, said_in
from tests.workflows.shipped import Life, live_shipped

FOLDER = Path(__file__).parent / "fingerprints"
TO = timedelta(minutes=10)
"""To what an instant is rounded: a life takes some seconds of its own."""
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
RULE = re.compile(r"\(([a-z_]+\.[a-z_]+)")
DATE = re.compile(r" (?:due|on|until) \d{4}-\d\d-\d\d")


def fingerprint(history: WorkflowHistory, opened_at: datetime) -> str:
    """Return what a case does, a line a command, with its instants as days since the case opened."""
    return "".join(f"{line}\n" for line in _lines(history, opened_at))


def _lines(history: WorkflowHistory, opened_at: datetime) -> Iterator[str]:
    for said in said_in(history):
        match said.kind:
            case "timer":
                yield f"wait    {_length(said.content['seconds'])}  {_about(said.name)}"
            case "activity" if said.name in STEPS:
                yield _step(said.name, said.content[0], opened_at)
            case "activity":
                yield f"ask     {said.name}"
            case "attributes":
                written = {name: _known(value, opened_at) for name, value in said.content.items()}
                yield "listed  " + " ".join(f"{name}={value}" for name, value in written.items())
            case "verdict":
                yield f"answer  {'accepted' if said.content['accepted'] else said.content['rule']}"
            case "signal" | "continued":
                yield f"{said.kind} {said.name}".rstrip()


def _step(name: str, step: dict[str, Any], opened_at: datetime) -> str:
    row = step["row"]
    parts = {
        "entries": [one["kind"] for one in step["entries"]],
        "notices": [one["kind"] for one in step["notices"]],
        "invoices": [one["purpose"] for one in step["invoices"]],
        "deadlines": [f"{one['name']}@{_day(one['due_at'], opened_at)}" for one in step["deadlines"]],
    }
    told = " ".join(f"{part}={','.join(values)}" for part, values in parts.items() if values)
    where = "/".join(str(row[name]) for name in ("stage", "outcome", "awaited_party") if row[name])
    return f"step    {_day(step['at'], opened_at)}  {name} {where} {told}".rstrip()


def _about(label: str) -> str:
    """Return what a wait is for, and its rule, without the date."""
    rule = RULE.search(label)
    return f"{DATE.split(label)[0]}{f' ({rule[1]})' if rule else ''}"


def _known(value: Any, opened_at: datetime) -> str:
    text = str(value)
    return _day(text, opened_at) if INSTANT.match(text) else text.replace(" ", "_")


def _day(at: str, opened_at: datetime) -> str:
    return _length((datetime.fromisoformat(at) - opened_at).total_seconds())


def _length(seconds: float) -> str:
    """Return for example `45d15:00`, rounded: a life takes some seconds of its own."""
    minutes = round(seconds / TO.total_seconds()) * int(TO.total_seconds() // 60)
    return f"{minutes // 1440}d{minutes % 1440 // 60:02}:{minutes % 60:02}"


def fingerprints_of(lives: dict[str, Life]) -> dict[str, str]:
    """Return the fingerprints of lives, by the names of their scenarios."""
    return {name: fingerprint(life.histories[0], life.plan.opened_at) for name, life in lives.items()}


def kept() -> dict[str, str]:
    """Return the fingerprints that were accepted."""
    return {file.stem: file.read_text("utf-8") for file in FOLDER.glob("*.txt")}


async def accept() -> None:
    """Live every shipped scenario and write down what it does."""
    with tempfile.TemporaryDirectory() as folder:
        async with embedded_server(fast=True, use_configured=False) as server:
            lives = await live_shipped(server.address, Path(folder))
            lives |= await live_shipped(server.address, Path(folder), "dicoe")
    wrong = {name: life.report["failures"] for name, life in lives.items() if not life.report["ok"]}
    if wrong:
        raise SystemExit(f"went otherwise than written: {wrong}")
    FOLDER.mkdir(exist_ok=True)
    now, before = fingerprints_of(lives), kept()
    for name in before.keys() - now.keys():
        (FOLDER / f"{name}.txt").unlink()
    for name, text in now.items():
        (FOLDER / f"{name}.txt").write_text(text, "utf-8")
    print(f"{len(now)} lives, {sum(before.get(name) != text for name, text in now.items())} of them changed")


if __name__ == "__main__":
    asyncio.run(accept())
    sys.stdout.flush()
    os._exit(0)  # a client that has led clocks can hang at its end
