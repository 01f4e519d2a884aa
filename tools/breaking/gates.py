"""The gates, as they run in a tree: `python -m tools.breaking.gates [ADDRESS]` prints what each of them finds, as JSON.

They are those that hold a change in the tests: two replays of recorded histories, the shapes of what histories keep,
and (where the address of a server that skips time is given) the fingerprints of shipped scenarios.
"""

import asyncio
import json
import logging
import os
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from temporalio.client import WorkflowHistory

REPLAYED = (
    "straight-life", "always-late.3", "appeal-won.2", "form-by-signal.2", "renewed-in-time.renewal", "renewal-closed",
    "renewal-closed.renewal", "document-read-late", "documents-that-cannot-be-read", "cancelled", "adopted",
    "continued-in-every-stage.run-2", "continued-in-every-stage.run-6", "continued-designation.run-5",
)  # fmt: skip
"""The recorded histories that are replayed: the tests replay all."""
LIVED = frozenset({"straight-life", "silence"})
"""The shipped scenarios whose fingerprints are taken."""
ORDER, DEEP, SHAPES, PRINTS = "replay", "replay --deep", "shapes", "fingerprints"
Found = dict[str, list[str]]


def shapes() -> list[str]:
    """Return what would break old histories, and what `make shapes` would have to write down."""
    from tools.schemas import changes, kept, shapes

    found = changes(kept(), shapes())
    return [str(one) for one in sorted(found, key=lambda one: not one.breaks)]


async def replays() -> Found:
    """Return which histories do not replay, and which wait, answer or are listed otherwise."""
    from services.replays.content import compare
    from tests.histories.record import history

    async def histories() -> AsyncIterator[WorkflowHistory]:
        for name in REPLAYED:
            yield history(name)

    found = await compare(histories())
    said = [change.text for changes in found.changes.values() for change in changes if change.misleads]
    return {ORDER: list(found.unsafe.values()), DEEP: said}


async def fingerprints(address: str) -> list[str]:
    """Return how the fingerprints of some scenarios differ from those that were accepted."""
    from tests.histories.fingerprint import fingerprints_of, kept
    from tests.workflows.shipped import ACCREDITATION, DESIGNATION, live_shipped

    with tempfile.TemporaryDirectory() as folder:
        lives = await live_shipped(address, Path(folder), ACCREDITATION, DESIGNATION, names=set(LIVED))
    broken = [text for life in lives.values() for text in life.report["failures"]]
    return broken + list(_differences(kept(), fingerprints_of(lives)))


def _differences(before: dict[str, str], now: dict[str, str]) -> Iterator[str]:
    for name, text in now.items():
        was, new = before[name].splitlines(), text.splitlines()
        for line, (old, one) in enumerate(zip(was, new, strict=False), 1):
            if old != one:
                yield f"{name}, line {line}: {_short(old)} → {_short(one)}"
                break
        else:
            if len(was) != len(new):
                yield f"{name}: {len(was)} lines → {len(new)}"


def _short(line: str) -> str:
    return re.sub(r"\s+", " ", line)


def main(address: str | None) -> None:
    """Print what each gate finds; a gate that breaks says by what."""
    logging.disable(logging.CRITICAL)
    found: Found = {}
    try:
        found |= {SHAPES: shapes()}
        found |= asyncio.run(replays())
        if address:
            found[PRINTS] = asyncio.run(fingerprints(address))
    except Exception as error:  # whatever a broken tree raises is what its gate has found
        gate = next(name for name in (SHAPES, ORDER, PRINTS) if name not in found)
        found[gate] = [f"{type(error).__name__}: {error}"]
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
    sys.stdout.flush()
    os._exit(0)  # a client that has led clocks can hang at its end
