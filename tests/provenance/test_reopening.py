"""A case that was closed in error goes on by the office's proof, and by nothing else."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import WorkflowFailureError, WorkflowHandle
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from activities.mail import MailFolder
from policy.identity import TASK_QUEUE, holder_of
from policy.keeping.reopening import digest_of
from policy.messages import RecordPayment, ReopenCase
from policy.messages.proofs import LIFE
from policy.verdict import Verdict
from records.queries import timeline
from services.clock import now
from services.composition import compose
from services.reopening.asking import reopen
from services.security.keys import KeyRing, read_private
from services.security.signing import signed_by
from services.settings import SAMPLE, load_settings
from services.settlement import settle
from services.upkeep.bounced import keep_for_closed, named_by_hand
from tests.office import OFFICE_USER, WITHIN, LivingOffice
from tests.provenance.strangers import everything
from tests.provenance.test_news import replayed
from tests.workflows.driving import until
from workflows.case.opening import OpenCase, ReopenedBy, known_of

pytestmark = pytest.mark.server
LISTED = "administrator@facility.example.org"
REASON = "It was taken for another case."


async def opened_again(
    office: LivingOffice, case_id: str, message_id: str = "r-1", reason: str = REASON, **now: Any
) -> Verdict:
    """Have a case opened again as the office does."""
    fields = {"reason": reason, "message_id": message_id}
    message = compose(ReopenCase, fields, folder=office.folder, user=OFFICE_USER)
    at = now.get("now", datetime.now(UTC))
    message = message.model_copy(update={"received_at": at})
    settings = load_settings(SAMPLE, {})
    return await reopen(office.client, office.books, settings, case_id, message, office.sign, at, WITHIN)


async def closed(office: LivingOffice, *, days_ago: float = 2.0, paid: bool = True) -> tuple[str, dict[str, Any]]:
    """Return a case that was closed in error some days ago, and its status before."""
    case_id = await office.start()
    if paid:
        await office.pay_and_accept(case_id)
    before = await office.status(case_id)
    await office.tell(case_id, "close_case", days_ago=days_ago)
    await office.client.get_workflow_handle(case_id).result()
    await office.until_books(case_id, "closed")
    return case_id, before


def due(status: dict[str, Any]) -> dict[str, datetime]:
    return {one["name"]: datetime.fromisoformat(one["due_at"]) for one in status["deadlines"] if not one["over"]}


async def test_a_closed_case_goes_on_where_it_was_and_its_windows_keep_what_was_left(guarded: LivingOffice) -> None:
    case_id, before = await closed(guarded)
    run = guarded.row(case_id).run_id
    verdict = await opened_again(guarded, case_id)
    assert verdict.accepted, verdict

    async def told_again() -> Verdict:
        return await opened_again(guarded, case_id)

    assert await until(told_again, lambda told: told.accepted) == verdict  # once the books have it
    assert (await opened_again(guarded, case_id, reason="For another reason.")).rule == "message.id_reused"
    row = await guarded.until_books(case_id, "testing")
    assert (row.outcome, row.closed_at, row.first_run_id) == (None, None, row.run_id)
    assert row.run_id != run
    after = await guarded.status(case_id)
    zone = load_settings(SAMPLE, {}).zone
    assert {name: at.astimezone(zone).replace(tzinfo=None) for name, at in due(after).items()} == {
        name: at.astimezone(zone).replace(tzinfo=None) + timedelta(days=2) for name, at in due(before).items()
    }
    assert after["awaited"] == before["awaited"]
    with guarded.books.reading() as session:
        told = [one.text for one in timeline(session, case_id)]
    assert [text for text in told if text.startswith("Stage: ")][-2:] == ["Stage: closed", "Stage: testing"]
    assert "reopen case" in told
    exams = [{"area": area["id"], "exam": "sample", "subject": f"s-{area['id']}"} for area in after["areas"]]
    exams = [one | {"subject": None} if one["area"] == "phantom" else one for one in exams]
    somebody: dict[str, Any] = {"on_behalf_of": {"name": "Ann Sample"}}
    await guarded.tell(case_id, "submit_testing_package", medium="upload", exams=exams, reason="by post", **somebody)
    await guarded.until_books(case_id, "review")
    history = await guarded.client.get_workflow_handle(case_id).fetch_history()
    assert await replayed(history) == (1, {})


async def test_what_became_void_is_asked_for_anew_and_what_was_paid_or_came_back_meanwhile_is_known(
    guarded: LivingOffice,
) -> None:
    case_id, before = await closed(guarded, paid=False)
    number = before["invoices"][0]["number"]
    assert (await opened_again(guarded, case_id)).accepted
    after = await guarded.until(
        case_id, "another invoice", lambda told: told["invoices"][-1]["number"] not in (None, number)
    )
    assert [(one["status"], one["total"]) for one in after["invoices"]] == [("void", "2500.00"), ("open", "2500.00")]
    paid = compose(
        RecordPayment,
        {"invoice": after["invoices"][-1]["number"], "amount": "1000.00", "message_id": "p-7"},
        folder=guarded.folder,
        user=OFFICE_USER,
    )
    await guarded.tell(case_id, "record_payment", invoice=paid.invoice, amount="500.00")
    await guarded.until_paid(paid.invoice, "partly_paid")
    await guarded.tell(case_id, "close_case", reason="once more by mistake")
    await guarded.client.get_workflow_handle(case_id).result()
    await guarded.until_books(case_id, "closed")
    mail, settings = MailFolder(guarded.folder / "mail"), load_settings(SAMPLE, {})
    assert settle(guarded.books, mail, settings, case_id, paid, datetime.now(UTC)).accepted
    assert (await opened_again(guarded, case_id)).rule == "message.id_reused"
    await everything(guarded)  # its letters are out
    with guarded.books.writing() as session:
        keep_for_closed(session, named_by_hand(session, case_id, 1, LISTED, "550"), datetime.now(UTC))
    assert (await opened_again(guarded, case_id, "r-2")).accepted
    await guarded.tell(case_id, "send_letter_again", notice=1)
    last = (await guarded.status(case_id))["invoices"][-1]
    assert (last["number"], last["paid"], last["status"]) == (paid.invoice, "1500.00", "partly_paid")


async def test_a_case_is_opened_again_until_the_end_of_the_offices_term(guarded: LivingOffice) -> None:
    case_id, _ = await closed(guarded, days_ago=0.0)
    closed_at = guarded.row(case_id).closed_at
    assert closed_at is not None
    late = await opened_again(guarded, case_id, now=closed_at + timedelta(days=91))
    assert (late.accepted, late.rule) == (False, "reopening.past_term")
    assert guarded.row(case_id).stage == "closed"


async def refusal(handle: WorkflowHandle[Any, Any]) -> str | None:
    with pytest.raises(WorkflowFailureError) as failed:
        await handle.result()
    return failed.value.cause.type if isinstance(failed.value.cause, ApplicationError) else None


async def test_no_stranger_opens_a_case_again(guarded: LivingOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    case_id, _ = await closed(guarded)
    run = guarded.row(case_id).run_id
    knew = await guarded.client.get_workflow_handle(case_id, run_id=run).query("before_closing")
    signed: list[Any] = []

    async def kept(*said: Any) -> str | None:
        signed.append(said[1])
        raise RuntimeError("the office's own start is kept back")

    monkeypatch.setattr("services.reopening.asking._start", kept)
    with pytest.raises(RuntimeError):
        await opened_again(guarded, case_id)
    message = signed[0].reopened.message.model_dump(mode="json")
    before = await everything(guarded)
    forged = knew | {"carried": knew["carried"] | {"deficiencies": 7}}
    other = message | {"message_id": "another"}
    for opening, rule in [
        (knew, "start.carried"),
        (knew | {"reopened": {"message": message | {"proof": None}}}, "actor.not_verified"),
        (knew | {"reopened": {"message": other}}, "actor.not_verified"),
        (forged | {"reopened": {"message": message}}, "reopening.another_case"),
    ]:
        handle = await guarded.client.start_workflow(
            "AccreditationCycle",
            opening,
            id=case_id,
            task_queue=TASK_QUEUE,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        )
        assert await refusal(handle) == rule
    assert await everything(guarded) == before
    monkeypatch.undo()
    assert (await opened_again(guarded, case_id)).accepted
    await guarded.until_books(case_id, "testing")


async def test_no_facility_opens_its_case_again_as_what_it_would_like_to_be(
    guarded: LivingOffice, tmp_path: Path
) -> None:
    case_id, _ = await closed(guarded)
    run, org = guarded.row(case_id).run_id, str(holder_of(case_id))
    KeyRing(guarded.security.keys).new(org, now(), tmp_path / "own.key")
    signs = signed_by(read_private(tmp_path / "own.key"))
    knew = await guarded.client.get_workflow_handle(case_id, run_id=run).query("before_closing")
    forged = OpenCase.model_validate(knew | {"carried": knew["carried"] | {"stage": "accredited"}})
    fields = {"message_id": "own", "by": {"name": "Ann Sample", "role": "facility"}, "reason": REASON}
    filled = ReopenCase.model_validate(fields | {"closed_run": run, "known": digest_of(known_of(forged))})

    async def told() -> str | None:
        message = ReopenCase.model_validate(signs(filled, case_id, guarded.client.namespace, LIFE).model_dump())
        handle = await guarded.client.start_workflow(
            "AccreditationCycle",
            forged.model_copy(update={"reopened": ReopenedBy(message=message)}),
            id=case_id,
            task_queue=TASK_QUEUE,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        )
        return await refusal(handle)

    before = await everything(guarded)
    rule = await until(told, lambda rule: rule != "actor.not_verified")  # before, the worker does not know its key
    assert rule == "actor.not_allowed"
    assert await everything(guarded) == before


async def test_a_case_whose_run_the_server_has_forgotten_stays_closed(guarded: LivingOffice) -> None:
    case_id, _ = await closed(guarded)
    run, client = guarded.row(case_id).run_id, guarded.client
    gone = WorkflowExecution(workflow_id=case_id, run_id=run or "")
    await client.workflow_service.delete_workflow_execution(
        DeleteWorkflowExecutionRequest(namespace=client.namespace, workflow_execution=gone)
    )

    async def forgotten() -> bool:
        try:
            await client.get_workflow_handle(case_id, run_id=run).describe()
        except RPCError as error:
            return error.status == RPCStatusCode.NOT_FOUND
        return False

    await until(forgotten, bool)
    assert (await opened_again(guarded, case_id)).rule == "reopening.not_on_server"
    assert guarded.row(case_id).stage == "closed"
