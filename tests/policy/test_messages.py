"""What a message is: its shape, its sender, its identity, and what of it is its content."""

import hashlib
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from policy.messages import FACILITY_ROLES, Document, ExtendDueDate, Message, Role
from tests.policy.spoken import DOCUMENT, FIELDS, KINDS, OF_EITHER, OF_THE_FACILITY, OFFICE, data_of, message_of

EVERY = sorted(FIELDS)


def test_there_is_a_sample_of_every_kind_with_every_field_of_its_own() -> None:
    assert set(KINDS) == set(FIELDS)
    common = set(Message.model_fields)
    for name, kind in KINDS.items():
        assert set(kind.model_fields) - common <= set(FIELDS[name]), name


def test_the_facility_speaks_for_itself_and_the_office_for_everything_else() -> None:
    office = frozenset({Role.ACR})
    physicians = {"supervising_physician", "lead_interpreting_physician"}
    assert frozenset({"facility", "medical_physicist", "administrator", "technologist"} | physicians) == FACILITY_ROLES
    for name, kind in KINDS.items():
        expected = FACILITY_ROLES | office if name in OF_EITHER else office
        if name == "report_contact_left":  # an administrator, who manages the facility's people
            expected = office | {Role.ADMINISTRATOR}
        assert (FACILITY_ROLES if name in OF_THE_FACILITY else expected) == kind.SENDERS, name


@pytest.mark.parametrize("name", EVERY)
def test_a_message_survives_its_way_through_a_history(name: str) -> None:
    message = message_of(name, received_at="2027-03-12T10:00:00-05:00", on_behalf_of=OFFICE, reason="Sample.")
    again = KINDS[name].model_validate_json(message.model_dump_json())
    assert again == message
    assert again.digest() == message.digest()


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("field", ["recieved_at", "case", "NAME"])
def test_a_field_that_no_message_has_is_a_mistake(name: str, field: str) -> None:
    with pytest.raises(ValidationError, match=field):
        message_of(name, **{field: "x"})


@pytest.mark.parametrize(
    ("name", "part", "field"),
    [
        ("choose_option", "letters", "pages"),
        ("issue_final_report", "findings", "colour"),
        ("submit_testing_package", "exams", "patient_name"),
        ("schedule_survey", "team", "email"),
        ("file_survey_report", "travel_expenses", "currency"),
        ("file_validation_report", "findings", "colour"),
    ],
)
def test_a_field_too_many_deep_inside_is_a_mistake(name: str, part: str, field: str) -> None:
    changed = [FIELDS[name][part][0] | {field: "x"}]
    with pytest.raises(ValidationError, match=rf"{part}\.0\.{field}"):
        message_of(name, **{part: changed})


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("field", ["message_id", "by"])
def test_a_message_says_who_speaks_and_has_an_id(name: str, field: str) -> None:
    data = data_of(name)
    del data[field]
    with pytest.raises(ValidationError, match=field):
        KINDS[name].model_validate(data)


@pytest.mark.parametrize("name", EVERY)
def test_the_key_of_a_message_is_its_name_and_its_id(name: str) -> None:
    assert message_of(name, message_id="2027/17").key() == f"{name}:2027/17"


@pytest.mark.parametrize("name", EVERY)
def test_when_it_was_received_is_no_part_of_the_content(name: str) -> None:
    digest = message_of(name).digest()
    assert message_of(name, received_at="2027-03-12").digest() == digest
    assert message_of(name, received_at="2027-03-12T10:00:00Z").digest() == digest
    assert "received_at" not in message_of(name, received_at="2027-03-12").content()


@pytest.mark.parametrize(("name", "field"), [(name, field) for name in EVERY for field in FIELDS[name]])
def test_every_other_field_is_part_of_the_content(name: str, field: str) -> None:
    full = message_of(name)
    content = full.content()
    assert content[field] not in (None, [], "", {})
    assert KINDS[name].model_construct(**dict(full) | {field: None}).digest() != full.digest()


@pytest.mark.parametrize("name", EVERY)
def test_content_in_another_order_is_the_same_content(name: str) -> None:
    turned = dict(reversed(data_of(name).items()))
    assert KINDS[name].model_validate(turned).digest() == message_of(name).digest()


@pytest.mark.parametrize("change", [{"message_id": "m-2"}, {"by": OFFICE | {"name": "x"}}, {"on_behalf_of": OFFICE}])
def test_who_speaks_for_whom_under_which_id_is_part_of_the_content(change: dict[str, Any]) -> None:
    assert message_of("close_case", **change).digest() != message_of("close_case").digest()


def test_two_kinds_with_the_same_fields_are_two_contents() -> None:
    assert message_of("accept_application").digest() != message_of("return_images").digest()


def test_a_digest_stays_the_same_from_version_to_version() -> None:
    """Cases carry digests for years, and senders compare them: how one is made must not change."""
    by = '"by":{"name":"Sample Office","role":"acr"}'
    text = f'["return_images",{{{by},"message_id":"m-1","on_behalf_of":null,"reason":""}}]'
    assert message_of("return_images").digest() == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2027-03-12", date(2027, 3, 12)),
        (" 2027-03-12 ", date(2027, 3, 12)),
        ("20270312", date(2027, 3, 12)),
        ("2027-03-12T00:00", datetime.fromisoformat("2027-03-12T00:00")),
        ("2027-03-12T10:30:00Z", datetime(2027, 3, 12, 10, 30, tzinfo=UTC)),
        ("2027-03-12T10:30:00-05:00", datetime(2027, 3, 12, 15, 30, tzinfo=UTC)),
        (date(2027, 3, 12), date(2027, 3, 12)),
        (datetime(2027, 3, 12, tzinfo=UTC), datetime(2027, 3, 12, tzinfo=UTC)),
    ],
)
def test_a_bare_date_stays_a_date(said: object, meant: date) -> None:
    message = message_of("extend_due_date", until=said)
    assert isinstance(message, ExtendDueDate)
    assert (message.until, type(message.until)) == (meant, type(meant))
    again = ExtendDueDate.model_validate_json(message.model_dump_json())
    assert (again.until, type(again.until)) == (meant, type(meant))


@pytest.mark.parametrize(
    "said", ["", "soon", "12.03.2027", "2027-02-30", "2027-03", "03/12/2027", 20270312, 1.8e9, True, "9999-12-31"]
)
@pytest.mark.parametrize("field", ["until", "received_at"])
def test_what_is_no_date_of_a_case_is_refused(field: str, said: object) -> None:
    with pytest.raises(ValidationError, match=field):
        message_of("extend_due_date", **{field: said})


@pytest.mark.parametrize("amount", ["0", "-1.00", "NaN", "Infinity", "1.005", "1234567890.00", "ten", None])
@pytest.mark.parametrize("name", ["record_payment", "quote_fee"])
def test_what_is_no_amount_is_refused(name: str, amount: str | None) -> None:
    with pytest.raises(ValidationError, match="amount"):
        message_of(name, amount=amount)


def test_an_expense_is_something_that_was_spent() -> None:
    expense = {"description": "Flights", "amount": "-1.00"}
    with pytest.raises(ValidationError, match="amount"):
        message_of("file_survey_report", travel_expenses=[expense])


@pytest.mark.parametrize(
    "name", ["amend_application", "extend_due_date", "resolve_attention", "move_edition", "close_case"]
)
@pytest.mark.parametrize("reason", ["", "   ", None])
def test_what_the_office_decides_alone_needs_a_reason(name: str, reason: str | None) -> None:
    with pytest.raises(ValidationError, match="reason"):
        message_of(name, reason=reason)


def test_a_signature_may_be_a_role_alone() -> None:
    by_role = Document.model_validate(DOCUMENT | {"signed_by": "medical_physicist"})
    assert by_role.signed_by is not None
    assert (by_role.signed_by.role, by_role.signed_by.name) == ("medical_physicist", None)
    assert Document.model_validate(DOCUMENT | {"signed_by": None}).signed_by is None
    assert Document.model_validate_json(by_role.model_dump_json()) == by_role


@pytest.mark.parametrize("sha256", ["", "ab" * 31, "ab" * 33, "xy" * 32, None])
def test_a_document_comes_with_its_digest(sha256: str | None) -> None:
    with pytest.raises(ValidationError, match="sha256"):
        Document.model_validate(DOCUMENT | {"sha256": sha256})


def test_a_digest_in_capitals_is_the_same_digest() -> None:
    assert Document.model_validate(DOCUMENT | {"sha256": "AB" * 32}).sha256 == "ab" * 32


def test_an_area_cannot_be_named_like_a_path() -> None:
    data = json.loads(json.dumps(data_of("issue_final_report")))
    data["findings"][0]["area"] = "../chest"
    with pytest.raises(ValidationError, match="area"):
        KINDS["issue_final_report"].model_validate(data)
