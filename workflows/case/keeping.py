"""How the office keeps a case: its notes with their follow-ups, and a pause in which its windows stand still.

A pause holds up whatever the case does by itself, but for windows that are not the case's to hold
(`policy.facts.UNHELD`): the end of a federal certificate comes on its day. Its marks stay where they are, and move when
it goes on (`policy.keeping.pausing`): nothing else knows of it.
"""

from datetime import date, timedelta

from policy.accreditation.cycle import CycleFacts
from policy.dates import end_of_day, last_day, local_day, morning_of
from policy.facts import FOLLOW_UP, LOAN, UNHELD, Deadline, FollowUp, Mark, Pause
from policy.keeping.pausing import SHOWN, day_named, days_held, judge_pause, judge_resumption, later, paused_since
from policy.messages import OfficeNote, PauseCase, ResumeCase
from workflows.case import AnyCase
from workflows.case.labels import mark_label

FOLLOWED_UP = frozenset({FOLLOW_UP, LOAN})
"""What the attention items begin with that come on a day which the office, or a loan, has set."""


def write_note(case: AnyCase, message: OfficeNote) -> None:
    """The office has written a note: on the day of its follow-up somebody at the office must look."""
    facts, zone = case.facts, case.terms.zone
    facts.notes_written += 1
    if message.follow_up_on is None:
        return
    day = day_named(message.follow_up_on, case.at, zone)
    item = f"{FOLLOW_UP}.{facts.notes_written}"
    due_at = end_of_day(day, zone)
    facts.follow_ups.append(FollowUp(item=item, text=message.text[:SHOWN], due_at=due_at, assignee=message.assignee))
    _mark(case, day, item, f"note {facts.notes_written} (note.follow_up)")


def keep_in_mind(case: AnyCase, item: str, day: date, text: str, label: str) -> None:
    """On the morning after a day somebody at the office must look; of the same item the newest day counts.

    Args:
        case: The case.
        item: The attention item that it becomes then.
        day: The last day on which nobody need look.
        text: What it is about.
        label: What its timer is called.
    """
    end_follow_up(case, item)
    due_at = end_of_day(day, case.terms.zone)
    case.facts.follow_ups.append(FollowUp(item=item, text=text[:SHOWN], due_at=due_at))
    _mark(case, day + timedelta(days=1), item, label)


def _mark(case: AnyCase, day: date, item: str, label: str) -> None:
    at = morning_of(day, case.terms.zone)
    called = mark_label("reminder", at, label, case.terms.zone)
    case.facts.marks.append(Mark(at=at, kind="follow_up", label=called, item=item))


def end_follow_up(case: AnyCase, item: str) -> None:
    """The office has followed up, on the day or before."""
    case.facts.follow_ups[:] = [one for one in case.facts.follow_ups if one.item != item]
    case.facts.marks[:] = [mark for mark in case.facts.marks if mark.item != item]


def pause_case(case: AnyCase, message: PauseCase) -> None:
    """The case is paused: no window runs and nobody is reminded until it goes on."""
    judge_pause(case.facts, case.terms, message, case.at)
    since = paused_since(message, case.at, case.terms.zone)
    case.facts.paused = Pause(since=since, reason=message.reason)
    case.notify("case_paused", "case.paused", since=since.isoformat(), reason=message.reason)


def resume_case(case: AnyCase, message: ResumeCase) -> None:
    """The case goes on: each due date lies as many calendar days later as the case was paused."""
    _go_on(case, judge_resumption(case.facts, case.terms, message, case.at))


def end_pause(case: AnyCase) -> None:
    """A certificate is issued, which runs on whatever happens at the site: a paused case goes on by itself."""
    if case.facts.paused is not None:
        _go_on(case, local_day(case.at, case.terms.zone))


def _go_on(case: AnyCase, day: date) -> None:
    case.notify("case_resumed", "pause.resumed", days=move_all(case, day))


def move_all(case: AnyCase, day: date) -> int:
    """End a pause on a day: move whatever it has held. Return how many days it lasted."""
    facts, zone = case.facts, case.terms.zone
    whole = days_held(facts, day, zone)
    moved = [one for one in facts.deadlines if not one.over and _move_deadline(case, one, day)]
    numbers = {one.number for one in moved}
    for mark in facts.marks:
        if mark.kind == "silence":
            _move_silence(case, mark, day)
        elif not facts.is_unheld(mark) and (mark.deadline is None or mark.deadline not in numbers):
            _move_mark(case, mark, _of_deadline(case, mark, day, whole))
    if isinstance(facts, CycleFacts):
        _move_instants(facts, day, case)
    facts.paused = None
    return whole


def _of_deadline(case: AnyCase, mark: Mark, day: date, whole: int) -> int:
    """Return by how many days a mark moves: with its window, else by the whole pause."""
    if mark.deadline is None:
        return whole
    return days_held(case.facts, day, case.terms.zone, case.facts.deadlines[mark.deadline].opened_in_pause)


def _move_deadline(case: AnyCase, deadline: Deadline, day: date) -> bool:
    """Move a window that runs, with its marks; tell whether it has moved."""
    zone = case.terms.zone
    days = days_held(case.facts, day, zone, deadline.opened_in_pause)
    deadline.opened_in_pause = None
    if not days or deadline.met is not None or deadline.name in UNHELD:
        return False
    before = deadline.due_at
    deadline.due_at = later(before, days, zone)
    deadline.extended_from = [later(one, days, zone) for one in deadline.extended_from]
    if case.facts.paused and deadline.opens_at > case.facts.paused.since:
        deadline.opens_at = later(deadline.opens_at, days, zone)
    for mark in case.facts.marks:
        if mark.deadline == deadline.number:
            _move_mark(case, mark, days)
    case.note(
        "extension",
        f"{deadline.name.replace('_', ' ').capitalize()} moved by the pause",
        deadline=deadline.name,
        until=deadline.due_at.isoformat(),
        previous=before.isoformat(),
        paused_days=days,
    )
    return True


def _move_mark(case: AnyCase, mark: Mark, days: int) -> None:
    """Move a mark, and the date that its timer is called by: its last day, where it is the end of one."""
    zone, before = case.terms.zone, mark.at
    mark.at = later(before, days, zone)
    named = last_day if last_day(before, zone).isoformat() in mark.label else local_day
    mark.label = mark.label.replace(named(before, zone).isoformat(), named(mark.at, zone).isoformat())


def _move_silence(case: AnyCase, mark: Mark, day: date) -> None:
    """Silence is not counted while the case was paused: the next reminder comes so much later."""
    asked = case.facts.asked
    counted = (asked.silent_from or asked.since) if asked else None
    days = days_held(case.facts, day, case.terms.zone, counted)
    _move_mark(case, mark, days)
    if asked and counted and days:
        asked.silent_from = later(counted, days, case.terms.zone)


def _move_instants(facts: CycleFacts, day: date, case: AnyCase) -> None:
    """Move what a cycle knows of its windows beside their deadlines: the grace of a package, a form's opening."""
    zone = case.terms.zone
    if facts.grace_until is not None:
        facts.grace_until = later(facts.grace_until, days_held(facts, day, zone), zone)
    form = facts.reported.form if facts.reported else None
    if form and form.choice is None and not facts.deadlines[form.form].over:
        form.opens_at = facts.deadlines[form.form].opens_at
        form.held_days += days_held(facts, day, zone)
