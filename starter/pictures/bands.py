"""Stages as bands, and the end of the last one."""

from xml.etree.ElementTree import Element

from policy.dates import last_day, local_day
from policy.words import day_in_words
from starter.pictures.cuts import cut_through
from starter.pictures.life import Stage
from starter.pictures.pen import SMALL, Pen
from starter.pictures.svg import add, label, rect, text_width

BAND = 24.0
BOLD = SMALL * 1.09
"""The size that bold type seems to have, by its width."""


def draw_bands(parent: Element, pen: Pen, top: float) -> None:
    """Draw the stages of a strip."""
    for stage in pen.life.stages:
        _draw_stage(parent, pen, stage, top)
    _draw_end(parent, pen, top)


def _draw_stage(parent: Element, pen: Pen, stage: Stage, top: float) -> None:
    """Draw a stage as a band; one that goes on in what lies ahead is an outline there."""
    strip, life = pen.strip, pen.life
    until = stage.end or life.now or life.closed_at or stage.begin
    if until <= strip.begin or stage.begin >= strip.end:
        return
    begin, end = pen.x(stage.begin), pen.x(until)
    dates = f"{day_in_words(local_day(stage.begin, life.zone))} to {_until(stage, pen)}"
    text = f"{stage.words}, {dates}"
    band = add(parent, "g", role="img", class_=f"stage {stage.name}", aria_label=text)
    add(band, "title", text)
    rect(band, begin, top, end - begin, BAND, "band", rx=3)
    if stage.end is None and pen.right > end:
        rect(band, end, top, pen.right - end, BAND, "band ahead", rx=3)
    cut_through(band, pen, begin, pen.right if stage.end is None else end, top, BAND)
    words = _short(stage.words, end - begin - 7)
    if words:
        label(band, begin + 5, top + BAND / 2 + 4, words, "words")


def _short(words: str, room: float) -> str:
    """Return words as far as they have room, or nothing."""
    for fitting in (words, words.split(" ")[0].rstrip(":")):
        if text_width(fitting, BOLD) <= room:
            return fitting
    letters = int(room / text_width("n", BOLD)) - 1
    return f"{words[:letters]}…" if letters >= 3 else ""


def _draw_end(parent: Element, pen: Pen, top: float) -> None:
    """Draw that the case has closed, and say how where there is room."""
    life = pen.life
    if life.closed_at is None or not pen.strip.holds(life.closed_at):
        return
    end = pen.x(life.closed_at)
    rect(parent, end - 2, top - 3, 4, BAND + 6, "closed")
    words, wide = life.ended, text_width(life.ended, SMALL) + 10
    if end + wide <= pen.left + pen.width:
        label(parent, end + 7, top + BAND / 2 + 4, words, "words")
    elif life.stages and end - wide >= pen.x(life.stages[-1].begin) + text_width(life.stages[-1].words, SMALL) + 12:
        label(parent, end - 7, top + BAND / 2 + 4, words, "words", "end")


def _until(stage: Stage, pen: Pen) -> str:
    return day_in_words(last_day(stage.end, pen.life.zone)) if stage.end else "now"
