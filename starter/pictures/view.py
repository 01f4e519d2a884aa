"""What a page says of a life: its drawings for all widths, and the rows of its tables."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from policy.dates import local_day, start_of_day
from policy.words import zone_in_words
from starter.pictures.accounts import outcome_words
from starter.pictures.drawing import MIDDLE, NARROW, WIDE, draw
from starter.pictures.instants import short_due, short_instant
from starter.pictures.life import Life, Nature
from starter.pictures.svg import written

SIZES = (("narrow", NARROW), ("middle", MIDDLE), ("wide", WIDE))
"""A page shows the drawing that fits its width; the others are hidden from everybody."""


@dataclass(frozen=True)
class View:
    """A life with what a page says of it. `target`: what the ids of its rows begin with, on a page with many lives."""

    life: Life
    target: str = ""

    @property
    def drawings(self) -> list[tuple[str, Markup]]:
        """The drawings for all widths of a page."""
        drawn = []
        for name, width in SIZES:
            pieces = "\n".join(written(piece) for piece in draw(self.life, width, self.target))
            drawn.append((name, Markup(pieces)))
        return drawn

    @property
    def stages(self) -> list[dict[str, Any]]:
        """The stages as a table tells them."""
        life = self.life
        return [
            {
                "words": stage.words,
                "begin": short_instant(stage.begin, life.zone, year=True),
                "end": short_due(stage.end, life.zone, year=True) if stage.end else "still",
                "days": f"{((stage.end or life.now or stage.begin) - stage.begin).total_seconds() / 86_400:.1f}",
            }
            for stage in life.stages
        ]

    @property
    def windows(self) -> list[dict[str, Any]]:
        """The windows as a table tells them."""
        life = self.life
        return [
            {
                "number": window.number,
                "words": window.words,
                "opens": None if window.nature is Nature.DATE else window.opens_at,
                "due": window.due_at,
                "fate": window.fate,
                "outcome": outcome_words(window, life),
                "rule": window.rule,
            }
            for window in life.windows
        ]

    def written(self, instant: datetime) -> tuple[str, str]:
        """Return day and time of an instant as tables write them.

        Midnight belongs to the day that it ends, unless a date begins with it.
        """
        zone = self.life.zone
        if not self.life.begins_a_day(instant) and instant == start_of_day(local_day(instant, zone), zone):
            return short_due(instant, zone, year=True), "24:00"
        return short_instant(instant, zone, year=True), f"{instant.astimezone(zone):%H:%M}"

    def day(self, instant: datetime) -> str:
        """Return on which day of the life an instant falls; the day of the opening is day 0."""
        return f"{(instant - self.life.opened_at).total_seconds() / 86_400:.1f}"

    @property
    def zone(self) -> str:
        """The office's time zone, in words."""
        return zone_in_words(self.life.opened_at, self.life.zone)
