"""Mends what a restore has put out of line: books that are behind the histories, and books that are ahead of them.

Everything is done in small transactions, each of which can be done again: whatever breaks off is run once more.

- Counters first, so that no number is given out twice, whatever happens next.
- Steps that the books lack are written as their cases were told that they were taken (`activities.retaking`).
- Cases that the server does not know begin anew, as of their own day.
- Messages that the server has not heard are sent again, each with its id and its instant, by a worker that the command
  runs itself. Those that hang on nothing else are handed to the server before that worker begins: so a message comes
  before the deadlines that have passed since.
- What only a person can mend is kept, and told to the case with its next step: an attention item.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from pydantic import ValidationError
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import UpdateWorkflowExecutionLifecycleStage
from temporalio.api.update.v1 import UpdateRef, WaitPolicy
from temporalio.api.workflowservice.v1 import PollWorkflowExecutionUpdateRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.retaking import retake
from policy.messages import Message, OfficeNote
from policy.messages.parts import Actor, Role
from policy.office import OfficeSettings
from records.books import Books
from records.cases import UnknownCase
from records.queries import case_by_id
from records.restore.numbers import raise_counters
from records.restore.steps import cases_untold, let_begin_anew, put_unmended, untold
from services.composition import message_named
from services.errors import CaseFailing, NotReachable, ServiceError, Unusable
from services.queries import NotRunning, ask
from services.reconcile import Report, start_announced
from services.restore.comparing import Again, Findings, Progress, numbers_given_out
from services.security.signing import Sign
from services.sending import send_update

ASK_EVERY = 0.05
"""Seconds between two questions whether the server has a message."""
ADMITTED = UpdateWorkflowExecutionLifecycleStage.UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_ADMITTED
AT_ONCE = 8
"""Messages that are handed to one case before a worker begins; the server takes ten."""
Working = Callable[[], AbstractAsyncContextManager[object]]
"""Has a worker of the office work for as long as a block lasts."""


@dataclass
class Mended:
    """What was done.

    Attributes:
        counters: How many counters were raised.
        steps: How many steps were written into the books.
        begun: The cases that began anew on the server.
        sent: The messages that were sent again and taken, by their keys.
        told: The cases that were told of what a person must look at.
        troubles: What is left, by case, each in words.
    """

    counters: int = 0
    steps: int = 0
    begun: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    troubles: dict[str, list[str]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return everything for a script."""
        return asdict(self)

    def trouble(self, case_id: str, text: str) -> None:
        """Leave something to people."""
        self.troubles.setdefault(case_id, []).append(text)


@dataclass(frozen=True)
class Mender:
    """Whoever mends: the server, the books, the office's settings, and how messages are signed.

    Attributes:
        within: How long to wait for the verdict on a message.
        rest_within: How long to wait until a case has carried out what follows from its messages.
    """

    client: Client
    books: Books
    office: OfficeSettings
    sign: Sign | None
    within: timedelta = timedelta(seconds=30)
    rest_within: timedelta = timedelta(minutes=2)
    progress: Progress = lambda text: None

    async def mend_books(self, found: Findings, mended: Mended) -> None:
        """Raise the counters, write the steps that the books lack, and let lost cases begin anew.

        No worker is needed for that; best none works meanwhile.

        Raises:
            OSError: A folder of letters or papers cannot be used.
            RPCError: The server cannot be asked.
        """
        mended.counters += await asyncio.to_thread(self._raise_counters, found)
        await asyncio.to_thread(self._retake, found, mended)
        for case_id in found.lost:
            await self._begin_anew(case_id, mended)
        await asyncio.to_thread(self._leave, found, mended)

    def _raise_counters(self, found: Findings) -> int:
        numbers = numbers_given_out(self.books, self.office, found.behind)
        with self.books.writing() as session:
            return len(raise_counters(session, numbers))

    def _retake(self, found: Findings, mended: Mended) -> None:
        for number, told in enumerate(found.behind, 1):
            self.progress(f"Writing steps into the books: {number} of {len(found.behind)}")
            case_id = told.step.case_id
            try:
                left = retake(self.books, told, self.office, datetime.now(UTC))
            except UnknownCase:
                mended.trouble(
                    case_id,
                    f"The books do not hold it, and its history no longer begins at its first step: step "
                    f"{told.step.number} cannot be written. Restore a later backup of the books.",
                )
                continue
            mended.steps += 1
            for text in left:
                mended.trouble(case_id, text)

    async def _begin_anew(self, case_id: str, mended: Mended) -> None:
        self.progress(f"Beginning {case_id} anew")
        with self.books.writing() as session:
            let_begin_anew(session, case_id, datetime.now(UTC))
        with self.books.reading() as session:
            row = case_by_id(session, case_id)
        if row is not None:
            report = Report()
            await start_announced(self.client, self.books, row, self.office.zone, report)
            mended.begun += report.started
            for text in report.troubles.values():
                mended.trouble(case_id, text)

    def _leave(self, found: Findings, mended: Mended) -> None:
        """Keep what is left to people; a case that the books do not hold can only be told of here."""
        for case_id, items in found.left.items():
            with self.books.writing() as session:
                if case_by_id(session, case_id) is not None:
                    put_unmended(session, case_id, items, datetime.now(UTC))
            for _, text in items:
                mended.trouble(case_id, text)

    async def send_again(self, found: Findings, mended: Mended, working: Working) -> None:
        """Send the messages again that the server has not heard, and tell cases what is left to people.

        Args:
            found: What was found after the books were mended.
            mended: Takes down what is done.
            working: Has a worker work; it begins once the first messages are handed over.
        """
        messages = {case_id: [*several] for case_id, several in groupby(sorted(found.ahead, key=_case), key=_case)}
        if not messages and not await asyncio.to_thread(self._untold):
            return
        first = {
            case_id: independent(several, found.known.get(case_id, set())) for case_id, several in messages.items()
        }
        handed = [sending for several in first.values() for sending in await self._hand_over(several, mended)]
        async with working():
            await asyncio.gather(*handed)
            for case_id, several in messages.items():
                for one in several[len(first[case_id]) :]:
                    await self._until_invoiced(one)
                    await self._send(one, mended)
            for case_id in await asyncio.to_thread(self._untold):
                await self._tell(case_id, mended)
            spoken_to = {*messages, *found.ahead_by, *mended.told, *mended.begun}
            await asyncio.gather(*(self._until_at_rest(case_id, mended) for case_id in sorted(spoken_to)))

    def _untold(self) -> list[str]:
        with self.books.reading() as session:
            return cases_untold(session)

    async def _hand_over(self, several: Sequence[Again], mended: Mended) -> list["asyncio.Task[None]"]:
        """Hand messages to the server, each once it has the one before, and return what waits for their verdicts."""
        sending = []
        for one in several:
            task = asyncio.create_task(self._send(one, mended))
            sending.append(task)
            await self._until_admitted(one, task)
        return sending

    async def _until_admitted(self, again: Again, sending: "asyncio.Task[None]") -> None:
        """Wait until the server has a message, which keeps them in their order; at most until its sending has ended."""
        case = WorkflowExecution(workflow_id=again.case_id)
        request = PollWorkflowExecutionUpdateRequest(
            namespace=self.client.namespace,
            update_ref=UpdateRef(workflow_execution=case, update_id=again.key),
            wait_policy=WaitPolicy(lifecycle_stage=ADMITTED),
        )
        while not sending.done():
            try:
                await self.client.workflow_service.poll_workflow_execution_update(request)
            except RPCError as error:
                if error.status != RPCStatusCode.NOT_FOUND:
                    return
            else:
                return
            await asyncio.sleep(ASK_EVERY)

    async def _until_invoiced(self, again: Again) -> None:
        """Wait until a case has heard of the invoice that a message is about; it then says itself what is wrong."""
        number = again.content.get("invoice")
        end = asyncio.get_running_loop().time() + self.within.total_seconds()
        while number is not None and asyncio.get_running_loop().time() < end:
            try:
                told = await ask(self.client, again.case_id, "status", within=self.within, running=True)
            except NotRunning:
                return
            if told and number in {invoice["number"] for invoice in told["invoices"]}:
                return
            await asyncio.sleep(ASK_EVERY)

    async def _until_at_rest(self, case_id: str, mended: Mended) -> None:
        """Wait until all that a case does by what it heard stands in the books; a verdict comes before its steps do.

        A case that lives its days again takes its row in the books back to where it was then, step by step: without
        the last of them the books would have it in a stage that it has long left.
        """
        self.progress(f"Waiting until {case_id} is at rest")
        end = asyncio.get_running_loop().time() + self.rest_within.total_seconds()
        try:
            while not await self._is_at_rest(case_id):
                if asyncio.get_running_loop().time() > end:
                    text = "What it does by the messages that were sent again is not all in the books yet"
                    mended.trouble(case_id, f"{text}: its worker writes it. Run this once more if it stands still.")
                    return
                await asyncio.sleep(ASK_EVERY)
        except RPCError as away:
            mended.trouble(
                case_id, f"Whether all of it is in the books could not be asked: {away}. Run this once more."
            )

    async def _is_at_rest(self, case_id: str) -> bool:
        told = (await self.client.get_workflow_handle(case_id).describe()).raw_description
        return not told.pending_activities and not told.HasField("pending_workflow_task")

    async def _send(self, again: Again, mended: Mended) -> None:
        """Send one message again; one that is not taken is left to people."""
        self.progress(f"Sending {again.key} again to {again.case_id}")
        try:
            message = _message(again)
            verdict = await send_update(self.client, again.case_id, message, self.within, self.sign)
        except (Unusable, ValidationError):
            await self._not_taken(again, "it cannot be composed as it was", mended)
        except (NotRunning, NotReachable, CaseFailing, RPCError) as away:
            mended.trouble(again.case_id, f"{again.key} was not sent again: {away}. Run this once more.")
        else:
            if verdict.accepted:
                mended.sent.append(again.key)
            else:
                await self._not_taken(again, f"{verdict.reason} ({verdict.rule})", mended)

    async def _not_taken(self, again: Again, why: str, mended: Mended) -> None:
        text = (
            f"{again.key} of {again.at.isoformat(timespec='minutes')} was accepted before the server was restored, "
            f"and is not taken again: {why}. The timeline says what it held: enter it again, with what it says instead."
        )
        mended.trouble(again.case_id, text)
        await asyncio.to_thread(self._keep, again.case_id, f"restored.message.{again.key}", text)

    def _keep(self, case_id: str, item: str, text: str) -> None:
        with self.books.writing() as session:
            put_unmended(session, case_id, [(item, text)], datetime.now(UTC))

    async def _tell(self, case_id: str, mended: Mended) -> None:
        """Have a case take a step, with which it hears what is left to people: a note of the office does that."""
        with self.books.reading() as session:
            items = sorted(one.item for one in untold(session, case_id))
        note = OfficeNote(
            message_id=f"restored-{datetime.now(UTC).isoformat()}-{'-'.join(items)}"[:200],
            by=Actor(name="accredit reconcile", role=Role.ACR),
            text="Books and server were restored to different moments. What is left to look at stands among what needs "
            "attention.",
        )
        try:
            verdict = await send_update(self.client, case_id, note, self.within, self.sign)
        except (NotRunning, ServiceError, RPCError) as away:
            mended.trouble(case_id, f"It could not be told what is left to look at: {away}")
            return
        if verdict.accepted:
            mended.told.append(case_id)
        else:
            mended.trouble(case_id, f"It could not be told what is left to look at: {verdict.reason}")


def _case(again: Again) -> str:
    return again.case_id


def _message(again: Again) -> Message:
    """Return a message as it was, to be received at its own instant. Raises `Unusable` where it is another one now."""
    message = message_named(again.name).model_validate({**again.content, "received_at": again.at.isoformat()})
    if message.digest() != again.digest:
        raise Unusable([])
    return message


def independent(several: Iterable[Again], known: set[str]) -> list[Again]:
    """Return the first messages of a case that can be handed over at once, in their order.

    None of them is about an invoice that is still to be issued, and none follows one whose documents are read first.
    """
    found: list[Again] = []
    for one in several:
        invoice = one.content.get("invoice")
        if len(found) >= AT_ONCE or (invoice is not None and invoice not in known):
            break
        found.append(one)
        if _has_documents(one.content):
            break
    return found


def _has_documents(content: Any) -> bool:
    """Whether a message names a document, whichever field it stands in."""
    if isinstance(content, list):
        return any(map(_has_documents, content))
    return isinstance(content, dict) and ("sha256" in content or any(map(_has_documents, content.values())))
