"""What it takes to load cases anew: histories are replayed, and open cases answer after a kill of their worker."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from temporalio.client import Client, WorkflowHistory
from temporalio.converter import DataConverter
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner, WorkflowRunner

from bench.measuring.machine import cpu, memory
from bench.measuring.page import percentile, progress, spread
from bench.measuring.setting import Setting
from bench.parts.lives import BASE, NAMES, keep_histories
from bench.peers.lean import FloorCycle, LeanCycle
from bench.peers.life import OPTION
from bench.peers.staging import Stage, office_worker, staged
from bench.peers.worker import lean_runner
from services.connect import connect
from services.queries import ask
from services.replays.order import open_cases_query
from services.security.converter import data_converter
from services.workers import NO_VERSION, WORKFLOWS, workflow_runner

REPLAYED = ("floor", "lean", "real")
ROUNDS, COPIES = 3, 30
OPEN, AT_ONCE = 30, 10
"""Cases that wait for an option when their worker is killed, and how many are brought there at once."""
ANSWER_WITHIN = timedelta(seconds=90)
HOW_REPLAY = (
    "Copies of one history of each, replayed in this process, in turn; lives for one second of CPU. In the sandbox: as "
    "a worker loads a case. The product's history is that of the life as shipped."
)
HOW_COLD = (
    "Cases in the middle of their lives, waiting for an option; the worker is killed outright (SIGKILL), another one "
    "is started, and all cases are asked at once where they stand. It must load each from its history."
)


class Replayed(NamedTuple):
    """What is replayed, and how."""

    workflows: list[Any]
    runner: WorkflowRunner
    converter: DataConverter


async def run(setting: Setting) -> None:
    """Replay, then kill a worker."""
    missing = [peer for peer in REPLAYED if not _file(setting, peer).exists()]
    number, at_once = (2, 2) if setting.quick else (OPEN, AT_ONCE)
    async with staged(setting.folder / "replay", sorted({*missing, "real"})) as stage:
        for peer in missing:
            progress(f"a life to replay: {NAMES[peer]}")
            await stage.live(peer, "R", 1, 1)
            await keep_histories(stage, setting, peer)
        await _replay(setting)
        if setting.budget.fits(10 + 2 * number, f"{number} cases whose worker is killed"):
            await _recover(setting, stage, number, at_once)


def _file(setting: Setting, peer: str) -> Path:
    return setting.folder / f"history-{peer}.json"


async def _replay(setting: Setting) -> None:
    histories = {peer: WorkflowHistory.from_json(peer, _file(setting, peer).read_text("utf-8")) for peer in REPLAYED}
    ours, plain = data_converter(), DataConverter.default
    kinds = {
        ("floor", "sandbox"): Replayed([FloorCycle], lean_runner(), plain),
        ("lean", "sandbox"): Replayed([LeanCycle], lean_runner(), ours),
        ("real", "sandbox"): Replayed(WORKFLOWS, workflow_runner(), ours),
        ("lean", "no sandbox"): Replayed([LeanCycle], UnsandboxedWorkflowRunner(), ours),
        ("real", "no sandbox"): Replayed(WORKFLOWS, UnsandboxedWorkflowRunner(), ours),
    }
    rates: dict[tuple[str, str], list[float]] = {key: [] for key in kinds}
    for number in range(1 if setting.quick else ROUNDS + 1):
        progress(f"replays, round {number + 1}")
        for key, kind in kinds.items():
            rate = await _rate(kind, histories[key[0]], 3 if setting.quick else COPIES)
            if number or setting.quick:  # the first one warms up and does not count
                rates[key].append(rate)
    setting.page.section("Replay", HOW_REPLAY)
    rows = [
        [
            f"{NAMES[peer]}, {way}",
            f"{len(histories[peer].events)}",
            spread(figures),
            spread([one / lean for one, lean in zip(figures, rates.get((BASE, way), []), strict=False)], 2),
            f"{median(figures) * len(histories[peer].events):,.0f}",
        ]
        for (peer, way), figures in rates.items()
    ]
    setting.page.table(["", "events", "lives per CPU s", "× lean", "events per CPU s"], rows)


async def _rate(kind: Replayed, history: WorkflowHistory, copies: int) -> float:
    """Return how many lives are replayed in a second of CPU."""
    replayer = Replayer(
        workflows=kind.workflows, workflow_runner=kind.runner, data_converter=kind.converter, build_id=NO_VERSION
    )

    async def histories() -> AsyncIterator[WorkflowHistory]:
        for number in range(copies):
            yield WorkflowHistory(f"{history.workflow_id}-{number}", history.events)

    begun = time.process_time()
    async with replayer.workflow_replay_iterator(histories()) as results:
        async for result in results:
            if result.replay_failure:
                raise RuntimeError(f"a history does not replay: {result.replay_failure}")
    return copies / (time.process_time() - begun)


async def _recover(setting: Setting, stage: Stage, number: int, at_once: int) -> None:
    progress(f"{number} cases are brought to the choice of an option")
    await stage.live("real", "K", number, at_once, OPTION)
    client = await connect(stage.server.address, "real")
    cases = [one.id async for one in client.list_workflows(open_cases_query())]
    os.kill(stage.actors["real"].worker.pid, signal.SIGKILL)
    killed = time.perf_counter()
    progress("the worker is killed, and another one started")
    async with office_worker(stage.server.address, "real", stage.folder / "real", "worker-again") as worker:
        ready, worked = time.perf_counter() - killed, cpu(worker.pid)
        answers = await asyncio.gather(*(_answered(client, case) for case in cases))
        used, held = cpu(worker.pid) - worked, memory(worker.pid)
    waited = [answer - killed for answer in answers]
    setting.page.section("Cold recovery", HOW_COLD)
    setting.page.table(
        ["cases", "worker ready s", "first answer s", "p50 s", "last s", "CPU ms a case", "worker MiB"],
        [
            [
                f"{len(cases)}",
                f"{ready:.1f}",
                *(f"{figure:.1f}" for figure in (min(waited), percentile(waited, 0.5), max(waited))),
                f"{used / len(cases) * 1000:.0f}",
                f"{held:.0f}",
            ]
        ],
    )


async def _answered(client: Client, case_id: str) -> float:
    if await ask(client, case_id, "status", within=ANSWER_WITHIN) is None:
        raise RuntimeError(f"{case_id} gave no answer within {ANSWER_WITHIN.seconds} s")
    return time.perf_counter()
