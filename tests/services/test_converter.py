"""What a worker cannot read is told by its fields, in its log and to the server, and never quoted."""

import asyncio
import json
import logging

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import WorkflowUpdateFailedError
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from policy.identity import TASK_QUEUE
from policy.messages import ChooseOption, OfficeNote, SubmitTestingPackage
from policy.messages.parts import Actor, Role
from policy.messages.proofs import LIFE
from services.security.converter import UnreadablePayload, data_converter
from tests.office import LivingOffice
from tests.patience import WITHIN

PATIENT = "Ormond Quist MRN 00771203"
NAMES = ("Quist", "00771203", "Brightwater", "Ashdown", "Holloway")


def a_payload(content: object, encoding: str = "json/plain") -> Payload:
    return Payload(metadata={"encoding": encoding.encode()}, data=json.dumps(content).encode())


def refusal(content: object, kind: type, encoding: str = "json/plain") -> str:
    with pytest.raises(UnreadablePayload) as refused:
        data_converter().payload_converter.from_payloads([a_payload(content, encoding)], [kind])
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__
    return str(refused.value)


def test_fields_that_are_wrong_are_named_with_what_is_wrong_and_not_with_what_they_hold() -> None:
    choice = {"message_id": "1", "by": {"name": "Ann", "role": PATIENT}, "option": PATIENT, "on": PATIENT}

    told = refusal(choice, ChooseOption)

    assert "by.role (enum)" in told
    assert "option (" in told
    assert not [name for name in NAMES if name in told]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({PATIENT: 1}, ChooseOption),
        ({"by": {PATIENT: {PATIENT: 1}}}, ChooseOption),
        ({"exams": [{"area": PATIENT, "exam": "x", "subject": {"name": "Brightwater, Thomas"}}]}, SubmitTestingPackage),
        ([PATIENT], ChooseOption),
        (PATIENT, int),
    ],
    ids=str,
)
def test_a_name_that_stands_where_a_field_or_key_stands_is_not_told_either(content: object, kind: type) -> None:
    assert not [name for name in NAMES if name in refusal(content, kind)]


def test_neither_is_what_is_no_json_or_of_an_encoding_of_its_own() -> None:
    with pytest.raises(UnreadablePayload, match=r"^1 field wrong: all of it \(json_invalid\)$"):
        data_converter().payload_converter.from_payloads(
            [Payload(metadata={"encoding": b"json/plain"}, data=f'{{"{PATIENT}'.encode())], [ChooseOption]
        )
    assert refusal(1, int, encoding=PATIENT) == "a payload cannot be read (KeyError)"
    assert refusal(PATIENT, int, encoding="json/protobuf") == "a payload cannot be read (RuntimeError)"


def test_what_can_be_read_is_read_as_ever() -> None:
    converter = data_converter().payload_converter
    assert converter.from_payloads(converter.to_payloads([{"a": 1}, None, "x"]), None) == [{"a": 1}, None, "x"]


async def test_a_signal_an_update_and_a_start_that_cannot_be_read_leave_no_name_in_log_or_failure(
    office: LivingOffice, caplog: pytest.LogCaptureFixture
) -> None:
    case_id = await office.start()
    case = office.client.get_workflow_handle(case_id)
    package = {
        "message_id": "1",
        "by": {"name": "Ann", "role": "facility"},
        "medium": "upload",
        "exams": [{"area": "Margaret Holloway MRN 00483921", "exam": "x", "subject": {"name": "Brightwater, Thomas"}}],
    }
    with caplog.at_level(logging.INFO):
        await case.signal("choose_option", {"message_id": "1", "option": PATIENT, PATIENT: PATIENT})
        await case.signal("choose_option", RawValue(a_payload(PATIENT, encoding=PATIENT)))
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await case.execute_update("submit_testing_package", package)
        started = await office.client.start_workflow(
            "AccreditationCycle",
            {"application": {"program": "accreditation", "facility": {"id": "Winifred Ashdown DOB 2 May 1931"}}},
            id="accreditation.LOG.ct.X.1",
            task_queue=TASK_QUEUE,
        )
        async with asyncio.timeout(WITHIN):
            while "WORKFLOW_TASK_FAILED" not in (failure := (await started.fetch_history()).to_json()):
                pass
        await started.terminate()

    told = {"log": caplog.text, "answer": f"{refused.value} {refused.value.cause} {refused.value.cause.__cause__}"}
    events = json.loads(failure)["events"]
    told["failure"] = json.dumps([one for one in events if one["eventType"] == "EVENT_TYPE_WORKFLOW_TASK_FAILED"])
    assert "Failed deserializing signal input for choose_option" in told["log"]
    assert "1 field wrong: application.facility.id" in told["failure"]
    assert {where: [name for name in NAMES if name in text] for where, text in told.items()} == {
        where: [] for where in told
    }


def test_a_message_of_a_later_version_is_read_without_what_this_one_does_not_know() -> None:
    said = {
        "message_id": "1",
        "by": {"name": "Ann", "role": "facility", "rank": 1},
        "option": "repeat",
        "later": PATIENT,
    }
    (read,) = data_converter().payload_converter.from_payloads([a_payload(said)], [ChooseOption])
    assert (read.option.value, read.by.name, read.unknown) == ("repeat", "Ann", 2)
    known = {"message_id": "1", "by": {"name": "Ann", "role": "facility"}, "option": "repeat"}
    assert read.digest() == ChooseOption.model_validate(known).digest()
    assert ChooseOption.model_validate(known).unknown == 0


async def test_what_this_version_does_not_know_is_refused_where_it_comes_in_and_leaves_no_trace(
    office: LivingOffice,
) -> None:
    case_id = await office.start()
    note = OfficeNote(message_id="1", by=Actor(name="Ann Sample", role=Role.ACR), text="a sample")
    assert office.sign is not None
    signed = office.sign(note, case_id, office.client.namespace, LIFE)
    content = signed.model_dump(mode="json", exclude_defaults=True) | {PATIENT: 1}
    case = office.client.get_workflow_handle(case_id)
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await case.execute_update("note", content)
    cause = refused.value.cause
    assert isinstance(cause, ApplicationError)
    assert cause.type == "message.unknown_field"
    assert not [name for name in NAMES if name in f"{cause} {cause.details}"]
    assert "a sample" not in (await case.fetch_history()).to_json()
