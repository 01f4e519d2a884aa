"""The messages of every case: an update each, judged and recorded at the desk, and turned away by its validator only
where it is no message at all.
"""

from temporalio import workflow

from policy.messages import (
    AcceptApplication,
    AmendApplication,
    CloseCase,
    ExtendDueDate,
    FileSurveyReport,
    IssueCreditNote,
    MoveEdition,
    QuoteFee,
    RecordPayment,
    ResolveAttention,
    ReturnApplication,
    ScheduleSurvey,
    StartRenewal,
    UndoPayment,
    WithdrawCase,
)
from policy.verdict import Verdict
from workflows.case.inbox import Inbox


class CaseMessages:
    """The messages that both programs know."""

    def __init__(self, desk: Inbox) -> None:
        """Hand every message to the case's desk."""
        self._inbox = desk

    @workflow.update
    async def record_payment(self, message: RecordPayment) -> Verdict:
        """The office records a payment."""
        return await self._inbox.receive(message)

    @record_payment.validator
    def _check_record_payment(self, message: RecordPayment) -> None:
        self._inbox.validate(message)

    @workflow.update
    async def undo_payment(self, message: UndoPayment) -> Verdict:
        """The office takes back a payment that it recorded by mistake."""
        return await self._inbox.receive(message)

    @undo_payment.validator
    def _check_undo_payment(self, message: UndoPayment) -> None:
        self._inbox.validate(message)

    @workflow.update
    async def issue_credit_note(self, message: IssueCreditNote) -> Verdict:
        """The office takes something off an invoice."""
        return await self._inbox.receive(message)

    @issue_credit_note.validator
    def _check_issue_credit_note(self, message: IssueCreditNote) -> None:
        self._inbox.validate(message)

    @workflow.update
    async def accept_application(self, message: AcceptApplication) -> Verdict:
        """The office accepts the application of the present round."""
        return await self._inbox.receive(message)

    @accept_application.validator
    def _check_accept_application(self, message: AcceptApplication) -> None:
        self._inbox.validate(message)

    @workflow.update
    async def return_application(self, message: ReturnApplication) -> Verdict:
        """The office returns the application, with reasons."""
        return await self._inbox.receive(message)

    @return_application.validator
    def _check_return_application(self, message: ReturnApplication) -> None:
        self._inbox.validate(message)

    @workflow.update
    async def amend_application(self, message: AmendApplication) -> Verdict:
        """The office corrects the application."""
        return await self._inbox.receive(message)

    @amend_application.validator
    def _check_amend_application(self, message: AmendApplication) -> None:
        self._inbox.validate(message)

    @workflow.update
    async def quote_fee(self, message: QuoteFee) -> Verdict:
        """The office quotes the fee that the case waits for."""
        return await self._inbox.receive(message)

    @quote_fee.validator
    def _check_quote_fee(self, message: QuoteFee) -> None:
        self._inbox.validate(message)

    @workflow.update
    async def schedule_survey(self, message: ScheduleSurvey) -> Verdict:
        """The office schedules the survey."""
        return await self._inbox.receive(message)

    @schedule_survey.validator
    def _check_schedule_survey(self, message: ScheduleSurvey) -> None:
        self._inbox.validate(message)

    @workflow.update
    async def file_survey_report(self, message: FileSurveyReport) -> Verdict:
        """The office files the survey's report."""
        return await self._inbox.receive(message)

    @file_survey_report.validator
    def _check_file_survey_report(self, message: FileSurveyReport) -> None:
        self._inbox.validate(message)

    @workflow.update
    async def extend_due_date(self, message: ExtendDueDate) -> Verdict:
        """The office extends a due date."""
        return await self._inbox.receive(message)

    @extend_due_date.validator
    def _check_extend_due_date(self, message: ExtendDueDate) -> None:
        self._inbox.validate(message)

    @workflow.update
    async def resolve_attention(self, message: ResolveAttention) -> Verdict:
        """The office resolves an attention item."""
        return await self._inbox.receive(message)

    @resolve_attention.validator
    def _check_resolve_attention(self, message: ResolveAttention) -> None:
        self._inbox.validate(message)

    @workflow.update
    async def move_edition(self, message: MoveEdition) -> Verdict:
        """The office moves the case to another edition of the rules."""
        return await self._inbox.receive(message)

    @move_edition.validator
    def _check_move_edition(self, message: MoveEdition) -> None:
        self._inbox.validate(message)

    @workflow.update
    async def start_renewal(self, message: StartRenewal) -> Verdict:
        """The facility applies for the renewal."""
        return await self._inbox.receive(message)

    @start_renewal.validator
    def _check_start_renewal(self, message: StartRenewal) -> None:
        self._inbox.validate(message)

    @workflow.update
    async def withdraw_case(self, message: WithdrawCase) -> Verdict:
        """The facility withdraws from the program."""
        return await self._inbox.receive(message)

    @withdraw_case.validator
    def _check_withdraw_case(self, message: WithdrawCase) -> None:
        self._inbox.validate(message)

    @workflow.update
    async def close_case(self, message: CloseCase) -> Verdict:
        """The office closes the case."""
        return await self._inbox.receive(message)

    @close_case.validator
    def _check_close_case(self, message: CloseCase) -> None:
        self._inbox.validate(message)
