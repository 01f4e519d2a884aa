"""Where messages arrive: one judgement for all of them, whether they came as an update or as a signal.

A message is handled when its turn comes, judged by the rules as of the instant for which it counts, and then either
accepted (its effect is in the facts before anything else can happen) or refused. Both are recorded. The same id with
the same content gets the same answer again.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from activities.contract import Judged, RenewalRules
from activities.documents.contract import DocumentFault, DocumentRef, DocumentsRead, DocumentsToRead
from policy.accreditation.backdating import judge_adoption, judge_dating
from policy.accreditation.cycle import CycleFacts
from policy.amendments import changes_of
from policy.bounds import LARGEST_KEPT
from policy.case_rules import refuse_findings
from policy.documents import Fault, documents_of, is_screened, judge_addresses, judge_documents, letters_of
from policy.facts import Answer, CaseFacts, Stage
from policy.incoming import judge_incoming
from policy.message_dates import judge_dates
from policy.messages import AmendApplication, ChooseOption, Message, StartRenewal
from policy.phi.in_messages import judge_private
from policy.rules import refuse
from policy.senders import counts_as_of, judge_sender
from policy.verdict import Finding, Refused, Verdict
from workflows.case import AnyCase
from workflows.case.activity_calls import read_documents, renewal_rules
from workflows.case.carrying import judge_room

CaseT = TypeVar("CaseT")
Judge: TypeAlias = Callable[[Any, Any, Message, datetime], list[str]]
"""Judges a message to a case by its facts and rules as of an instant: returns warnings, or raises `Refused`."""
Effects: TypeAlias = Mapping[type[Message], Callable[[CaseT, Any], None]]
"""What each accepted message changes in a case, at once and before anything else can happen."""
JUDGED_FIRST = "2026-11 judged before documents are read"
"""Runs that began before read the documents of every message that its sender may send."""


class Inbox:
    """Takes the messages of one case."""

    def __init__(self, case: AnyCase, judge: Judge, effects: Effects[Any]) -> None:
        """Take messages for a case, judged and carried out as its program says."""
        self._case = case
        self._judge = judge
        self._effects = effects
        self._lock = asyncio.Lock()

    def validate(self, message: Message) -> None:
        """Turn away what is no message at all; it leaves no trace in the history.

        Raises:
            ApplicationError: Of the type `actor.not_allowed`, `message.id_reused`, `case.closed` or what
                `judge_addresses`, `judge_incoming`, `judge_private` and `judge_room` refuse by, with the verdict.
        """
        try:
            self._admit(message)
            if message.key() in self._case.facts.answers:  # `receive` looks at it
                return
            judge_addresses(message)
            judge_incoming(message, self._case.terms.zone if self._case.is_open else None)
            judge_private(message)
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

    def _admit(self, message: Message) -> None:
        """Judge whether the case takes this message from this sender at all, whatever it says.

        Raises:
            Refused: `message.id_reused`, `case.closed` or `actor.not_allowed`.
        """
        facts = self._case.facts
        known = facts.answers.get(message.key())
        if known and known.digest != message.digest():
            raise reused(message)
        if known is None and facts.stage is Stage.CLOSED:
            raise closed(facts)
        judge_sender(facts, message)

    async def receive(self, message: Message, *, signal: bool = False) -> Verdict:
        """Judge a message, record the verdict and return it. Never raises for what a message says.

        A signal has no answer of its own, so that a refused one is answered by a notice. Documents are read before its
        turn comes: while a file store is away the case handles other messages, and its deadlines pass.
        """
        arrived = workflow.now()
        unseen = signal or not self._case.is_open  # no validator has looked at it
        if documents_of(message) and workflow.patched(JUDGED_FIRST):
            refusal = await self._judge_first(message, arrived, unseen=unseen, signal=signal)
            if refusal is not None:
                return refusal
        read = await self._read(message, unseen=unseen)
        renewal = await self._renewal_rules(message, arrived, unseen=unseen)
        async with self._lock:
            await self._case.waiting.acquire()
            now = workflow.now()
            arrived = arrived if documents_of(message) and self._case.facts.reads_documents else now
            if known := self._case.facts.answers.get(message.key()):
                return known.verdict if known.digest == message.digest() else self._refuse_reused(message, now)
            try:
                if unseen and self._case.facts.rules_revision >= 3:
                    judge_incoming(message, self._case.terms.zone, largest=LARGEST_KEPT)
                verdict = await self._accept(message, now, arrived, read, renewal)
            except Refused as refused:
                verdict = self._refuse(message, refused, self._stamp(message, now, arrived), signal=signal)
            self._record(message, verdict, now)
            return verdict

    async def _judge_first(self, message: Message, arrived: datetime, *, unseen: bool, signal: bool) -> Verdict | None:
        """Judge a message when its turn comes as if its documents were in order: else nothing is fetched for it.

        Returns:
            The verdict, recorded, where it is refused; None: it hangs on its documents, after which it is judged again.
        """
        facts = self._case.facts
        async with self._lock:
            await self._case.waiting.acquire()
            if message.key() in facts.answers or not facts.reads_documents:
                return None
            now = workflow.now()
            try:
                if unseen:
                    judge_addresses(message)
                if unseen and facts.rules_revision >= 3:
                    judge_incoming(message, self._case.terms.zone)
                at = await self._come_to(message, now, arrived)
                try:
                    self._judge_by(self._case.terms, message, at, now, arrived)
                except Refused:
                    facts.seen_at = max(at, facts.seen_at or at)
                    raise
            except Refused as refused:
                verdict = self._refuse(message, refused, self._stamp(message, now, arrived), signal=signal)
                self._record(message, verdict, now)
                return verdict
            self._case.waiting.wake()
            return None

    def answer(self, key: str) -> Verdict | None:
        """Return the verdict that a message got, by the key of the message."""
        known: Answer | None = self._case.facts.answers.get(key)
        return known.verdict if known else None

    async def _read(self, message: Message, *, unseen: bool) -> DocumentsRead:
        """Have the documents of a new message fetched and read; what they hold never comes here."""
        case, documents = self._case, documents_of(message)
        if not documents or message.key() in case.facts.answers:
            return DocumentsRead()
        if not case.is_open:
            await workflow.wait_condition(lambda: case.is_open)
        if not case.facts.reads_documents or self._is_for_nothing(message, unseen=unseen):
            return DocumentsRead()
        letters, screened = letters_of(message, case.facts.rules_revision), is_screened(case.terms, message)
        request = DocumentsToRead(
            message=message.NAME,
            documents=tuple(DocumentRef(**one.model_dump(exclude={"signed_by"})) for one in documents),
            letters=tuple(place for place, one in enumerate(documents) if one in letters),
            screened=screened,
        )
        read = await read_documents(request, lambda: case.facts.stage is Stage.CLOSED)
        return read or unread(request)

    def _is_for_nothing(self, message: Message, *, unseen: bool) -> bool:
        """Whether a message will be refused whatever its documents hold: nothing is fetched for it."""
        try:
            self._admit(message)
            if unseen and self._case.facts.rules_revision >= 3:
                judge_incoming(message, self._case.terms.zone, largest=LARGEST_KEPT)
        except Refused:
            return True
        return False

    async def _renewal_rules(self, message: Message, arrived: datetime, *, unseen: bool) -> RenewalRules | None:
        """Resolve by what an application for renewal is judged (cases from before revision 3: their own edition)."""
        case = self._case
        if not isinstance(message, StartRenewal) or message.key() in case.facts.answers:
            return None
        if not case.is_open:
            await workflow.wait_condition(lambda: case.is_open)
        if case.facts.rules_revision < 3 or self._is_for_nothing(message, unseen=unseen):
            return None
        at = self._stamp(message, arrived, arrived)
        return await renewal_rules(case.terms.program, message.application, at)

    async def _accept(
        self,
        message: Message,
        now: datetime,
        arrived: datetime,
        read: DocumentsRead,
        renewal: RenewalRules | None,
    ) -> Verdict:
        case = self._case
        at = await self._come_to(message, now, arrived)
        case.at = at
        case.facts.seen_at = max(at, case.facts.seen_at or at)
        terms = type(case.terms).model_validate(renewal.terms) if renewal else case.terms
        findings = list(renewal.findings) if renewal else []
        warnings = self._judge_by(terms, message, at, now, arrived, read.warnings, findings)
        judge_documents([Fault(fault.rule, fault.document, fault.reason) for fault in read.faults])
        by = message.speaker().role
        detail: dict[str, Any] = message.persons() | ({"handled_at": now.isoformat()} if at != now else {})
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
        self._admit(message)
        at = counts_as_of(case.facts, message, now, case.terms, arrived)
        judge_adoption(case.facts, message)
        await case.waiting.catch_up(at)
        if case.facts.stage is Stage.CLOSED:  # by what came before the message
            raise closed(case.facts)
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

    def _refuse_reused(self, message: Message, now: datetime) -> Verdict:
        """Refuse a signal whose id stands for another content (an update's validator has turned it away before)."""
        verdict = self._refuse(message, reused(message), now, signal=True)
        self._case.waiting.wake()
        return verdict

    def _stamp(self, message: Message, now: datetime, arrived: datetime) -> datetime:
        """Return the instant for a message's entry, also where it is refused before it is judged as of any."""
        try:
            return counts_as_of(self._case.facts, message, now, self._case.terms, arrived)
        except Refused:
            return now

    def _refuse(self, message: Message, refused: Refused, at: datetime, *, signal: bool) -> Verdict:
        case = self._case
        case.at = at
        verdict = refused.verdict(message.digest())
        case.note(
            "refusal",
            f"Refused {message.NAME}: {refused.reason}",
            by=message.speaker().role,
            message=message.NAME,
            **message.persons(),
            **verdict.model_dump(mode="json", include={"rule", "reason", "source"}),
        )
        if signal and isinstance(message, ChooseOption) and case.facts.stage is not Stage.CLOSED:
            answer = verdict.model_dump(mode="json", include={"reason", "instead"})
            case.notify(
                "option_refused",
                refused.rule,
                option=message.option,
                deficiencies=case.facts.deficiencies if isinstance(case.facts, CycleFacts) else None,
                verdict=answer,
            )
        return verdict

    def _record(self, message: Message, verdict: Verdict, now: datetime) -> None:
        case = self._case
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
            )
        )
        if case.outbox.is_full() and workflow.patched("2026-11 steps have a bound"):
            case.outbox.seal()
        case.waiting.wake()


def reused(message: Message) -> Refused:
    """Return the refusal of a message whose id stands for another content."""
    return refuse(
        "message.id_reused",
        f"A message with the same id ({message.message_id}) came before and said something else.",
        "Send it anew, as a message of its own.",
    )


def closed(facts: CaseFacts) -> Refused:
    """Return the refusal of any message by a closed case."""
    return refuse(
        "case.closed",
        f"The case is closed: {facts.outcome.words if facts.outcome else 'nothing more follows'}.",
        "A new application opens a new case; what was recorded stays in the books.",
    )


def unread(request: DocumentsToRead) -> DocumentsRead:
    """Return what is known of documents that nobody could read: a fault where they must be searched."""
    reason = "It could not be fetched for a day."
    names = dict.fromkeys(one.name for one in request.documents)
    if request.screened:
        faults = (DocumentFault(rule="document.unreadable", document=name, reason=reason) for name in names)
        return DocumentsRead(faults=tuple(faults))
    warnings = (f"{name}: {reason} Nobody has opened it; a person must look at it." for name in names)
    return DocumentsRead(warnings=tuple(warnings))
