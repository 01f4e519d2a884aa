"""Letters as files: what stands in them, how they are called, and that they are whole or not there."""

import email
import email.policy
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from activities.mail import Attachment, Letter, MailFolder, Sender, Undeliverable, as_message
from activities.mail import message as message_module
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
    name = MailFolder(tmp_path).deliver(LETTER).file
    message = read(tmp_path / name)
    assert message["From"] == "Sample Accreditation Office <accredit@example.org>"
    assert message["Reply-To"] == "Sample Accreditation Office <office@example.org>"
    assert message["To"] == "physician@example.org, administrator@example.org"
    assert message["Cc"] is None
    assert message["Subject"] == "Invoice 2027-000001"
    assert message["Date"] == "Thu, 03 Jun 2027 12:00:00 -0400"
    assert message["Message-ID"] == f"<7.{CASE}@example.org>"
    assert message["References"] is None
    assert message.get_content().replace("\r\n", "\n") == LETTER.body
    assert message.get_content_charset() == "utf-8"


def test_a_letter_lies_in_the_folder_of_its_case(tmp_path: Path) -> None:
    name = MailFolder(tmp_path / "mail").deliver(LETTER).file
    assert name == f"{CASE}/0007-invoice.eml"
    assert (tmp_path / "mail" / name).is_file()


def test_the_same_letter_is_the_same_file(tmp_path: Path) -> None:
    folder = MailFolder(tmp_path)
    first = (tmp_path / folder.deliver(LETTER).file).read_bytes()
    with ThreadPoolExecutor(4) as pool:
        names = {delivered.file for delivered in pool.map(folder.deliver, [LETTER] * 20)}
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
    ({"to": ("praxis@münchen.example",)}, "To", "praxis@xn--mnchen-3ya.example"),
    ({"sender": Sender("Büro, Sample", "a@example.org")}, "From", '"Büro, Sample" <a@example.org>'),
]


@pytest.mark.parametrize(("change", "header", "expected"), UNUSUAL)
def test_names_in_any_script_and_careless_subjects_make_a_sound_header(
    tmp_path: Path, change: dict[str, Any], header: str, expected: str
) -> None:
    assert read(tmp_path / MailFolder(tmp_path).deliver(LETTER._replace(**change)).file)[header] == expected


PAPER = Attachment("2027-000001-invoice.pdf", "application/pdf", b"%PDF-1.7 sample")
DATE = Attachment("invoice-2027-07-03.ics", "text/calendar; method=PUBLISH; charset=utf-8", b"BEGIN:VCALENDAR\r\n")


def test_a_letter_is_text_and_page_and_what_goes_with_it(tmp_path: Path) -> None:
    whole = LETTER._replace(html="<p>Please pay – thank you.</p>\n", attachments=(PAPER, DATE))
    message = read(tmp_path / MailFolder(tmp_path).deliver(whole).file)
    parts = [part.get_content_type() for part in message.walk()]
    assert parts == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "application/pdf",
        "text/calendar",
    ]
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    told = [part.get_content().replace("\r\n", "\n") for part in (text, html)]
    assert told == [whole.body, whole.html]
    paper, date = message.iter_attachments()
    assert (paper.get_filename(), paper.get_content()) == (PAPER.name, PAPER.content)
    assert (date.get_filename(), date["Content-Type"].params["method"]) == (DATE.name, "PUBLISH")


def test_a_letter_with_all_its_parts_is_the_same_file_each_time(tmp_path: Path) -> None:
    whole = LETTER._replace(html="<p>Please pay.</p>", attachments=(PAPER, DATE))
    assert as_message(whole).as_bytes() == as_message(whole).as_bytes()


def test_everything_in_a_letter_is_ascii_on_its_way() -> None:
    whole = LETTER._replace(subject="Ergebnis für München", html="<p>für München</p>", body="für München\n")
    assert as_message(whole).as_bytes().isascii()


def test_the_letters_of_a_case_are_one_conversation_and_say_what_they_are() -> None:
    messages = [as_message(LETTER._replace(number=number, thread=CASE)) for number in (7, 8)]
    assert {message["References"] for message in messages} == {f"<{CASE}@example.org>"}
    assert {message["In-Reply-To"] for message in messages} == {f"<{CASE}@example.org>"}
    assert [message["X-Accredit-Notice"] for message in messages] == ["7 invoice", "8 invoice"]
    assert (messages[0]["X-Accredit-Case"], messages[0]["Auto-Submitted"]) == (CASE, "auto-generated")


def test_the_longest_case_keeps_its_name_in_one_line() -> None:
    case_id = f"accreditation.{'F' * 64}.stereotactic_breast_biopsy.{'U' * 64}.1"
    lines = as_message(LETTER._replace(case_id=case_id, thread=case_id)).as_bytes().splitlines()
    assert f"Message-ID: <7.{case_id}@example.org>".encode() in lines
    assert f"References: <{case_id}@example.org>".encode() in lines
    assert f"In-Reply-To: <{case_id}@example.org>".encode() in lines
    assert f"X-Accredit-Case: {case_id}".encode() in lines


def test_a_long_subject_in_any_script_is_told_in_short_pieces(tmp_path: Path) -> None:
    subject = "Prüfung der Röntgenaufnahmen am Standort Düsseldorf-Süd und der Größe des Übermaßes " * 2
    letter = LETTER._replace(subject=subject)
    raw = as_message(letter).as_bytes()
    assert max(len(line) for line in raw.splitlines()) <= 78
    assert all(len(word) <= 75 for word in re.findall(rb"=\?[^?]+\?.\?[^?]*\?=", raw))
    assert read(tmp_path / MailFolder(tmp_path).deliver(letter).file)["Subject"] == subject.strip()


SUBJECTS = (
    "Invoice 2027-000001",
    "An appeal of Sample Imaging at the Lake (OH-0417), CT unit CT-1: what was found by the committee",
    "of =?utf-8?q?Ann?= and =?",
    "Prüfung der Röntgenaufnahmen",
    "tab\tand a\nline",
    "",
)
NAMES = ("Sample Office", 'Office "of", Samples; (OH)', "Büro für Röntgen", "=?utf-8?q?Ann?=", "O" * 90, "")
ADDRESSES = (
    ("a@example.org",),
    ("a@bücher.example",),
    ("jörg@example.org",),
    tuple(f"p{n}@example.org" for n in "12345"),
)


@pytest.mark.parametrize("subject", SUBJECTS)
@pytest.mark.parametrize("name", NAMES)
def test_headers_that_stay_as_they_stand_are_those_that_the_registry_would_have_written(
    subject: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = (PAPER, DATE, Attachment("Zeugnis für München, lang und länger.pdf", "application/pdf", b"%PDF"))
    letters = [
        LETTER._replace(
            subject=subject, sender=Sender(name, "a@example.org", "b@example.org"), to=to, cc=to, attachments=files,
            html="<p>für München</p>", thread=CASE,
        )
        for to in ADDRESSES
    ]  # fmt: skip
    quick = [message_module.as_bytes(as_message(letter)) for letter in letters]
    for way in ("PLAIN", "WIDE"):
        ours = getattr(message_module, way)
        monkeypatch.setattr(
            message_module, way, SMTP.clone(utf8=ours.utf8, header_factory=ours.header_factory, max_line_length=76)
        )
    assert [as_message(letter).as_bytes() for letter in letters] == quick


NO_ADDRESSES = ["nobody", "nobody@..", "a@b@c", "Ann <ann@example.org>", "ann@example.org\nBcc: x@example.org", ""]


def test_whom_an_earlier_try_has_reached_stays_reached(tmp_path: Path) -> None:
    delivered = MailFolder(tmp_path).deliver(LETTER, ["other@example.org", "physician@example.org"])
    assert delivered.reached == ("other@example.org", "physician@example.org", "administrator@example.org")


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_what_is_no_address_is_the_letters_fault(address: str) -> None:
    with pytest.raises(Undeliverable, match="is no e-mail address"):
        as_message(LETTER._replace(to=(address,)))


def test_a_folder_that_cannot_be_written_is_not_the_letters_fault(tmp_path: Path) -> None:
    (tmp_path / "mail").touch()
    with pytest.raises(OSError, match="mail"):
        MailFolder(tmp_path / "mail").deliver(LETTER)
