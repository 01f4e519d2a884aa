"""`python -m chaos.upcoming.check`: does this house live with the `temporalio` and the server of this environment?

Three things are held: the recorded histories of years replay; the server skips time, without which nothing can be
rehearsed; some shipped scenarios go as they are written.
"""

import asyncio
import gzip
import json
import sys
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from temporalio.client import Client, WorkflowHistory
from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter
from temporalio.service import RPCError

from chaos.lives.kinds import BRIEF, SCENARIOS
from embedded.errors import EmbeddedProblem
from embedded.server import EmbeddedServer, embedded_server
from embedded.time_skipping import server_version, supports_time_skipping
from rehearsal.preparation import make_plans
from rehearsal.reading import read_scenarios
from rehearsal.runner import rehearse
from services.connect import connect
from services.errors import ExitCode, ServiceError
from services.exits import leave
from services.namespace import prepare_namespace
from services.replays.order import replay
from services.settings import SAMPLE, load_settings

HISTORIES = Path(__file__).resolve().parents[2] / "tests" / "histories"
NAMESPACE = "next"
STAY = "Stay with the versions that pyproject.toml and embedded/versions.py name until it does."


def say(good: bool, what: str) -> bool:
    """Tell whether something holds, and return it."""
    sys.stdout.write(f"{'yes' if good else 'NO '}  {what}\n")
    sys.stdout.flush()
    return good


async def check() -> bool:
    """Hold everything, tell it line by line, and return whether all of it holds."""
    sdk = version("temporalio")
    good = await _replays(sdk, sorted(HISTORIES.glob("*.json.gz")))
    try:
        async with embedded_server(fast=True, use_configured=False) as server:
            return await _on_server(server, sdk) and good
    except EmbeddedProblem as problem:
        return say(False, f"a server starts: {' '.join(problem.lines)}")


async def _on_server(server: EmbeddedServer, sdk: str) -> bool:
    await prepare_namespace(server.address, NAMESPACE, rehearsal=True)
    client = await connect(server.address, NAMESPACE)
    if not await skips_time(client, sdk):
        return False
    return await _rehearses(server.address)


async def skips_time(client: Client, sdk: str) -> bool:
    """Whether the server skips time; where it does not, say so clearly: everything else would only hang."""
    which = f"Temporal server {await server_version(client)} with temporalio {sdk}"
    try:
        good = await supports_time_skipping(client)
        why = "it does not know the question, or the setting frontend.WorkflowTimeSkippingEnabled means nothing to it"
    except RPCError as error:
        good, why = False, error.message
    if not good:
        return say(False, f"{which} skips time: {why}. Rehearsals and most tests need it. {STAY}")
    return say(True, f"{which} skips time")


async def _replays(sdk: str, files: Iterable[Path]) -> bool:
    """Replay the recorded histories by this SDK."""

    async def recorded() -> AsyncIterator[WorkflowHistory]:
        for file in files:
            told = json.loads(gzip.decompress(file.read_bytes()))
            started = told["events"][0]["workflowExecutionStartedEventAttributes"]
            yield WorkflowHistory.from_json(started["workflowId"], told)  # a case reads its own id

    found = await replay(recorded())
    for case, why in sorted(found.unsafe.items()):
        sys.stdout.write(f"     {case}: {why}\n")
    return say(
        not found.unsafe,
        f"temporalio {sdk} replays the recorded histories: {found.safe} do, {len(found.unsafe)} do not",
    )


async def _rehearses(address: str) -> bool:
    plans = make_plans(
        read_scenarios([SCENARIOS / f"{name}.toml" for name in BRIEF]), load_settings(SAMPLE, {}), datetime.now(UTC)
    )
    reports = await rehearse(plans, lambda plan, text: None, address)
    for failure in (failure for report in reports for failure in report["failures"]):
        sys.stdout.write(f"     {failure}\n")
    went = sum(bool(report["ok"]) for report in reports)
    return say(went == len(reports), f"shipped scenarios go as they are written: {went} of {len(reports)}")


def main() -> int:
    """Check, and return the exit code: 1 where something does not hold."""
    quiet = LoggingConfig(filter=TelemetryFilter(core_level="ERROR", other_level="ERROR"))
    Runtime.set_default(Runtime(telemetry=TelemetryConfig(logging=quiet)))  # what fails is told in a line of its own
    try:
        good = asyncio.run(check())
    except ServiceError as problem:
        sys.stderr.write("".join(f"{line}\n" for line in problem.lines))
        return problem.code
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    return ExitCode.DONE if good else ExitCode.NOT_AS_EXPECTED


if __name__ == "__main__":
    leave(main())
