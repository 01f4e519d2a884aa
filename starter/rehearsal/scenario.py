"""A scenario: a life to be lived through."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from starter.problems import Trouble, Unusable
from starter.programs import Application
from starter.rehearsal.event import Event
from starter.rehearsal.news import News

OPENS = time(9, 0)
"""The hour at which a scenario's case opens, office time."""
LONGEST_LIFE = 1500.0
"""Days after which a life ends that has not closed by itself, where the scenario says nothing."""


@dataclass(frozen=True)
class Scenario:
    """An application that opens one case, and what is sent when.

    `opens` is null where the case opens at the next 09:00, `office` where the settings in force count, `until_day`
    where the life goes on until the case closes. Events are in time's order.
    """

    file: Path
    title: str
    application: Application
    office: Path | None
    opens: date | None
    until_day: float | None
    events: tuple[Event | News, ...]

    @property
    def last_day(self) -> float:
        """The day after which nothing is sent and nothing is lived through."""
        return LONGEST_LIFE if self.until_day is None else self.until_day

    def opening(self, now: datetime, zone: ZoneInfo) -> datetime:
        """Return the instant (UTC) at which the case opens: 09:00 of its day, else the next 09:00.

        Raises:
            Unusable: That instant has passed.
        """
        day = self.opens or now.astimezone(zone).date()
        opens = datetime.combine(day, OPENS, zone).astimezone(UTC)
        if opens <= now and self.opens is None:
            opens = datetime.combine(day + timedelta(days=1), OPENS, zone).astimezone(UTC)
        if opens <= now:
            expected = f"a day whose 09:00 ({zone.key}) is still to come"
            raise Unusable([Trouble(str(self.file), "opens", str(self.opens), expected)])
        return opens
