"""What the sender's desk fills in, and how it says what is wrong."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from policy.bounds import LARGEST
from policy.incoming import size_of
from policy.messages import (
    AcceptApplication,
    AmendApplication,
    ChooseOption,
    IssueFinalReport,
    Option,
    RecordPayment,
    ReportAddedUnit,
    ReportBouncedLetter,
    ReturnApplication,
    Role,
    StartRenewal,
    SubmitAppealMaterials,
    ViewFinalReport,
    WithdrawCase,
)
from policy.verdict import Refused
from services.composition import compose, message_named, read_object
from services.errors import Unusable

ANN = {"name": "Ann Sample"}


def troubles(model: Any, fields: dict[str, Any], folder: Path, user: str | None = None) -> dict[str, tuple[str, str]]:
    """Return what is said of each field of a message that cannot be made."""
    with pytest.raises(Unusable) as caught:
        compose(model, fields, folder=folder, user=user)
    return {trouble.field: (trouble.found, trouble.expected) for trouble in caught.value.troubles}


def test_the_sender_stamps_the_message_and_gives_it_an_id_of_its_own(tmp_path: Path) -> None:
    before = datetime.now(UTC)
    first, second = (compose(AcceptApplication, {}, folder=tmp_path, user="Ann Sample") for _ in range(2))
    assert isinstance(first.received_at, datetime)
    assert before <= first.received_at <= before + timedelta(minutes=1)
    assert first.message_id != second.message_id


def test_a_stamp_and_an_id_that_are_given_stand(tmp_path: Path) -> None:
    given = {"received_at": "2028-05-01T10:00:00Z", "message_id": "fax-17"}
    message = compose(AcceptApplication, given, folder=tmp_path, user="Ann Sample")
    assert (message.received_at, message.message_id) == (datetime(2028, 5, 1, 10, tzinfo=UTC), "fax-17")


def test_an_office_message_is_spoken_by_whoever_works_at_the_desk(tmp_path: Path) -> None:
    message = compose(AcceptApplication, {}, folder=tmp_path, user="Ann Sample")
    assert (message.by.name, message.by.role) == ("Ann Sample", Role.ACR)


def test_an_office_message_without_any_name_says_where_to_put_one(tmp_path: Path) -> None:
    assert troubles(AcceptApplication, {}, tmp_path)["by.name"] == (
        "nothing",
        "text: --by-name; what the office enters for somebody has --for-name NAME --reason TEXT",
    )


def test_a_facility_message_is_never_spoken_by_the_desk(tmp_path: Path) -> None:
    assert troubles(WithdrawCase, {}, tmp_path, user="Ann Sample")["by.name"][0] == "nothing"
    message = compose(WithdrawCase, {"by": ANN}, folder=tmp_path, user="Desk")
    assert (message.by.name, message.by.role) == ("Ann Sample", Role.FACILITY)


def test_the_office_enters_a_letter_for_a_facility(tmp_path: Path) -> None:
    message = compose(ViewFinalReport, {"on_behalf_of": ANN, "reason": "a fax"}, folder=tmp_path, user="Desk")
    assert message.by.role is Role.ACR
    assert (message.speaker().name, message.speaker().role) == ("Ann Sample", Role.FACILITY)


def test_a_message_that_both_may_send_is_the_office_s_unless_said_otherwise(tmp_path: Path) -> None:
    assert compose(SubmitAppealMaterials, {}, folder=tmp_path, user="Desk").by.role is Role.ACR
    spoken = {"by": {**ANN, "role": "medical_physicist"}}
    assert compose(SubmitAppealMaterials, spoken, folder=tmp_path, user="Desk").by.role is Role.MEDICAL_PHYSICIST


def test_every_wrong_field_is_named_with_what_was_found_and_what_is_expected(tmp_path: Path) -> None:
    wrong = {"option": "apeal", "attested": "perhaps", "received_at": "yesterday", "areas": ["head"], "by": ANN}
    told = troubles(ChooseOption, wrong, tmp_path)
    assert told["option"] == ('"apeal"', f"one of {', '.join(Option)}")
    assert told["attested"] == ('"perhaps"', "true or false")
    assert told["received_at"][1].startswith("a date-time such as")
    assert told["areas"] == ('["head"]', "one of its fields")


def test_what_a_person_typed_wrong_is_told_in_words_and_not_as_a_pattern(tmp_path: Path) -> None:
    wrong = {"unit": "CT 2", "manufacturer": "Sample", "model": "Sample", "way": "addendum", "by": ANN}
    assert troubles(ReportAddedUnit, wrong, tmp_path)["unit"] == (
        '"CT 2"',
        "letters, digits, underscores and hyphens only",
    )
    bounced = troubles(ReportBouncedLetter, {"notice": "three", "recipient": "ann at example"}, tmp_path, user="Desk")
    assert bounced == {"notice": ('"three"', "a number"), "recipient": ('"ann at example"', "an e-mail address")}


def test_a_wrong_message_is_answered_with_the_list_of_its_fields(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match=r"amount \(required\): an amount such as 1250\.00"):
        compose(RecordPayment, {}, folder=tmp_path, user="Desk")


def test_an_unknown_message_is_answered_with_the_nearest_one() -> None:
    with pytest.raises(Unusable, match=r"(?s)found 'choose_opton'.*Did you mean choose_option\?"):
        message_named("choose_opton")


def test_a_credit_note_is_known_by_its_second_name_too() -> None:
    assert message_named("credit_invoice") is message_named("issue_credit_note")


def test_a_document_becomes_absolute_and_gets_the_digest_of_its_content(tmp_path: Path) -> None:
    (tmp_path / "letter.pdf").write_bytes(b"Dear office")
    fields = {"option": "appeal", "by": ANN, "letters": [{"uri": "letter.pdf", "signed_by": "supervising_physician"}]}
    message = compose(ChooseOption, fields, folder=tmp_path, user=None)
    assert isinstance(message, ChooseOption)
    (letter,) = message.letters
    assert (letter.name, letter.uri) == ("letter.pdf", (tmp_path / "letter.pdf").as_uri())
    assert letter.sha256 == sha256(b"Dear office").hexdigest()
    assert letter.signed_by is not None
    assert letter.signed_by.role == "supervising_physician"


def test_a_document_elsewhere_keeps_its_address_and_needs_its_digest(tmp_path: Path) -> None:
    remote = {"option": "appeal", "by": ANN, "letters": [{"uri": "https://files.example.org/a/letter.pdf"}]}
    assert list(troubles(ChooseOption, remote, tmp_path)) == ["letters.0.sha256"]
    remote["letters"][0]["sha256"] = "0" * 64  # type: ignore[index]
    message = compose(ChooseOption, remote, folder=tmp_path, user=None)
    assert isinstance(message, ChooseOption)
    assert (message.letters[0].name, message.letters[0].uri) == ("letter.pdf", "https://files.example.org/a/letter.pdf")


def test_a_file_that_is_not_there_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    fields = {"option": "withdraw", "by": ANN, "withdrawal_form": "form.pdf"}
    with pytest.raises(Refused, match=r"document\.unreadable: withdrawal_form: .*/form\.pdf cannot be read"):
        compose(ChooseOption, fields, folder=tmp_path, user=None)


def test_a_file_that_is_not_what_its_digest_says_is_refused(tmp_path: Path) -> None:
    (tmp_path / "plan.pdf").write_bytes(b"new")
    fields = {"option": "appeal", "by": ANN, "documents": [{"uri": "plan.pdf", "sha256": sha256(b"old").hexdigest()}]}
    with pytest.raises(Refused, match=r"document\.digest_differs: documents\.0: plan\.pdf"):
        compose(ChooseOption, fields, folder=tmp_path, user=None)


def test_what_is_too_long_for_a_history_is_told_with_its_field_its_bound_and_what_to_do(tmp_path: Path) -> None:
    finding = {"area": "chest", "acceptable": False, "comments": "x" * 4001}
    report = {"reviewers": ["Sample Reviewer"] * 21, "findings": [finding]}
    with pytest.raises(Refused) as refused:
        compose(IssueFinalReport, report, folder=tmp_path, user="Desk")
    told = {line.partition(": ")[0]: line for line in refused.value.reason.split("; ")}
    assert refused.value.rule == "message.too_large"
    assert "4,000 characters at most, found 4,001: shorten it, or put it into a document" in told["findings.0.comments"]
    assert "20 entries at most, found 21" in told["reviewers"]
    finding["comments"], report["reviewers"] = "x" * 4000, ["Sample Reviewer"]
    compose(IssueFinalReport, report, folder=tmp_path, user="Desk")


def test_a_message_is_bounded_as_a_whole_before_anything_is_sent(tmp_path: Path) -> None:
    comments = "x" * (LARGEST // 400)
    findings = [{"area": f"a-{n}", "acceptable": True, "comments": comments} for n in range(500)]
    with pytest.raises(
        Refused, match=r"message\.too_large: The message has .* bytes, most of them in findings"
    ) as told:
        compose(IssueFinalReport, {"findings": findings}, folder=tmp_path, user="Desk")
    assert f"{LARGEST:,} bytes at most" in told.value.reason


def test_a_message_is_bounded_together_with_what_is_filled_in(tmp_path: Path) -> None:
    """What is given is just within the bound, what is sent would not be."""
    changes = {f"n{n}": "x" * 4000 for n in range(LARGEST // 4100)}
    fields: dict[str, Any] = {"changes": changes, "reason": "Sample."}
    fields["changes"]["rest"] = "x" * (LARGEST - size_of(fields) - 10)
    assert size_of(fields) <= LARGEST
    with pytest.raises(Refused, match=r"message\.too_large"):
        compose(AmendApplication, fields, folder=tmp_path, user="Desk")
    fields["changes"]["rest"] = "x" * (len(fields["changes"]["rest"]) - 200)
    assert size_of(compose(AmendApplication, fields, folder=tmp_path, user="Desk").model_dump(mode="json")) <= LARGEST


@pytest.mark.parametrize("sign", ["\x00", "\x1b[2J", "\x9b"])
def test_a_sign_that_no_terminal_or_database_can_hold_is_told_by_its_number(tmp_path: Path, sign: str) -> None:
    told = troubles(ReturnApplication, {"reasons": [f"No model{sign}"]}, tmp_path, user="Desk")
    assert f"found U+{ord(sign[0]):04X}" in told["reasons.0"][1]


def test_half_a_character_is_told_before_anything_is_sent(tmp_path: Path) -> None:
    assert "lone surrogate" in troubles(ReturnApplication, {"reasons": ["\ud800"]}, tmp_path, user="Desk")[""][0]


def test_objects_within_objects_have_a_bound(tmp_path: Path) -> None:
    inner: Any = {}
    for _ in range(20):
        inner = {"in": inner}
    told = troubles(StartRenewal, {"application": inner, "by": ANN}, tmp_path)
    assert "16 objects and lists within each other at most" in told["application"][1]
    with pytest.raises(Unusable, match="without end"):
        read_object("[" * 200_000, "message.json")
    for _ in range(200_000):
        inner = {"in": inner}
    assert "without end" in troubles(StartRenewal, {"application": inner, "by": ANN}, tmp_path)[""][0]


def test_a_file_with_the_mark_that_editors_write_first_is_read() -> None:
    assert read_object('\ufeff{"amount": "1.00"}', "message.json") == {"amount": "1.00"}


def test_a_year_before_the_programs_is_a_typing_mistake(tmp_path: Path) -> None:
    paid = {"invoice": "2028-000001", "amount": "1.00", "received_on": "1999-12-31"}
    assert "a year from 2000 on" in troubles(RecordPayment, paid, tmp_path, user="Desk")["received_on"][1]
    compose(RecordPayment, paid | {"received_on": "2000-01-01"}, folder=tmp_path, user="Desk")
