"""One practice's three-year designation in one state, from its application to its end."""

from contextlib import suppress
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from temporalio import workflow

from activities.contract import CaseRow, NewsFound, NewsToAsk
from policy.designation.application import DicoeApplication
from policy.designation.edition import DicoeEdition
from policy.designation.facts import DesignationFacts
from policy.designation.judgement import judge
from policy.facts import Stage
from policy.status import CaseStatus
from workflows.case.inbox.signals import readable
from workflows.case.inbox.updates import takes
from workflows.case.opening import ReopenedBy, begins_at, carried, refuse_carried
from workflows.case.stages import StageOrder, Transition
from workflows.case.view import row
from workflows.case.waiting import StageLeft
from workflows.case.workflow import CaseWorkflow
from workflows.designation import application, designated, view
from workflows.designation.effects import EFFECTS


class OpenDesignation(BaseModel):
    """The one argument of the workflow, as `workflows.case.opening.OpenCase`."""

    model_config = ConfigDict(extra="ignore")

    application: DicoeApplication
    opened_at: datetime | None = None
    predecessor: str | None = None
    adopted: bool = False
    carried: DesignationFacts | None = None
    terms: DicoeEdition | None = None
    reopened: ReopenedBy | None = None


TRANSITIONS = (
    Transition(None, Stage.APPLICATION, "the application is there", "designation.received"),
    Transition(Stage.APPLICATION, Stage.SURVEY, "paid and accepted", "designation.accepted"),
    Transition(Stage.SURVEY, Stage.DECISION, "the survey is reported", "designation.surveyed"),
    Transition(Stage.DECISION, Stage.DESIGNATED, "designated", "designation.granted"),
    Transition(Stage.DECISION, Stage.CLOSED, "not designated", "designation.not_granted"),
    Transition(Stage.DESIGNATED, Stage.CLOSED, "renewed, or expired", "designation.expiry"),
)
"""Which stage follows which, and by which rule; beside these a case can be closed in any stage."""


@workflow.defn
@takes(EFFECTS)
class DicoeDesignation(CaseWorkflow[DesignationFacts, DicoeEdition]):
    """The workflow of one designation: application, survey, decision, three years, renewal.

    Messages come as updates, one each (see `EFFECTS`). Queries: `status`, `timeline`, `verdict` (of a message, by its
    key) and `agenda` (what comes next).
    """

    @workflow.init
    def __init__(self, opening: OpenDesignation) -> None:
        """Know the case from its application, or from what it knew before it continued as new."""
        facts, terms = carried(opening.carried, opening.terms, opening.reopened)
        super().__init__(facts or _new_facts(opening), terms, StageOrder(TRANSITIONS), judge, EFFECTS)

    @workflow.run
    async def run(self, opening: OpenDesignation) -> CaseStatus:
        """Go through the stages of a designation (`TRANSITIONS`); return the last status."""
        refuse_carried(opening.carried, opening.terms, opening.reopened)
        case = self._case
        async with self._in_the_books():
            if opening.reopened and opening.terms:
                await self._reopen(opening, opening.terms, opening.reopened)
            if not case.is_open:
                await self._open("dicoe", DicoeEdition)
                case.enter(Stage.APPLICATION)
                case.notify("application_received", "designation.received")
            while self._facts.stage is not Stage.CLOSED:
                with suppress(StageLeft):  # a correction has put the case back
                    match self._facts.stage:
                        case Stage.APPLICATION:
                            await application.apply(case)
                        case Stage.SURVEY:
                            await application.hold_survey(case)
                        case Stage.DECISION:
                            await application.await_decision(case)
                        case Stage.DESIGNATED:
                            await designated.stand_designated(case)
                        case stage:
                            raise RuntimeError(f"a designation has no stage {stage}")
        return self._status()

    @workflow.signal
    @readable
    def accreditation_ended(self, facility: str, modality: str, outcome: str, at: datetime) -> None:
        """An accreditation that the designation rests on has ended; the designation does not end by that."""
        if self._facts.stage is Stage.CLOSED:
            self._drop("accreditation_ended")
        elif self._asks_back():
            self._ask_of_accreditation("accreditation_ended", facility, modality)
        else:
            self._case.at = at
            designated.miss_accreditation(self._case, facility, modality, outcome)
            self._case.waiting.wake()

    @workflow.signal
    @readable
    def accreditation_granted(self, facility: str, modality: str, at: datetime) -> None:
        """An accreditation that had ended was granted again."""
        if self._facts.stage is Stage.CLOSED:
            self._drop("accreditation_granted")
        elif self._asks_back():
            self._ask_of_accreditation("accreditation_granted", facility, modality)
        else:
            self._case.at = at
            designated.regain_accreditation(self._case, facility, modality)
            self._case.waiting.wake()

    def _ask_of_accreditation(self, signal: str, facility: str, modality: str) -> None:
        """Ask the books, where a location of the designation rests on that accreditation."""
        if (place := designated.resting_on(self._facts, facility, modality)) is None:
            self._drop(signal)
        else:
            self._ask(NewsToAsk(case_id=self._facts.case_id, facility=place, modality=modality))

    def _hear_of_accreditation(self, news: NewsToAsk, found: NewsFound, at: datetime) -> None:
        """Hear how an accreditation stands; of the same end it hears once."""
        facility, modality = news.facility or "", news.modality or ""
        key = f"{facility}.{modality}"
        if found.stands == "granted":
            self._case.at = at
            designated.regain_accreditation(self._case, facility, modality)
        elif self._facts.ended_accreditations.get(key) == at:
            self._drop("that was heard before")
        else:
            self._case.at = at
            self._facts.ended_accreditations[key] = at
            designated.miss_accreditation(self._case, facility, modality, found.outcome or "")
        self._case.waiting.wake()

    def _status(self) -> CaseStatus:
        return view.status(self._case)

    def _row(self) -> CaseRow:
        return row(self._case, self._status())

    def _details(self) -> str:
        return view.details(self._case)

    def _attributes(self) -> dict[str, Any]:
        return view.attributes(self._facts)

    def _application(self) -> dict[str, Any]:
        """Return the application with every location that was added since, for the books."""
        added = [place for addition in self._facts.additions if addition.done for place in addition.locations]
        whole = self._facts.application.model_copy(update={"locations": [*self._facts.application.locations, *added]})
        return whole.model_dump(mode="json")

    def _carried(self, facts: DesignationFacts) -> OpenDesignation:
        return OpenDesignation(application=facts.application, carried=facts, terms=self._case.terms)


def _new_facts(opening: OpenDesignation) -> DesignationFacts:
    return DesignationFacts(
        case_id=workflow.info().workflow_id,
        opened_at=begins_at(opening.opened_at),
        application=opening.application,
        predecessor=opening.predecessor,
        adopting=opening.adopted and begins_at(opening.opened_at) < workflow.now(),
    )
