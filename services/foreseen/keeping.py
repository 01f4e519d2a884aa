"""The letters of a pause, and of what goes on after it."""

from policy.dates import local_day
from policy.keeping.pausing import day_named, paused_since
from policy.messages import PauseCase, ResumeCase
from services.foreseen.before import Before, Caused


def pause(message: PauseCase, before: Before) -> list[Caused]:
    """Return the letter of a pause: from when on nothing runs."""
    since = paused_since(message, before.at, before.terms.zone)
    return [Caused("case_paused", "case.paused", {"since": since.isoformat(), "reason": message.reason})]


def resumption(message: ResumeCase, before: Before) -> list[Caused]:
    """Return the letter of a case that goes on: by how many days its due dates have moved."""
    paused, zone = before.case.paused, before.terms.zone
    if paused is None:
        return []
    days = (day_named(message.on, before.at, zone) - local_day(paused.since, zone)).days
    return [Caused("case_resumed", "pause.resumed", {"days": max(days, 0)})]
