"""Letters as files: what stands in them, how they are called, and that they are whole or not there."""

import email
import email.policy
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from activities.mail import Letter, MailFolder, Sender, Undeliverable, as_message
from tests.records.rows import CASE

NEW_YORK = ZoneInfo("America/New_York")
LETTER = Letter(
    case_id=CASE,
    number=7,
    kind="invoice",
    at=datetime(2027, 6, 3, 12, 0, tzinfo=NEW_YORK),
    sender=Sender("Sample Accreditation Office", "accredit@example.org", "office@example.org"),
    to=("physician@example.org", "administrator@example.org"),
    cc=(),
    subject="Invoice 2027-000001",
    body="Please pay – thank you.\n",
)


def read(path: Path) -> EmailMessage:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_a_letter_says_from_whom_to_whom_when_and_what(tmp_path: Path) -> None:
    name = MailFolder(tmp_path).deliver(LETTER)
    message = read(tmp_path / name)
    assert message["From"] == "Sample Accreditation Office <accredit@example.org>"
    assert message["Reply-To"] == "Sample Accreditation Office <office@example.org>"
    assert message["To"] == "physician@example.org, administrator@example.org"
    assert message["Cc"] is None
    assert message["Subject"] == "Invoice 2027-000001"
    assert message["Date"] == "Thu, 03 Jun 2027 12:00:00 -0400"
    assert message["Message-ID"] == f"<7.{CASE}@example.org>"
    assert message.get_content().replace("\r\n", "\n") == LETTER.body
    assert message.get_content_charset() == "utf-8"


def test_a_letter_lies_in_the_folder_of_its_case(tmp_path: Path) -> None:
    name = MailFolder(tmp_path / "mail").deliver(LETTER)
    assert name == f"{CASE}/0007-invoice.eml"
    assert (tmp_path / "mail" / name).is_file()


def test_the_same_letter_is_the_same_file(tmp_path: Path) -> None:
    folder = MailFolder(tmp_path)
    first = (tmp_path / folder.deliver(LETTER)).read_bytes()
    with ThreadPoolExecutor(4) as pool:
        names = set(pool.map(folder.deliver, [LETTER] * 20))
    assert names == {f"{CASE}/0007-invoice.eml"}
    assert [path.name for path in (tmp_path / CASE).iterdir()] == ["0007-invoice.eml"]
    assert (tmp_path / f"{CASE}/0007-invoice.eml").read_bytes() == first


def test_a_copy_goes_to_whom_it_is_meant_for() -> None:
    message = as_message(LETTER._replace(cc=("office@example.org",)))
    assert message["Cc"] == "office@example.org"
    assert LETTER._replace(cc=("office@example.org",)).recipients == [*LETTER.to, "office@example.org"]


def test_without_an_address_for_answers_there_is_no_such_header() -> None:
    assert as_message(LETTER._replace(sender=Sender("Office", "accredit@example.org")))["Reply-To"] is None


UNUSUAL: list[tuple[dict[str, Any], str, str]] = [
    ({"subject": "Two\nlines: a header"}, "Subject", "Two lines: a header"),
    ({"subject": "Ergebnis für München"}, "Subject", "Ergebnis für München"),
    ({"to": ("röntgen@example.org",)}, "To", "röntgen@example.org"),
    ({"sender": Sender("Büro, Sample", "a@example.org")}, "From", '"Büro, Sample" <a@example.org>'),
]


@pytest.mark.parametrize(("change", "header", "expected"), UNUSUAL)
def test_names_in_any_script_and_careless_subjects_make_a_sound_header(
    tmp_path: Path, change: dict[str, Any], header: str, expected: str
) -> None:
    assert read(tmp_path / MailFolder(tmp_path).deliver(LETTER._replace(**change)))[header] == expected


NO_ADDRESSES = ["nobody", "a@b@c", "Ann <ann@example.org>", "ann@example.org\nBcc: x@example.org", ""]


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_what_is_no_address_is_the_letters_fault(address: str) -> None:
    with pytest.raises(Undeliverable, match="is no e-mail address"):
        as_message(LETTER._replace(to=(address,)))


def test_a_folder_that_cannot_be_written_is_not_the_letters_fault(tmp_path: Path) -> None:
    (tmp_path / "mail").touch()
    with pytest.raises(OSError, match="mail"):
        MailFolder(tmp_path / "mail").deliver(LETTER)
