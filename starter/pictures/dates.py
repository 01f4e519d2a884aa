"""The dates above a strip: as many as have room, those that tell most before the others."""

from datetime import date, datetime
from xml.etree.ElementTree import Element

from policy.dates import last_day, local_day
from starter.pictures.instants import short_day
from starter.pictures.life import Nature
from starter.pictures.pen import GLUE, SMALL, Pen
from starter.pictures.svg import add, label, line, text_width

AXIS = 44.0
"""The height of years, folds and dates."""
YEAR_AT, DATE_AT = 12.0, 27.0
DATE = text_width("30 Mar", SMALL)
YEAR = text_width("2030", SMALL)
"""The room that a date and a year take."""


def draw_dates(parent: Element, pen: Pen, top: float, height: float) -> None:
    """Draw dates where there is room, those of stages before others, and the year where it is a new one."""
    axis = add(parent, "g", class_="axis", aria_hidden="true")
    line(axis, pen.left, top + AXIS - 5, pen.right, top + AXIS - 5, "base")
    year = None
    for begin, x, day in sorted(_placed(pen)):
        label(axis, begin, top + DATE_AT, short_day(day), "day")
        line(axis, x, top + AXIS - 5, x, top + height, "grid")
        line(axis, x, top + DATE_AT + 4, x, top + AXIS - 5, "tick")
        if day.year != year:
            year = day.year
            label(axis, pen.fitted(x - 3, YEAR), top + YEAR_AT, f"{year}", "year")


def _placed(pen: Pen) -> list[tuple[float, float, date]]:
    """Return the dates that have room: where their text begins, their place, and the day."""
    placed: dict[float, tuple[float, date]] = {}
    for instant in _telling(pen):
        day = (local_day if pen.life.begins_a_day(instant) else last_day)(instant, pen.life.zone)
        x, wide = round(pen.x(instant), 1), text_width(short_day(day), SMALL)
        begin = pen.fitted(x - wide / 2, wide)
        if all(abs(begin - other) >= DATE + GLUE for other, _ in placed.values()):
            placed[x] = (begin, day)
    return [(begin, x, day) for x, (begin, day) in placed.items()]


def _telling(pen: Pen) -> list[datetime]:
    """Return the instants of a strip, those that tell most first."""
    life, strip = pen.life, pen.strip
    stages = [stage.begin for stage in life.stages if strip.holds(stage.begin)]
    dues = [window.due_at for window in life.windows if window.nature is not Nature.DATE and strip.holds(window.due_at)]
    ends = [strip.begin, strip.end, *([life.now] if life.now and strip.holds(life.now) else [])]
    return [*ends, *stages, *dues, *(gap.begin for gap in strip.gaps)]
