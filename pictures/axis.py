"""The axis of time: busy stretches get room, empty ones are folded, and what does not fit goes on in the next strip.

A day has its width, and two instants are never closer than a mark is wide. A stretch of more than `FOLD_OVER` days in
which nothing happens is folded: it has one width however long it is, and says how long that was.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

DAY = timedelta(days=1)
PER_DAY = 2.6
"""Units of width of a day."""
APART = 14.0
"""The least distance between two instants, about the width of a mark."""
AT_ONCE = timedelta(hours=3)
"""Instants that are closer than this share one place."""
FOLD_OVER = 40
"""Days without an instant beyond which a stretch is folded."""
FOLD_WIDTH = 140.0
STRETCH = 5.0
"""How much wider than it must be a strip may become in order to fill its line."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch between two neighbouring instants, with its width."""

    begin: datetime
    end: datetime
    width: float
    folded: bool

    @property
    def days(self) -> int:
        """How long it is, in whole days."""
        return round((self.end - self.begin) / DAY)


@dataclass(frozen=True, slots=True)
class Strip:
    """A line of the picture: the stretches that fit, and how much wider than they must be they are drawn."""

    gaps: tuple[Gap, ...]
    scale: float
    first: bool
    last: bool

    @property
    def begin(self) -> datetime:
        """Its first instant."""
        return self.gaps[0].begin

    @property
    def end(self) -> datetime:
        """Its last instant."""
        return self.gaps[-1].end

    @property
    def width(self) -> float:
        """How wide it is drawn."""
        return self.scale * sum(gap.width for gap in self.gaps)

    def holds(self, instant: datetime) -> bool:
        """Whether an instant is drawn in this strip; one at the end of a strip belongs to it, not to the next."""
        return (self.begin < instant or (self.first and self.begin == instant)) and instant <= self.end

    def x(self, instant: datetime) -> float:
        """Return the place of an instant; one outside the strip is at its edge."""
        if instant <= self.begin:
            return 0.0
        index = bisect_right([gap.begin for gap in self.gaps], instant) - 1
        gap = self.gaps[index]
        before = sum(one.width for one in self.gaps[:index])
        length = gap.end - gap.begin
        part = min(1.0, (instant - gap.begin) / length) if length else 0.0
        return self.scale * (before + part * gap.width)


def gaps_between(instants: Iterable[datetime]) -> list[Gap]:
    """Return the stretches between instants."""
    ordered = sorted(set(instants))
    return [_gap(begin, end) for begin, end in pairwise(ordered)]


def _gap(begin: datetime, end: datetime) -> Gap:
    length = end - begin
    if length < AT_ONCE:
        return Gap(begin, end, 0.0, folded=False)
    if length > FOLD_OVER * DAY:
        return Gap(begin, end, FOLD_WIDTH, folded=True)
    return Gap(begin, end, APART + PER_DAY * (length / DAY), folded=False)


def strips_of(instants: Collection[datetime], width: float) -> list[Strip]:
    """Return the lines that a life needs, each at most `width` wide and all about as full as the others."""
    gaps = gaps_between(instants)
    if not any(gap.width for gap in gaps):  # a case that has just been opened
        only = min(gap.begin for gap in gaps) if gaps else min(instants)
        gaps = [Gap(only, only + DAY, APART, folded=False)]
    needed = len(_lines(gaps, width))
    limit = sum(gap.width for gap in gaps) / max(needed, 1)
    while len(_lines(gaps, limit)) > needed:
        limit *= 1.03
    lines = _lines(gaps, min(limit, width))
    return [_strip(line, width, first=line is lines[0], last=line is lines[-1]) for line in lines]


def _lines(gaps: Iterable[Gap], limit: float) -> list[list[Gap]]:
    """Break stretches into lines no wider than a limit, like words."""
    lines: list[list[Gap]] = []
    room = -1.0
    for gap in gaps:
        if not lines or gap.width > room:
            lines.append([])
            room = limit
        lines[-1].append(gap)
        room -= gap.width
    return lines


def _strip(gaps: list[Gap], width: float, *, first: bool, last: bool) -> Strip:
    needed = sum(gap.width for gap in gaps)
    return Strip(tuple(gaps), min(width / needed, STRETCH) if needed else 1.0, first, last)
