"""One unit's accreditation cycle, from its application to the day its certificate has run out or is renewed."""

from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from activities.contract import AccreditationNews, CaseRow, StepTaken
from policy.accreditation.cycle import AreaFact, CycleFacts, Round, RoundKind
from policy.accreditation.judgement import judge
from policy.application import AreaKind
from policy.edition import Edition
from policy.facts import Stage
from workflows.accreditation import (
    accredited,
    appeal,
    application,
    corrective_action,
    options,
    survey,
    testing_package,
    view,
)
from workflows.accreditation.effects import apply
from workflows.accreditation.messages import CycleMessages
from workflows.case.activity_calls import terms_in_force
from workflows.case.opening import OpenCase
from workflows.case.workflow import CaseWorkflow


@workflow.defn
class AccreditationCycle(CycleMessages, CaseWorkflow[CycleFacts, Edition]):
    """The life of one accreditation cycle.

    Messages come as updates, one each (see `CaseMessages` and `CycleMessages`); the option form also as the signal
    `choose_option`. Queries: `status`, `timeline`, `verdict` (of a message, by its key) and `agenda` (what comes next).
    """

    @workflow.init
    def __init__(self, opening: OpenCase) -> None:
        """Know the case from its application, or from what it knew before it continued as new."""
        super().__init__(opening.carried or _new_facts(opening), opening.terms, judge, apply)

    @workflow.run
    async def run(self, opening: OpenCase) -> dict[str, Any]:
        """Live through the stages in whatever order outcomes and choices lead; return the last status."""
        if len(opening.application.units) != 1:
            reason = f"a case is about one unit, found {len(opening.application.units)} in the application"
            raise ApplicationError(reason, type="application.incomplete", non_retryable=True)
        return await self._run()

    async def _begin(self) -> None:
        self._case.carry(await terms_in_force("accreditation", self._facts.opened_at, Edition))
        await self._open("accreditation", self._facts.position)
        self._case.enter(Stage.APPLICATION, round=1, attempt=RoundKind.INITIAL)
        self._case.notify("application_received", "application.received")

    async def _live(self) -> None:
        """Live through one stage; the rules of each stand in its module."""
        case = self._case
        match self._facts.stage:
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

    def _taken(self, taken: StepTaken) -> None:
        """Hear what came of a step, and tell the designations that rest on this accreditation."""
        super()._taken(taken)
        application, outcome = self._facts.application, self._facts.outcome
        for designation in taken.designations:
            self._case.call(
                AccreditationNews(
                    designation=designation,
                    facility=(application.facility.id if application.facility else None) or "",
                    modality=str(application.modality),
                    outcome=str(outcome) if outcome else None,
                    at=self._case.at,
                )
            )

    def _status(self) -> dict[str, Any]:
        return view.status(self._case, workflow.now())

    def _row(self) -> CaseRow:
        return view.row(self._case, workflow.now())

    def _details(self) -> str:
        return view.details(self._case, workflow.now())

    def _attributes(self) -> dict[str, Any]:
        return view.attributes(self._facts)

    def _application(self) -> dict[str, Any]:
        return self._facts.application.model_dump(mode="json")

    def _carried(self) -> OpenCase:
        return OpenCase(application=self._facts.application, carried=self._facts, terms=self._case.terms)


def _new_facts(opening: OpenCase) -> CycleFacts:
    areas = [area for unit in opening.application.units for area in unit.areas]
    return CycleFacts(
        case_id=workflow.info().workflow_id,
        opened_at=opening.opened_at or workflow.now(),
        application=opening.application,
        position=opening.position,
        siblings=opening.siblings,
        predecessor=opening.predecessor,
        adopting=opening.adopted and opening.opened_at is not None and opening.opened_at < workflow.now(),
        areas=[AreaFact(id=a.id, kind=a.kind or AreaKind.CLINICAL, patient_type=a.patient_type) for a in areas],
        rounds=[Round(number=1, kind=RoundKind.INITIAL, areas=[area.id for area in areas])],
    )
