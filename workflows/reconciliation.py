"""The nightly round of the office: the books are brought in line with the server, as a Schedule asks for it."""

from temporalio import workflow

from workflows.case.activity_calls import reconcile


@workflow.defn
class Reconciliation:
    """One round: cases that were ended in the UI, cases that should have been started, histories to export."""

    @workflow.run
    async def run(self) -> str:
        """Make the round, and return what was found and done, in a sentence."""
        return await reconcile()
