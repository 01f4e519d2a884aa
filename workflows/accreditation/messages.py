"""The messages of an accreditation cycle, beside those of every case."""

from temporalio import workflow

from policy.messages import (
    AssignArbitrator,
    ChooseOption,
    ConfirmCorrectiveActions,
    DecideCorrectiveActionPlan,
    IssueAppealResult,
    IssueFinalReport,
    ReturnImages,
    SubmitAppealMaterials,
    SubmitCorrectiveActionPlan,
    SubmitTestingPackage,
    ViewFinalReport,
)
from policy.verdict import Verdict
from workflows.case.messages import CaseMessages


class CycleMessages(CaseMessages):
    """Testing, reports, the option form and what follows from it."""

    @workflow.update
    async def submit_testing_package(self, message: SubmitTestingPackage) -> Verdict:
        """The facility submits the testing package."""
        return await self._inbox.receive(message)

    @submit_testing_package.validator
    def _check_submit_testing_package(self, message: SubmitTestingPackage) -> None:
        self._inbox.validate(message)

    @workflow.update
    async def issue_final_report(self, message: IssueFinalReport) -> Verdict:
        """The office issues the final report."""
        return await self._inbox.receive(message)

    @issue_final_report.validator
    def _check_issue_final_report(self, message: IssueFinalReport) -> None:
        self._inbox.validate(message)

    @workflow.update
    async def view_final_report(self, message: ViewFinalReport) -> Verdict:
        """The facility has viewed the final report or the appeal's result."""
        return await self._inbox.receive(message)

    @view_final_report.validator
    def _check_view_final_report(self, message: ViewFinalReport) -> None:
        self._inbox.validate(message)

    @workflow.update
    async def return_images(self, message: ReturnImages) -> Verdict:
        """The office has returned the images (CD and film)."""
        return await self._inbox.receive(message)

    @return_images.validator
    def _check_return_images(self, message: ReturnImages) -> None:
        self._inbox.validate(message)

    @workflow.update
    async def choose_option(self, message: ChooseOption) -> Verdict:
        """The facility sends the option form."""
        return await self._inbox.receive(message)

    @choose_option.validator
    def _check_choose_option(self, message: ChooseOption) -> None:
        self._inbox.validate(message)

    @workflow.update
    async def submit_appeal_materials(self, message: SubmitAppealMaterials) -> Verdict:
        """Materials of the appeal have come."""
        return await self._inbox.receive(message)

    @submit_appeal_materials.validator
    def _check_submit_appeal_materials(self, message: SubmitAppealMaterials) -> None:
        self._inbox.validate(message)

    @workflow.update
    async def assign_arbitrator(self, message: AssignArbitrator) -> Verdict:
        """The office names the arbitrator."""
        return await self._inbox.receive(message)

    @assign_arbitrator.validator
    def _check_assign_arbitrator(self, message: AssignArbitrator) -> None:
        self._inbox.validate(message)

    @workflow.update
    async def issue_appeal_result(self, message: IssueAppealResult) -> Verdict:
        """The office issues the arbitrator's result."""
        return await self._inbox.receive(message)

    @issue_appeal_result.validator
    def _check_issue_appeal_result(self, message: IssueAppealResult) -> None:
        self._inbox.validate(message)

    @workflow.update
    async def submit_corrective_action_plan(self, message: SubmitCorrectiveActionPlan) -> Verdict:
        """The facility submits its corrective action plan."""
        return await self._inbox.receive(message)

    @submit_corrective_action_plan.validator
    def _check_submit_corrective_action_plan(self, message: SubmitCorrectiveActionPlan) -> None:
        self._inbox.validate(message)

    @workflow.update
    async def decide_corrective_action_plan(self, message: DecideCorrectiveActionPlan) -> Verdict:
        """The office decides on the plan."""
        return await self._inbox.receive(message)

    @decide_corrective_action_plan.validator
    def _check_decide_corrective_action_plan(self, message: DecideCorrectiveActionPlan) -> None:
        self._inbox.validate(message)

    @workflow.update
    async def confirm_corrective_actions(self, message: ConfirmCorrectiveActions) -> Verdict:
        """The facility confirms the corrective actions."""
        return await self._inbox.receive(message)

    @confirm_corrective_actions.validator
    def _check_confirm_corrective_actions(self, message: ConfirmCorrectiveActions) -> None:
        self._inbox.validate(message)

    @workflow.signal(name="choose_option")
    async def choose_option_by_signal(self, choice: ChooseOption) -> None:
        """The option form as a signal: the verdict is in the timeline and under the query `verdict`."""
        await self._inbox.receive(choice, signal=True)
