"""A step in a history lacks what follows from the rest of it; read, it is the whole step again."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory

from activities.contract import ISSUE_INVOICES, RECORD_EVENTS, SEND_NOTICES, TAKE_STEP, CaseRow, Entry, Step
from policy.messages import Message
from policy.terms.register import ON_THE_WIRE
from tests.policy.spoken import KINDS, data_of

RECORDED = sorted((Path(__file__).parents[1] / "histories").glob("*.json.gz"))
STEPS = {ISSUE_INVOICES, SEND_NOTICES, RECORD_EVENTS, TAKE_STEP}


def recorded_steps(file: Path) -> Iterator[bytes]:
    """Yield the steps of a recorded history, as they stand in it."""
    history = WorkflowHistory.from_json(file.stem, json.loads(gzip.decompress(file.read_bytes())))
    for event in history.events:
        scheduled = event.activity_task_scheduled_event_attributes
        if scheduled.activity_type.name in STEPS:
            yield scheduled.input.payloads[0].data


@pytest.mark.parametrize("file", RECORDED, ids=lambda file: file.name.removesuffix(".json.gz"))
def test_every_recorded_step_is_the_same_after_it_was_shortened(file: Path) -> None:
    before = after = 0
    for data in recorded_steps(file):
        step = Step.model_validate_json(data)
        short = step.model_dump_json(exclude_defaults=True, context={**ON_THE_WIRE})
        again = Step.model_validate_json(short)
        assert again == step
        assert again.model_dump_json() == step.model_dump_json()  # fields of free form too, in their order
        before, after = before + len(step.model_dump_json()), after + len(short)
    assert after < 0.9 * before or before == 0  # a run may go on before anything is told to the books


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.NAME)
def test_the_books_hear_of_a_message_what_was_entered_and_nothing_else(kind: type[Message]) -> None:
    """Also where nobody entered anything at fields that came later, which are no part of the content then."""
    given = data_of(kind.NAME)
    needed = {name: given[name] for name, field in kind.model_fields.items() if field.is_required()}
    content = kind.model_validate(needed).content()
    at = datetime(2028, 5, 1, tzinfo=UTC)
    entry = Entry(at=at, kind="message", text=kind.NAME.replace("_", " "), detail={"message": content})
    row = CaseRow(stage="application")
    step = Step(case_id="accreditation.OH-0417.ct.CT-1.1", run_id="r", number=1, at=at, entries=(entry,), row=row)
    again = Step.model_validate_json(step.model_dump_json(exclude_defaults=True, context={**ON_THE_WIRE}))
    assert again.entries[0].detail == {"message": content}
