"""How figures of a report are counted: days, their middle and their late end, shares, and the period."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from policy.application import Modality
from policy.dates import end_of_day, start_of_day
from policy.fees import title
from records.reports.lives import Between
from records.words import Program

A_DAY = 86_400
DESIGNATION = "designation"
"""What stands for a modality where a case is a designation."""


class Period(NamedTuple):
    """Days on the office's calendar, both included, and the instant as of which what is open is told.

    Attributes:
        since: The first day.
        until: The last day.
        at: The end of the last day, or now where that is earlier (UTC).
    """

    since: date
    until: date
    at: datetime

    def between(self, zone: ZoneInfo) -> Between:
        """Return its instants: 00:00 of its first day belongs to the day before, as 24:00."""
        return Between(start_of_day(self.since, zone), end_of_day(self.until, zone))


def period_of(since: date, until: date, zone: ZoneInfo, now: datetime, *, rehearsed: bool = False) -> Period:
    """Return a period as of now.

    Args:
        since: The first day.
        until: The last day.
        zone: The office's time zone.
        now: Now (UTC).
        rehearsed: Whether the books hold rehearsed lives, whose clocks are ahead of this machine's.
    """
    end = end_of_day(until, zone)
    return Period(since, until, end if rehearsed else min(end, now))


def days_between(begin: datetime, end: datetime) -> float:
    """Return the days of 86,400 s between two instants."""
    return (end - begin).total_seconds() / A_DAY


@dataclass
class Days:
    """Days that something took, in each of several cases."""

    found: list[float] = field(default_factory=list)

    def add(self, days: float) -> None:
        """Take down one more."""
        self.found.append(days)

    @property
    def number(self) -> int:
        """How many there are."""
        return len(self.found)

    @property
    def median(self) -> float | None:
        """The middle one: half of them took no longer (of an even number, between the two in the middle)."""
        if not self.found:
            return None
        ordered = sorted(self.found)
        middle = len(ordered) // 2
        return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2

    @property
    def ninetieth(self) -> float | None:
        """The 90th percentile by nearest rank: the shortest of them within which nine of ten were done."""
        return sorted(self.found)[math.ceil(0.9 * len(self.found)) - 1] if self.found else None

    @property
    def longest(self) -> float | None:
        """The longest one."""
        return max(self.found, default=None)

    def over(self, days: float) -> int:
        """Return how many took longer."""
        return sum(one > days for one in self.found)

    def as_json(self) -> dict[str, float | int | None]:
        """Return its figures for a script, days with one decimal."""
        return {
            "number": self.number,
            "median_days": tenth(self.median),
            "p90_days": tenth(self.ninetieth),
            "longest_days": tenth(self.longest),
        }


def tenth(days: float | None) -> float | None:
    """Return days with one decimal."""
    return None if days is None else round(days, 1)


def days_in_words(days: float | None) -> str:
    """Return days with one decimal; a dash where there are none."""
    return "–" if days is None else f"{days:.1f}"


def share(part: int, whole: int) -> str:
    """Return a part in percent of a whole; a dash of nothing."""
    return f"{100 * part / whole:.0f} %" if whole else "–"


def kind_of(program: str, modality: str | None) -> str:
    """Return by what a case is grouped: its modality, or `designation`."""
    return DESIGNATION if program == Program.DICOE else (modality or "")


def kind_words(kind: str) -> str:
    """Return a group in words, for example `CT` or `designation`."""
    return title(Modality(kind)) if kind in {*Modality} else kind


def in_order(kinds: Iterable[str]) -> Sequence[str]:
    """Return groups in the order of the modalities, designations last."""
    known = [*(one.value for one in Modality), DESIGNATION]
    return sorted(set(kinds), key=lambda kind: (known.index(kind) if kind in known else len(known), kind))
