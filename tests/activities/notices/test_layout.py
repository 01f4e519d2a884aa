"""From text to lines and page: both say the same, and what is filled in never becomes anything but words."""

import re
import textwrap
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.notices.compose import Words, compose
from activities.notices.index import index
from activities.notices.layout import WIDTH, as_text
from policy.rules import RULES
from tests.activities.notices.test_texts import HEADINGS, MOST
from tests.activities.orders import an_office
from tests.records.rows import NOON, a_case, an_application

LEAST = {"rule": "fee.due", "source": RULES["fee.due"]}
STRUCTURE = {
    "html", "head", "meta", "title", "style", "body", "div", "h1", "h2", "p", "br", "ul", "li",
}  # fmt: skip


class Page(HTMLParser):
    """What a page is made of: its elements, and the words of its body."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.words: list[str] = []
        self._hidden = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append(tag)
        self._hidden = tag in ("style", "title")

    def handle_data(self, data: str) -> None:
        """Note words."""
        self.words += [] if self._hidden else data.split()

    @property
    def text(self) -> str:
        """Its words in one line."""
        return " ".join(self.words)


def written(kind: str, facility: str = "Sample Imaging Center", **facts: Any) -> Words:
    application = an_application()
    application["facility"] = {**application["facility"], "name": facility}
    case = a_case(application=application, facility_name=facility)
    return compose(kind, case, LEAST | facts, NOON, an_office())


@pytest.mark.parametrize("kind", sorted(index().kinds))
def test_the_page_says_what_the_text_says_and_is_made_of_little(kind: str) -> None:
    words = written(kind, **MOST)
    page = Page(words.html)
    assert set(page.elements) <= STRUCTURE
    told = [line.removeprefix("- ") for line in words.body.split("\n") if line not in HEADINGS]
    text = re.sub(r"(^| )- ", " ", " ".join(" ".join(told).split()))
    for word in text.split():
        assert word in page.text
    assert [heading.capitalize() for heading in HEADINGS] == re.findall("<h2>(.*?)</h2>", words.html)
    assert not re.search("[\ue000-\uf8ff]", words.html + words.body + words.subject)


@pytest.mark.parametrize("kind", sorted(index().kinds))
def test_nothing_in_a_page_is_fetched_from_anywhere(kind: str) -> None:
    assert not re.search(r"src=|href=|url\(|@import|<link|<img|<script", written(kind, **MOST).html)


HOSTILE = [
    "<script>alert(1)</script> & Sons",
    "*One* _Two_ [Three](https://example.org) `x`",
    "# Not a heading",
    "- Not an item",
    "1. Not a number",
    "&lt;b&gt; is five letters",
    "\"Quoted\" 'twice' {{ case_id }} {% raw %}",
    "Röntgen 放射線 🩻",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_stays_what_it_is_in_text_and_page(name: str) -> None:
    words = written("closed", name, reason=name, text=name)
    flat = " ".join(words.body.split())
    assert words.body.startswith(f"{name}\n")
    assert f"The reason: {name}" in flat
    page = Page(words.html)
    assert set(page.elements) <= STRUCTURE
    assert page.elements.count("li") == written("closed", reason="a", text="b").html.count("<li>")
    assert " ".join(name.split()) in page.text


def test_lines_of_a_recommendation_stay_lines_and_make_no_list_of_their_own() -> None:
    comments = "Centre the patient.\n- and the tube\n\n## NOT A HEADING"
    finding = {"area": "chest", "acceptable": False, "comments": comments}
    words = written("final_report", findings=[finding])
    assert "  Recommendation: Centre the patient.\n  - and the tube\n" in words.body
    assert "Recommendation: Centre the patient.<br>\n- and the tube<br>\n<br>\n## NOT A HEADING" in words.html
    assert words.html.count("<h2>") == len(HEADINGS)


def test_a_subject_is_one_line_without_escapes() -> None:
    case = a_case(unit="CT<1>&2")
    assert compose("expired", case, LEAST, NOON, an_office()).subject == "Accreditation expired: CT unit CT<1>&2"


def test_what_no_reader_can_see_is_shown_as_its_number() -> None:
    body = written("closed", reason="a\x00b\ue000c\ud800d\x1fe").body
    assert r"The reason: a\x00bc\ud800d\x1fe" in body
    body.encode()


def test_a_preview_says_so_on_the_page() -> None:
    page = compose("closed", a_case(), LEAST, NOON, an_office(), preview=True).html
    assert "PREVIEW" in page
    assert "PREVIEW" not in written("closed").html


@given(st.text("ab\u00e9 -\t\u00a0\u2009", max_size=90))
def test_a_line_is_broken_as_textwrap_breaks_it(line: str) -> None:
    hanging = re.match(r"\s*(- )?", line)
    indent = " " * len(hanging[0]) if hanging else ""
    lines = textwrap.wrap(line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    assert as_text(line) == "\n".join(lines).strip() + "\n"
