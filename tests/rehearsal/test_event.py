"""What is filled in where a scenario leaves something out, and what its numbers and placeholders stand for."""

from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from policy.application import Medium
from policy.messages import (
    AcceptApplication,
    ChooseOption,
    ExtendDueDate,
    Message,
    RecordPayment,
    ScheduleSurvey,
    SubmitAppealMaterials,
    SubmitTestingPackage,
)
from policy.verdict import Refused
from rehearsal.scenario import Event, Owed

OPENED = datetime(2027, 3, 1, 14, tzinfo=UTC)
ZONE = ZoneInfo("America/New_York")


def content(
    model: type[Message],
    folder: Path = Path(),
    day: float = 12.5,
    owed: tuple[Owed, ...] = (),
    medium: Medium = Medium.UPLOAD,
    **fields: Any,
) -> dict[str, Any]:
    """Return what is sent for an event, the seventh of its scenario."""
    return Event(7, day, model, "update", None, None, fields, folder, medium).content(OPENED, ZONE, owed)


def test_a_message_is_stamped_with_the_instant_of_its_day_and_has_an_id_of_its_own() -> None:
    sent = content(AcceptApplication)
    assert sent["received_at"] == "2027-03-14T02:00:00+00:00"
    assert sent["message_id"] == "event-7"
    assert AcceptApplication.model_validate(sent).key() == "accept_application:event-7"


@pytest.mark.parametrize(
    ("model", "medium", "role"),
    [
        (AcceptApplication, Medium.UPLOAD, "acr"),
        (SubmitTestingPackage, Medium.CD, "facility"),
        (SubmitAppealMaterials, Medium.UPLOAD, "facility"),
        (SubmitAppealMaterials, Medium.CD, "acr"),
        (SubmitAppealMaterials, Medium.FILM, "acr"),
    ],
)
def test_whoever_sends_a_message_of_that_kind_speaks(model: type[Message], medium: Medium, role: str) -> None:
    assert content(model, medium=medium)["by"]["role"] == role


def test_a_speaker_who_is_named_in_part_is_completed() -> None:
    assert content(AcceptApplication, by={"name": "Ann Sample"})["by"] == {"name": "Ann Sample", "role": "acr"}
    assert content(AcceptApplication, by={"role": "technologist"})["by"]["role"] == "technologist"


def test_the_office_enters_what_is_said_on_behalf_of_somebody() -> None:
    sent = content(ChooseOption, on_behalf_of={"name": "Ann Sample"}, option="withdraw", reason="by fax")
    assert sent["by"]["role"] == "acr"
    assert sent["on_behalf_of"] == {"name": "Ann Sample", "role": "facility"}


def test_numbers_in_dates_are_days_since_the_case_opened() -> None:
    extended = content(ExtendDueDate, deadline="appeal", until=20.25, reason="asked", received_at=10)
    assert (extended["until"], extended["received_at"]) == ("2027-03-21T20:00:00+00:00", "2027-03-11T14:00:00+00:00")
    survey = content(ScheduleSurvey, on=30.5, team=[])
    assert survey["on"] == "2027-03-31"
    assert content(RecordPayment, invoice="I", amount="1.00", received_on=0.6)["received_on"] == "2027-03-01"


def test_dates_of_the_file_are_sent_as_they_stand() -> None:
    assert content(ExtendDueDate, until=date(2027, 5, 1))["until"] == "2027-05-01"
    assert content(ExtendDueDate, until="2027-05-01")["until"] == "2027-05-01"


def test_the_newest_invoice_that_is_not_fully_paid_is_paid_in_full() -> None:
    owed = (
        Owed("2027-000001", Decimal("40.00")),
        Owed("2027-000002", Decimal("250.50")),
        Owed("2027-000003", Decimal(0)),
    )
    sent = content(RecordPayment, owed=owed, invoice="$invoice", amount="$due")
    assert (sent["invoice"], sent["amount"]) == ("2027-000002", "250.50")
    older = content(RecordPayment, owed=owed, invoice="2027-000001", amount="$due")
    assert (older["invoice"], older["amount"]) == ("2027-000001", "40.00")


def test_where_nothing_is_due_an_invoice_is_named_that_no_case_has() -> None:
    sent = content(RecordPayment, owed=(Owed("2027-000001", Decimal("0.00")),), invoice="$invoice", amount="$due")
    assert sent["invoice"] == "$invoice"
    assert RecordPayment.model_validate(sent).amount > 0


def test_a_document_is_a_file_beside_the_scenario(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_bytes(b"We appeal.")
    letter = {"uri": "letter.txt", "signed_by": "supervising_physician"}
    (sent,) = content(ChooseOption, tmp_path, option="appeal", letters=[letter])["letters"]
    assert sent["uri"] == (tmp_path / "letter.txt").resolve().as_uri()
    assert sent["sha256"] == sha256(b"We appeal.").hexdigest()
    assert sent["name"] == "letter.txt"


def test_a_document_that_is_not_at_hand_is_vouched_for_by_its_digest(tmp_path: Path) -> None:
    letter = {"name": "letter", "uri": "absent.pdf", "sha256": "a" * 64}
    (sent,) = content(ChooseOption, tmp_path, option="appeal", letters=[letter])["letters"]
    assert sent == {**letter, "uri": (tmp_path / "absent.pdf").resolve().as_uri()}
    with pytest.raises(Refused, match=r"document\.unreadable"):
        content(ChooseOption, tmp_path, option="appeal", letters=[{"name": "letter", "uri": "absent.pdf"}])


def test_a_document_that_is_another_one_than_its_digest_says_is_refused(tmp_path: Path) -> None:
    (tmp_path / "form.pdf").write_bytes(b"signed")
    form = {"name": "form", "uri": "form.pdf", "sha256": "0" * 64}
    with pytest.raises(Refused, match=r"document\.digest_differs"):
        content(ChooseOption, tmp_path, option="withdraw", withdrawal_form=form)
