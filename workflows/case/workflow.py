"""What the workflows of both programs have in common: how a case opens, keeps its books, answers questions and ends.

A program's workflow says which stages there are and what happens in them; everything here happens in any of them.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Any, Generic

from pydantic import BaseModel
from temporalio import workflow
from temporalio.common import Priority
from temporalio.exceptions import ApplicationError

from activities.contract import (
    TAKE_STEP,
    CaseOpening,
    CaseRow,
    CaseStart,
    NewsFound,
    NewsToAsk,
    ReopeningAsked,
    Step,
    StepTaken,
)
from policy.edition import Rules
from policy.facts import ADOPTION, RULES_REVISION, Mark, Outcome, Stage
from policy.keeping.reopening import digest_of
from policy.status import CaseStatus
from policy.verdict import Verdict
from workflows.case import Case, FactsT, RulesT
from workflows.case.activity_calls import (
    BY_ITSELF,
    PAST,
    SOMEBODY_WAITS,
    Delivery,
    keep_books,
    reopening,
    terms_in_force,
)
from workflows.case.carrying import CARRIED_WHOLE, LARGEST_CARRIED, lean, newest, size_of_model
from workflows.case.inbox import Effects, Inbox, Judge
from workflows.case.inbox.signals import readable
from workflows.case.labels import mark_label, step_label
from workflows.case.opening import ReopenedBy, known_of
from workflows.case.reopening import go_on
from workflows.case.stages import StageOrder
from workflows.case.told import Told
from workflows.case.view import changed_attributes, iso
from workflows.case.waiting import CaseClosed


class CaseWorkflow(ABC, Generic[FactsT, RulesT]):
    """The workflow of a case. A program's own adds its stages in `run`, the messages it takes, and what it says."""

    def __init__(
        self, facts: FactsT, terms: RulesT | None, stages: StageOrder, judge: Judge, effects: Effects[Any]
    ) -> None:
        """Know the case before the first message: one can arrive before `run` begins.

        Args:
            facts: What is known of it.
            terms: The edition that it carries; None until it has opened.
            stages: Which stage may follow which.
            judge: Judges the program's messages.
            effects: What each of them changes.
        """
        self._facts = facts
        self._case: Case[FactsT, RulesT] = Case(facts, terms, stages, self._on_idle)
        self._inbox = Inbox(self._case, judge, effects)
        self._in_flight = False
        self._news, self._asks = 0, False
        self._continue = False
        self._steps_before = facts.steps
        self._outcome_kept = False
        self._told = Told()

    @abstractmethod
    def _status(self) -> CaseStatus:
        """Return the answer of the query `status`."""

    @abstractmethod
    def _row(self) -> CaseRow:
        """Return where the case stands, for the books."""

    @abstractmethod
    def _details(self) -> str:
        """Return the current details, in Markdown."""

    @abstractmethod
    def _attributes(self) -> dict[str, Any]:
        """Return the search attributes by name."""

    @abstractmethod
    def _carried(self, facts: FactsT) -> BaseModel:
        """Return the input of the run that goes on with the case, with these facts."""

    @abstractmethod
    def _application(self) -> dict[str, Any]:
        """Return the application as JSON values."""

    @asynccontextmanager
    async def _in_the_books(self) -> AsyncIterator[None]:
        """Keep the books for as long as a block runs: what happens in it is recorded, invoiced and sent.

        The block ends early where the case is closed while a stage waits. Left when everything is carried out and every
        message answered; a case that is cancelled in Temporal is closed.
        """
        books = asyncio.create_task(self._keep_books())
        try:
            with suppress(CaseClosed):
                yield
            await self._case.waiting.finish(self._is_idle)
        except asyncio.CancelledError:
            await self._finish_cancelled()
            raise
        books.cancel()

    async def _keep_books(self) -> None:
        """Carry out what gathers. A run whose steps the books do not take must not seem to live on: it ends."""
        try:
            await keep_books(
                self._is_ready, self._next_delivery, self._delivered, self._found, self._case.renewal_taken
            )
        except Exception as error:  # also an answer that cannot be read: a case must not live on unwritten
            self._case.waiting.give_up(error)

    async def _open(self, program: str, rules: type[RulesT], position: int = 1) -> None:
        """Take the rules along, open the books, and wait for the day on which the case begins."""
        case, opened_at = self._case, self._facts.opened_at
        start = CaseStart(
            case_id=self._facts.case_id,
            application=self._application(),
            opened_at=opened_at,
            now=workflow.now(),
            position=position,
            predecessor=self._facts.predecessor,
        )
        case.carry(await terms_in_force(program, start, rules))
        reminders = case.terms.fees.reminders
        self._facts.invoice_reminders = [*reminders.value] if reminders else []  # the edition is shared
        self._facts.rules_revision = _rules_revision(case.terms)
        case.open_books(
            CaseOpening(
                program=program,
                application=self._application(),
                opened_at=opened_at,
                edition=case.terms.edition,
                position=position,
                predecessor=self._facts.predecessor,
            )
        )
        if workflow.now() < opened_at:
            label = mark_label("opening", opened_at, "Case opens (case.opens)", case.terms.zone)
            self._facts.marks.append(Mark(at=opened_at, kind="opening", label=label))
            await case.until(lambda: not self._facts.marks)
        case.at = opened_at
        if self._facts.adopting:
            text = "what happened before the case was adopted is being entered"
            case.need_attention(ADOPTION, "case.adopted", text)

    async def _reopen(self, opening: BaseModel, terms: RulesT, by: ReopenedBy) -> None:
        """Go on with a case that was closed in error, once the office's proof, the server and the books say so.

        Raises:
            ApplicationError: They do not; nothing of this run reaches anybody.
        """
        found = await reopening(
            ReopeningAsked(
                case_id=self._facts.case_id,
                message=by.message.model_dump(mode="json"),
                known=digest_of(known_of(opening)),
                carried=self._facts.model_dump(mode="json"),
                now=workflow.now(),
            )
        )
        if found.refused is not None:
            rule, reason = found.refused.rule, found.refused.reason or ""
            raise ApplicationError(reason, found.refused.model_dump(mode="json"), type=rule, non_retryable=True)
        self._case.carry(terms)
        go_on(self._case, by.message, found)
        self._tell_designations(found.designations)

    def _tell_designations(self, designations: Sequence[str]) -> None:
        """Tell the designations that rest on the accreditation; none does where a program has no such thing."""

    async def _finish_cancelled(self) -> None:
        """Somebody cancelled the workflow in Temporal, nobody knows who: what was under way is brought to its end.

        The books keep the case as it stands; the office closes it there (`accredit reconcile`). A case that was
        cancelled before that was so has closed itself.
        """
        if not self._case.is_open:
            return
        if workflow.patched("2026-11 the office closes a cancelled case"):
            workflow.logger.warning("cancelled in Temporal; the books have the case open until the office closes it")
            await self._case.waiting.finish(self._is_idle)
            return
        if self._facts.stage is not Stage.CLOSED:
            self._case.at = workflow.now()
            self._case.close(Outcome.CLOSED_BY_ACR, "closed", "case.closed_by_acr", reason="cancelled in Temporal")
        await self._case.waiting.finish(self._is_idle)

    # What goes on in the background

    def _is_idle(self) -> bool:
        """Whether nothing is left to carry out or to answer."""
        return not self._case.outbox and not self._in_flight and workflow.all_handlers_finished()

    def _is_ready(self) -> bool:
        """Whether something has gathered that can be carried out now."""
        return bool(self._case.outbox) and self._case.waiting.at_rest and self._case.is_open and not self._in_flight

    def _next_delivery(self) -> Delivery:
        """Take what has gathered: a step of the books first, then whom else to tell."""
        self._in_flight = True
        case, outbox = self._case, self._case.outbox
        if not outbox.has_step():
            return Delivery("", "Tell another case", outbox.take_call())
        self._facts.steps += 1
        activity = outbox.activity() if self._facts.rules_revision >= 3 else TAKE_STEP
        kinds, gathered = outbox.kinds(), outbox.take_step()
        changed = self._application() if outbox.application_changed else None
        outbox.application_changed = False
        version = workflow.info().get_current_deployment_version()
        self._told.begin_step(version.to_canonical_string() if version else None)
        step = Step(
            case_id=self._facts.case_id,
            run_id=workflow.info().run_id,
            number=self._facts.steps,
            at=case.at,
            deadlines=self._told.new_deadlines(case.deadline_entries()),
            application=changed,
            row=self._told.row(self._row()),
            **gathered,
        )
        return Delivery(activity, step_label(case.at, kinds, case.terms.zone), step, self._priority_of(step))

    def _priority_of(self, step: Step) -> Priority:
        """Return how much a step presses; the first one of a case as much as the case, which may be imported."""
        if step.opening:
            return Priority.default
        if self._facts.adopting:
            return PAST
        return SOMEBODY_WAITS if step.judged else BY_ITSELF

    def _delivered(self, result: StepTaken) -> None:
        """Hear what came of a delivery."""
        self._in_flight = False
        if result.missed_before:
            self._told.forget()
            self._case.outbox.stand_again = True
        self._case.hear_of_step(result)
        self._case.waiting.wake()

    def _on_idle(self) -> None:
        """The case has come to rest: say in the UI where it stands, and go on in a new run where that is asked for."""
        if changes := changed_attributes(self._attributes(), workflow.info().typed_search_attributes):
            workflow.upsert_search_attributes(changes)
        if not self._case.is_open:
            return
        workflow.set_current_details(self._details())
        if self._facts.outcome and not self._outcome_kept:  # current details need a live worker, a memo needs nobody
            self._outcome_kept = True
            workflow.upsert_memo({"outcome": str(self._facts.outcome), "closed_at": iso(self._facts.closed_at)})
        begun = self._facts.stage_since is not None
        if self._is_idle() and begun and self._facts.stage is not Stage.CLOSED and self._asked_to_continue():
            self._go_on_in_a_new_run()

    def _go_on_in_a_new_run(self) -> None:
        """Begin a new run with all that the case knows; where that is too much, with what it needs to go on."""
        carried = self._carried(self._facts)
        if size_of_model(carried) > CARRIED_WHOLE:
            carried = self._carried(lean(self._facts))
            if (size := size_of_model(carried)) > LARGEST_CARRIED:
                self._continue = False
                workflow.logger.error("%s: %d bytes are too much for a new run", self._facts.case_id, size)
                return
        workflow.continue_as_new(carried)

    def _asked_to_continue(self) -> bool:
        """Whether the case is to go on in a new run: only after it has got on in this one, or has heard signals."""
        got_on = self._facts.steps > self._steps_before
        suggested = workflow.info().is_continue_as_new_suggested() and (got_on or self._inbox.signals > 0)
        return suggested or (self._continue and got_on)

    # What people and other cases may ask and say

    @workflow.query
    def status(self) -> CaseStatus:
        """Where the case stands."""
        facts = self._facts
        earlier = facts.earlier_entries + len(facts.timeline) - len(newest(facts.timeline))
        return self._status().model_copy(update={"earlier_entries": earlier})

    @workflow.query
    def timeline(self) -> list[dict[str, Any]]:
        """What has happened so far, entry by entry; of a very long life the newest part (the books have all of it)."""
        return newest(self._facts.timeline)

    @workflow.query
    def agenda(self) -> list[dict[str, Any]]:
        """The instants at which the case does something by itself, soonest first."""
        marks = sorted(self._facts.running_marks(), key=lambda mark: mark.at)
        return [{"at": mark.at.isoformat(), "kind": mark.kind, "label": mark.label} for mark in marks]

    @workflow.query
    def before_closing(self) -> BaseModel | None:
        """What the case knew before it was closed, for the run that goes on with it; nothing of an open one."""
        standing = self._case.before_closing
        if standing is None:
            return None
        opening = self._carried(standing.restored(self._facts))
        if size_of_model(opening) > CARRIED_WHOLE:
            opening = self._carried(standing.restored(lean(self._facts)))
        return opening

    @workflow.query
    def verdict(self, key: str) -> Verdict | None:
        """The verdict that a message got, by its key (`<message>:<message_id>`)."""
        return self._inbox.answer(key)

    @workflow.signal
    @readable
    def continue_as_new(self) -> None:
        """The office asks the case to go on in a new run, with everything that it knows.

        A run that has taken no step of its own yet goes on until it has: whoever asks again and again gains nothing.
        """
        self._continue = True
        self._case.waiting.wake()

    @workflow.signal
    @readable
    def renewal_granted(self, case_id: str, at: datetime) -> None:
        """The case that renews this one was granted."""
        if self._facts.renewal != case_id or self._facts.stage is Stage.CLOSED:
            self._drop("renewal_granted")
        elif self._asks_back():
            self._ask(NewsToAsk(case_id=self._facts.case_id, renewal=case_id))
        else:
            self._renewal_ended(case_id, at, granted=True)

    @workflow.signal
    @readable
    def renewal_closed(self, case_id: str, at: datetime) -> None:
        """The case that should renew this one was closed without a grant: another renewal may begin."""
        if self._facts.renewal != case_id or self._facts.stage is Stage.CLOSED:
            self._drop("renewal_closed")
        elif self._asks_back():
            self._ask(NewsToAsk(case_id=self._facts.case_id, renewal=case_id))
        else:
            self._renewal_ended(case_id, at, granted=False)

    def _renewal_ended(self, case_id: str, at: datetime, *, granted: bool) -> None:
        """The renewal was granted, which ends this case, or was closed without a grant."""
        self._case.at = at
        if granted:
            self._facts.renewed = True
        else:
            self._case.note("message", f"The renewal {case_id} was closed without a grant", renewal=case_id)
            self._facts.renewal, self._facts.last_renewal = None, case_id
        self._case.waiting.wake()

    # Nobody proves from whom a signal comes: what it says is asked back

    def _asks_back(self) -> bool:
        """Whether news is asked back; asked anew for each, because a run may have heard some before that was so."""
        self._news += 1
        self._asks = self._asks or workflow.patched(f"2026-11 news is asked back, {self._news}")
        return self._asks

    def _ask(self, news: NewsToAsk) -> None:
        """Ask the books, once, however often the same is said meanwhile."""
        if news not in self._case.outbox.calls:
            self._case.call(news)
            self._case.waiting.wake()

    def _drop(self, signal: str) -> None:
        """Nothing comes of a signal that does not concern the case: the worker's log says so."""
        workflow.logger.warning("the signal %s says nothing that concerns this case, and is dropped", signal)

    def _found(self, news: NewsToAsk, found: NewsFound) -> None:
        """Hear what the books say of news: what they do not know has not happened."""
        if found.at is None or self._facts.stage is Stage.CLOSED:
            self._drop("that was asked back")
        elif news.renewal is None:
            self._hear_of_accreditation(news, found, found.at)
        elif news.renewal == self._facts.renewal:
            self._renewal_ended(news.renewal, found.at, granted=found.stands == "granted")

    def _hear_of_accreditation(self, news: NewsToAsk, found: NewsFound, at: datetime) -> None:
        """Hear how an accreditation stands that the case rests on; none does where a program has no such thing."""


def _rules_revision(terms: Rules) -> int:
    """Return the meaning of the rules that a case keeps to its end: what its edition says shows when it opened.

    So that a replay finds it again without a marker: editions say more since each revision.
    """
    if terms.dates is not None:
        return RULES_REVISION
    return 2 if terms.documents is not None or terms.fees.reminders else 1
