"""One line of a picture: dates, folds, stages, windows and marks."""

from xml.etree.ElementTree import Element

from starter.pictures.bands import BAND, draw_bands
from starter.pictures.bars import bars_height, draw_bars
from starter.pictures.cuts import CUT
from starter.pictures.dates import AXIS, YEAR, YEAR_AT, draw_dates
from starter.pictures.instants import short_instant, shorter_span, span_in_words
from starter.pictures.lanes import draw_lane, lane_height, lanes_of
from starter.pictures.pen import GLUE, SMALL, Pen
from starter.pictures.svg import add, label, line, rect, text_width

SPACE = 9.0
"""Between stages, windows and lanes."""


def strip_height(pen: Pen) -> float:
    """Return how high a strip is."""
    return AXIS + BAND + 2 * SPACE + bars_height(pen) + sum(lane_height(pen, lane) for lane in lanes_of(pen))


def draw_strip(parent: Element, pen: Pen, top: float) -> None:
    """Draw a strip."""
    height = strip_height(pen)
    _draw_future(parent, pen, top, height)
    _draw_folds(parent, pen, top, height)
    draw_dates(parent, pen, top, height)
    at = top + AXIS
    _name(parent, at + BAND / 2 + 4, "Stage")
    draw_bands(parent, pen, at)
    at += BAND + SPACE
    if bars_height(pen):
        _name(parent, at + 26, "Windows")
    draw_bars(parent, pen, at)
    at += bars_height(pen) + SPACE
    for lane in lanes_of(pen):
        _name(parent, at + 13, lane)
        draw_lane(parent, pen, lane, at)
        at += lane_height(pen, lane)


def _name(parent: Element, y: float, name: str) -> None:
    label(parent, 0, y, name, "lane").set("aria-hidden", "true")


def _draw_folds(parent: Element, pen: Pen, top: float, height: float) -> None:
    """Draw where time was folded, and how much of it."""
    for gap in pen.strip.gaps:
        if gap.folded:
            fold = add(parent, "g", class_="fold", aria_hidden="true")
            begin = pen.x(gap.begin) + YEAR + GLUE
            room = min(pen.x(gap.end), pen.left + pen.width - YEAR) - GLUE - begin
            words = span_in_words(gap.days)
            words = words if text_width(words, SMALL) <= room else shorter_span(words)
            label(fold, begin + (room - text_width(words, SMALL)) / 2, top + YEAR_AT, words, "span")
            x = pen.cut(gap)
            rect(fold, x - CUT / 2, top + AXIS - 5, CUT, height - AXIS + 5, "veil")


def _draw_future(parent: Element, pen: Pen, top: float, height: float) -> None:
    """Draw where the present ends and what lies ahead begins."""
    now = pen.life.now
    if now is None or pen.strip.end < now:
        return
    x = pen.x(now)
    future = add(parent, "g", class_="future", aria_hidden="true")
    rect(future, x, top + AXIS - 5, pen.right - x, height - AXIS + 5, "veil")
    if pen.strip.holds(now):
        line(future, x, top + AXIS - 5, x, top + height, "now")
        words = f"now, {short_instant(now, pen.life.zone)}"
        label(future, pen.fitted(x, text_width(words, SMALL)), top + height + 12, words, "now-words")
