"""One judgement for all messages, whether they came as an update or as a signal.

A message is handled when its turn comes, judged by the rules as of the instant for which it counts, and then either
accepted (its effect is in the facts before anything else can happen) or refused. Both are recorded. The same id with
the same content gets the same answer again.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from activities.contract import Judged
from policy.accreditation.backdating import judge_adoption, judge_dating
from policy.accreditation.cycle import CycleFacts
from policy.amendments import changes_of
from policy.arrival.judgement import judge_arriving
from policy.case_rules import refuse_findings
from policy.documents import Fault, documents_of, is_screened, judge_addresses, judge_documents
from policy.facts import Answer, Stage
from policy.keeping.pausing import judge_pause_holds
from policy.message_dates import judge_dates
from policy.messages import AmendApplication, ChooseOption, Message
from policy.messages.proofs import not_verified, sender_of
from policy.rules import RULES
from policy.senders import counts_as_of
from policy.verdict import Finding, Refused, Verdict
from workflows.case import AnyCase
from workflows.case.activity_calls import verify_signal
from workflows.case.carrying import judge_room
from workflows.case.inbox.incoming import (
    Incoming,
    admit,
    closed,
    judge_arrival,
    reused,
    stamp,
    too_much,
    unknown_fields,
    without_proof,
)
from workflows.case.inbox.lookups import Found, look_up, recall

CaseT = TypeVar("CaseT")
Judge: TypeAlias = Callable[[Any, Any, Message, datetime], list[str]]
"""Judges a message to a case by its facts and rules as of an instant: returns warnings, or raises `Refused`."""
Effects: TypeAlias = Mapping[type[Message], Callable[[CaseT, Any], None]]
"""What each accepted message changes in a case, at once and before anything else can happen."""
JUDGED_FIRST = "2026-11 judged before documents are read"
"""Runs that began before read the documents of every message that its sender may send."""
VERIFIED_SIGNALS = "2026-11 senders of signals"
"""Since then the sender of a signal is verified. With the signal's number behind it, because a run that took signals
before must verify those that come now; once it has verified one it verifies all."""
TURNED_AWAY = 50
"""Signals of which a case remembers for a while that it did not hear them, so that their senders can ask why."""


class Inbox:
    """Takes the messages of one case."""

    def __init__(self, case: AnyCase, judge: Judge, effects: Effects[Any]) -> None:
        """Take messages for a case, judged and carried out as its program says."""
        self._case = case
        self._judge = judge
        self._effects = effects
        self._lock = asyncio.Lock()
        self.signals = 0
        self._verifies_signals = False
        self._turned_away: OrderedDict[str, Verdict] = OrderedDict()

    def validate(self, message: Message) -> None:
        """Turn away what is no message at all; it leaves no trace in the history.

        Raises:
            ApplicationError: Of the type `actor.not_allowed`, `message.id_reused`, `case.closed` or what
                `judge_arriving` and `judge_room` refuse by, with the verdict.
        """
        try:
            if message.unknown:
                raise unknown_fields(message)
            admit(self._case.facts, message)
            if message.key() in self._case.facts.answers:  # `receive` looks at it
                return
            judge_arriving(message, self._case.terms.zone if self._case.is_open else None)
            run = workflow.info()
            judge_room(
                self._case.facts,
                message,
                history_bytes=run.get_current_history_size(),
                history_events=run.get_current_history_length(),
            )
        except Refused as refused:
            verdict = refused.verdict(message.digest())
            raise ApplicationError(
                refused.reason, verdict.model_dump(mode="json"), type=refused.rule, non_retryable=True
            ) from None

    async def receive(self, message: Message) -> Verdict:
        """Judge a message that came as an update, record the verdict and return it. Never raises for what it says.

        Its sender was verified before its validator ran. What the proof claims is recorded, the proof is not kept.
        """
        unseen = not self._case.is_open  # its validator could not look at its times
        return await self._take(Incoming(without_proof(message), sender_of(message), unseen=unseen))

    async def receive_signal(self, message: Message) -> None:
        """Judge a message that came as a signal, as `receive` does; who sent it is verified first, by an activity.

        While it is asked who sent it the case stands still, so that the message comes before what comes after it.
        """
        if message.unknown:  # dropped without a trace, as what cannot be read at all: its number counts for nothing
            workflow.logger.warning("a signal %s has fields that nobody knows, and is dropped", message.NAME)
            return
        self.signals += 1
        self._verifies_signals = self._verifies_signals or workflow.patched(f"{VERIFIED_SIGNALS}, {self.signals}")
        if not self._verifies_signals:
            await self._take(Incoming(without_proof(message), signal=True, unseen=True))
            return
        arrived = workflow.now()
        if refused := too_much(message, workflow.info().get_current_history_length()):
            self._turn_away(message, refused.verdict(message.digest()))
            return
        if not self._case.is_open:
            await workflow.wait_condition(lambda: self._case.is_open)
        await recall(self._case, message)
        async with self._lock:
            with self._case.waiting.hold():
                try:
                    seen = await verify_signal(message, self._case.terms.zone.key)
                except Exception:  # answered by somebody who is no worker of the office, or not at all
                    self._turn_away(message, not_verified("Nobody could say who sent it.").verdict(message.digest()))
                    return
                if seen.turned_away is not None:
                    self._turn_away(message, seen.turned_away)
                    return
                self._turned_away.pop(message.key(), None)
                refused = Refused.by(seen.refused) if seen.refused else None
                incoming = Incoming(without_proof(message), seen.sender, signal=True, refused=refused)
                if not documents_of(message):
                    await self._answer(incoming, arrived, Found())
                    return
        await self._take(incoming)

    def _turn_away(self, message: Message, verdict: Verdict) -> None:
        """Hear nothing of a signal; its sender may ask for the verdict for as long as it is remembered."""
        self._turned_away[message.key()] = verdict
        while len(self._turned_away) > TURNED_AWAY:
            self._turned_away.popitem(last=False)
        self._case.waiting.wake()  # a history that grows long by them goes on in a new run

    async def _take(self, incoming: Incoming) -> Verdict:
        """Judge a message when its turn comes; what it needs from elsewhere is looked up before."""
        arrived = workflow.now()
        await recall(self._case, incoming.message)
        if documents_of(incoming.message) and workflow.patched(JUDGED_FIRST):
            refusal = await self._judge_first(incoming, arrived)
            if refusal is not None:
                return refusal
        found = await look_up(self._case, incoming, arrived)
        async with self._lock:
            return await self._answer(incoming, arrived, found)

    async def _answer(self, incoming: Incoming, arrived: datetime, found: Found) -> Verdict:
        """Judge a message whose turn it is, record the verdict and return it."""
        message = incoming.message
        await self._case.waiting.acquire()
        now = workflow.now()
        arrived = arrived if documents_of(message) and self._case.facts.reads_documents else now
        if known := self._case.facts.answers.get(message.key()):
            return known.verdict if known.digest == message.digest() else self._refuse_reused(incoming, now)
        try:
            judge_arrival(self._case, incoming)
            self._case.offered = found.edition
            verdict = await self._accept(incoming, now, arrived, found)
        except Refused as refused:
            verdict = self._refuse(incoming, refused, stamp(self._case, message, now, arrived))
        self._record(incoming, verdict, now)
        return verdict

    async def _judge_first(self, incoming: Incoming, arrived: datetime) -> Verdict | None:
        """Judge a message when its turn comes as if its documents were in order: else nothing is fetched for it.

        Returns:
            The verdict, recorded, where it is refused; None: it hangs on its documents, after which it is judged again.
        """
        facts, message = self._case.facts, incoming.message
        async with self._lock:
            await self._case.waiting.acquire()
            if message.key() in facts.answers or not facts.reads_documents:
                return None
            now = workflow.now()
            try:
                if incoming.unseen:
                    judge_addresses(message)
                judge_arrival(self._case, incoming)
                at = await self._come_to(message, now, arrived)
                try:
                    self._judge_by(self._case.terms, message, at, now, arrived)
                except Refused:
                    facts.seen_at = max(at, facts.seen_at or at)
                    raise
            except Refused as refused:
                verdict = self._refuse(incoming, refused, stamp(self._case, message, now, arrived))
                self._record(incoming, verdict, now)
                return verdict
            self._case.waiting.wake()
            return None

    def answer(self, key: str) -> Verdict | None:
        """Return the verdict that a message got, by the key of the message."""
        known: Answer | None = self._case.facts.answers.get(key)
        return known.verdict if known else self._turned_away.get(key)

    async def _accept(self, incoming: Incoming, now: datetime, arrived: datetime, found: Found) -> Verdict:
        case, message = self._case, incoming.message
        read, renewal = found.documents, found.renewal
        at = await self._come_to(message, now, arrived)
        case.at = at
        case.facts.seen_at = max(at, case.facts.seen_at or at)
        terms = type(case.terms).model_validate(renewal.terms) if renewal else case.offered or case.terms
        findings = list(renewal.findings) if renewal else []
        warnings = self._judge_by(terms, message, at, now, arrived, read.warnings, findings)
        judge_documents([Fault(fault.rule, fault.document, fault.reason) for fault in read.faults])
        by = message.speaker().role
        detail: dict[str, Any] = incoming.persons() | ({"handled_at": now.isoformat()} if at != now else {})
        if isinstance(message, AmendApplication):
            before = case.facts.application.model_dump(mode="json")
            detail["changed"] = [one.model_dump(mode="json") for one in changes_of(before, message.changes)]
        case.note("message", message.NAME.replace("_", " "), by=by, message=message.content(), **detail)
        for warning in warnings:
            case.note("warning", warning, by=by, message=message.NAME)
        case.signed(message)
        self._effects[type(message)](case, message)
        if read.warnings and is_screened(case.terms, message):
            case.need_attention(f"document.{message.key()}", "document.unsearched", " ".join(read.warnings))
        return Verdict(accepted=True, warnings=tuple(warnings), digest=message.digest())

    async def _come_to(self, message: Message, now: datetime, arrived: datetime) -> datetime:
        """Return the instant as of which a message counts, once everything has happened that comes before it."""
        case = self._case
        admit(case.facts, message)
        at = counts_as_of(case.facts, message, now, case.terms, arrived)
        judge_adoption(case.facts, message)
        await case.waiting.catch_up(at)
        if case.facts.stage is Stage.CLOSED:  # by what came before the message
            raise closed(case.facts)
        judge_pause_holds(case.facts, message)
        return at

    def _judge_by(
        self,
        terms: Any,
        message: Message,
        at: datetime,
        now: datetime,
        arrived: datetime,
        read: Sequence[str] = (),
        findings: Sequence[Finding] = (),
    ) -> list[str]:
        """Judge what a message says by all rules but those of its documents, and return the warnings."""
        facts, own = self._case.facts, self._case.terms
        warnings = [*self._judge(facts, terms, message, at), *read]
        refuse_findings(list(findings))
        warnings += judge_dates(facts, own, message, at)
        warnings += judge_dating(facts, own, message, at, now, arrived)
        return warnings

    def _refuse_reused(self, incoming: Incoming, now: datetime) -> Verdict:
        """Refuse a signal whose id stands for another content (an update's validator has turned it away before)."""
        verdict = self._refuse(incoming._replace(signal=True), reused(incoming.message), now)
        self._case.waiting.wake()
        return verdict

    def _refuse(self, incoming: Incoming, refused: Refused, at: datetime) -> Verdict:
        case, message = self._case, incoming.message
        case.at = at
        verdict = refused.verdict(message.digest())
        if case.is_open:
            shipped = refused.source == RULES.get(refused.rule)
            source = case.source_of(refused.rule) if shipped else case.terms.where(refused.rule, refused.source)
            verdict = verdict.model_copy(update={"source": source})
        case.note(
            "refusal",
            f"Refused {message.NAME}: {refused.reason}",
            by=message.speaker().role,
            message=message.NAME,
            **incoming.persons(),
            **verdict.model_dump(mode="json", include={"rule", "reason", "source"}),
        )
        if incoming.signal and isinstance(message, ChooseOption) and case.facts.stage is not Stage.CLOSED:
            answer = verdict.model_dump(mode="json", include={"reason", "instead"})
            case.notify(
                "option_refused",
                refused.rule,
                option=message.option,
                deficiencies=case.facts.deficiencies if isinstance(case.facts, CycleFacts) else None,
                verdict=answer,
            )
        return verdict

    def _record(self, incoming: Incoming, verdict: Verdict, now: datetime) -> None:
        case, message = self._case, incoming.message
        case.facts.answers[message.key()] = Answer(digest=message.digest(), verdict=verdict)
        case.judged(
            Judged(
                key=message.key(),
                at=case.at,
                handled_at=now,
                by=message.speaker().role,
                accepted=verdict.accepted,
                rule=verdict.rule,
                digest=verdict.digest,
                sender=incoming.sender,
            )
        )
        if case.outbox.is_full() and workflow.patched("2026-11 steps have a bound"):
            case.outbox.seal()
        case.waiting.wake()
