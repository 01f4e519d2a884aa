"""A thousand calls at random by somebody who reaches the server and has no key: the office is as it was before."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle
from temporalio.service import RPCError

from policy.identity import TASK_QUEUE
from policy.messages.proofs import LIFE
from services.clock import now
from services.security.keys import KeyRing, read_private
from services.security.signing import Sign, signed_by
from services.sending import send_update
from tests.applications import sample
from tests.office import WITHIN, LivingOffice
from tests.policy.spoken import FIELDS, message_of
from tests.provenance.strangers import HIS_QUEUE, everything, his_worker
from tests.provenance.test_callers import TABLE as ACTIVITIES
from tests.provenance.test_news import TABLE as SIGNALS

pytestmark = pytest.mark.server
CALLS, AT_ONCE, SEED = 1000, 8, 20261129
IMPATIENT = 5
"""Seconds after which he leaves a call to itself and makes the next one."""
PROGRAMS = (("AccreditationCycle", "ct-unit"), ("DicoeDesignation", "dicoe-ohio"))
NONSENSE: tuple[Any, ...] = (None, 7, "x", [], {}, {"x": 1}, "\x1b]0;x\x07", "9" * 500, [[[[]]]], {"proof": "a.b.c"})
QUERIES = ("status", "timeline", "agenda", "verdict", "__stack_trace", "no_such_query")


class Stranger:
    """Somebody with a raw client, who has seen the names of everything and made himself a key of his own."""

    def __init__(self, client: Client, cases: list[str], sign: Sign) -> None:
        self.client, self.cases, self.sign, self.chance = client, cases, sign, Random(SEED)
        self.made = 0
        self.begun: list[WorkflowHandle[Any, Any]] = []

    async def call(self) -> None:
        """Make one call; whatever it is answered is no matter here."""
        ways: list[Callable[[], Awaitable[Any]]] = [self.update, self.update, self.signal, self.query, self.start]
        self.made += 1
        try:
            async with asyncio.timeout(WITHIN.total_seconds()):
                await self.chance.choice(ways)()
        except (RPCError, Exception):
            return

    @property
    def case_id(self) -> str:
        return self.chance.choice(self.cases)

    async def update(self) -> object:
        name, case_id = self.chance.choice(sorted(FIELDS)), self.case_id
        said: Any = message_of(name, message_id=uuid4().hex)
        match self.chance.randrange(4):
            case 0:
                said = self.chance.choice(NONSENSE)
            case 1:
                said = self.sign(said, case_id, self.client.namespace, LIFE)
            case 2:
                said = said.model_copy(update={"proof": "e30.e30.e30"})
        return await self.client.get_workflow_handle(case_id).execute_update(name, said, id=uuid4().hex)

    async def signal(self) -> None:
        name = self.chance.choice(sorted(SIGNALS))
        said = self.chance.choice([*SIGNALS[name].said, [message_of("choose_option")], [self.chance.choice(NONSENSE)]])
        await self.client.get_workflow_handle(self.case_id).signal(name, args=said)

    async def query(self) -> object:
        asked = self.chance.choice(QUERIES)
        return await self.client.get_workflow_handle(self.case_id).query(asked, *[self.chance.choice(NONSENSE)])

    async def start(self) -> Any:
        """Start a case, a round or a workflow of his own that calls an activity."""
        facility = f"X-{uuid4().hex[:8]}"
        workflow, application = self.chance.choice(
            [("AccreditationCycle", "ct-unit"), ("DicoeDesignation", "dicoe-ohio")]
        )
        case_id = self.chance.choice([self.case_id, f"accreditation.{facility}.ct.CT-1.1", f"dicoe.{facility}.OH.1"])
        opening = {"application": sample(application)}
        match self.chance.randrange(3):
            case 0:
                calls = [[name := self.chance.choice(sorted(ACTIVITIES)), ACTIVITIES[name].said(case_id)]]
                his_own = self.chance.choice(["Rogue", "AccreditationCycle"])
                await self.begin(his_own, [calls, TASK_QUEUE], case_id, HIS_QUEUE)
            case 1:  # what cannot be read at all: its task fails, and nothing comes of it
                broken = opening | {"carried": {"stage": "accredited"}}
                await self.client.start_workflow(workflow, broken, id=case_id, task_queue=TASK_QUEUE)
            case _:
                await self.begin(workflow, [opening], case_id, TASK_QUEUE)

    async def begin(self, workflow: str, said: list[Any], case_id: str, queue: str) -> None:
        """Start a workflow, to see in the end that it has come to nothing."""
        self.begun.append(await self.client.start_workflow(workflow, args=said, id=case_id, task_queue=queue))


async def test_a_thousand_calls_without_a_key_leave_books_papers_and_mail_as_they_are(
    guarded: LivingOffice, tmp_path: Any
) -> None:
    cases = [await guarded.start(), await guarded.start_designation(), await guarded.start()]
    await guarded.report(cases[2])  # its option form can be sent
    await guarded.until_books(cases[2], "options")
    for case_id in cases:
        await guarded.until_at_rest(case_id)
    KeyRing(tmp_path / "his").new("office-of-his", now(), tmp_path / "his.key")
    stranger = Stranger(guarded.client, cases, signed_by(read_private(tmp_path / "his.key")))
    before = await everything(guarded)
    async with his_worker(guarded.client):
        left = iter(range(CALLS))

        async def keep_calling() -> None:
            for _ in left:
                await stranger.call()

        await asyncio.gather(*(keep_calling() for _ in range(AT_ONCE)))
        for handle in stranger.begun:
            with suppress(WorkflowFailureError):
                async with asyncio.timeout(WITHIN.total_seconds()):
                    await handle.result()
    assert stranger.made == CALLS
    assert stranger.begun
    assert await everything(guarded) == before
    for case_id in cases:  # each still hears the office, and what it wrote before that would be in the books by now
        closing = message_of("close_case", message_id=f"end-{case_id}")
        verdict = await send_update(guarded.client, case_id, closing, WITHIN, guarded.sign)
        assert verdict.accepted, (case_id, verdict)
        await guarded.until_books(case_id, "closed")
    changed = await everything(guarded)
    assert changed["messages"] != before["messages"]
    news = [one for one in changed["messages"] if one not in before["messages"]]
    assert len(news) == len(cases)
    assert len(changed["cases"]) == len(before["cases"])
