"""The picture of a life: as many strips as its width needs, one below the other, and what its signs mean."""

from collections.abc import Iterator
from datetime import datetime
from importlib.resources import files
from xml.etree.ElementTree import Element

from policy.dates import local_day
from policy.words import day_in_words
from starter.pictures.accounts import sentence
from starter.pictures.axis import strips_of
from starter.pictures.legend import draw_legend, legend_height
from starter.pictures.life import Life, Nature
from starter.pictures.pen import Pen
from starter.pictures.strip import draw_strip, strip_height
from starter.pictures.svg import NAMESPACE, add, element, label, rect, written

WIDE, MIDDLE, NARROW = 1080.0, 720.0, 358.0
"""Widths of a drawing: a desktop's page, a printed page or a tablet, a phone."""
GUTTER = {WIDE: 76.0, MIDDLE: 66.0, NARROW: 58.0}
"""Where the axis begins, right of the names of lanes."""
EDGE = 9.0
"""Room for half a sign at both ends of the axis."""
BETWEEN = 26.0
"""Between two strips."""
HEADING = 46.0
STYLE = (files("starter.pictures") / "picture.css").read_text("utf-8")


def draw(life: Life, width: float, target: str) -> Element:
    """Return the drawing for a page with tables.

    Args:
        life: The life.
        width: One of the widths above.
        target: What the addresses of the tables' rows begin with.
    """
    drawing = element("svg", class_="life", role="group", aria_labelledby=f"{target}{width:g}-title")
    add(drawing, "title", life.title, id=f"{target}{width:g}-title")
    height = _draw_all(drawing, life, width, target, 0.0)
    return _sized(drawing, width, height)


def draw_alone(life: Life) -> str:
    """Return the drawing as a file of its own, with its title, its style and a description of the whole."""
    drawing = element(
        "svg", class_="life alone", role="group", aria_labelledby="title", aria_describedby="desc", lang="en"
    )
    add(drawing, "title", life.title, id="title")
    add(drawing, "desc", description(life), id="desc")
    add(drawing, "style", STYLE)
    paper = rect(drawing, -16, -16, WIDE + 32, 0, "paper")
    label(drawing, 0, 16, life.title, "title")
    label(drawing, 0, 34, life.case, "case")
    height = _draw_all(drawing, life, WIDE, None, HEADING)
    paper.set("height", f"{height + 32:g}")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written(_sized(drawing, WIDE, height, margin=16))}\n'


def description(life: Life) -> str:
    """Return a life in sentences."""
    stages = "; ".join(f"{s.words} from {day_in_words(local_day(s.begin, life.zone))}" for s in life.stages)
    windows = ". ".join(sentence(window, life) for window in life.windows if not window.never_ran)
    summary = ". ".join(f"{name}: {text}" for name, text in life.summary)
    return f"{summary}. Stages: {stages}. Windows: {windows}."


def _draw_all(drawing: Element, life: Life, width: float, target: str | None, top: float) -> float:
    """Draw strips and legend below each other; return the height."""
    gutter = GUTTER[width]
    for strip in strips_of(_instants(life), width - gutter - 2 * EDGE):
        pen = Pen(life, strip, gutter + EDGE, width - gutter - 2 * EDGE, target)
        draw_strip(drawing, pen, top)
        top += strip_height(pen) + BETWEEN
    draw_legend(drawing, life, width, top)
    return top + legend_height(life, width)


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
