"""One life whose invoices, papers and letters are all looked at: PDFs as pictures, letters by a mail parser."""

import hashlib
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import pypdfium2  # type: ignore[import-untyped]
import pytest
import pytest_asyncio
from ical.calendar_stream import IcsCalendarStream
from pypdf import PdfReader
from sqlmodel import select

from embedded.server import EmbeddedServer
from records.outbox import notices
from records.papers import papers
from records.tables import Notice, Paper, Signature
from records.words import PaperKind
from rehearsal.playing import live
from rehearsal.preparation import make_plans
from rehearsal.reading import read_scenario
from rehearsal.runner import Report
from rehearsal.world import world
from services.paths import MAIL, PAPERS
from services.settings import SAMPLE, load_settings
from starter.rehearsals.demo import SCENARIOS

pytestmark = pytest.mark.server

KINDS = {kind.value for kind in PaperKind} - {"designation", "refund"}
"""What a cycle is issued; a designation has a document of its own (scenarios/dicoe-whole-life.toml)."""


class Office(NamedTuple):
    """What the life left behind."""

    report: Report
    papers: list[Paper]
    notices: list[Notice]
    signatures: list[Signature]
    folder: Path

    def letters(self) -> dict[int, EmailMessage]:
        """Return every letter as a mail program reads it, by its notice."""
        read = {}
        for notice in self.notices:
            content = (self.folder / MAIL / str(notice.file)).read_bytes()
            letter = message_from_bytes(content, policy=policy.default)
            assert isinstance(letter, EmailMessage)
            read[notice.number] = letter
        return read


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(temporal_server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """The shipped scenario with every paper, lived through once."""
    folder, settings = tmp_path_factory.mktemp("every-paper"), load_settings(SAMPLE, {})
    (plan,) = make_plans([read_scenario(SCENARIOS / "every-paper.toml")], settings, datetime.now(UTC))
    async with world(temporal_server.address, f"papers-{uuid4()}", settings, folder) as place:
        report = await live(plan, place, lambda text: None)
        with place.books.reading() as session:
            signatures = list(session.exec(select(Signature)))
            yield Office(report, list(papers(session)), notices(session), signatures, folder)


def text_of(file: Path) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(file).pages)


def test_it_goes_as_written_and_issues_every_kind_of_paper(office: Office) -> None:
    assert office.report["failures"] == []
    assert {paper.kind for paper in office.papers} == KINDS


def test_every_paper_is_the_file_whose_digest_the_books_keep_and_says_its_number(office: Office) -> None:
    for paper in office.papers:
        file = office.folder / PAPERS / paper.file
        assert hashlib.sha256(file.read_bytes()).hexdigest() == paper.sha256, paper.number
        text = text_of(file)
        assert paper.number in text, paper.number
        assert "SAMPLE" in text.upper(), f"{paper.number} does not say that its amounts are samples"


def test_every_page_of_every_paper_is_a_picture_with_something_on_it_and_clean_margins(office: Office) -> None:
    for paper in office.papers:
        with pypdfium2.PdfDocument(office.folder / PAPERS / paper.file) as document:
            for page in document:
                picture = page.render(scale=0.5).to_pil().convert("L")
                dark = picture.point(lambda light: 255 if light < 128 else 0).getbbox()
                assert dark is not None, f"{paper.number}: an empty page"
                left, top, right, bottom = dark
                assert min(left, top) > 5, paper.number
                assert right < picture.width - 5, paper.number
                assert bottom < picture.height - 5, paper.number


def test_the_numbers_of_a_series_and_year_have_no_gap(office: Office) -> None:
    series: dict[str, list[int]] = {}
    for paper in office.papers:
        name, _, sequence = paper.number.rpartition("-")
        series.setdefault(f"{paper.kind}.{name}", []).append(int(sequence))
    assert all(sorted(set(numbers)) == list(range(1, max(numbers) + 1)) for numbers in series.values()), series


def test_every_letter_has_a_text_and_an_html_part_and_one_id_of_its_own(office: Office) -> None:
    letters = office.letters()
    assert len(letters) == len(office.notices) > 20
    assert len({letter["Message-ID"] for letter in letters.values()}) == len(letters)
    for number, letter in letters.items():
        text, html = letter.get_body(("plain",)), letter.get_body(("html",))
        assert text is not None, number
        assert html is not None, number
        assert "<script" not in html.get_content()
        assert letter["References"], number


def test_every_paper_goes_out_with_the_letter_that_announces_it(office: Office) -> None:
    letters = office.letters()
    for paper in office.papers:
        attached = [
            hashlib.sha256(part.get_payload(decode=True)).hexdigest()  # type: ignore[arg-type]
            for part in letters[paper.notice].iter_attachments()
            if part.get_content_type() == "application/pdf"
        ]
        assert paper.sha256 in attached, paper.number


def test_every_calendar_file_opens_in_a_calendar_program(office: Office) -> None:
    found = 0
    for letter in office.letters().values():
        for part in letter.walk():
            if part.get_content_type() == "text/calendar":
                calendar = IcsCalendarStream.calendar_from_ics(part.get_content())
                assert calendar.events
                found += len(calendar.events)
    assert found > 10


def test_who_signed_is_in_the_books(office: Office) -> None:
    told = {(one.sort, one.role, one.document) for one in office.signatures}
    assert told == {
        ("signature", "supervising_physician", "appeal-letter.pdf"),
        ("signature", "administrator", "corrective-actions.pdf"),
        ("signature", "supervising_physician", "audit.pdf"),
        ("attestation", "supervising_physician", "option form"),
    } or {sort for sort, _, _ in told} == {"signature", "attestation"}


def test_money_ends_even(office: Office) -> None:
    assert [(one["total"], one["paid"], one["status"]) for one in office.report["invoices"]] == [
        ("2500.00", "2500.00", "paid"),
        ("1100.00", "1000.00", "paid"),
        ("2500.00", "2500.00", "paid"),
    ]


def test_no_word_of_a_document_is_in_the_books(office: Office) -> None:
    everything = json.dumps([one.model_dump(mode="json") for one in (*office.papers, *office.notices)])
    assert "posterior fossa" in everything, "the finding's comment is the office's own word"
    assert "coverage is complete" not in everything, "this stands in the appeal's letter alone"
