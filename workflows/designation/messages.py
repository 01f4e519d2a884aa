"""The messages of a designation, beside those of every case."""

from temporalio import workflow

from policy.messages import AddLocations, ConfirmPledge, DecideDesignation
from policy.verdict import Verdict
from workflows.case.messages import CaseMessages


class DesignationMessages(CaseMessages):
    """The decision, additions of locations, pledges."""

    @workflow.update
    async def decide_designation(self, message: DecideDesignation) -> Verdict:
        """The office designates the practice, or does not."""
        return await self._inbox.receive(message)

    @decide_designation.validator
    def _check_decide_designation(self, message: DecideDesignation) -> None:
        self._inbox.validate(message)

    @workflow.update
    async def add_locations(self, message: AddLocations) -> Verdict:
        """The practice adds locations."""
        return await self._inbox.receive(message)

    @add_locations.validator
    def _check_add_locations(self, message: AddLocations) -> None:
        self._inbox.validate(message)

    @workflow.update
    async def confirm_pledge(self, message: ConfirmPledge) -> Verdict:
        """The practice confirms a pledge for a year."""
        return await self._inbox.receive(message)

    @confirm_pledge.validator
    def _check_confirm_pledge(self, message: ConfirmPledge) -> None:
        self._inbox.validate(message)
