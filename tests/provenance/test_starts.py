"""A case begins as the office has announced it, or not at all; nothing that does not agree leaves a trace."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import WorkflowFailureError
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.service import RPCError

from activities.provenance import REFUSED
from activities.starts import DISAGREES, NOT_ANNOUNCED, disagreements
from activities.terms import rules_at
from policy.application import AccreditationApplication
from policy.designation.application import DicoeApplication
from policy.identity import TASK_QUEUE, follows
from tests.applications import sample
from tests.office import AREAS, LivingOffice
from tests.provenance.strangers import HIS_QUEUE, everything, his_worker

NOW = datetime.now(UTC)
UNIT = "accreditation.OH-0417.ct.CT-1.1"
CARRIED = "start.carried"


def of_facility(facility: str, **changes: Any) -> dict[str, Any]:
    data = sample() | changes
    return data | {"application_id": f"APP-{facility}", "facility": data["facility"] | {"id": facility}}


def an_accredited_case(case_id: str, application: dict[str, Any]) -> dict[str, Any]:
    """What a case would carry that was accredited today, without a package, a report or an invoice."""
    now, until = NOW.isoformat(), (NOW + timedelta(days=1095)).isoformat()
    areas = [{"id": one, "kind": "clinical", "patient_type": "adult", "state": "acceptable"} for one in AREAS]
    return {
        "case_id": case_id, "opened_at": now, "application": application, "stage": "accredited", "stage_since": now,
        "areas": areas, "certificate": {"granted_at": now, "counts_from": now, "expires_at": until},
        "rounds": [{"number": 1, "kind": "application", "areas": list(AREAS), "reported_at": now}],
    }  # fmt: skip


TERMS = rules_at("accreditation", NOW).model_dump(mode="json")


async def refusal(office: LivingOffice, case_id: str, opening: dict[str, Any], **how: Any) -> str | None:
    """Start a case and return by what it failed."""
    workflow = "DicoeDesignation" if case_id.startswith("dicoe") else "AccreditationCycle"
    handle = await office.client.start_workflow(workflow, opening, id=case_id, task_queue=TASK_QUEUE, **how)
    with pytest.raises(WorkflowFailureError) as failed:
        await handle.result()
    cause = failed.value.cause
    if isinstance(cause, ActivityError):
        return cause.cause.type if isinstance(cause.cause, ApplicationError) else None
    return cause.type if isinstance(cause, ApplicationError) else None


@pytest.mark.server
@pytest.mark.parametrize(
    ("case_id", "application", "rule"),
    [
        ("../../escape-rel/evil.1", sample(), REFUSED),
        ("/escape-abs/evil.1", sample(), REFUSED),
        (f"x.1/../{UNIT}", sample(), REFUSED),
        ("dicoe.SAMPLE.OH.1/..", sample("dicoe-ohio"), REFUSED),
        ("accreditation.OH-0417.mri.CT-1.1", sample(), DISAGREES),
        ("accreditation.OH-9999.ct.CT-1.1", sample(), DISAGREES),
        ("accreditation.OH-0417.ct.CT-7.1", sample(), DISAGREES),
        ("dicoe.SAMPLE.ZZ.1", sample("dicoe-ohio"), DISAGREES),
        (UNIT, sample(), NOT_ANNOUNCED),
    ],
)
async def test_a_start_that_nobody_announced_or_that_does_not_agree_writes_nothing(
    guarded: LivingOffice, case_id: str, application: dict[str, Any], rule: str
) -> None:
    before = await everything(guarded)
    assert await refusal(guarded, case_id, {"application": application}) == rule
    assert await everything(guarded) == before


CHANGED: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "another day": lambda opening: opening | {"opened_at": NOW.isoformat()},
    "no zone": lambda opening: opening | {"opened_at": "2027-01-01T00:00:00", "adopted": True},
    "a far year": lambda opening: opening | {"opened_at": "9999-12-31T00:00:00+00:00"},
    "another applicant": lambda opening: opening | {"application": opening["application"] | {"application_id": "X"}},
    "a place of its own": lambda opening: opening | {"position": 2},
    "a predecessor": lambda opening: opening | {"predecessor": UNIT},
}


@pytest.mark.server
@pytest.mark.parametrize("what", CHANGED)
async def test_an_announced_case_begins_with_what_was_announced(guarded: LivingOffice, what: str) -> None:
    case_id, part, opened_at = guarded.announce()
    opening = {"application": part.application.model_dump(mode="json"), "opened_at": opened_at.isoformat()}
    before = await everything(guarded)
    assert await refusal(guarded, case_id, CHANGED[what](opening)) in (NOT_ANNOUNCED, DISAGREES)
    assert await everything(guarded) == before


@pytest.mark.server
async def test_carried_facts_make_no_case_of_a_first_run(guarded: LivingOffice) -> None:
    """Also where the case was there before, was thrown out, and is started anew with what it is to have known."""
    taken = await guarded.start()
    free, _, opened_at = guarded.announce()
    for case_id in (taken, free):
        application = guarded.row(case_id).application
        opening = {"application": application, "carried": an_accredited_case(case_id, application), "terms": TERMS}
        before = await everything(guarded)
        how = {"id_conflict_policy": WorkflowIDConflictPolicy.TERMINATE_EXISTING}
        assert await refusal(guarded, case_id, opening | {"opened_at": opened_at.isoformat()}, **how) == CARRIED
        assert await everything(guarded) == before


@pytest.mark.server
@pytest.mark.filterwarnings("ignore::temporalio.workflow.UnfinishedSignalHandlersWarning")
async def test_what_a_strangers_run_hands_on_to_the_office_is_none_of_its_cases(guarded: LivingOffice) -> None:
    """The server says that the run continues another one; but that one was not the office's."""
    case_id, part, opened_at = guarded.announce()
    application = part.application.model_dump(mode="json")
    carried = an_accredited_case(case_id, application) | {"outbox": []}
    onward = {"application": application, "carried": carried, "terms": TERMS, "opened_at": opened_at.isoformat()}
    before = await everything(guarded)
    async with his_worker(guarded.client):
        handle = await guarded.client.start_workflow(
            "AccreditationCycle", args=[[], TASK_QUEUE, onward], id=case_id, task_queue=HIS_QUEUE
        )
        first = handle.first_execution_run_id
        form = {"message_id": uuid4().hex, "by": {"name": "Ann Sample", "role": "facility"}, "option": "withdraw"}
        with suppress(RPCError):  # it has ended with its first step, of whatever kind
            await guarded.client.get_workflow_handle(case_id).signal("choose_option", form)
        with pytest.raises(WorkflowFailureError) as failed:
            await guarded.client.get_workflow_handle(case_id, first_execution_run_id=first).result()
    assert isinstance(failed.value.cause, ActivityError)
    assert isinstance(failed.value.cause.cause, ApplicationError)
    assert failed.value.cause.cause.type == REFUSED
    assert await everything(guarded) == before


def test_a_start_agrees_with_its_id_however_that_is_written() -> None:
    unit = AccreditationApplication.model_validate(of_facility("oh-0417"))
    assert disagreements(UNIT, unit, NOW, NOW, None) == []
    assert disagreements("accreditation.OH-0417.ct.site.1", unit, NOW, NOW, None) == []
    practice = DicoeApplication.model_validate(sample("dicoe-ohio"))
    assert practice.practice
    named = f"dicoe.{practice.practice.id}.OH"
    assert disagreements(f"{named}.2", practice, NOW, NOW, f"{named}.1") == []
    assert disagreements(f"{named}.1", practice, NOW, NOW, f"{named}.1") != []
    merged = AccreditationApplication.model_validate(of_facility("OH-0500"))
    renewal = UNIT.removesuffix(".1") + ".2"
    assert disagreements(renewal, merged, NOW, NOW, UNIT) != []
    assert disagreements(renewal, merged, NOW, NOW, UNIT, holder="OH-0500") == []
    assert disagreements(UNIT, unit, NOW.replace(year=1999), NOW, None) != []


def test_a_cycle_follows_an_earlier_one_of_the_same_unit() -> None:
    assert follows("accreditation.A.ct.CT-1.3", "accreditation.A.ct.CT-1.1")
    assert not follows("accreditation.A.ct.CT-2.3", "accreditation.A.ct.CT-1.1")
    assert not follows("accreditation.A.ct.CT-1.1", "accreditation.A.ct.CT-1.1")
    assert not follows("dicoe.A.OH.2", "accreditation.A.ct.CT-1.1")
