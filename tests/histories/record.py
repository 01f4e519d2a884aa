"""Records the histories that must replay for ever: lives the shipped scenarios through and writes down what happened.

    .venv/bin/python -m tests.histories.record SCENARIO...

Run by hand, when a scenario is new or when a change of the lives was meant to change what a new case does: name the
scenarios whose lives go another way now, or the ways of `ways.py`, which no scenario tells. Histories that stand here
already tell what running cases did under earlier code, and stay; the new life stands beside them, under the next
number. Each file is one run of one case, named after its scenario, in the form that the Temporal UI downloads, packed
by gzip; what belongs to the machine that recorded it is taken out.
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

from embedded.server import embedded_server
from starter.rehearsals.demo import SCENARIOS
from tests.workflows.shipped import ACCREDITATION, DESIGNATION, live_shipped

FOLDER = Path(__file__).parent
SUFFIX = ".json.gz"
ANYWHERE = "https://files.example.org"
STORE = re.compile(rf"{re.escape(SCENARIOS.as_uri())}|http://127\.0\.0\.1:\d+")
"""Where documents lie while a life is recorded."""


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
        text = STORE.sub(ANYWHERE, base64.b64decode(value["data"]).decode())
        return {**value, "data": base64.b64encode(text.encode()).decode()}
    if isinstance(value, dict):
        return {name: "recorded" if name == "identity" else anonymous(part) for name, part in value.items()}
    if isinstance(value, list):
        return [anonymous(part) for part in value]
    return re.sub(r"^\d+@\S+$", "recorded", value) if isinstance(value, str) else value


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def beside(name: str) -> str:
    """Return a name for a history: its own, or where that is taken with the next number."""
    taken = names()
    return next(free for free in (name, *(f"{name}.{n}" for n in range(2, 100))) if free not in taken)


async def record(scenarios: set[str]) -> None:
    """Live shipped scenarios and write their histories; those of renewals under the name of the first case."""
    from tests.histories.ways import WAYS  # whoever only reads histories needs nothing that lives

    with tempfile.TemporaryDirectory() as folder:
        async with embedded_server(fast=True, use_configured=False) as server:
            lives = await live_shipped(server.address, Path(folder), ACCREDITATION, DESIGNATION, names=scenarios)
            runs = {
                f"{name}{number}": run
                for name, live in WAYS.items()
                if name in scenarios
                for number, run in (await live(server, _made(Path(folder) / name))).items()
            }
    for name, life in lives.items():
        if not life.report["ok"]:
            raise SystemExit(f"{name} went otherwise than written: {life.report['failures']}")
    lived = {
        f"{name}.renewal" if n else name: one for name, life in lives.items() for n, one in enumerate(life.histories)
    }
    for name, run in {**lived, **runs}.items():
        file = write(beside(name), run)
        print(f"{file.name}: {len(run.events)} events, {file.stat().st_size} bytes")


if __name__ == "__main__":
    asyncio.run(record({*sys.argv[1:]}))
    sys.stdout.flush()
    os._exit(0)  # a client that has led clocks can hang at its end
