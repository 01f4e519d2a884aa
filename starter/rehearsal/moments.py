"""Where a case's clock should stand: pure arithmetic on instants, so that every near miss can be tested as a sum.

Time is skipped towards an instant of our choice, and a timer that is due but has not fired yet when the next skip
begins would be jumped over. So the clock is never led to a due instant, but to one at least `SPARE` away from every due
instant that the case has announced (its *agenda*). A message is judged by its stamp, so it may be handed over a little
before or after the instant that it is stamped with, as long as nothing that comes after it has happened already.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

SPARE = timedelta(minutes=1)
"""How far from a due instant the clock is led."""
EARLY = timedelta(minutes=4)
"""How far ahead of its stamp a message is handed over at most (a case believes stamps up to five minutes ahead)."""
LATE = timedelta(minutes=5)
"""How far behind its stamp a message is handed over at most, where there is a choice."""
STOPOVER = timedelta(minutes=10)
"""How long before an event the clock is stopped to ask what has come up on the way."""
OPENING = "opening"
"""The kind of due instant that happens before a message of the same instant."""


class Due(NamedTuple):
    """An instant at which the case does something by itself; of which kind, the case's agenda says."""

    at: datetime
    kind: str = "deadline"

    def precedes(self, stamp: datetime) -> bool:
        """Whether it happens before a message with that stamp is judged."""
        return self.at < stamp or (self.at == stamp and self.kind == OPENING)


def handover(stamp: datetime, now: datetime, agenda: Iterable[Due]) -> datetime:
    """Return where the clock should stand when a message with that stamp is handed over; `now` where it is past that.

    Everything that precedes the message should have happened and nothing that follows it may have. Where due instants
    are so close that no instant has `SPARE` on both sides, the message goes first: the case itself lets happen what
    precedes its stamp.
    """
    dues = list(agenda)
    earlier = [due.at for due in dues if due.precedes(stamp)]
    later = [due.at for due in dues if not due.precedes(stamp)]
    around = sorted(_around(stamp, early=EARLY, late=LATE), key=lambda instant: abs(instant - stamp))
    open_ones = [instant for instant in around if instant >= now and all(instant + SPARE <= due for due in later)]
    for instant in open_ones:
        if all(due + SPARE <= instant for due in earlier):
            return instant
    for instant in open_ones:
        if _is_quiet(instant, earlier):
            return instant
    return max(now, stamp - EARLY) if not open_ones else max(now, min(open_ones))


def end_point(end: datetime, now: datetime, agenda: Iterable[Due]) -> datetime:
    """Return where the clock should stand to have lived through everything up to an instant, and nothing beyond it."""
    dues = [due.at for due in agenda]
    past = [due for due in dues if due <= end]
    coming = [due for due in dues if due > end]
    for instant in sorted(_around(end, early=EARLY, late=LATE), key=lambda instant: abs(instant - end)):
        if all(due + SPARE <= instant for due in past) and all(instant + SPARE <= due for due in coming):
            return max(now, instant)
    return max(now, max(past) + (min(coming) - max(past)) / 2)  # something just before the end, something just after


def quiet(instant: datetime, agenda: Iterable[Due]) -> datetime:
    """Return the instant, or the last one before it that is `SPARE` away from everything on the agenda."""
    dues = [due.at for due in agenda]
    while not _is_quiet(instant, dues):
        instant -= SPARE / 2
    return instant


def breather(now: datetime, agenda: Iterable[Due], until: datetime | None) -> datetime | None:
    """Return where the clock can be led after something happened: up to five minutes on, past nothing; None: nowhere.

    Args:
        now: Where the clock stands.
        agenda: What the case does next.
        until: The next thing that somebody will do, if anything.
    """
    dues = [due.at for due in agenda if due.at > now]
    for minutes in (5, 4, 3, 2, 1):
        instant = now + timedelta(minutes=minutes)
        if all(instant + SPARE <= due for due in dues) and (until is None or instant <= until):
            return instant
    return None


def _around(instant: datetime, *, early: timedelta, late: timedelta) -> list[datetime]:
    steps = range(-int(early / SPARE), int(late / SPARE) + 1)
    return [instant + step * SPARE for step in steps]


def _is_quiet(instant: datetime, dues: Iterable[datetime]) -> bool:
    return all(abs(instant - due) >= SPARE for due in dues)
