"""The due dates that a notice tells, as files for the calendar of whoever gets it.

One file for each date: a mail program shows it as an event that goes into the reader's own calendar. Only dates that
are still to come and that somebody must keep, which the notice's text names (`| due`).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from activities.calendar import Occasion, calendar_file, uid
from activities.mail import Attachment
from activities.notices.compose import Words, unit_in_words
from activities.notices.filters import as_instant
from activities.notices.index import book_of, index_of
from policy.dates import last_day, local_day, start_of_day
from policy.office import OfficeSettings
from policy.status import OFFICE_WINDOWS
from policy.words import day_in_words, due_in_words
from records.tables import CaseRecord, Deadline, Notice, TimelineEntry

MEDIA_TYPE = "text/calendar; method=PUBLISH; charset=utf-8"


class Due(NamedTuple):
    """A due date.

    Attributes:
        name: Its public name.
        key: What tells it from others of its name in the case.
        at: Its instant.
        what: Under which name `[words.calendar]` says what it is.
        extended: How often it was extended.
        runs: Whether it is still open, or opens later.
    """

    name: str
    key: str
    at: datetime
    what: str
    extended: int = 0
    runs: bool = True


def dates_of(
    case: CaseRecord,
    notice: Notice,
    words: Words,
    deadlines: Sequence[Deadline],
    told: Sequence[TimelineEntry],
    office: OfficeSettings,
) -> list[Attachment]:
    """Return the files of the dates that a notice tells.

    Args:
        case: The case.
        notice: The notice.
        words: What it says.
        deadlines: The case's deadlines, in their order.
        told: What its timeline says of them (`records.outbox.dates_told`): extensions are counted in it.
        office: Who writes.
    """
    to_come = [due for due in words.dues if due > notice.at]
    windows = list(_windows(deadlines, told))
    known = [due for due in windows if due.runs] + list(_invoice(notice.facts) if to_come else ())
    if notice.kind in index_of(book_of(case)).words["calendar"]:
        left = [due for due in to_come if due not in {one.at for one in known}]
        known += [_after(notice, windows)._replace(at=due, what=notice.kind) for due in left]
    return [_file(due, case, notice, words, office) for due in known if due.at in to_come]


def _windows(deadlines: Sequence[Deadline], told: Sequence[TimelineEntry]) -> Iterator[Due]:
    """Yield the windows of a case; of the office's own none."""
    of_name: dict[str, int] = {}
    for deadline in deadlines:
        nth = of_name[deadline.name] = of_name.get(deadline.name, 0) + 1
        if deadline.name in OFFICE_WINDOWS:
            continue
        runs = deadline.met is None and not deadline.over
        extended = _extensions(deadline.name, nth, told)
        yield Due(deadline.name, str(nth), deadline.due_at, deadline.name, extended, runs)


def _extensions(name: str, nth: int, told: Sequence[TimelineEntry]) -> int:
    """Return how often the `nth` window of a name was extended."""
    set_so_far = extended = 0
    for entry in told:
        if entry.detail.get("deadline") == name:
            set_so_far += entry.kind == "deadline" and "due_at" in entry.detail
            extended += entry.kind == "extension" and set_so_far == nth
    return extended


def _invoice(facts: dict[str, Any]) -> Iterator[Due]:
    """Yield until when the invoice that a notice is about is to be paid."""
    if facts.get("invoice") and facts.get("due_at"):
        yield Due("invoice", facts["invoice"], as_instant(facts["due_at"]), "invoice")


def _after(notice: Notice, windows: Sequence[Due]) -> Due:
    """Return the window that was missed, of which a notice tells what follows: its event moves to the date of that."""
    due_at = notice.facts.get("due_at")
    missed = [due for due in windows if due_at and due.at == as_instant(due_at)]
    return missed[-1] if missed else Due(notice.kind, "1", notice.at, notice.kind)


def _file(due: Due, case: CaseRecord, notice: Notice, words: Words, office: OfficeSettings) -> Attachment:
    what = index_of(book_of(case)).words["calendar"].get(due.what) or due.what.replace("_", " ").capitalize()
    named = f"{what}: invoice {due.key}" if due.name == "invoice" else what
    day, issuer = last_day(due.at, office.zone), office.issuer_of(case.program)
    occasion = Occasion(
        uid=uid(case.case_id, due.name, due.key),
        at=due.at,
        all_day=due.at == start_of_day(local_day(due.at, office.zone), office.zone),
        summary=f"{named}, {unit_in_words(case)}",
        description=(
            f"{words.subject}. {what}: {due_in_words(due.at, office.zone)}. "
            f"{case.facility_name or case.facility_id}, case {case.case_id}. "
            f"{issuer.name}, {issuer.phone}."
        ),
        sequence=due.extended,
        categories=("accreditation",),
        reminder=f"{named} on {day_in_words(day)}",
    )
    answers = issuer.email or office.mail.sender
    content = calendar_file(office.zone, [occasion], notice.at, organizer=answers)
    return Attachment(f"{due.name.replace('_', '-')}-{day.isoformat()}.ics", MEDIA_TYPE, content)
