"""Brings adopted cases to where they stand, message by message, a few cases at a time.

Cases are told right after they have been started: were all of a large file to begin first, every message would wait
until a worker has begun them all. What a case has judged before is not sent again: that is all that a second run needs
in order to go on where the first one stopped.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from temporalio.client import Client

from intake.batch.messages import CASE, LEAST, MESSAGE, MessageRow
from intake.batch.starting import at_once
from policy.facts import ADOPTION
from policy.messages import ResolveAttention
from policy.office import Documents
from policy.rules import refuse
from policy.status import CaseStatus
from policy.verdict import Finding, Refused, Verdict
from records.money_queries import UNSETTLED
from services.composition import NEWEST_INVOICE, compose
from services.errors import NotReachable
from services.queries import NotRunning, ask, pollers
from services.security.naming import name_documents
from services.security.signing import Sign
from services.sending import PAUSE, START_WORKER, send_update
from services.settings import office_user

AT_ONCE = 8
"""Cases that are told their past at the same time."""
WITHIN = timedelta(seconds=30)
"""How long a case may take for an answer, or for an invoice."""
TRIES = 10
"""How often a case is asked that has just started, while a worker has others to begin."""
NOT_SENT = "message.not_sent"
NOT_RUNNING = "case.not_running"
SOURCE = "A case is told what happened in the order in which it happened"


@dataclass
class Sent:
    """How many messages were accepted now, and how many had been before."""

    now: int = 0
    before: int = 0


class Telling:
    """Tells cases the messages of a file; what is refused is taken down, and what stands below it is not sent."""

    def __init__(
        self,
        letters: Sequence[MessageRow],
        client: Client,
        sent: Sent,
        advance: Callable[[], None],
        documents: Documents,
        sign: Sign | None = None,
    ) -> None:
        """Know the messages.

        Args:
            letters: The messages, in the order of their rows.
            client: The server that holds the cases.
            sent: Counts what was accepted, as it goes.
            advance: Called for each message that is done.
            documents: Where the worker looks for the files that messages name.
            sign: Proves who sends them; left out: they go as they are.
        """
        self._client, self._sent, self._advance = client, sent, advance
        self._documents, self._sign = documents, sign
        self._left: dict[str, list[MessageRow]] = {}
        for letter in letters:
            self._left.setdefault(letter.case, []).append(letter)

    async def tell(self, cases: Iterable[str]) -> None:
        """Send some cases their messages.

        Raises:
            Unusable: There is no key to sign with.
            NotReachable: The server, or no worker, answered in time.
        """
        await at_once(self._one, [self._left.pop(case) for case in cases if case in self._left], AT_ONCE)

    async def tell_rest(self) -> None:
        """Send all others theirs: cases that were there before, and those that there are not. As `tell`."""
        await self.tell(list(self._left))

    async def _one(self, mine: Sequence[MessageRow]) -> None:
        before: MessageRow | None = None
        adopting = await _is_adopting(self._client, mine[0].case)
        for letter in mine:
            if before is None and not letter.against:
                await _send(letter, self._client, self._sent, self._documents, self._sign, adopting=adopting)
            elif before is not None:
                _leave(letter, before)
            before = before or (letter if letter.against else None)
            self._advance()
        if before is None and adopting:
            await _let_live(mine[-1], self._client, self._sign)


def _leave(letter: MessageRow, before: MessageRow) -> None:
    reason = f"Not sent: the message in row {before.row}, which comes before it in this case, did not go in."
    finding = Finding(rule=NOT_SENT, where=MESSAGE, reason=reason, source=SOURCE)
    letter.refuse(finding, ["Mend that row and import both again."])


async def _is_adopting(client: Client, case_id: str) -> bool:
    """Whether a case waits for its past, so that nothing falls due in it by itself."""
    for _ in range(TRIES):
        try:
            told = await ask(client, case_id, "status", within=WITHIN, running=True)
        except NotRunning:
            return False
        if told is not None:
            return bool(told.get("adopting"))
        if not await pollers(client):
            break  # where there is a worker, it has other cases to begin
    raise NotReachable("worker for the case", case_id, f"{START_WORKER}.", "no worker answers")


async def _let_live(letter: MessageRow, client: Client, sign: Sign | None) -> None:
    """Say that all is entered: what was due since the last message happens silently, and the case lives on."""
    said = {"item": ADOPTION, "action": "skip", "reason": "All that has happened is entered.", "message_id": ADOPTION}
    message = compose(ResolveAttention, said, folder=letter.grid.file.parent, user=office_user())
    verdict = await send_update(client, letter.case, message, WITHIN, sign)
    if not verdict.accepted:
        reason = f"All messages are in; then: {verdict.reason}"
        letter.refuse(Finding(rule=verdict.rule or "", where=CASE, reason=reason, source=verdict.source or ""))


async def _send(
    letter: MessageRow, client: Client, sent: Sent, documents: Documents, sign: Sign | None, *, adopting: bool
) -> None:
    """Send one message, unless the case has accepted it before; one that it has refused is told again, as another."""
    try:
        attempt = 1
        while known := await ask(
            client, letter.case, "verdict", letter.message(NEWEST_INVOICE, LEAST, attempt).key(), within=WITHIN
        ):
            if known["accepted"]:
                sent.before += 1
                return
            attempt += 1
        if letter.lapse and not adopting:
            letter.against.append(letter.lapse)
            return
        verdict = await _delivered(letter, client, documents, attempt, sign)
    except Refused as refused:
        verdict = refused.verdict()
    except NotRunning as absent:
        instead = ("Start the case first: its application may stand in another sheet of this file.",)
        verdict = Refused(NOT_RUNNING, f"{absent}.", source=SOURCE, instead=instead).verdict()
    if verdict.accepted:
        sent.now += 1
        return
    where = CASE if verdict.rule == NOT_RUNNING else MESSAGE
    finding = Finding(rule=verdict.rule or "", where=where, reason=verdict.reason or "", source=verdict.source or "")
    letter.refuse(finding, verdict.instead)


async def _delivered(
    letter: MessageRow, client: Client, documents: Documents, attempt: int, sign: Sign | None
) -> Verdict:
    invoice, due = await _owed(client, letter.case) if letter.needs_invoice() else ("", LEAST)
    message = letter.message(invoice, due, attempt)
    name_documents(message, documents)
    return await send_update(client, letter.case, message, WITHIN, sign)


async def _owed(client: Client, case_id: str) -> tuple[str, str]:
    """Return the number of the newest invoice that is open, and what is due on it; a case that has just opened has none
    for a moment.

    Raises:
        Refused: No invoice is open.
        NotRunning: No such case runs.
    """
    end = asyncio.get_running_loop().time() + WITHIN.total_seconds()
    while True:
        told = await ask(client, case_id, "status", within=WITHIN)
        case = CaseStatus.model_validate({**told, "case": case_id}) if told else None
        for one in reversed(case.invoices if case else ()):
            if one.number and one.status in UNSETTLED and one.outstanding > 0:
                return one.number, f"{one.outstanding:.2f}"
        waits = case is None or not case.invoices or any(one.number is None for one in case.invoices)
        if not waits or asyncio.get_running_loop().time() > end:
            raise refuse(
                "payment.unknown_invoice", f"Case {case_id} has no open invoice.", "Name the invoice's number."
            )
        await asyncio.sleep(PAUSE)
