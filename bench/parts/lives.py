"""What a life costs: the product beside the lean workflow, the floor and DBOS, one at a time and many at once."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import NamedTuple

from bench.measuring.page import progress, spread
from bench.measuring.processes import ProcessFailed
from bench.measuring.setting import Setting
from bench.peers.staging import Round, Stage, staged
from rehearsal.report import Weight, weigh
from services.connect import connect

ALL = ("floor", "lean", "null", "real", "dbos", "dbos-floor")
IN_SMALL = ("lean", "real")
NAMES = {
    "floor": "floor: fewest waits, signals",
    "lean": "lean workflow, same steps",
    "null": "product, null activities",
    "real": "product as shipped",
    "dbos": "DBOS on PostgreSQL, lean's steps",
    "dbos-floor": "DBOS on PostgreSQL, floor's steps",
}
BASE = "lean"
OF_A_LIFE = "WorkflowType IN ('FloorCycle', 'LeanCycle', 'AccreditationCycle') AND ExecutionStatus = 'Completed'"
LOOKED_AT = 5
"""Histories of each peer that are weighed."""
HOW = (
    "A life: application, fee, testing package, deficient report, lost appeal, passed repeat, certificate, its end. "
    "CPU seconds of server, worker and driver for 100 lives, each a process of its own; the middle of the rounds, with "
    "the smallest and the largest. × is against the lean workflow in the same round. Visible: from sending the choice "
    "of an option until its row can be read; letter: until the letter about it is out.",
    "The Temporal server keeps SQLite in a file and skips time; DBOS sleeps 20 ms where the others skip, and its "
    "PostgreSQL has the default settings. The product as shipped verifies senders, writes books, letters and papers, "
    "and reads the appeal's letter; all others write one row a step.",
)


class Mode(NamedTuple):
    """How many lives, how many at once, how many rounds at most."""

    title: str
    lives: int
    at_once: int
    rounds: int


ONE, MANY = Mode("One life at a time", 3, 1, 2), Mode("30 lives at once", 30, 30, 3)
SMALL = Mode("2 lives at once", 2, 2, 1)


async def run(setting: Setting) -> None:
    """Live, and tell what it cost."""
    peers = list(setting.options.peers or (IN_SMALL if setting.quick else ALL))
    setting.page.section("Lives", *HOW)
    async with staged(setting.folder / "lives", peers) as stage:
        ready = list(stage.actors)
        warm = 0 if setting.quick else 2
        for peer in ready if warm else ():
            progress(f"warming up: {NAMES[peer]}")
            await stage.live(peer, "W", warm, warm)
        for number, mode in enumerate([SMALL] if setting.quick else [ONE, MANY]):
            rounds = await _rounds(setting, stage, ready, mode, f"{'AB'[number]}")
            _show(setting, mode, rounds, stage.not_run)
        await _weigh(setting, stage, ready)


async def _rounds(
    setting: Setting, stage: Stage, peers: Sequence[str], mode: Mode, prefix: str
) -> Mapping[str, list[Round]]:
    """Live round after round, there and back through the peers, for as long as a further round fits."""
    rounds: dict[str, list[Round]] = {peer: [] for peer in peers}
    longest = 0.0
    for number in range(mode.rounds):
        if number and not setting.budget.fits(longest, f"{mode.title}: round {number + 1} and further ones"):
            break
        before = setting.budget.used
        for peer in peers if number % 2 == 0 else reversed(peers):
            if not setting.budget.left:
                setting.budget.left_out.append(f"{mode.title}, round {number + 1}: {NAMES[peer]}")
                continue
            progress(f"{mode.title}, round {number + 1}: {NAMES[peer]}")
            try:
                rounds[peer].append(await stage.live(peer, f"{prefix}{number}", mode.lives, mode.at_once))
            except ProcessFailed as failed:  # its driver has ended: the others go on without it
                setting.budget.left_out.append(f"{NAMES[peer]}, from {mode.title} on: {str(failed).splitlines()[-1]}")
                peers = [other for other in peers if other != peer]
        longest = max(longest, setting.budget.used - before)
    return {peer: of_peer for peer, of_peer in rounds.items() if of_peer}


def _show(setting: Setting, mode: Mode, rounds: Mapping[str, list[Round]], not_run: Mapping[str, str]) -> None:
    base = rounds.get(BASE, [])
    lived = [len(of_peer) for of_peer in rounds.values()]
    columns = [
        "", "server", "worker", "driver", "all", "× lean", "lives/s", "× lean", "visible p50 ms", "p95", "letter p50",
        "worker MiB",
    ]  # fmt: skip
    rows = [[NAMES[peer], *_row(of_peer, base)] for peer, of_peer in rounds.items()]
    rows += [[f"{NAMES[peer]}: not run, {why}", *[""] * (len(columns) - 1)] for peer, why in not_run.items()]
    others = median([one.others for of_peer in rounds.values() for one in of_peer] or [0.0])
    setting.page.tell(
        f"**{mode.title}**: {max(lived, default=0)} rounds of {mode.lives} lives; "
        f"{others:.1f} cores were busy with something else."
    )
    setting.page.table(columns, rows)
    cpu = {NAMES[peer]: median([one.cpu for one in of_peer]) for peer, of_peer in rounds.items()}
    if cpu:
        setting.page.bars(mode.title, cpu, "CPU seconds for 100 lives")


def _row(rounds: Sequence[Round], base: Sequence[Round]) -> list[str]:
    def told(name: str) -> str:
        figures = [float(one.told[name]) for one in rounds]
        return spread(figures, 0) if any(figures) else "-"

    return [
        *(spread([getattr(one, part) for one in rounds]) for part in ("server", "worker", "driver", "cpu")),
        spread([one.cpu / lean.cpu for one, lean in zip(rounds, base, strict=False)], 2),
        spread([one.rate for one in rounds], 2),
        spread([one.rate / lean.rate for one, lean in zip(rounds, base, strict=False)], 2),
        *(told(name) for name in ("visible_p50", "visible_p95", "letter_p50")),
        spread([one.worker_memory for one in rounds], 0),
    ]


async def _weigh(setting: Setting, stage: Stage, peers: Sequence[str]) -> None:
    """Weigh histories, keep one of each peer for the replays, and show what they weigh."""
    weights: dict[str, Weight] = {}
    for peer in peers:
        if not peer.startswith("dbos"):
            weights[peer] = await keep_histories(stage, setting, peer)
    if not weights:
        return
    lean = weights.get(BASE)

    def beside(figure: float, of_lean: float | None) -> str:
        return f"{figure / of_lean:.2f}" if of_lean else "-"

    rows = [
        [
            NAMES[peer],
            *(
                cell
                for name in ("events", "bytes", "actions")
                for cell in (
                    f"{getattr(weight, name):,.0f}",
                    beside(getattr(weight, name), lean and float(getattr(lean, name))),
                )
            ),
        ]
        for peer, weight in weights.items()
    ]
    setting.page.tell(
        "**Histories**: the middle of each peer's, without the events of skipping. Actions as Temporal Cloud counts "
        "them (docs.temporal.io/cloud/actions): starts, activities with each retry, timers, signals, updates, search "
        "attributes, memos; queries, which leave no event, are not among them."
    )
    setting.page.table(["", "events", "× lean", "bytes", "× lean", "actions", "× lean"], rows)


async def keep_histories(stage: Stage, setting: Setting, peer: str) -> Weight:
    """Weigh lives of a peer that have ended, and keep the history of one of them for the replays."""
    client, histories = await connect(stage.server.address, peer), []
    async for one in client.list_workflows(OF_A_LIFE, limit=LOOKED_AT):
        histories.append(await client.get_workflow_handle(one.id, run_id=one.run_id).fetch_history())
    if not histories:
        raise RuntimeError(f"{NAMES[peer]}: no life has ended")
    (setting.folder / f"history-{peer}.json").write_text(histories[0].to_json(), "utf-8")
    weights = [weigh(history.events) for history in histories]
    return Weight(*(round(median(figures)) for figures in zip(*weights, strict=True)))
