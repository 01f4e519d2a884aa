"""Where messages arrive: one judgement for all of them, whether they came as an update or as a signal.

A message is handled when its turn comes, judged by the rules as of the instant for which it counts, and then either
accepted (its effect is in the facts before anything else can happen) or refused. Both are recorded. The same id with
the same content gets the same answer again.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias, TypeVar

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from activities.contract import Judged, RenewalRules
from activities.documents.contract import DocumentFault, DocumentRef, DocumentsRead, DocumentsToRead
from policy.accreditation.backdating import judge_adoption, judge_dating
from policy.accreditation.cycle import CycleFacts
from policy.amendments import changes_of
from policy.arrival.judgement import judge_arriving
from policy.bounds import LARGEST, LARGEST_KEPT
from policy.case_rules import refuse_findings
from policy.documents import Fault, documents_of, is_screened, judge_addresses, judge_documents, letters_of
from policy.edition import Rules
from policy.facts import Answer, CaseFacts, Stage
from policy.incoming import judge_incoming, size_of, too_large
from policy.keeping.pausing import judge_pause_holds
from policy.message_dates import judge_dates
from policy.messages import AmendApplication, ChooseOption, Message, MoveEdition, StartRenewal
from policy.messages.proofs import Sender, not_verified, sender_of
from policy.rules import RULES, refuse
from policy.senders import counts_as_of, judge_sender
from policy.verdict import Finding, Refused, Verdict
from workflows.case import AnyCase
from workflows.case.activity_calls import answer_before, read_documents, renewal_rules, rules_named, verify_signal
from workflows.case.carrying import ROOM_EVENTS, judge_room, mark_of

CaseT = TypeVar("CaseT")
Judge: TypeAlias = Callable[[Any, Any, Message, datetime], list[str]]
"""Judges a message to a case by its facts and rules as of an instant: returns warnings, or raises `Refused`."""
Effects: TypeAlias = Mapping[type[Message], Callable[[CaseT, Any], None]]
"""What each accepted message changes in a case, at once and before anything else can happen."""
EDITIONS_OF_ONES_OWN = "2026-11 an edition is looked for by its name"
JUDGED_FIRST = "2026-11 judged before documents are read"
"""Runs that began before read the documents of every message that its sender may send."""
VERIFIED_SIGNALS = "2026-11 senders of signals"
"""Since then the sender of a signal is verified. With the signal's number behind it, because a run that took signals
before must verify those that come now; once it has verified one it verifies all."""
TURNED_AWAY = 50
"""Signals of which a case remembers for a while that it did not hear them, so that their senders can ask why."""


class Incoming(NamedTuple):
    """A message on its way to be judged.

    Attributes:
        message: The message; its proof has been looked at and taken off.
        sender: Who proved to have sent it.
        signal: It came as a signal, and has no answer of its own: a refused one is answered by a notice.
        unseen: Nobody has looked yet whether it keeps the bounds of what comes in.
        refused: What speaks against it already.
    """

    message: Message
    sender: Sender | None = None
    signal: bool = False
    unseen: bool = False
    refused: Refused | None = None


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
            self._admit(message)
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
        if too_much := self._too_much(message):
            self._turn_away(message, too_much.verdict(message.digest()))
            return
        if not self._case.is_open:
            await workflow.wait_condition(lambda: self._case.is_open)
        await self._recall(message)
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
                    await self._answer(incoming, arrived, DocumentsRead(), None)
                    return
        await self._take(incoming)

    def _too_much(self, message: Message) -> Refused | None:
        """Return why a signal is not even looked at: each takes room in the history, also what nobody signed."""
        size = size_of(message.model_dump(mode="json"))
        if size > LARGEST_KEPT:
            return too_large("message", size, LARGEST)
        if workflow.info().get_current_history_length() > ROOM_EVENTS:
            return not_verified("The case has no room for signals until it goes on in a new run; send it as an update.")
        return None

    def _turn_away(self, message: Message, verdict: Verdict) -> None:
        """Hear nothing of a signal; its sender may ask for the verdict for as long as it is remembered."""
        self._turned_away[message.key()] = verdict
        while len(self._turned_away) > TURNED_AWAY:
            self._turned_away.popitem(last=False)
        self._case.waiting.wake()  # a history that grows long by them goes on in a new run

    async def _take(self, incoming: Incoming) -> Verdict:
        """Judge a message when its turn comes.

        Documents are read before: while a file store is away the case handles other messages, and its deadlines pass.
        """
        arrived = workflow.now()
        await self._recall(incoming.message)
        if documents_of(incoming.message) and workflow.patched(JUDGED_FIRST):
            refusal = await self._judge_first(incoming, arrived)
            if refusal is not None:
                return refusal
        read = await self._read(incoming)
        renewal = await self._renewal_rules(incoming, arrived)
        named = await self._edition_named(incoming, arrived)
        async with self._lock:
            return await self._answer(incoming, arrived, read, renewal, named)

    async def _recall(self, message: Message) -> None:
        """Learn again what a message was answered that comes once more, where that was left to the books."""
        facts, key = self._case.facts, message.key()
        if key in facts.answers or not facts.left_to_books or mark_of(key) not in facts.left_to_books:
            return
        if found := await answer_before(facts.case_id, key):
            facts.answers.setdefault(key, found)

    async def _answer(
        self,
        incoming: Incoming,
        arrived: datetime,
        read: DocumentsRead,
        renewal: RenewalRules | None,
        named: Rules | None = None,
    ) -> Verdict:
        """Judge a message whose turn it is, record the verdict and return it."""
        message = incoming.message
        await self._case.waiting.acquire()
        now = workflow.now()
        arrived = arrived if documents_of(message) and self._case.facts.reads_documents else now
        if known := self._case.facts.answers.get(message.key()):
            return known.verdict if known.digest == message.digest() else self._refuse_reused(incoming, now)
        try:
            self._judge_arrival(incoming)
            self._case.offered = named
            verdict = await self._accept(incoming, now, arrived, read, renewal)
        except Refused as refused:
            verdict = self._refuse(incoming, refused, self._stamp(message, now, arrived))
        self._record(incoming, verdict, now)
        return verdict

    def _judge_arrival(self, incoming: Incoming) -> None:
        """Judge what a validator judges, where none could. Raises `Refused`."""
        if incoming.refused is not None:
            raise incoming.refused
        if incoming.unseen and self._case.facts.rules_revision >= 3:
            judge_incoming(incoming.message, self._case.terms.zone, largest=LARGEST_KEPT)

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
                self._judge_arrival(incoming)
                at = await self._come_to(message, now, arrived)
                try:
                    self._judge_by(self._case.terms, message, at, now, arrived)
                except Refused:
                    facts.seen_at = max(at, facts.seen_at or at)
                    raise
            except Refused as refused:
                verdict = self._refuse(incoming, refused, self._stamp(message, now, arrived))
                self._record(incoming, verdict, now)
                return verdict
            self._case.waiting.wake()
            return None

    def answer(self, key: str) -> Verdict | None:
        """Return the verdict that a message got, by the key of the message."""
        known: Answer | None = self._case.facts.answers.get(key)
        return known.verdict if known else self._turned_away.get(key)

    async def _read(self, incoming: Incoming) -> DocumentsRead:
        """Have the documents of a new message fetched and read; what they hold never comes here."""
        case, message, documents = self._case, incoming.message, documents_of(incoming.message)
        if not documents or message.key() in case.facts.answers:
            return DocumentsRead()
        if not case.is_open:
            await workflow.wait_condition(lambda: case.is_open)
        if not case.facts.reads_documents or self._is_for_nothing(incoming):
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

    def _is_for_nothing(self, incoming: Incoming) -> bool:
        """Whether a message will be refused whatever its documents hold: nothing is fetched for it."""
        try:
            self._admit(incoming.message)
            self._judge_arrival(incoming)
        except Refused:
            return True
        return False

    async def _renewal_rules(self, incoming: Incoming, arrived: datetime) -> RenewalRules | None:
        """Resolve by what an application for renewal is judged (cases from before revision 3: their own edition)."""
        case, message = self._case, incoming.message
        if not isinstance(message, StartRenewal) or message.key() in case.facts.answers:
            return None
        if not case.is_open:
            await workflow.wait_condition(lambda: case.is_open)
        if case.facts.rules_revision < 3 or self._is_for_nothing(incoming):
            return None
        at = self._stamp(message, arrived, arrived)
        return await renewal_rules(case.terms.program, message.application, at)

    async def _edition_named(self, incoming: Incoming, arrived: datetime) -> Rules | None:
        """Resolve the edition to move to, outside of the case: an office's own lie in a folder, which changes."""
        case, message = self._case, incoming.message
        if not isinstance(message, MoveEdition) or message.key() in case.facts.answers:
            return None
        if not case.is_open:
            await workflow.wait_condition(lambda: case.is_open)
        if self._is_for_nothing(incoming) or not workflow.patched(EDITIONS_OF_ONES_OWN):
            return None
        return await rules_named(case.terms.program, message.edition, arrived, type(case.terms))

    async def _accept(
        self,
        incoming: Incoming,
        now: datetime,
        arrived: datetime,
        read: DocumentsRead,
        renewal: RenewalRules | None,
    ) -> Verdict:
        case, message = self._case, incoming.message
        at = await self._come_to(message, now, arrived)
        case.at = at
        case.facts.seen_at = max(at, case.facts.seen_at or at)
        terms = type(case.terms).model_validate(renewal.terms) if renewal else case.offered or case.terms
        findings = list(renewal.findings) if renewal else []
        warnings = self._judge_by(terms, message, at, now, arrived, read.warnings, findings)
        judge_documents([Fault(fault.rule, fault.document, fault.reason) for fault in read.faults])
        by = message.speaker().role
        detail: dict[str, Any] = persons(incoming) | ({"handled_at": now.isoformat()} if at != now else {})
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

    def _stamp(self, message: Message, now: datetime, arrived: datetime) -> datetime:
        """Return the instant for a message's entry, also where it is refused before it is judged as of any."""
        try:
            return counts_as_of(self._case.facts, message, now, self._case.terms, arrived)
        except Refused:
            return now

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
            **persons(incoming),
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


def without_proof(message: Message) -> Message:
    """Return a message as it may be kept."""
    return message.model_copy(update={"proof": None}) if message.proof is not None else message


def persons(incoming: Incoming) -> dict[str, Any]:
    """Return who spoke and, where it was proved, who sent it and by which key, for the entry in the timeline."""
    sender = incoming.sender.model_dump(mode="json") if incoming.sender else None
    return incoming.message.persons() | ({"sender": sender} if sender else {})


def reused(message: Message) -> Refused:
    """Return the refusal of a message whose id stands for another content."""
    return refuse(
        "message.id_reused",
        f"A message with the same id ({message.message_id}) came before and said something else.",
        "Send it anew, as a message of its own.",
    )


def unknown_fields(message: Message) -> Refused:
    """Return the refusal of a message with fields that this version does not know."""
    return refuse(
        "message.unknown_field",
        f"{message.unknown} field(s) of the message {message.NAME} are none that it has.",
        f"`accredit schema {message.NAME}` names its fields; who sends from a later version waits until it is current.",
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
