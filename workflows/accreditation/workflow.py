"""One unit's accreditation cycle, from its application to the day its certificate has run out or is renewed."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from activities.contract import AccreditationNews, CaseRow, StepTaken
from policy.accreditation.cycle import CycleFacts
from policy.accreditation.judgement import judge
from policy.accreditation.rounds import AreaFact, Round, RoundKind
from policy.application import AreaKind
from policy.edition import Edition
from policy.facts import Stage
from policy.messages import ChooseOption, Message, OrderValidationSurvey
from policy.status import CaseStatus
from policy.words import TAKEN_BACK
from workflows.accreditation import (
    accredited,
    appeal,
    application,
    corrective_action,
    options,
    survey,
    testing_package,
    validation,
    view,
)
from workflows.accreditation.effects import EFFECTS
from workflows.accreditation.oncology import stages as oncology
from workflows.case import Cycle
from workflows.case.inbox.signals import readable
from workflows.case.inbox.updates import takes
from workflows.case.opening import OpenCase, begins_at, carried, refuse_carried
from workflows.case.stages import StageOrder, Transition
from workflows.case.waiting import CaseClosed, StageLeft
from workflows.case.workflow import CaseWorkflow
from workflows.mammography import certificate
from workflows.mammography.failure import hear_of_delivery

TRANSITIONS = (
    Transition(None, Stage.APPLICATION, "the application is there", "application.received"),
    Transition(Stage.APPLICATION, Stage.TESTING, "paid and accepted", "application.accepted"),
    Transition(Stage.APPLICATION, Stage.CLOSED, "unpaid for too long: inactive", "fee.expired"),
    Transition(Stage.TESTING, Stage.REVIEW, "the testing package has come", "testing.past_due"),
    Transition(Stage.TESTING, Stage.CLOSED, "no package, the grace is over: inactive", "testing.inactive"),
    Transition(Stage.REVIEW, Stage.ACCREDITED, "every area is acceptable", "certificate.granted"),
    Transition(Stage.REVIEW, Stage.OPTIONS, "a deficiency", "report.deficiency"),
    Transition(Stage.OPTIONS, Stage.APPEAL, "appeal", "option.chosen"),
    Transition(Stage.OPTIONS, Stage.APPLICATION, "repeat", "option.chosen"),
    Transition(Stage.OPTIONS, Stage.REVIEW, "supplemental review", "option.chosen"),
    Transition(Stage.OPTIONS, Stage.CORRECTIVE_ACTION, "reinstatement after the second deficiency", "option.chosen"),
    Transition(Stage.OPTIONS, Stage.SURVEY, "reinstatement after a later one", "option.chosen"),
    Transition(Stage.OPTIONS, Stage.ACCREDITED, "what is left after a withdrawal has passed", "certificate.granted"),
    Transition(Stage.OPTIONS, Stage.CLOSED, "withdrawal, or no form: not granted", "option_form.closure"),
    Transition(Stage.APPEAL, Stage.ACCREDITED, "won", "appeal.decided"),
    Transition(Stage.APPEAL, Stage.OPTIONS, "not won in full", "appeal.decided"),
    Transition(Stage.CORRECTIVE_ACTION, Stage.APPLICATION, "plan approved, actions confirmed", "plan.decided"),
    Transition(Stage.SURVEY, Stage.APPLICATION, "satisfactory", "survey.reported"),
    Transition(Stage.OPTIONS, Stage.REVIEW, "the report is corrected", "report.corrected"),
    Transition(Stage.ACCREDITED, Stage.REVIEW, "the report is corrected", "report.corrected"),
    Transition(Stage.OPTIONS, Stage.APPEAL, "the result is corrected", "report.corrected"),
    Transition(Stage.ACCREDITED, Stage.APPEAL, "the result is corrected", "report.corrected"),
    Transition(Stage.APPLICATION, Stage.SURVEY, "the survey's report is corrected", "report.corrected"),
    Transition(Stage.SURVEY, Stage.SURVEY, "the survey's report is corrected", "report.corrected"),
    Transition(Stage.APPEAL, Stage.OPTIONS, "the choice is undone", "option.undone"),
    Transition(Stage.APPLICATION, Stage.OPTIONS, "the choice is undone", "option.undone"),
    Transition(Stage.CORRECTIVE_ACTION, Stage.OPTIONS, "the choice is undone", "option.undone"),
    Transition(Stage.SURVEY, Stage.OPTIONS, "the choice is undone", "option.undone"),
    Transition(Stage.ACCREDITED, Stage.CLOSED, "renewed, or expired", "certificate.expiry"),
    Transition(Stage.ACCREDITED, Stage.CLOSED, "revoked after a validation survey", "validation.revoked"),
)
"""Which stage follows which, and by which rule; beside these a case can be closed in any stage."""


@workflow.defn
@takes(EFFECTS)
class AccreditationCycle(CaseWorkflow[CycleFacts, Edition]):
    """The workflow of one accreditation cycle.

    Messages come as updates, one each (see `EFFECTS`); the option form also as the signal `choose_option`. Queries:
    `status`, `timeline`, `verdict` (of a message, by its key) and `agenda` (what comes next).
    """

    @workflow.init
    def __init__(self, opening: OpenCase) -> None:
        """Know the case from its application, or from what it knew before it continued as new."""
        facts, terms = carried(opening.carried, opening.terms, opening.reopened)
        super().__init__(facts or _new_facts(opening), terms, StageOrder(TRANSITIONS), _judge, EFFECTS)

    @workflow.run
    async def run(self, opening: OpenCase) -> CaseStatus:
        """Go through the stages in whatever order outcomes and choices lead (`TRANSITIONS`); return the last status."""
        if len(opening.application.units) != 1:
            reason = f"a case is about one unit, found {len(opening.application.units)} in the application"
            raise ApplicationError(reason, type="application.incomplete", non_retryable=True)
        refuse_carried(opening.carried, opening.terms, opening.reopened)
        case = self._case
        async with self._in_the_books():
            if opening.reopened and opening.terms:
                await self._reopen(opening, opening.terms, opening.reopened)
            if not case.is_open:
                await self._open("accreditation", Edition, self._facts.position)
                case.enter(Stage.APPLICATION, round=1, attempt=RoundKind.INITIAL)
                case.notify("application_received", "application.received")
                if case.terms.mammography:
                    certificate.begin(case)
            if case.terms.survey_based:
                case.follow(StageOrder(oncology.TRANSITIONS))
            with suppress(CaseClosed):
                await self._live(case)
            if self._facts.certificate is None:
                validation.tell_of_open_survey(case)
        return self._status()

    async def _live(self, case: Cycle) -> None:
        """Go through the stages until the case is closed."""
        while self._facts.stage is not Stage.CLOSED:
            with suppress(StageLeft):  # a correction has put the case back
                match self._facts.stage:
                    case _ if case.terms.survey_based:
                        await oncology.live(case)
                    case Stage.APPLICATION:
                        await application.apply(case)
                    case Stage.TESTING:
                        await testing_package.await_testing_package(case)
                    case Stage.REVIEW:
                        await testing_package.await_final_report(case)
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
                    case stage:
                        raise RuntimeError(f"an accreditation cycle has no stage {stage}")

    @workflow.signal(name="choose_option")
    @readable
    async def choose_option_by_signal(self, choice: ChooseOption) -> None:
        """The option form as a signal: the verdict is in the timeline and under the query `verdict`."""
        await self._inbox.receive_signal(choice)

    def _delivered(self, result: StepTaken) -> None:
        """Hear what came of a delivery, and tell the designations that rest on this accreditation."""
        super()._delivered(result)
        hear_of_delivery(self._case)
        self._tell_designations(result.designations, taken_back=result.taken_back)

    def _tell_designations(self, designations: Sequence[str], *, taken_back: bool = False) -> None:
        """Tell the designations that rest on this accreditation how it stands."""
        application, outcome = self._facts.application, self._facts.outcome
        how = TAKEN_BACK if taken_back else str(outcome) if outcome else None
        for designation in designations:
            self._case.call(
                AccreditationNews(
                    designation=designation,
                    facility=(application.facility.id if application.facility else None) or "",
                    modality=str(application.modality),
                    outcome=how,
                    at=self._case.at,
                )
            )

    def _status(self) -> CaseStatus:
        return view.status(self._case, workflow.now())

    def _row(self) -> CaseRow:
        return view.row(self._case, workflow.now())

    def _details(self) -> str:
        return view.details(self._case, workflow.now())

    def _attributes(self) -> dict[str, Any]:
        return view.attributes(self._facts)

    def _application(self) -> dict[str, Any]:
        return self._facts.application.model_dump(mode="json")

    def _carried(self, facts: CycleFacts) -> OpenCase:
        return OpenCase(application=facts.application, carried=facts, terms=self._case.terms)


def _judge(facts: CycleFacts, terms: Edition, message: Message, at: datetime) -> list[str]:
    """Judge a message. A case that refused a validation survey before accreditation goes on refusing it."""
    if isinstance(message, OrderValidationSurvey) and facts.stage is not Stage.ACCREDITED:
        facts.surveyed_early = facts.surveyed_early or workflow.patched(
            "2026-11 validation surveys before accreditation"
        )
    return judge(facts, terms, message, at)


def _new_facts(opening: OpenCase) -> CycleFacts:
    areas = [area for unit in opening.application.units for area in unit.areas]
    return CycleFacts(
        case_id=workflow.info().workflow_id,
        opened_at=begins_at(opening.opened_at),
        application=opening.application,
        position=opening.position,
        siblings=opening.siblings,
        predecessor=opening.predecessor,
        adopting=opening.adopted and begins_at(opening.opened_at) < workflow.now(),
        areas=[AreaFact(id=a.id, kind=a.kind or AreaKind.CLINICAL, patient_type=a.patient_type) for a in areas],
        rounds=[Round(number=1, kind=RoundKind.INITIAL, areas=[area.id for area in areas])],
    )
