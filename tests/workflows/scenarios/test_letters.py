"""The letters of whole lives, as a facility's mail program reads them: parts, calendar files, one conversation."""

import email
import email.policy
import re
from calendar import month_name
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from ical.calendar_stream import IcsCalendarStream
from ical.event import Event

from activities.papers.issuing import ANNOUNCED
from tests.workflows.shipped import Life

pytestmark = pytest.mark.server
NEW_YORK = ZoneInfo("America/New_York")
LIVES = ("the-whole-ladder", "extended-and-withdrawn", "always-late", "dicoe-whole-life")
ELSEWHERE = {
    "certificate_reissued", "credit_note", "deferred", "denied", "designation_reissued", "invoice_reminder", "refund",
    "supplemental_review_result",
}  # fmt: skip
"""Letters with papers that other lives send."""
DAY = r"(\d{1,2} [A-Z][a-z]+ \d{4})"
NAMED = re.compile(rf"[Bb]y {DAY}, \d\d:\d\d ET|{DAY}, 24:00 ET")
"""A due date: the end of a day, or an instant that something is due *by*."""
NO_LONGER_DUE = re.compile(r"it was due by \d{1,2} \w+ \d{4}, 24:00 ET")


@pytest.fixture(scope="module")
def letters(shipped_lives: dict[str, Life]) -> dict[str, list[EmailMessage]]:
    """The letters of each case, in their order."""
    found: dict[str, list[EmailMessage]] = {}
    for file in sorted(file for name in LIVES for file in shipped_lives[name].folder.rglob("*.eml")):
        found.setdefault(file.parent.name, []).append(read(file))
    assert len(found) >= len(LIVES)
    return found


def read(file: Path) -> EmailMessage:
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def body_of(letter: EmailMessage, kind: str = "plain") -> str:
    part = letter.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def events_of(letter: EmailMessage) -> Iterator[Event]:
    for part in letter.iter_attachments():
        if part.get_content_type() == "text/calendar":
            yield from IcsCalendarStream.calendar_from_ics(str(part.get_content())).events


def day_of(event: Event) -> date:
    """Return the day of an event on the office's wall."""
    assert event.dtstart is not None
    return event.dtstart.astimezone(NEW_YORK).date() if isinstance(event.dtstart, datetime) else event.dtstart


def day_called(words: str) -> date:
    """Return for example the third of June for `3 June 2027`."""
    day, month, year = words.split()
    return date(int(year), list(month_name).index(month), int(day))


def kind_of(letter: EmailMessage) -> str:
    return str(letter["X-Accredit-Notice"]).partition(" ")[2]


def all_of(letters: dict[str, list[EmailMessage]]) -> Iterator[EmailMessage]:
    for of_case in letters.values():
        yield from of_case


async def test_every_letter_is_text_and_page_and_belongs_to_its_case(letters: dict[str, list[EmailMessage]]) -> None:
    for case_id, of_case in letters.items():
        for letter in of_case:
            assert case_id in body_of(letter)
            assert case_id in body_of(letter, "html")
            assert letter["References"].startswith(f"<{case_id}@")
        assert len({letter["Message-ID"] for letter in of_case}) == len(of_case)


async def test_every_due_date_to_come_that_a_letter_names_is_in_its_calendar_file(
    letters: dict[str, list[EmailMessage]],
) -> None:
    named = 0
    for letter in all_of(letters):
        text = NO_LONGER_DUE.sub("", " ".join(body_of(letter).split()))
        days = {day_called(by or until) for by, until in NAMED.findall(text)}
        sent = letter["Date"].datetime.date()
        to_come = {day for day in days if day >= sent}
        assert {day_of(event) for event in events_of(letter)} == to_come, f"{kind_of(letter)}: {text}"
        named += len(to_come)
    assert named > 30


async def test_an_extension_moves_what_the_reader_has_in_the_calendar(letters: dict[str, list[EmailMessage]]) -> None:
    moved = [letter for letter in all_of(letters) if kind_of(letter) == "due_date_extended"]
    before = {event.uid: event for letter in all_of(letters) for event in events_of(letter) if not event.sequence}
    assert moved
    for letter in moved:
        (event,) = events_of(letter)
        assert event.uid in before
        assert event.sequence
        assert timedelta(0) < day_of(event) - day_of(before[event.uid]) < timedelta(days=365)


async def test_a_letter_says_what_is_attached_and_it_is(letters: dict[str, list[EmailMessage]]) -> None:
    kinds = set()
    for letter in all_of(letters):
        papers = [part for part in letter.iter_attachments() if part.get_content_type() == "application/pdf"]
        told = " ".join(body_of(letter).split()).replace("NOT attached", "")
        assert bool(papers) == ("attached" in told), kind_of(letter)
        assert all(paper.get_content().startswith(b"%PDF-") for paper in papers)
        kinds |= {kind_of(letter)} if papers else set()
    assert kinds >= set(ANNOUNCED) - ELSEWHERE
