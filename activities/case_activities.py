"""The activities of a worker, with what they need: books, the office's settings, the mail, and Temporal itself."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from temporalio import activity
from temporalio.client import Client
from temporalio.exceptions import ApplicationError

from activities.contract import (
    ASK_BOOKS,
    ISSUE_INVOICES,
    OPEN_RENEWAL,
    RECORD_EVENTS,
    RENEWAL_RULES,
    SEND_NOTICES,
    TAKE_STEP,
    TERMS_IN_FORCE,
    NewsFound,
    NewsToAsk,
    RenewalOrder,
    RenewalRules,
    RenewalToJudge,
    Step,
    StepTaken,
    TermsRequest,
)
from activities.delivery import deliver, problems_of_step
from activities.documents.alive import signs_of_life
from activities.documents.contract import READ_DOCUMENTS, DocumentsRead, DocumentsToRead
from activities.documents.reading import read_documents
from activities.mail import Mailer
from activities.news import news_of
from activities.next_cycle import open_next_cycle
from activities.renewals import rules_of_renewal
from activities.reopening import ReopeningActivities
from activities.starts import judge_start
from activities.steps import take_once
from activities.terms import rules_at, rules_named
from activities.turns import Turns
from policy.edition import EditionError, Rules
from policy.messages import Message
from policy.messages.proofs import Sender
from policy.office import OfficeSettings
from records.books import Books

READING_AT_ONCE, READING_OF_ONE_CASE = 4, 1
"""Messages whose documents are read at the same time, in all and of one case: a case with many of them on a slow store
never keeps those of other cases waiting.
"""
READING_AGAIN_IN = timedelta(seconds=2)


class CaseActivities:
    """What a case can have done. What may pass is raised and tried again; bad data comes back as a problem.

    They believe what they are told: `activities.provenance` stands before them in every worker.
    """

    def __init__(
        self,
        books: Books,
        office: Callable[[], OfficeSettings],
        mailer: Mailer,
        client: Client | None = None,
        *,
        announced_only: bool = False,
    ) -> None:
        """Take what the activities need.

        Args:
            books: The open books.
            office: Returns the office's settings. Asked at each step, so that a fee which the office sets while the
                worker runs is found when it is tried again.
            mailer: Where letters go.
            client: The server on which renewals are started; without it none can be.
            announced_only: Whether only cases begin that the books have announced, as it is in an office.
        """
        self._books = books
        self._office = office
        self._mailer = mailer
        self._client = client
        self._reading = Turns(READING_AT_ONCE, READING_OF_ONE_CASE)
        self._announced_only = announced_only

    def reopening(self, verified: Callable[[Message], Sender | None]) -> ReopeningActivities:
        """Return the activity that lets a run go on with a closed case; `verified`: what verifies the message."""
        return ReopeningActivities(self._books, self._office, self._client, verified)

    @activity.defn(name=ISSUE_INVOICES)
    def issue_invoices(self, step: Step) -> StepTaken:
        """Carry out a step that issues an invoice, whatever else it does."""
        return self.carry_out(step)

    @activity.defn(name=SEND_NOTICES)
    def send_notices(self, step: Step) -> StepTaken:
        """Carry out a step that sends a notice and issues no invoice."""
        return self.carry_out(step)

    @activity.defn(name=RECORD_EVENTS)
    def record_events(self, step: Step) -> StepTaken:
        """Carry out a step that writes into the books alone."""
        return self.carry_out(step)

    @activity.defn(name=TAKE_STEP)
    def take_step(self, step: Step) -> StepTaken:
        """Carry out any step of a case that began before activities were called by what they do."""
        return self.carry_out(step)

    def carry_out(self, step: Step) -> StepTaken:
        """Write a step of a case into the books, then deliver its notices; the same step again changes nothing."""
        office = self._office()
        result, anew, case = take_once(self._books, step, office)
        well = deliver(self._books, self._mailer, office, step.case_id, step.at, case)
        if (anew and well) or not (step.notices or step.invoices or step.credits):  # nothing is wrong with its letters
            return result
        troubled = problems_of_step(self._books, step.case_id, step.run_id, step.number)
        return result.model_copy(update={"problems": (*result.problems, *troubled)})

    def deliver_waiting(self, case_id: str, at: datetime) -> None:
        """Deliver what waits in the outbox of a closed case, as of an instant. Raises `OSError` if the mail is away."""
        deliver(self._books, self._mailer, self._office(), case_id, at)

    @activity.defn(name=READ_DOCUMENTS, no_thread_cancel_exception=True)
    def read_documents(self, request: DocumentsToRead) -> DocumentsRead:
        """Fetch and read the documents of a message, and say which rules they break; nothing of them is kept.

        A few at a time and one of a case, so that a slow store never keeps other cases waiting.
        """
        with self._reading.taken(activity.info().workflow_id or "") as has_turn:
            if not has_turn:
                raise ApplicationError("other documents are being read", next_retry_delay=READING_AGAIN_IN)
            with signs_of_life():
                return read_documents(request, self._office().documents)

    @activity.defn(name=TERMS_IN_FORCE)
    def terms_in_force(self, request: TermsRequest) -> Rules | None:
        """Return the edition of the rules that a case takes along, if it may begin at all; None: none has that name.

        Raises:
            StartRefused, AnotherRun: It may not.
        """
        if request.start:
            judge_start(self._books, request, request.start, announced_only=self._announced_only)
        editions = self._office().editions
        if request.edition is not None:
            with suppress(EditionError):  # somebody has asked for a name that there is not: the case tells it
                return rules_named(request.program, request.edition, editions.own)
            return None
        try:
            return rules_at(request.program, request.at, request.modality, editions)
        except EditionError as error:
            raise ApplicationError(str(error), type="edition.unknown", non_retryable=True) from None

    @activity.defn(name=RENEWAL_RULES)
    def renewal_rules(self, request: RenewalToJudge) -> RenewalRules:
        """Return the edition by which a renewal is judged, and what stands against it by that and the office's fees."""
        try:
            return rules_of_renewal(request, self._office())
        except EditionError as error:
            raise ApplicationError(str(error), type="edition.unknown", non_retryable=True) from None

    @activity.defn(name=OPEN_RENEWAL)
    async def open_renewal(self, order: RenewalOrder) -> str:
        """Announce and start the case that renews another one, once, and return its id."""
        if self._client is None:
            raise ApplicationError("this worker was built without a Temporal client and cannot start a renewal")
        return await open_next_cycle(self._books, self._client, order)

    @activity.defn(name=ASK_BOOKS)
    def ask_books(self, asked: NewsToAsk) -> NewsFound:
        """Return what the books say of news that a case has heard."""
        return news_of(self._books, asked)
