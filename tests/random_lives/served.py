"""Random lives on a real server that skips time, with the real books: the few that say whether the many tell the truth.

A life is lived in memory first; then the same messages are sent, on the same days, to a case on a server. What the
server's case answers, and where it stands in the end, must be what the one in memory said; its books must agree; and
each of its runs must replay with the SDK's own replayer.
"""

import asyncio
import hashlib
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from pydantic import ValidationError
from temporalio.client import WorkflowHistory, WorkflowUpdateFailedError

from embedded.server import EmbeddedServer, embedded_server
from policy.status import CaseStatus
from records.money_queries import bills
from records.queries import timeline
from rehearsal.clocks import CaseClocks
from rehearsal.world import World
from services.opening import start_case
from services.programs import edition_of, parts_of
from services.queries import NotRunning
from services.replays.order import replay
from services.security.naming import name_documents
from services.sending import send_update
from services.settings import SAMPLES
from tests import patience
from tests.policy.spoken import KINDS
from tests.random_lives.lives import OPENS, PROGRAMS, RandomLife
from tests.random_lives.machine import Figures
from tests.workflows.driving import a_place, at_work

AT_ONCE = 6
"""Lives side by side."""
HAPPENINGS: Mapping[str, int] = {"say": 12, "say_anything": 1, "say_wrong": 2, "wait": 4}
"""What happens in them: what a server can be told too."""
LONGEST = 16


class Lived(NamedTuple):
    """A life on the server: in what it differs from the one in memory, and the histories of its runs."""

    wrong: list[str]
    histories: list[WorkflowHistory]


WITHIN = timedelta(seconds=patience.WITHIN)


def paper() -> dict[str, Any]:
    """Return the one document that everybody sends: a letter without anything private."""
    file = SAMPLES / "documents" / "corrective-action-plan.pdf"
    return {"name": file.name, "uri": file.as_uri(), "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}


def in_memory(number: int, seed: int) -> RandomLife:
    """Live a life in memory that a server can live too."""
    random = Random(f"served {seed} {number}")
    program = sorted(PROGRAMS)[number % len(PROGRAMS)]
    life = RandomLife(program, random, paper=paper())
    life.happenings = HAPPENINGS
    for _ in range(random.randrange(6, LONGEST)):
        life.happen()
    life.end()
    return life


async def on_server(place: World, life: RandomLife, random: Random) -> Lived:
    """Send what was said in a life to a case on a server; at some messages it goes on in a new run."""
    chosen = PROGRAMS[life.program]
    case_id, zone = life.core.case_id, place.settings.zone
    application = chosen.opening(OPENS, adopted=False).application
    (part,) = parts_of(application, edition_of(application, OPENS.date(), place.settings))
    delay = OPENS - datetime.now(UTC)
    await start_case(place.client, case_id, part, OPENS, zone, start_delay=delay)
    clocks = CaseClocks(place.client, case_id)
    await clocks.open(OPENS)
    await clocks.settle(until=None)
    wrong = []
    for deed in life.deeds:
        await clocks.come_to(deed.at)
        said = await _send(place, case_id, deed.name, deed.content)
        told = deed.verdict and (deed.verdict.accepted, deed.verdict.rule)
        if said != told:
            wrong.append(f"{deed.name} at {deed.at}: {said} on the server, {told} in memory")
            break
        await clocks.settle(until=None)
        if random.randrange(8) == 0 and not life.core.over:
            await place.client.get_workflow_handle(case_id).signal("continue_as_new")
            await clocks.settle(until=None)
    if not wrong:
        await clocks.live_on(life.core.now)
        await clocks.settle(until=None)
        wrong = await _compare(place, life)
    runs = [one async for one in place.client.list_workflows(f"WorkflowId = '{case_id}'")]
    handles = [place.client.get_workflow_handle(case_id, run_id=one.run_id) for one in runs]
    return Lived(wrong, [await handle.fetch_history() for handle in handles])


async def _send(place: World, case_id: str, name: str, content: dict[str, Any]) -> tuple[bool, str | None] | None:
    """Send a message; None: its validator turned it away, or the case has ended."""
    try:
        message = KINDS[name].model_validate(content)
    except ValidationError:
        return None  # nobody could send it; in memory its validator turned it away
    name_documents(message, place.settings.documents)
    try:
        verdict = await send_update(place.client, case_id, message, WITHIN)
    except (WorkflowUpdateFailedError, NotRunning):
        return None
    return None if verdict.rule in TURNED_AWAY else (verdict.accepted, verdict.rule)


async def _compare(place: World, life: RandomLife) -> list[str]:
    """Return in what the case on the server stands otherwise in the end than the one in memory, or than its books."""
    if life.core.over or life.last is None:
        return []
    handle = place.client.get_workflow_handle(life.core.case_id)
    told = CaseStatus.model_validate(await handle.query("status"))
    lines: list[dict[str, Any]] = await handle.query("timeline")
    there, here = _standing(told), _standing(life.last)
    other = [name for name in here if there[name] != here[name]]
    wrong = [f"{name}: {there[name]} on the server, {here[name]} in memory" for name in other]
    with place.books.reading() as session:
        kept = timeline(session, life.core.case_id)
        owed = {bill.invoice.number: bill.outstanding for bill in bills(session, life.core.now, life.core.case_id)}
    if len(kept) != len(lines) + told.earlier_entries:
        wrong.append(f"the books have {len(kept)} lines, the case {len(lines) + told.earlier_entries}")
    known = {
        one.number: max(one.outstanding, Decimal(0)) for one in told.invoices if one.number and one.status != "void"
    }
    wrong += [f"invoice {number} in the case: {sum_}" for number, sum_ in known.items() if owed[number] != sum_]
    return wrong


def _standing(status: CaseStatus) -> dict[str, Any]:
    """Return where a case stands, without instants: a server's clock is minutes ahead of a stamp."""
    return {
        "stage": str(status.stage),
        "outcome": status.outcome and str(status.outcome),
        "awaited": status.awaited,
        "deficiencies": status.deficiencies,
        "areas": [(area.id, area.state) for area in status.areas],
        "options": [(option.option, option.open, option.rule) for option in status.options],
        "deadlines": [(deadline.name, deadline.met, deadline.over) for deadline in status.deadlines],
        "invoices": [(one.purpose, one.total, one.paid, one.credited, one.status) for one in status.invoices],
        "attention": [one.item for one in status.attention],
        "edition": status.edition,
    }


TURNED_AWAY = frozenset({"actor.not_allowed", "message.id_reused", "case.closed", "message.too_large"})
"""By what a validator turns away without a trace; in memory such a message has no verdict."""


async def live_served(sequences: int, seed: int, server: EmbeddedServer | None = None) -> tuple[Figures, list[str]]:
    """Live so many lives in memory and on a server.

    Args:
        sequences: How many.
        seed: What decides which.
        server: The server; left out: one is started.

    Returns:
        What was lived, and what went wrong.
    """
    if server is None:
        async with embedded_server(fast=True, use_configured=False) as own:
            return await live_served(sequences, seed, own)
    figures: Figures = Counter()
    wrong: list[str] = []
    places = asyncio.Semaphore(AT_ONCE)

    lives = await asyncio.to_thread(lambda: [in_memory(number, seed) for number in range(sequences)])

    async def one(number: int, life: RandomLife, folder: Path) -> list[WorkflowHistory]:
        async with places:
            await asyncio.to_thread(folder.mkdir)
            async with a_place(server, folder) as place, at_work(place):
                lived = await on_server(place, life, Random(f"runs {seed} {number}"))
            found = [f"life {number} of seed {seed} ({life.program}): {text}" for text in lived.wrong]
            if found:
                found.append("\n".join(life.told))
            wrong.extend(found)
            figures.update(lives=1, served=1, messages=len(life.deeds), runs=len(lived.histories))
            figures.update(refused=life.refused, turned_away=life.turned_away)
            return lived.histories

    with tempfile.TemporaryDirectory() as folder:
        numbered = enumerate(lives)
        found = await asyncio.gather(*(one(number, life, Path(folder) / str(number)) for number, life in numbered))

    async def histories() -> AsyncIterator[WorkflowHistory]:
        for runs in found:
            for history in runs:
                yield history

    replayed = await replay(histories())
    wrong += [f"{case_id} does not replay: {why}" for case_id, why in replayed.unsafe.items()]
    return figures, wrong
