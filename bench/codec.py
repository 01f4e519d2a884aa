"""What encryption costs: bytes and time of a payload, and of a whole life (`python -m bench.codec`).

The payloads are those of recorded lives; a life is lived on a server of its own with encryption off, on, and on without
compression.
"""

import asyncio
import gzip
import json
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import NamedTuple

from temporalio.api.common.v1 import Payload
from temporalio.api.history.v1 import History
from temporalio.client import WorkflowHistory

from embedded.server import embedded_server
from policy.office import Security
from rehearsal.playing import live
from rehearsal.preparation import make_plans
from rehearsal.reading import read_scenario
from rehearsal.report import weigh
from rehearsal.world import furnished
from services.connect import connect
from services.exits import leave
from services.namespace import prepare_namespace
from services.security.codec import HistoryCodec, codec_of
from services.security.history_keys import new_key
from services.security.payloads import payloads_in
from services.settings import SAMPLE, load_settings
from starter.terminal.output import say, show_table

ROOT = Path(__file__).resolve().parents[1]
RECORDED = ROOT / "tests" / "histories"
LIFE = ROOT / "scenarios" / "the-whole-ladder.toml"
ROUNDS = 5
LIVES = 2


class Cost(NamedTuple):
    """What the payloads of the recorded lives cost: how many, bytes before and after, microseconds of one each way."""

    payloads: int
    before: int
    after: int
    encoding: float
    decoding: float


def recorded_payloads() -> Iterator[Payload]:
    """Yield the payloads of every recorded history."""
    for file in sorted(RECORDED.glob("*.json.gz")):
        history = WorkflowHistory.from_json(file.stem, json.loads(gzip.decompress(file.read_bytes())))
        yield from payloads_in(History(events=history.events))


def cost_of(payloads: list[Payload], codec: HistoryCodec) -> Cost:
    """Encode and decode payloads several times; the fastest round counts."""
    encoding, decoding = [], []
    encoded: list[Payload] = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        encoded = [codec.encoded(payload) for payload in payloads]
        encoding.append(time.perf_counter() - begin)
        begin = time.perf_counter()
        decoded = [codec.decoded(payload) for payload in encoded]
        decoding.append(time.perf_counter() - begin)
        if decoded != payloads:
            raise RuntimeError("what came back is not what went out")
    before, after = (sum(one.ByteSize() for one in those) for those in (payloads, encoded))
    each = 1e6 / len(payloads)
    return Cost(len(payloads), before, after, min(encoding) * each, min(decoding) * each)


async def life_of(security: Security, folder: Path) -> tuple[int, int, float, float]:
    """Live a life several times; return events and bytes of its history, seconds of wall time and of this process."""
    plan = make_plans([read_scenario(LIFE)], load_settings(SAMPLE, {}), datetime.now(UTC))[0]
    walls, works, sizes = [], [], []
    async with embedded_server(fast=True, use_configured=False) as server:
        for number in range(LIVES + 1):  # the first one warms up and does not count
            namespace = f"life-{number}"
            await prepare_namespace(server.address, namespace, rehearsal=True)
            client = await connect(server.address, namespace, security=security)
            async with furnished(client, plan.settings, folder / namespace) as place:
                wall, work = time.perf_counter(), time.process_time()
                report = await live(plan, place, lambda text: None)
                walls.append(time.perf_counter() - wall)
                works.append(time.process_time() - work)
            if report["failures"]:
                raise RuntimeError(str(report["failures"]))
            history = await client.get_workflow_handle(plan.case_id).fetch_history()
            sizes.append(weigh(history.events))
    events, size, _ = sizes[-1]
    return events, size, median(walls[1:]), median(works[1:])


async def main() -> None:
    """Measure payloads and lives, and print the tables."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        new_key(folder / "keys", datetime.now(UTC) - timedelta(days=1))
        ways = {
            "off": Security(history_keys=str(folder / "keys")),
            "encrypted": Security(encrypt=True, compress=False, history_keys=str(folder / "keys")),
            "compressed and encrypted": Security(encrypt=True, history_keys=str(folder / "keys")),
        }
        payloads = list(recorded_payloads())
        rows = []
        for way, security in ways.items():
            cost = cost_of(payloads, codec_of(security, "bench"))
            per = cost.after / cost.before
            rows.append([way, f"{cost.payloads:,}", f"{cost.before / cost.payloads:,.0f}", f"{per:.2f}"])
            rows[-1] += [f"{cost.encoding:.1f}", f"{cost.decoding:.1f}"]
        show_table(["Payloads", "Number", "Bytes each before", "Times", "µs to encode", "µs to decode"], rows)
        say()
        lived = []
        for way, security in ways.items():
            events, size, wall, work = await life_of(security, folder / way.replace(" ", "-"))
            lived.append([way, f"{events:,}", f"{size:,}", f"{wall:.2f}", f"{work:.2f}"])
        show_table([f"Life: {LIFE.stem}", "Events", "Bytes", "Seconds", "CPU seconds of worker and client"], lived)


if __name__ == "__main__":
    asyncio.run(main())
    leave(0)
