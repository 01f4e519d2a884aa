"""A drawing shows all of a life: stages as bands, windows as bars, marks in lanes, what lies ahead in outline."""

import re
from xml.etree.ElementTree import Element, fromstring

import pytest

from pictures.drawing import NARROW, WIDE, draw_alone
from pictures.life import Fate, Life, Nature, Window
from pictures.wording import bar_words, sentence, window_outcome
from tests.pictures.conftest import LIVES
from tests.pictures.svgs import WIDTHS, pieces, tagged, with_class, words
from tests.pictures.tales import day, entry, midnight, opens, passes, sent, stage, told

PACKAGE = (stage(0, "testing"), opens(0, "testing_package", midnight(30)))
HOSTILE = "</title><script>alert(1)</script> & \"quoted\" 'too'"


def hrefs(life: Life, width: float) -> set[str]:
    return {link.get("href") or "" for link in tagged(pieces(life, width), "a")}


@pytest.mark.server
@pytest.mark.parametrize("name", LIVES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_mark_window_and_stage_of_a_life_is_drawn(name: str, width: float, lives: dict[str, Life]) -> None:
    life, parts = lives[name], pieces(lives[name], width)
    named = "; ".join(link.get("aria-label") or "" for link in tagged(parts, "a"))
    for mark in (*life.marks, *life.ahead):
        assert mark.lane is None or f": {mark.text}" in named, mark
    drawn = hrefs(life, width)
    for window in life.windows:
        assert (f"#window-{window.number}" in drawn) is not window.never_ran, window
    bands = {(band.get("aria-label") or "").partition(",")[0] for band in with_class(parts, "stage")}
    assert bands == {stage.words for stage in life.stages}


@pytest.mark.server
@pytest.mark.parametrize("name", LIVES)
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_lies_outside_the_sheet(name: str, width: float, lives: dict[str, Life]) -> None:
    for piece in pieces(lives[name], width):
        _, _, wide, high = map(float, (piece.get("viewBox") or "").split())
        assert wide == width
        for found in (*tagged([piece], "text"), *tagged([piece], "rect")):
            x, y = float(found.get("x") or 0), float(found.get("y") or 0)
            assert -13 <= x <= width + 1, found.attrib
            assert -13 <= y <= high, found.attrib
            assert x + float(found.get("width") or 0) <= width + 13


@pytest.mark.server
def test_a_phone_gets_more_and_shorter_lines_than_a_desktop(lives: dict[str, Life]) -> None:
    ladder = lives["the-whole-ladder"]
    assert len(pieces(ladder, NARROW)) > 2 * len(pieces(ladder, WIDE))


def test_a_met_window_is_filled_up_to_what_came_and_the_rest_is_unused() -> None:
    parts = pieces(told(*PACKAGE, sent(15, "submit_testing_package"), stage(15, "review")), WIDE)
    fill, unused, sign = bar(parts, 1)
    assert (fill.get("class"), unused.get("class"), sign.get("class")) == ("fill", "unused", "end met")
    assert right(fill) == pytest.approx(left(unused), abs=0.2)
    assert "Testing package: came 19 Jan, due 3 Feb" in words(parts)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_words_of_a_window_stand_above_its_bar(width: float) -> None:
    parts = pieces(told(*PACKAGE, sent(15, "submit_testing_package"), stage(15, "review")), width)
    (said,) = [text for text in tagged(parts, "text") if (text.text or "").startswith("Testing package: came")]
    assert float(said.get("y") or 0) < min(float(one.get("y") or 0) for one in with_class(parts, "fill"))


def test_a_missed_window_is_filled_to_its_end() -> None:
    life = told(*PACKAGE, passes(midnight(30), "testing_package"), stage(40, "closed"), closed_at=day(40))
    fill, sign = bar(pieces(life, WIDE), 1)
    assert (fill.get("class"), sign.get("class")) == ("fill", "end missed")
    assert "Testing package: missed 3 Feb" in words(pieces(life, WIDE))


def test_what_lies_ahead_is_an_outline_behind_the_present() -> None:
    parts = pieces(told(*PACKAGE, now=10), WIDE)
    fill, ahead = bar(parts, 1)
    assert (fill.get("class"), ahead.get("class")) == ("fill", "ahead")
    (present,) = with_class(parts, "now")
    assert right(fill) == pytest.approx(left(ahead), abs=0.2) == float(present.get("x1") or 0)
    assert "now, 14 Jan" in words(parts)
    assert "Testing package: due 3 Feb" in words(parts)


def bar(parts: list[Element], number: int) -> list[Element]:
    """Return what a window's bar is made of, without its words."""
    (link,) = [link for link in tagged(parts, "a") if link.get("href") == f"#window-{number}"]
    return [part for part in link if part.get("class") and part.get("class") != "label"]


def left(part: Element) -> float:
    return float(part.get("x") or 0)


def right(part: Element) -> float:
    return left(part) + float(part.get("width") or 0)


def test_a_fold_says_how_long_it_was_and_bars_are_cut_there() -> None:
    life = told(stage(0, "accredited"), opens(0, "expiry", midnight(1096)), now=3)
    parts = pieces(life, WIDE)
    assert "3 years" in words(parts)
    assert with_class(parts, "cut")


def test_marks_at_one_place_share_a_sign_and_all_are_named() -> None:
    notices = [entry(1, "notice", f"Notice: {kind}", kind=kind) for kind in ("waiting", "invoice", "accredited")]
    parts = pieces(told(stage(0, "application"), *notices, now=3), WIDE)
    (link,) = [link for link in tagged(parts, "a") if "entry" in (link.get("href") or "")]
    assert link.get("href") == "#entry-2"
    assert [text in (link.get("aria-label") or "") for text in ("Still awaited", "Invoice letter", "Accredited")] == [
        True
    ] * 3
    assert "Still awaited +2" in words(parts)


@pytest.mark.server
@pytest.mark.parametrize("name", LIVES)
def test_a_file_of_its_own_is_whole_and_asks_for_nothing_else(name: str, lives: dict[str, Life]) -> None:
    text = draw_alone(lives[name])
    drawing = fromstring(text)
    (title, *_), (description,) = tagged([drawing], "title"), tagged([drawing], "desc")
    assert title.text == lives[name].title
    assert "Stages: Application from" in (description.text or "")
    assert drawing.get("aria-describedby") == description.get("id")
    assert not re.search(r"(href|src|url\(|@import|<script|https?://(?!www\.w3\.org/2000/svg))", text)
    assert {found.get("tabindex") for found in with_class([drawing], "mark")} == {"0"}


def test_text_stays_text() -> None:
    life = told(stage(0, "testing"), entry(1, "warning", HOSTILE), title=HOSTILE, now=3)
    drawing = fromstring(draw_alone(life))
    assert tagged([drawing], "script") == []
    assert tagged([drawing], "title")[0].text == HOSTILE
    assert any(HOSTILE in (mark.get("aria-label") or "") for mark in with_class([drawing], "mark"))


@pytest.mark.parametrize("width", WIDTHS)
def test_a_case_that_was_only_announced_has_a_picture(width: float) -> None:
    assert len(pieces(told(now=0), width)) == 2


def test_every_fate_and_nature_has_words() -> None:
    life = told(stage(0, "testing"), now=10)
    for fate in Fate:
        for nature in Nature:
            ended = day(5) if fate in (Fate.MET, Fate.DROPPED) else None
            window = Window(1, "w", "Window", nature, day(0), midnight(20), fate=fate, ended_at=ended)
            for said in (*bar_words(window, life), window_outcome(window, life), sentence(window, life)):
                assert said
                assert "None" not in said
