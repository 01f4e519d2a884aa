"""One unit's accreditation cycle, from its application to the day its certificate has run out or is renewed."""

import asyncio
from datetime import datetime
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from activities.contract import CaseOpening, Step, StepTaken
from policy.application import AreaKind
from policy.cycle import AreaFact, CycleFacts, RoundKind
from policy.facts import Mark, Outcome, Stage
from policy.verdict import Verdict
from workflows.case import Case
from workflows.cycle_messages import CycleMessages
from workflows.desk import Desk
from workflows.duties import Delivery, keep_books, terms_in_force
from workflows.labels import mark_label, step_label
from workflows.life import accredited, appeal, application, corrective_action, options, survey, testing
from workflows.life.grant import first_passed_at
from workflows.opening import OpenCase
from workflows.view import changed_attributes, details, row, status
from workflows.waiting import CaseClosed


@workflow.defn
class AccreditationCycle(CycleMessages):
    """The life of one accreditation cycle.

    Messages come as updates, one each (see `CycleMessages`); the option form also as the signal `choose_option`.
    Queries: `status`, `timeline`, `verdict` (of a message, by its key) and `agenda` (the instants that come next).
    """

    @workflow.init
    def __init__(self, opening: OpenCase) -> None:
        """Know the case before the first message: one can arrive before `run` begins."""
        self._facts = opening.carried or _new_facts(opening)
        self._case = Case(self._facts, opening.terms, self._settle)
        self._in_flight = False
        self._continue = False
        super().__init__(Desk(self._case))

    @workflow.run
    async def run(self, opening: OpenCase) -> dict[str, Any]:
        """Live through the stages in whatever order outcomes and choices lead; return the last status."""
        books = asyncio.create_task(keep_books(self._ready, self._next_delivery, self._taken))
        try:
            await self._open(opening)
            while self._facts.stage is not Stage.CLOSED:
                await self._live()
            await self._finish()
        except CaseClosed:
            await self._finish()  # somebody closed it while a stage was waiting: the claim has done everything else
        except asyncio.CancelledError:
            await self._finish_cancelled()
            raise
        books.cancel()
        return status(self._facts, self._case.terms, workflow.now())

    async def _live(self) -> None:
        """Live through one stage: the rules of each stand in its module."""
        case = self._case
        match self._facts.stage:
            case Stage.APPLICATION:
                await application.collect_fee_and_accept(case)
            case Stage.TESTING:
                await testing.await_testing_package(case)
            case Stage.REVIEW:
                await testing.await_final_report(case)
            case Stage.OPTIONS:
                await options.await_option(case)
            case Stage.APPEAL:
                await appeal.await_appeal_result(case)
            case Stage.CORRECTIVE_ACTION:
                await corrective_action.await_corrective_actions(case)
            case Stage.SURVEY:
                await survey.hold_survey(case)
            case Stage.ACCREDITED:
                await accredited.stand_accredited(case)

    async def _open(self, opening: OpenCase) -> None:
        """Take the rules along that are in force on the first day, wait for that day, and open the books."""
        case = self._case
        if case.is_open:
            return
        if len(opening.application.units) != 1:
            reason = f"a case is about one unit, found {len(opening.application.units)} in the application"
            raise ApplicationError(reason, type="application.incomplete", non_retryable=True)
        case.carry(await terms_in_force("accreditation", self._facts.opened_at.date()))
        case.open_books(
            CaseOpening(
                program="accreditation",
                application=self._facts.application.model_dump(mode="json"),
                opened_at=self._facts.opened_at,
                edition=case.terms.edition,
                position=self._facts.position,
                predecessor=self._facts.predecessor,
            )
        )
        if workflow.now() < self._facts.opened_at:
            label = mark_label("opening", self._facts.opened_at, "Case opens (case.opens)", case.terms.zone)
            self._facts.marks.append(Mark(at=self._facts.opened_at, kind="opening", label=label))
            await case.until(lambda: not self._facts.marks)
        case.at = self._facts.opened_at
        application.begin_round(case, RoundKind.INITIAL)
        case.notify("application_received", "application.received")

    async def _finish(self) -> None:
        """Tell the world everything, and answer every message, before the case is over."""
        await self._case.waiting.finish(
            lambda: not self._case.outbox and not self._in_flight and workflow.all_handlers_finished()
        )

    async def _finish_cancelled(self) -> None:
        """Somebody cancelled the workflow in Temporal: that closes the case, and the books are told."""
        if not self._case.is_open:
            return
        if self._facts.stage is not Stage.CLOSED:
            self._case.at = workflow.now()
            self._case.close(Outcome.CLOSED_BY_ACR, "closed", "case.closed_by_acr", reason="cancelled in Temporal")
        await self._finish()

    # What goes on in the background

    def _ready(self) -> bool:
        return bool(self._case.outbox) and self._case.waiting.at_rest and self._case.is_open

    def _next_delivery(self) -> Delivery:
        """Take what has gathered: a step of the books first, then whom else to tell."""
        self._in_flight = True
        case, outbox = self._case, self._case.outbox
        if not outbox.has_step():
            return Delivery("Tell another case", outbox.take_call())
        self._facts.steps += 1
        kinds, told = outbox.kinds(), outbox.take_step()
        changed = self._facts.application.model_dump(mode="json") if outbox.application_changed else None
        outbox.application_changed = False
        step = Step(
            case_id=self._facts.case_id,
            run_id=workflow.info().run_id,
            number=self._facts.steps,
            at=case.at,
            deadlines=case.deadline_entries(),
            application=changed,
            row=row(self._facts, case.terms, workflow.now(), first_passed_at(case)),
            **told,
        )
        return Delivery(step_label(case.at, kinds, case.terms.zone), step)

    def _taken(self, taken: StepTaken) -> None:
        self._in_flight = False
        self._case.step_taken(taken)
        self._case.waiting.stir()

    def _settle(self) -> None:
        """The case has come to rest: say in the UI where it stands, and continue as new where the history grows too
        long.
        """
        if changes := changed_attributes(self._facts, workflow.info().typed_search_attributes):
            workflow.upsert_search_attributes(changes)
        if not self._case.is_open:
            return
        workflow.set_current_details(details(self._facts, self._case.terms, workflow.now()))
        idle = not self._case.outbox and not self._in_flight and workflow.all_handlers_finished()
        if idle and self._facts.stage is not Stage.CLOSED and self._asked_to_continue():
            carried = OpenCase(application=self._facts.application, carried=self._facts, terms=self._case.terms)
            workflow.continue_as_new(carried)

    def _asked_to_continue(self) -> bool:
        return self._continue or workflow.info().is_continue_as_new_suggested()

    @workflow.query
    def status(self) -> dict[str, Any]:
        """Where the case stands."""
        return status(self._facts, self._case.terms if self._case.is_open else None, workflow.now())

    @workflow.query
    def timeline(self) -> list[dict[str, Any]]:
        """The life so far, entry by entry."""
        return self._facts.timeline

    @workflow.query
    def agenda(self) -> list[dict[str, Any]]:
        """The instants at which the case does something by itself, soonest first."""
        marks = sorted(self._facts.marks, key=lambda mark: mark.at)
        return [{"at": mark.at.isoformat(), "kind": mark.kind, "label": mark.label} for mark in marks]

    @workflow.query
    def verdict(self, key: str) -> Verdict | None:
        """The verdict that a message got, by its key (`<message>:<message_id>`)."""
        return self._desk.answer(key)

    @workflow.signal
    def continue_as_new(self) -> None:
        """The office asks the case to go on in a new run, with everything that it knows."""
        self._continue = True
        self._case.waiting.stir()

    @workflow.signal
    def renewal_granted(self, case_id: str, at: datetime) -> None:
        """The cycle that renews this one was granted."""
        if self._facts.renewal == case_id and self._facts.stage is Stage.ACCREDITED:
            self._case.at = at
            self._facts.renewed = True
            self._case.waiting.stir()


def _new_facts(opening: OpenCase) -> CycleFacts:
    return CycleFacts(
        case_id=workflow.info().workflow_id,
        opened_at=opening.opened_at or workflow.now(),
        application=opening.application,
        position=opening.position,
        siblings=opening.siblings,
        predecessor=opening.predecessor,
        areas=[
            AreaFact(id=area.id, kind=area.kind or AreaKind.CLINICAL, patient_type=area.patient_type)
            for unit in opening.application.units
            for area in unit.areas
        ],
    )
