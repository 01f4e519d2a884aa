"""What somebody plants in names, reasons and comments reaches nobody's screen, page, letter or table as a command.

One life of a facility that planted all it could, read by everything that the product shows or writes.
"""

import asyncio
import csv
import io
import json
import logging
import re
import xml.etree.ElementTree as ElementTree
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
import pytest_asyncio
from icalendar import Calendar
from pypdf import PdfReader

from embedded.server import embedded_server
from policy.text.visible import as_markdown, unseen
from services.security.logs import VisibleLines
from tests.applications import sample
from tests.office import AREAS, LivingOffice
from tests.office_terminal import OfficeTerminal
from tools.before_after.looking import details_of

pytestmark = pytest.mark.server
WORKS = (
    "=1+1 \u202egnp\u2066 a\u200bd \U000e0041 <script>alert(1)</script><img src=x onerror=alert(2)> "
    "[l](http://evil.example) *b* `c` #eval(1) {{ 7*7 }} ]]>"
)
"""What can be sent: turned and unseen characters, and the markup of all that is written."""
COMMANDS = f"=A\x1b[2J\x1b]0;owned\x07\x1b]8;;http://evil.example\x1b\\x \x9b31m\r\nBcc: v@evil.example\r\n\r\n{WORKS}"
"""What a raw client can start a case with beside it: commands of terminals, and lines of letters."""


def planted() -> dict[str, Any]:
    """Return the parts of an application in which somebody planted something wherever words are free."""
    whole = sample()
    address = whole["facility"]["address"] | {"street": COMMANDS, "city": COMMANDS}
    contacts = [one | {"name": COMMANDS} for one in whole["facility"]["contacts"]]
    areas = [area | {"module": COMMANDS} for area in whole["units"][0]["areas"]]
    return {
        "facility": whole["facility"] | {"name": COMMANDS, "address": address, "contacts": contacts},
        "units": [whole["units"][0] | {"manufacturer": COMMANDS, "model": COMMANDS, "areas": areas}],
        "payment": whole["payment"] | {"method": COMMANDS, "reference": COMMANDS},
    }


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def case(office: LivingOffice) -> str:
    """A case of that facility, brought to its report by messages that hold planted words, too."""
    case_id = await office.start(**planted())
    (invoice,) = (await office.status(case_id))["invoices"]
    money = {"invoice": invoice["number"], "amount": "1.00", "method": WORKS, "reference": WORKS}
    await office.tell(case_id, "record_payment", message_id=WORKS, **money)
    await office.tell(case_id, "undo_payment", payment=WORKS, reason=WORKS)
    await office.tell(case_id, "issue_credit_note", invoice=invoice["number"], amount="1.00", reason=WORKS)
    await office.pay_and_accept(case_id)
    subjects = {area: None if area == "phantom" else f"subject-{area}" for area in AREAS}
    exams = [{"area": area, "exam": f"{area} exam", "subject": subject} for area, subject in subjects.items()]
    await office.tell(
        case_id,
        "submit_testing_package",
        days_ago=2.7,
        on_behalf_of={"name": WORKS},
        medium="upload",
        exams=exams,
    )
    findings = [{"area": area, "acceptable": area == "phantom", "comments": WORKS} for area in AREAS]
    reviewers = [f"{number} {WORKS}" for number in range(2)]
    await office.tell(case_id, "issue_final_report", days_ago=2.5, reviewers=reviewers, findings=findings)
    await office.tell(case_id, "view_final_report", days_ago=2.4, on_behalf_of={"name": WORKS})
    await office.until_books(case_id, "options")
    return case_id


def assert_seen(text: str) -> None:
    """Hold that nothing in a text works unseen."""
    text = text.replace("\r\n", "\n")
    assert [ascii(text[max(0, one.start() - 80) : one.end() + 20]) for one in unseen(text).finditer(text)] == []


@pytest.mark.parametrize(
    "words",
    [
        ("show", "CASE", "--last", "100"), ("show", "CASE", "--json"), ("timeline", "CASE"),
        ("timeline", "CASE", "--json"),
        ("explain", "CASE"), ("worklist",), ("invoices",), ("invoices", "--number", "INVOICE"), ("invoices", "--json"),
        ("statement", "FACILITY"), ("statement", "FACILITY", "--json"), ("notices", "CASE"), ("papers", "CASE"),
        ("ledger", "--from", "2020-01-01", "--until", "2099-12-31"), ("send", "CASE", "withdraw_case\x1b[2J"),
        ("send\x1b[2J",), ("show", "no-case\x1b]0;owned\x07"), ("worklist", "--party", "\x1b[2J\u202e"),
    ],
    ids=" ".join,
)  # fmt: skip
async def test_no_command_prints_what_a_terminal_obeys(
    office: LivingOffice, case: str, terminal: OfficeTerminal, words: tuple[str, ...]
) -> None:
    row = office.row(case)
    invoice = (await office.status(case))["invoices"][0]["number"]
    names = {"CASE": case, "INVOICE": invoice, "FACILITY": row.facility_id}
    ran = await terminal(*(names.get(word, word) for word in words))
    assert_seen(ran.out)
    assert_seen(ran.err)
    assert words[0] == "ledger" or not re.search(r"^Bcc:", ran.out, re.MULTILINE)
    if all(word.isprintable() for word in words):
        assert ran.code == 0, ran.err
        if "--json" in words:
            json.loads(ran.out)


async def test_the_ledger_has_no_formula(case: str, terminal: OfficeTerminal) -> None:
    ran = await terminal("ledger", "--from", "2020-01-01", "--until", "2099-12-31")
    cells = [cell for row in csv.reader(io.StringIO(ran.out)) for cell in row]
    assert any(cell.startswith("'=1+1") for cell in cells)
    assert [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@"))] == []


class Page(HTMLParser):
    """What of a page could do something: tags that load or run, and where links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.leads: set[str] = set()
        self.handlers: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.leads |= {value or "" for name, value in attrs if name in ("href", "src", "action", "xlink:href")}
        self.handlers |= {name for name, _ in attrs if name.startswith("on")}


def assert_harmless(html: str) -> None:
    """Hold that a page runs nothing, loads nothing, and leads nowhere but within itself."""
    assert_seen(html)
    page = Page(html)
    assert page.tags.isdisjoint({"script", "img", "iframe", "object", "embed", "form", "base", "link"})
    assert page.handlers == set()
    assert [place for place in page.leads if not place.startswith(("#", "mailto:"))] == []


async def test_pictures_pages_and_calendars_stay_what_they_are(
    office: LivingOffice, case: str, terminal: OfficeTerminal
) -> None:
    ran = await terminal("timeline", case, "--svg", "life.svg", "--html", "life.html", "--ics", "life.ics")
    assert ran.code == 0, ran.err
    svg, html, ics = ((office.folder / f"life.{ending}").read_text("utf-8") for ending in ("svg", "html", "ics"))
    drawing = ElementTree.fromstring(svg)
    assert "script" not in {element.tag.rpartition("}")[2] for element in drawing.iter()}
    assert_seen(svg)
    assert_harmless(html)
    assert "evil.example" in html
    assert_calendar(ics)


def assert_calendar(ics: str) -> None:
    """Hold that a calendar file has the events that it should, and no line of somebody else's."""
    assert_seen(ics)
    names = {line.partition(":")[0].partition(";")[0] for line in ics.replace("\r\n ", "").split("\r\n") if line}
    assert all(re.fullmatch(r"[A-Z-]+", name) for name in names), names
    assert Calendar.from_ical(ics).walk("VEVENT")


def letters_of(office: LivingOffice, case: str) -> list[EmailMessage]:
    """Return the letters of a case."""
    files = [file.read_bytes() for file in Path(office.folder, "mail").rglob("*.eml")]
    return [
        message_from_bytes(one, _class=EmailMessage, policy=policy.default) for one in files if case.encode() in one
    ]


async def test_letters_have_their_own_headers_and_no_markup_but_the_frames(office: LivingOffice, case: str) -> None:
    letters = letters_of(office, case)
    assert len(letters) >= 5
    assert {letter["Bcc"] for letter in letters} == {None}
    for letter in letters:
        assert all("\n" not in str(value) for value in letter.values())
        for part in letter.walk():
            match part.get_content_type():
                case "text/plain":
                    assert_seen(part.get_content())
                case "text/html":
                    assert_harmless(part.get_content())
                case "text/calendar":
                    assert_calendar(part.get_payload(decode=True).decode())  # type: ignore[union-attr]
                case "application/pdf":
                    assert_paper(part.get_content())


def assert_paper(content: bytes) -> None:
    """Hold that a PDF runs nothing and leads nowhere."""
    for page in PdfReader(io.BytesIO(content)).pages:
        assert "/Annots" not in page
        assert_seen(page.extract_text())


def rendered_by(ui: str | None, markdown: str) -> str:
    """Return what the Temporal UI makes of Markdown, as HTML."""
    with urlopen(f"{ui}/render?{urlencode({'content': markdown})}") as answer:
        page: str = answer.read().decode()
    return page.partition("<main>")[2].partition("</main>")[0]


async def test_the_temporal_ui_shows_words_and_no_markup(
    office: LivingOffice, case: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    handle = office.client.get_workflow_handle(case)
    described = await handle.describe()
    told = {
        "summary": await described.static_summary() or "",
        "details": await described.static_details() or "",
        "current": await details_of(handle),
        "every word": as_markdown(COMMANDS),
    }
    async with embedded_server(tmp_path_factory.mktemp("ui"), ui=True, use_configured=False) as server:
        for name, markdown in told.items():
            assert_seen(markdown)
            rendered = await asyncio.to_thread(rendered_by, server.ui_url, markdown)
            page = Page(rendered)
            assert page.leads == set(), (name, rendered)
            assert page.tags <= {"p", "h3", "strong", "table", "thead", "tbody", "tr", "th", "td", "code", "ul", "li"}
            if name != "current":
                assert "alert" in rendered or name == "summary"


def test_a_log_has_a_line_for_each_record() -> None:
    record = logging.LogRecord("a", logging.INFO, __file__, 1, "%s", (COMMANDS,), None)
    written = VisibleLines("%(levelname)s %(message)s").format(record)
    assert_seen(written)
    assert [line for line in written.splitlines() if not line.startswith("  ")] == [written.splitlines()[0]]
