"""Pages say in tables all that their pictures show, come from nowhere else, and are readable in light and dark."""

import re
from collections import Counter
from html.parser import HTMLParser

import pytest

from pictures.drawing import STYLE
from pictures.life import Life
from pictures.page import index_page, life_page, rehearsal_page
from tests.pictures.conftest import LIVES
from tests.pictures.tales import entry, midnight, opens, stage, told

HOSTILE = "</style></title><script>alert(1)</script> & \"quoted\" 'too'"


class Page(HTMLParser):
    """What a page consists of: its elements with their attributes, and the text outside of drawings."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def values(self, attribute: str) -> list[str]:
        return [attributes[attribute] for _, attributes in self.elements if attribute in attributes]


@pytest.mark.server
@pytest.mark.parametrize("name", LIVES)
def test_every_sign_leads_to_its_row_and_every_entry_has_one(name: str, lives: dict[str, Life]) -> None:
    life, page = lives[name], Page(life_page(lives[name]))
    ids = page.values("id")
    assert Counter(ids).most_common(1)[0][1] == 1
    assert {href.removeprefix("#") for href in page.values("href")} <= set(ids)
    assert {f"entry-{mark.number}" for mark in (*life.marks, *life.ahead)} <= set(ids)
    assert {f"window-{window.number}" for window in life.windows} <= set(ids)
    text = " ".join(page.text)
    assert all(mark.text in text for mark in (*life.marks, *life.ahead))


@pytest.mark.server
def test_a_page_comes_from_nowhere_else(lives: dict[str, Life]) -> None:
    text = rehearsal_page([(life, True, []) for life in lives.values()])
    page = Page(text)
    assert not {"script", "link", "iframe", "object", "embed", "img", "base"} & {tag for tag, _ in page.elements}
    assert not re.search(r"(url\(|@import|https?://(?!www\.w3\.org/2000/svg))", text)
    assert all(href.startswith("#") for href in page.values("href"))


@pytest.mark.server
def test_a_page_of_a_rehearsal_has_every_life_with_its_verdict(lives: dict[str, Life]) -> None:
    straight, silence = lives["straight-life"], lives["silence"]
    page = Page(rehearsal_page([(straight, True, []), (silence, False, ["event 1: refused <so>"])]))
    text = " ".join(page.text)
    assert "1 of 2 went as written." in text
    assert text.count("did not go as written") == 2  # in the list of contents, and with its life
    assert "event 1: refused <so>" in text
    ids = page.values("id")
    assert Counter(ids).most_common(1)[0][1] == 1
    assert {href.removeprefix("#") for href in page.values("href")} <= set(ids)


@pytest.mark.server
def test_an_index_leads_to_every_page_and_shows_every_picture(lives: dict[str, Life]) -> None:
    page = Page(index_page("Lives", [(life, f"{name} 1.html", f"{name} 1.svg") for name, life in lives.items()]))
    assert page.values("href") == [f"{name}%201.html" for name in LIVES]
    assert page.values("src") == [f"{name}%201.svg" for name in LIVES]
    assert all(life.title in page.text for life in lives.values())


def test_text_stays_text() -> None:
    life = told(stage(0, "testing"), entry(1, "warning", HOSTILE), title=HOSTILE, awaited_party="acr", awaited=HOSTILE)
    for text in (life_page(life), rehearsal_page([(life, False, [HOSTILE])]), index_page(HOSTILE, [(life, "a", "b")])):
        page = Page(text)
        assert page.all("script") == []
        assert "".join(page.text).count(HOSTILE) >= 2


def test_midnight_ends_a_day_unless_a_date_begins_with_it() -> None:
    life = told(
        stage(0, "designated"),
        opens(0, "mid_cycle", midnight(20)),
        opens(0, "expiry", midnight(40)),
        entry(midnight(20), "notice", "Notice: mid cycle", kind="mid_cycle"),
        case="dicoe.SAMPLE.OH.1",
    )
    text = " ".join(" ".join(Page(life_page(life)).text).split())
    assert "25 Jan 2027 00:00 20.6 notice" in text
    assert "13 Feb 2027 24:00" in text


def test_a_page_has_a_language_a_title_and_a_width_for_phones() -> None:
    page = Page(life_page(told(stage(0, "testing"))))
    assert page.all("html") == [{"lang": "en"}]
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in page.all("meta")
    assert len(page.all("h1")) == len(page.all("main")) == 1
    assert all(cell.get("scope") in ("col", "row") for cell in page.all("th"))
    assert len(page.all("caption")) == len(page.all("table"))


INK = ("--application", "--testing", "--review", "--options", "--appeal", "--corrective", "--survey", "--accredited")
TEXT = [("--ink", on) for on in (*INK, "--paper", "--veil", "--target")] + [
    (text, "--paper") for text in ("--soft", "--met", "--missed", "--link")
]  # fmt: skip
SIGNS = [
    (sign, on)
    for sign in ("--met", "--missed", "--open", "--warn", "--dropped", "--edge")
    for on in ("--paper", "--veil")
]
INSIDE = [("--on", sign) for sign in ("--met", "--missed", "--warn", "--term", "--dropped")]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_colours_differ_enough_to_be_read(mode: str) -> None:
    """WCAG 2.2 AA: 4.5 for text, 3 for signs and what is drawn into them."""
    light, dark = (dict(re.findall(r"(--[a-z]+): (#[0-9a-f]{6})", block)) for block in STYLE.split("@media screen")[:2])
    colours = light if mode == "light" else dark
    assert colours.keys() == light.keys()
    weak = [(a, b) for a, b in TEXT if contrast(colours[a], colours[b]) < 4.5]
    weak += [(a, b) for a, b in SIGNS + INSIDE if contrast(colours[a], colours[b]) < 3]
    assert weak == []


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
