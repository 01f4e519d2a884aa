"""The work of the next days: what will be due, by whom, week by week; what is awaited now; what is to be paid."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from policy.dates import end_of_day, last_day, start_of_day
from policy.facts import Party
from policy.words import day_in_words, dollars, party
from records.postings import NOTHING
from records.reports.lives import Between
from records.reports.windows import Awaited, Running, cases_waiting, invoices_unpaid, windows_running
from services.reports.figures import DESIGNATION, in_order, kind_of, kind_words
from services.reports.shape import Bar, Segment, Sheet, Table, Tone
from services.reports.windows import BY_ITSELF, OFFICE, RIGHTS
from services.words import plain, window_words

DAYS = 90
"""How far ahead one looks, where nothing else is said."""
A_WEEK = 7
TONES = {"facility": Tone.OPEN, "acr": Tone.MISSED, "date": Tone.DROPPED}
WORDS = {"facility": "due from facilities", "acr": "due from the office", "date": "happens by itself"}


@dataclass
class Forecast:
    """What lies ahead.

    Attributes:
        since: The first day.
        until: The last day.
        weeks: How many windows end, by week (from 0), whose they are (`facility`, `acr`, or `date`) and name.
        kinds: The same by name and kind of case.
        money: What is to be paid, by week: invoices and US dollars.
        waiting: What is awaited now, of whom, in how many cases.
    """

    since: date
    until: date
    weeks: Counter[tuple[int, str, str]] = field(default_factory=Counter)
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    money: dict[int, tuple[int, Decimal]] = field(default_factory=dict)
    waiting: list[Awaited] = field(default_factory=list)

    @property
    def last_week(self) -> int:
        """The number of the last week."""
        return (self.until - self.since).days // A_WEEK

    def week_days(self, week: int) -> tuple[date, date]:
        """Return the first and the last day of a week."""
        first = self.since + timedelta(days=week * A_WEEK)
        return first, min(first + timedelta(days=A_WEEK - 1), self.until)

    def names(self) -> list[str]:
        """Return the windows that end, those of facilities first, dates last."""
        return sorted({name for _, _, name in self.weeks}, key=lambda name: (order_of(whose(name)), name))

    def as_json(self) -> dict[str, Any]:
        """Return everything for a script."""
        return {
            "from": self.since.isoformat(),
            "to": self.until.isoformat(),
            "due": [
                {"window": name, "by": whose(name), "kind": kind, "number": number}
                for (name, kind), number in sorted(self.kinds.items())
            ],
            "weeks": [self._week(week) for week in range(self.last_week + 1)],
            "waiting": [one._asdict() for one in self.waiting],
        }

    def _week(self, week: int) -> dict[str, Any]:
        first, last = self.week_days(week)
        invoices, amount = self.money.get(week, (0, NOTHING))
        due = {name: number for (of, _, name), number in sorted(self.weeks.items()) if of == week}
        return {
            "from": first.isoformat(), "to": last.isoformat(), "windows": due, "invoices": invoices, "amount": amount,
        }  # fmt: skip


def whose(name: str) -> str:
    """Return who must act before a window ends; `date`: nobody, or nobody must."""
    if name in BY_ITSELF or name in RIGHTS:
        return "date"
    return "acr" if name in OFFICE else "facility"


def order_of(who: str) -> int:
    """Return the place of facilities, office and dates among one another."""
    return [*WORDS].index(who)


def forecast_of(session: Session, since: date, days: int, zone: ZoneInfo, now: datetime) -> Forecast:
    """Look ahead.

    Args:
        session: The books.
        since: The first day.
        days: How many days.
        zone: The office's time zone.
        now: Now (UTC): what was due earlier on the first day is no forecast.
    """
    until = since + timedelta(days=days - 1)
    between = Between(max(start_of_day(since, zone), now), end_of_day(until, zone))
    found = Forecast(since, until, waiting=cases_waiting(session))
    for window in windows_running(session, between):
        _count(found, window, zone)
    for invoice in invoices_unpaid(session, between):
        week = (last_day(invoice.due_at, zone) - since).days // A_WEEK
        invoices, amount = found.money.get(week, (0, NOTHING))
        found.money[week] = invoices + 1, amount + invoice.outstanding
    return found


def _count(found: Forecast, window: Running, zone: ZoneInfo) -> None:
    week = (last_day(window.due_at, zone) - found.since).days // A_WEEK
    found.weeks[week, whose(window.name), window.name] += 1
    found.kinds[window.name, kind_of(window.program, window.modality)] += 1


def forecast_sheet(found: Forecast) -> Sheet:
    """Return what lies ahead as it is shown."""
    since, until = day_in_words(found.since), day_in_words(found.until)
    waiting = sum(one.number for one in found.waiting if one.party == Party.ACR)
    amount = sum((amount for _, amount in found.money.values()), NOTHING)
    facts = [
        *((f"{WORDS[who].capitalize()}", str(_sum_of(found, who))) for who in WORDS),
        ("Cases that wait for the office now", str(waiting)),
        ("To be paid", dollars(amount)),
    ]
    tables = (_weeks(found), _kinds(found), _waiting(found))
    return Sheet(f"Forecast: {since} to {until}", facts, [table for table in tables if table.rows])


def _sum_of(found: Forecast, who: str, week: int | None = None) -> int:
    return sum(number for (of, by, _), number in found.weeks.items() if by == who and week in (None, of))


def _weeks(found: Forecast) -> Table:
    rows, bars = [], []
    for week in range(found.last_week + 1):
        first, last = found.week_days(week)
        invoices, amount = found.money.get(week, (0, NOTHING))
        counted = {who: _sum_of(found, who, week) for who in WORDS}
        names = Counter({name: number for (of, _, name), number in found.weeks.items() if of == week})
        words = [f"{window_words(name, designation=False).lower()} {number}" for name, number in names.most_common()]
        rows.append([
            f"{first} to {last}", *(str(counted[who]) for who in WORDS), str(invoices), dollars(amount),
        ])  # fmt: skip
        parts = tuple(Segment(counted[who], WORDS[who], TONES[who]) for who in WORDS if counted[who])
        bars.append(Bar(f"{first}", parts, ", ".join(words) or "nothing"))
    says = "A date happens by itself: a certificate ends, a renewal notice goes out, a case closes."
    columns = ["Week", "Facilities", "Office", "Dates", "Invoices due", "Amount"]
    return Table("weeks", "Week by week", says, columns, rows, 1, bars)


def _kinds(found: Forecast) -> Table:
    rows = [
        [window_words(name, designation=kind == DESIGNATION), kind_words(kind), str(found.kinds[name, kind])]
        for name in found.names()
        for kind in in_order(kind for one, kind in found.kinds if one == name)
    ]
    says = (
        "Each testing package that is due brings a review, each appeal result needs an arbitrator, each renewal "
        "application a new case: at most so many."
    )
    return Table("due", "What will be due", says, ["What", "Of", "Number"], rows, 2)


def _waiting(found: Forecast) -> Table:
    rows = [[party(one.party).capitalize(), plain(one.awaited), str(one.number)] for one in found.waiting]
    says = "What cases wait for today, with a date or without one."
    return Table("waiting", "What is awaited now", says, ["Of", "What", "Cases"], rows, 2)
