"""Every activity acts only for the case that calls it: a table of who may call what, held against the workers."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import WorkflowContinuedAsNewError, WorkflowExecutionStatus, WorkflowFailureError, WorkflowHandle
from temporalio.exceptions import ApplicationError

from activities.case_activities import CaseActivities
from activities.contract import (
    ASK_BOOKS,
    ISSUE_INVOICES,
    OPEN_RENEWAL,
    RECONCILE,
    RECORD_EVENTS,
    RENEWAL_RULES,
    REOPEN,
    SEND_NOTICES,
    TAKE_STEP,
    TERMS_IN_FORCE,
    VERIFY_SENDER,
)
from activities.documents.contract import READ_DOCUMENTS
from activities.mail import MailFolder
from activities.precedence import Precedence
from activities.provenance import CLAIMS, REFUSED, Caller, Provenance
from policy.identity import TASK_QUEUE, next_cycle_id
from services.reconcile import bring_in_line
from services.schedule import QUEUE, SCHEDULE, Housekeeping, housekeeping
from services.security.senders import SenderInterceptor
from services.settings import SAMPLE, load_settings
from services.workers import build_worker
from tests.applications import sample
from tests.office import LivingOffice
from tests.patience import WITHIN
from tests.provenance.strangers import HIS_QUEUE, everything, his_worker

pytestmark = [
    pytest.mark.server,
    # whoever waits for an answer of a run that is refused hears that it has ended
    pytest.mark.filterwarnings("ignore::temporalio.workflow.UnfinishedUpdateHandlersWarning"),
]
ZONE = load_settings(SAMPLE, {}).zone
NOW = datetime.now(UTC).isoformat()
UNTIL = (datetime.now(UTC) + timedelta(days=1095)).isoformat()


def a_step(case_id: str) -> dict[str, Any]:
    """A step that pays an invoice which nobody paid, and mails a certificate which nobody earned."""
    row = {
        "stage": "accredited", "outcome": None, "awaited_party": None, "awaited": "", "due_at": None, "due_name": None,
        "deficiencies": 0, "needs_attention": False, "closed_at": None, "first_passed_at": NOW,
        "certificate_from": NOW, "certificate_until": UNTIL, "status": {"edition": "2021-03-08"},
    }  # fmt: skip
    payment = {"key": "record_payment:x", "invoice": "2026-000001", "amount": "2500.00", "received_at": NOW}
    facts = {"rule": "certificate.granted", "source": "x", "counts_from": NOW, "expires_at": UNTIL, "opens_at": UNTIL}
    notice = {"number": 900, "kind": "accredited", "at": NOW, "facts": facts | {"areas": ["chest-adult"]}}
    return {
        "case_id": case_id, "run_id": "his-own", "number": 900, "at": NOW, "row": row,
        "payments": [payment | {"method": "cash"}], "notices": [notice],
    }  # fmt: skip


def a_start(case_id: str) -> dict[str, Any]:
    start = {"case_id": case_id, "application": sample(), "opened_at": NOW, "now": NOW}
    return {"program": "accreditation", "at": NOW, "start": start}


def a_renewal(case_id: str) -> dict[str, Any]:
    order = {"case_id": next_cycle_id(case_id), "workflow": "AccreditationCycle", "application": sample()}
    return order | {"opened_at": NOW, "predecessor": case_id}


def a_question(case_id: str) -> dict[str, Any]:
    return {"case_id": case_id, "renewal": next_cycle_id(case_id)}


def documents(case_id: str) -> dict[str, Any]:
    one = {"name": "x", "uri": "file:///etc/hostname", "sha256": "0" * 64}
    return {"message": "submit_corrective_action_plan", "documents": [one], "screened": True}


def rules(case_id: str) -> dict[str, Any]:
    return {"program": "accreditation", "application": sample(), "at": NOW}


def a_signal(case_id: str) -> dict[str, Any]:
    return {"message": "choose_option", "content": {}, "zone": "America/New_York"}


def a_reopening(case_id: str) -> dict[str, Any]:
    message = {"message_id": "r-1", "by": {"name": "Somebody", "role": "acr"}, "reason": "x", "closed_run": "his-own"}
    return {"case_id": case_id, "message": message, "known": "", "carried": {}, "now": NOW}


class Row(NamedTuple):
    """An activity: what it is called with for a case, and what a genuine case hears that speaks for another or for
    another run (null: it says nothing of either).
    """

    said: Any
    another_case: str | None = REFUSED
    another_run: str | None = None


TABLE = {
    ISSUE_INVOICES: Row(a_step, another_run=REFUSED),
    SEND_NOTICES: Row(a_step, another_run=REFUSED),
    RECORD_EVENTS: Row(a_step, another_run=REFUSED),
    TAKE_STEP: Row(a_step, another_run=REFUSED),
    TERMS_IN_FORCE: Row(a_start),
    OPEN_RENEWAL: Row(a_renewal),
    ASK_BOOKS: Row(a_question),
    REOPEN: Row(a_reopening),
    READ_DOCUMENTS: Row(documents, another_case=None),
    RENEWAL_RULES: Row(rules, another_case=None),
    VERIFY_SENDER: Row(a_signal, another_case=None),
}
"""Every activity of cases. Whatever the column, a stranger's workflow, one that is called like a case's, and a second
chain of runs under a case's id are refused."""


async def test_every_activity_of_a_worker_has_a_row_and_a_guard(guarded: LivingOffice) -> None:
    activities = CaseActivities(guarded.books, lambda: load_settings(SAMPLE, {}), MailFolder(guarded.folder), None)
    worker = build_worker(guarded.client, activities=activities, task_queue="nobody's", versioned=False)
    config = worker.config(active_config=False)
    names = {name_of(one) for one in config["activities"]}
    assert names == set(TABLE) == set(CLAIMS)
    assert [type(one) for one in config["interceptors"]] == [Provenance, Precedence, SenderInterceptor]
    assert name_of(Housekeeping.reconcile) == RECONCILE


def name_of(carried_out: object) -> str:
    """Return the name under which an activity is registered."""
    return str(getattr(carried_out, "__temporal_activity_definition").name)  # mangled otherwise


@pytest.mark.parametrize("called_like", ["Rogue", "AccreditationCycle"])
async def test_a_strangers_workflow_has_nothing_carried_out_and_changes_nothing(
    guarded: LivingOffice, called_like: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Also one that is called like a case's, has an id like a case's and speaks for itself alone."""
    case_id = await guarded.start()
    own_id = f"accreditation.X-{uuid4().hex[:8]}.ct.CT-1.1"
    calls = [[name, row.said(one)] for name, row in TABLE.items() for one in (case_id, own_id)]
    before = await everything(guarded)
    async with his_worker(guarded.client):
        with caplog.at_level(logging.WARNING, "accredit.security"):
            told = await guarded.client.execute_workflow(
                called_like, args=[calls, TASK_QUEUE], id=own_id, task_queue=HIS_QUEUE
            )
    assert told == [REFUSED] * len(calls)
    assert await everything(guarded) == before
    assert sum(own_id in one.getMessage() for one in caplog.records if one.name == "accredit.security") == len(calls)


async def test_a_second_chain_of_runs_under_a_cases_id_never_reaches_the_books(guarded: LivingOffice) -> None:
    case_id = await guarded.start()
    calls = [[name, row.said(case_id)] for name, row in TABLE.items()]
    await guarded.client.get_workflow_handle(case_id).terminate(reason="his is better")
    before = await everything(guarded)
    async with his_worker(guarded.client):
        told = await guarded.client.execute_workflow(
            "AccreditationCycle", args=[calls, TASK_QUEUE], id=case_id, task_queue=HIS_QUEUE
        )
    assert told == [REFUSED] * len(TABLE)
    anew = await guarded.client.start_workflow(
        "AccreditationCycle", {"application": sample()}, id=case_id, task_queue=TASK_QUEUE
    )
    with pytest.raises(WorkflowFailureError):
        await anew.result()
    assert await everything(guarded) == before
    found = await bring_in_line(guarded.client, guarded.books, ZONE, guarded.folder / "h", closes=False)
    assert found.troubles[case_id].startswith("Terminated on the Temporal server")
    assert "his is better" in found.troubles[case_id]
    assert guarded.row(case_id).closed_at is None
    found = await bring_in_line(guarded.client, guarded.books, ZONE, guarded.folder / "h")
    assert found.closed[case_id].endswith("his is better")


@pytest.mark.parametrize("name", TABLE)
async def test_a_case_speaks_for_itself_alone(guarded: LivingOffice, name: str) -> None:
    """Judged as the worker judges: the caller is what the server says of it, the rest is what it says itself."""
    case_id, run_id = await a_case(guarded)
    kind, row = CLAIMS[name][0], TABLE[name]
    provenance = Provenance(guarded.client, TASK_QUEUE)
    caller = Caller("AccreditationCycle", case_id, run_id)

    async def verdict(who: Caller, said: dict[str, Any]) -> str | None:
        asked = kind.model_validate(said | ({"run_id": run_id} if said.get("run_id") == "its-own" else {}))
        try:
            (given,) = await provenance.judge(name, who, [asked])
        except ApplicationError as refused:
            return refused.type if refused.non_retryable else "tried again"
        assert getattr(given, "first_run_id", run_id) == run_id
        return None

    own = row.said(case_id)
    its_own = own | ({"run_id": "its-own"} if "run_id" in own else {})
    other = row.said("accreditation.OH-1.ct.CT-1.1")
    assert await verdict(caller, its_own) is None
    assert await verdict(caller, other | ({"run_id": "its-own"} if "run_id" in other else {})) == row.another_case
    assert await verdict(caller, own) == row.another_run
    assert await verdict(caller._replace(workflow="DicoeDesignation"), its_own) == REFUSED
    assert await verdict(caller._replace(case_id="accreditation.OH-2.ct.CT-1.1"), row.said("x")) == REFUSED


CASE: list[tuple[str, str]] = []


async def a_case(office: LivingOffice) -> tuple[str, str]:
    """Return a case of an office and its run, opened once for all rows."""
    if not CASE:
        case_id = await office.start()
        CASE.append((case_id, (await office.client.get_workflow_handle(case_id).describe()).run_id))
    return CASE[0]


async def test_a_run_that_repeats_by_a_schedule_is_none_of_a_case(
    guarded: LivingOffice, caplog: pytest.LogCaptureFixture
) -> None:
    """Each run continues the one before it, as the server says: so nothing could tell what it claims to have known."""
    case_id, part, opened_at = guarded.announce(days_ago=0)
    opening = {"application": part.application.model_dump(mode="json"), "opened_at": opened_at.isoformat()}
    before = await everything(guarded)
    handle = await guarded.client.start_workflow(
        "AccreditationCycle", opening, id=case_id, task_queue=TASK_QUEUE, cron_schedule="* * * * *"
    )
    first = guarded.client.get_workflow_handle(case_id, run_id=handle.first_execution_run_id)
    with pytest.raises((WorkflowFailureError, WorkflowContinuedAsNewError)):
        await first.result(follow_runs=False)
    await guarded.client.get_workflow_handle(case_id).terminate()
    assert any(case_id in line and "none of this office's" in line for line in caplog.messages)
    assert await everything(guarded) == before


async def test_a_case_that_is_reset_does_not_write_its_days_again(guarded: LivingOffice) -> None:
    case_id = await guarded.start()
    await guarded.pay_and_accept(case_id)
    await guarded.until_books(case_id, "testing")
    run_id = (await guarded.client.get_workflow_handle(case_id).describe()).run_id
    before = await everything(guarded)
    history = await guarded.client.get_workflow_handle(case_id).fetch_history()
    begun = [event.event_id for event in history.events if event.HasField("workflow_task_completed_event_attributes")]
    for event_id in (begun[0], begun[2]):
        request = ResetWorkflowExecutionRequest(
            namespace=guarded.client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=case_id, run_id=run_id),
            reason="to live it again",
            workflow_task_finish_event_id=event_id,
            request_id=str(uuid4()),
        )
        again = (await guarded.client.workflow_service.reset_workflow_execution(request)).run_id
        assert await refusal_of(guarded.client.get_workflow_handle(case_id, run_id=again)) == REFUSED
    assert await everything(guarded) == before


async def refusal_of(handle: WorkflowHandle[Any, Any]) -> str | None:
    """Return by what the activity was refused whose failure has ended a case."""
    async with asyncio.timeout(WITHIN):
        with pytest.raises(WorkflowFailureError) as failed:
            await handle.result(follow_runs=False)
    assert (await handle.describe()).status == WorkflowExecutionStatus.FAILED
    causes = failed.value.cause, getattr(failed.value.cause, "cause", None)
    return next(cause.type for cause in causes if isinstance(cause, ApplicationError))


async def test_the_nightly_round_is_made_for_the_schedule_alone(guarded: LivingOffice) -> None:
    case_id = await guarded.start()
    await guarded.client.get_workflow_handle(case_id).terminate(reason="by somebody")
    before = await everything(guarded)
    rogue: list[Any] = [[[RECONCILE, None]], QUEUE]
    callers: dict[str, tuple[str, list[Any]]] = {
        "a-round": ("Reconciliation", [QUEUE]),
        f"{SCHEDULE}-x": ("Reconciliation", [QUEUE]),
        f"{SCHEDULE}-y": ("Rogue", rogue),
    }
    async with housekeeping(guarded.client, guarded.books, ZONE, closes=False), his_worker(guarded.client):
        for id_, (workflow, said) in callers.items():
            told = await guarded.client.execute_workflow(workflow, args=said, id=id_, task_queue=HIS_QUEUE)
            assert told == [REFUSED], id_
    assert await everything(guarded) == before
