"""The hands on a real server: they are found by their names, and a renewal is started once."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from temporalio import workflow
from temporalio.client import Client, WorkflowHandle
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.case_activities import CaseActivities
from activities.contract import TAKE_STEP, TERMS_IN_FORCE, RenewalOrder, Step, StepTaken, TermsRequest
from activities.mail import MailFolder
from policy.edition import Edition, Rules
from policy.identity import TASK_QUEUE
from policy.office import OfficeSettings
from records.books import Books
from services.workers import NO_VERSION
from tests.activities.orders import a_notice_order, a_step, an_invoice_order, an_office
from tests.records.rows import CASE, NOON, an_application

NEXT = "accreditation.OH-0417.ct.HANDS-1.2"
SOON = timedelta(seconds=30)


@workflow.defn
class OneStep:
    """Takes rules along and one step, as a case does."""

    @workflow.run
    async def run(self, step: Step) -> tuple[StepTaken, str]:
        """Return what came of the step, and the edition's name."""
        request = TermsRequest(program="accreditation", at=NOON)
        terms = await workflow.execute_local_activity(
            TERMS_IN_FORCE, request, result_type=Edition, start_to_close_timeout=SOON
        )
        taken = await workflow.execute_activity(TAKE_STEP, step, result_type=StepTaken, start_to_close_timeout=SOON)
        return taken, terms.edition


def terms(activities: CaseActivities, **request: object) -> Rules:
    found = activities.terms_in_force(TermsRequest.model_validate({"program": "accreditation", "at": NOON} | request))
    assert found is not None
    return found


def an_order(**changes: object) -> RenewalOrder:
    columns = {"case_id": NEXT, "workflow": "AccreditationCycle", "application": an_application(), "opened_at": NOON}
    return RenewalOrder.model_validate(columns | {"predecessor": CASE, "position": 2} | changes)


@pytest_asyncio.fixture(loop_scope="session")
async def renewal(client: Client) -> AsyncIterator[WorkflowHandle[object, object]]:
    """The renewal's case on the server, ended when the test is over."""
    handle = client.get_workflow_handle(NEXT)
    yield handle
    await handle.terminate("the test is over")


@pytest.mark.server
async def test_a_case_finds_the_hands_by_their_names_and_hears_back_what_was_done(
    client: Client, books: Books, mail: MailFolder, activities: CaseActivities
) -> None:
    step = a_step(invoices=(an_invoice_order(),), notices=(a_notice_order(2),))
    with ThreadPoolExecutor(2) as pool:
        worker = Worker(
            client,
            task_queue="hands",
            workflows=[OneStep],
            activities=[activities.take_step, activities.terms_in_force, activities.open_renewal],
            activity_executor=pool,
            workflow_runner=UnsandboxedWorkflowRunner(),
            build_id=NO_VERSION,
        )
        async with worker:
            name = f"one-step-{books.engine.dialect.name}"
            taken, edition = await client.execute_workflow(OneStep.run, step, id=name, task_queue="hands")
    assert edition == "2021-03-08"
    assert [invoice.number for invoice in taken.invoices] == ["2027-000001"]
    assert taken == activities.take_step(step)
    assert len(list(mail.folder.rglob("*.eml"))) == 2


@pytest.mark.server
async def test_a_renewal_is_started_once_and_knows_what_it_renews(
    client: Client, mail: MailFolder, books: Books, renewal: WorkflowHandle[object, object]
) -> None:
    activities = CaseActivities(books, an_office, mail, client)
    assert await ActivityEnvironment().run(activities.open_renewal, an_order()) == NEXT
    first = (await renewal.describe()).run_id
    assert await ActivityEnvironment().run(activities.open_renewal, an_order()) == NEXT
    described = await renewal.describe()
    assert (described.workflow_type, described.task_queue) == ("AccreditationCycle", TASK_QUEUE)
    started = (await renewal.fetch_history()).events[0].workflow_execution_started_event_attributes
    (opening,) = await client.data_converter.decode(started.input.payloads)
    assert opening == {
        "application": an_application(),
        "opened_at": "2027-06-03T16:00:00+00:00",
        "predecessor": CASE,
        "position": 2,
        "adopted": False,
    }
    assert described.run_id == (await renewal.describe()).run_id == first


async def test_a_worker_without_a_server_says_that_it_cannot_start_a_renewal(activities: CaseActivities) -> None:
    with pytest.raises(ApplicationError, match="without a Temporal client"):
        await ActivityEnvironment().run(activities.open_renewal, an_order())


def test_rules_are_those_of_the_offices_day_or_of_the_name(activities: CaseActivities) -> None:
    """The edition of 8 March 2021 begins at 05:00 UTC, which is midnight in New York."""
    first = datetime(2021, 3, 8, 5, 0, tzinfo=UTC)
    assert terms(activities, at=first).edition == "2021-03-08"
    assert terms(activities, at=first - timedelta(days=400), edition="2021-03-08").edition == "2021-03-08"


def test_rules_that_nobody_wrote_are_not_asked_for_again(activities: CaseActivities) -> None:
    unknown = TermsRequest(program="accreditation", at=NOON, edition="1999-01-01")
    assert activities.terms_in_force(unknown) is None  # the case says so to whoever asked for it
    with pytest.raises(ApplicationError) as refused:
        terms(activities, at=datetime(2021, 3, 8, 4, 59, tzinfo=UTC))
    assert (refused.value.type, refused.value.non_retryable) == ("edition.unknown", True)


def test_the_offices_settings_are_read_anew_for_every_step(books: Books, mail: MailFolder) -> None:
    settings: list[OfficeSettings] = [an_office(fees={}), an_office()]
    activities = CaseActivities(books, lambda: settings.pop(0), mail)
    order = an_invoice_order()
    assert [problem.rule for problem in activities.take_step(a_step(1, invoices=(order,))).problems] == [
        "fee.not_configured"
    ]
    assert [invoice.number for invoice in activities.take_step(a_step(2, invoices=(order,))).invoices] == [
        "2027-000001"
    ]
