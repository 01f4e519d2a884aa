"""The picture of a life: as many strips as its width needs, one below the other, and what its signs mean."""

from collections.abc import Callable, Iterator
from datetime import datetime
from importlib.resources import files
from xml.etree.ElementTree import Element

from pictures.axis import strips_of
from pictures.life import Fate, Lane, Life, Nature
from pictures.strip import draw_strip, strip_height
from pictures.svg import (
    NAMESPACE,
    SMALL,
    Pen,
    add,
    cross,
    diamond,
    element,
    glyph,
    label,
    rect,
    text_width,
    tick,
    written,
)
from pictures.wording import sentence
from policy.dates import last_day, local_day
from policy.words import day_in_words

ROW = 20.0
SIGN = 22.0
"""Room for a sign and its distance from the words."""
APART = 18.0
Sign = Callable[[float, float], Element]


def draw_legend(parent: Element, life: Life, width: float, top: float) -> None:
    """Draw signs and their meanings, in as many lines as the width needs."""
    legend = add(parent, "g", class_="legend", aria_hidden="true")
    for x, y, sign, words in _placed(life, width):
        legend.append(sign(x + 8, top + y + 8))
        label(legend, x + SIGN, top + y + 12, words, "label")


def legend_height(life: Life, width: float) -> float:
    """Return how high it is."""
    return ROW + max((y for _, y, _, _ in _placed(life, width)), default=-ROW)


def _placed(life: Life, width: float) -> Iterator[tuple[float, float, Sign, str]]:
    x = y = 0.0
    for sign, words in _meanings(life):
        wide = SIGN + text_width(words, SMALL)
        if x and x + wide > width:
            x, y = 0.0, y + ROW
        yield x, y, sign, words
        x += wide + APART


def _meanings(life: Life) -> Iterator[tuple[Sign, str]]:
    kinds = {(mark.kind, mark.lane is Lane.OFFICE) for mark in life.marks if mark.lane}
    named = {kind for kind, _ in kinds}
    for kind, office, words in (
        ("message", False, "sent by the facility"),
        ("message", True, "sent by the office"),
    ):
        if (kind, office) in kinds:
            yield _sign(kind, office), words
    for kind, words in (
        ("refusal", "refused by a rule"),
        ("invoice", "invoice"),
        ("payment", "payment"),
        ("notice", "notice"),
    ):
        if kind in named:
            yield _sign(kind, office=False), words
    if named & {"attention", "warning"}:
        yield _sign("warning", office=False), "warning, or needs attention"
    fates = {(window.fate, window.nature) for window in life.windows}
    if any(fate is Fate.MET and nature is not Nature.DATE for fate, nature in fates):
        yield tick, "met in time"
    if any(fate is Fate.MISSED and nature is not Nature.RIGHT for fate, nature in fates):
        yield cross, "missed"
    if any(nature is Nature.DATE for _, nature in fates):
        yield (lambda x, y: diamond(x, y, ahead=False)), "a date on which something happens by itself"
    if life.now:
        yield _outline, "still ahead"


def _sign(kind: str, office: bool) -> Sign:
    return lambda x, y: glyph(kind, x, y, office=office)


def _outline(x: float, y: float) -> Element:
    return glyph("notice", x, y, office=False, ahead=True)


WIDE, MIDDLE, NARROW = 1080.0, 720.0, 358.0
"""Widths of a drawing: a desktop's page, a printed page or a tablet, a phone."""
GUTTER = {WIDE: 76.0, MIDDLE: 66.0, NARROW: 58.0}
"""Where the axis begins, right of the names of lanes."""
EDGE = 9.0
"""Room for half a sign at both ends of the axis."""
BELOW, UNDER_NOW = 26.0, 20.0
"""Between two strips, and between the last one and what stands below it: room for the word `now`."""
HEADING = 46.0
MARGIN = 16.0
STYLE = (files("pictures") / "picture.css").read_text("utf-8")


def draw(life: Life, width: float, target: str) -> list[Element]:
    """Return the drawing for a page with tables: a piece for each strip, so that a printer may break between them.

    Args:
        life: The life.
        width: One of the widths above.
        target: What the addresses of the tables' rows begin with.
    """
    pens = _pens(life, width, target)
    pieces = []
    for number, pen in enumerate(pens, start=1):
        begin, end = (day_in_words(last_day(at, life.zone)) for at in (pen.strip.begin, pen.strip.end))
        piece = _sheet(f"Part {number} of {len(pens)}: {begin} to {end}")
        draw_strip(piece, pen, 0.0)
        pieces.append(_sized(piece, width, strip_height(pen) + (BELOW if number < len(pens) else UNDER_NOW)))
    legend = element("svg", class_="life", aria_hidden="true")
    draw_legend(legend, life, width, 0.0)
    return [*pieces, _sized(legend, width, legend_height(life, width))]


def draw_alone(life: Life) -> str:
    """Return the drawing as a file of its own, with its title, its style and a description of the whole."""
    drawing = _sheet(life.title)
    add(drawing, "desc", description(life), id="desc")
    drawing.set("aria-describedby", "desc")
    add(drawing, "style", STYLE)
    paper = rect(drawing, -MARGIN, -MARGIN, WIDE + 2 * MARGIN, 0, "paper")
    label(drawing, 0, 16, life.title, "title")
    label(drawing, 0, 34, life.case, "case")
    top = HEADING
    for pen in _pens(life, WIDE, None):
        draw_strip(drawing, pen, top)
        top += strip_height(pen) + BELOW
    draw_legend(drawing, life, WIDE, top)
    top += legend_height(life, WIDE)
    paper.set("height", f"{top + 2 * MARGIN:g}")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written(_sized(drawing, WIDE, top, MARGIN))}\n'


def description(life: Life) -> str:
    """Return a life in sentences."""
    stages = "; ".join(f"{s.words} from {day_in_words(local_day(s.begin, life.zone))}" for s in life.stages)
    windows = ". ".join(sentence(window, life) for window in life.windows if not window.never_ran)
    summary = ". ".join(f"{name}: {text}" for name, text in life.summary)
    return f"{summary}. Stages: {stages}. Windows: {windows}."


def _pens(life: Life, width: float, target: str | None) -> list[Pen]:
    """Return a pen for each strip that a life needs at a width."""
    gutter = GUTTER[width]
    wide = width - gutter - 2 * EDGE
    return [Pen(life, strip, gutter + EDGE, wide, target) for strip in strips_of(list(_instants(life)), wide)]


def _sheet(title: str) -> Element:
    sheet = element("svg", class_="life", role="group", aria_label=title, lang="en")
    add(sheet, "title", title)
    return sheet


def _instants(life: Life) -> Iterator[datetime]:
    """Yield everything that has a place on the axis."""
    yield life.opened_at
    yield from (instant for instant in (life.closed_at, life.now) if instant)
    for stage in life.stages:
        yield stage.begin
    for window in life.windows:
        if not window.never_ran:
            yield from () if window.nature is Nature.DATE else (window.opens_at,)
            yield window.ended_at if window.ended_at and window.fate == "dropped" else window.due_at
            yield from (window.ended_at,) if window.ended_at else ()
            yield from window.was_due
    yield from (mark.at for mark in (*life.marks, *life.ahead))


def _sized(drawing: Element, width: float, height: float, margin: float = 0.0) -> Element:
    drawing.set("xmlns", NAMESPACE)
    drawing.set("viewBox", f"{-margin:g} {-margin:g} {width + 2 * margin:g} {height + 2 * margin:g}")
    if margin:
        drawing.set("width", f"{width + 2 * margin:g}")
        drawing.set("height", f"{height + 2 * margin:g}")
    return drawing
