"""Records the histories that must replay for ever: lives the shipped scenarios through and writes down what happened.

    .venv/bin/python -m tests.histories.record SCENARIO...

Run by hand, when a scenario is new or when a change of the lives was meant to change what a new case does: name the
scenarios whose lives go another way now. Histories that stand here already tell what running cases did under earlier
code, and stay; the new life stands beside them, under the next number. Each file is one run of one case, named after
its scenario, in the form that the Temporal UI downloads, packed by gzip; what belongs to the machine that recorded it
is taken out.
"""

import asyncio
import base64
import gzip
import json
import os
import re
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from temporalio.client import WorkflowHistory

from embedded.server import EmbeddedServer, embedded_server
from starter.rehearsals.demo import SCENARIOS
from tests.workflows.driving import Driven, a_place, at_work, until
from tests.workflows.shipped import ACCREDITATION, DESIGNATION, live_shipped
from tests.workflows.stories import Story, chosen, deficient, say

FOLDER = Path(__file__).parent
SUFFIX = ".json.gz"


def recorded() -> dict[str, WorkflowHistory]:
    """Return the recorded histories by name. They are shared by all who ask, and nobody changes them."""
    return {name: history(name) for name in names()}


def names() -> list[str]:
    """Return the names of the recorded histories."""
    return sorted(file.name.removesuffix(SUFFIX) for file in FOLDER.glob(f"*{SUFFIX}"))


@cache
def history(name: str) -> WorkflowHistory:
    """Return a recorded history under its case's own id: a case knows itself and its renewal by it."""
    text = _text(name)
    started = json.loads(text)["events"][0]["workflowExecutionStartedEventAttributes"]
    return WorkflowHistory.from_json(started["workflowId"], text)  # given as a dict it would be copied first, slowly


def recording(name: str) -> Any:
    """Return a recorded history as its file has it, in the form that the Temporal UI downloads."""
    return json.loads(_text(name))


def _text(name: str) -> str:
    return gzip.decompress((FOLDER / f"{name}{SUFFIX}").read_bytes()).decode()


def write(name: str, lived: WorkflowHistory) -> Path:
    """Write a history down; the same history gives the same bytes."""
    text = json.dumps(anonymous(json.loads(lived.to_json())), separators=(",", ":"), sort_keys=True)
    file = FOLDER / f"{name}{SUFFIX}"
    file.write_bytes(gzip.compress(text.encode(), mtime=0))
    return file


def anonymous(value: Any) -> Any:
    """Return a history's JSON without the process and the machine that took its tasks, and where its documents lay."""
    if isinstance(value, dict) and {"data", "metadata"} <= value.keys():
        text = base64.b64decode(value["data"]).decode().replace(SCENARIOS.as_uri(), "https://files.example.org")
        return {**value, "data": base64.b64encode(text.encode()).decode()}
    if isinstance(value, dict):
        return {name: "recorded" if name == "identity" else anonymous(part) for name, part in value.items()}
    if isinstance(value, list):
        return [anonymous(part) for part in value]
    return re.sub(r"^\d+@\S+$", "recorded", value) if isinstance(value, str) else value


async def continued(server: EmbeddedServer, folder: Path) -> list[WorkflowHistory]:
    """Live a life that continues as new while its form is open, and return the histories of both runs."""
    async with a_place(server, folder) as place, at_work(place):
        case = Driven(place, Story(deficient()), "continued")
        await case.begin()
        first = (await case.handle.describe()).run_id
        await case.handle.signal("continue_as_new")
        await until(case.handle.describe, lambda found: found.run_id != first)
        await case.settle()
        await case.tell(chosen(6, "withdraw"))
        handles = [place.client.get_workflow_handle(case.plan.case_id, run_id=run) for run in (first, None)]
        return [await handle.fetch_history() for handle in handles]


async def reopened(server: EmbeddedServer, folder: Path) -> list[WorkflowHistory]:
    """Live a life that is closed in error and opened again, and return the histories of both runs."""
    async with a_place(server, folder) as place, at_work(place):
        case = Driven(place, Story(deficient()), "reopened")
        await case.begin()
        await case.tell(say(6, "close_case", reason="It was taken for another case."))
        first = (await case.handle.describe()).run_id
        await case.tell(say(16, "reopen_case", reason="It was taken for another case."))
        await case.tell(chosen(18, "withdraw"))
        handles = [place.client.get_workflow_handle(case.plan.case_id, run_id=run) for run in (first, None)]
        return [await handle.fetch_history() for handle in handles]


def beside(name: str) -> str:
    """Return a name for a history: its own, or where that is taken with the next number."""
    taken = names()
    return next(free for free in (name, *(f"{name}.{n}" for n in range(2, 100))) if free not in taken)


async def record(scenarios: set[str]) -> None:
    """Live shipped scenarios and write their histories; those of renewals under the name of the first case."""
    with tempfile.TemporaryDirectory() as folder:
        async with embedded_server(fast=True, use_configured=False) as server:
            lives = await live_shipped(server.address, Path(folder), ACCREDITATION, DESIGNATION, names=scenarios)
            runs = {
                name: await live(server, Path(folder) / name)
                for name, live in {"continued": continued, "reopened": reopened}.items()
                if name in scenarios
            }
    for name, life in lives.items():
        if not life.report["ok"]:
            raise SystemExit(f"{name} went otherwise than written: {life.report['failures']}")
    lived = {
        f"{name}.renewal" if n else name: one for name, life in lives.items() for n, one in enumerate(life.histories)
    }
    lived |= {f"{name}.run-{number}": run for name, both in runs.items() for number, run in enumerate(both, 1)}
    for name, run in lived.items():
        file = write(beside(name), run)
        print(f"{file.name}: {len(run.events)} events, {file.stat().st_size} bytes")


if __name__ == "__main__":
    asyncio.run(record({*sys.argv[1:]}))
    sys.stdout.flush()
    os._exit(0)  # a client that has led clocks can hang at its end
