"""The recorded lives, replayed once in a run: what the present code says in them, and the letters that it writes.

To replay them all takes a quarter of a minute. Whoever looks at what came of it shares that (`recorded_lives` in
`tests/conftest.py`), and stays together where several processes run the tests (`tests/groups.py`).
"""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, NamedTuple

import pytest
from temporalio.client import WorkflowHistory

from services.replays.content import compare
from services.replays.order import Replayed
from tests.histories.record import recorded
from workflows.case.timeline import CaseTimeline


class Noticed(NamedTuple):
    """A letter as a recorded life sent it: what it is told, and the case at that instant."""

    life: str
    kind: str
    told: dict[str, Any]
    facts: Any
    terms: Any
    at: datetime


class RecordedLives(NamedTuple):
    """What came of the replays, by the names of the histories, and every letter of every life."""

    replayed: dict[str, Replayed]
    letters: list[Noticed]


async def replay_recorded() -> RecordedLives:
    """Replay every recorded history with the worker's own sandbox, and hear what the present code says."""
    letters: list[Noticed] = []
    replayed: dict[str, Replayed] = {}
    notify = CaseTimeline.notify
    life = ""

    def keeping(case: CaseTimeline[Any, Any], kind: str, rule: str, **facts: Any) -> None:
        before = len(case.outbox.notices)
        notify(case, kind, rule, **facts)
        # A replay that has come to its end takes the case down at no time of its own: nothing of that is a letter.
        for order in case.outbox.notices[before:] if case.at >= case.facts.opened_at else []:
            told = order.model_dump(mode="json")["facts"]
            letters.append(Noticed(life, kind, told, case.facts.model_copy(deep=True), case.terms, case.at))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CaseTimeline, "notify", keeping)
        for life, history in recorded().items():
            replayed[life] = await compare(one(history))
    return RecordedLives(replayed, letters)


async def one(history: WorkflowHistory) -> AsyncIterator[WorkflowHistory]:
    """Yield a history."""
    yield history
