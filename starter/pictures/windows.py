"""The windows of a life, read from its timeline: when each was set, extended, met, missed or dropped.

What a case says of its deadlines (`met`, and where they stand after extensions) holds, where it has said it; the
timeline tells the rest: when what a window was for came. Where nobody has asked the case, the timeline alone tells.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from starter.desk.situation import DeadlineView, EntryView
from starter.pictures.instants import instant_of
from starter.pictures.life import Fate, Nature, Window
from starter.pictures.words import nature, window_words

MEANT_FOR = {
    "testing_package": "submit testing package",
    "option_form": "choose option",
    "appeal": "choose option",
    "appeal_result": "issue appeal result",
    "renewal_application": "start renewal",
}
"""The message that a window waits for."""


def windows_of(
    entries: Sequence[EntryView], deadlines: Sequence[DeadlineView], zone: ZoneInfo, *, designation: bool
) -> tuple[Window, ...]:
    """Return the windows of a case.

    Args:
        entries: Its timeline, oldest first.
        deadlines: What it says of its deadlines, in the order in which they were set; empty where it was not asked.
        zone: The office's zone.
        designation: Whether it is a designation.
    """
    found: list[Window] = []
    told = _told(deadlines)
    for index, entry in enumerate(entries):
        window = _set_by(entry, len(found) + 1, zone, designation=designation)
        if window:
            of_name = told.get(window.name, [])
            found.append(_lived(window, entries[index + 1 :], of_name.pop(0) if of_name else None, zone))
    return tuple(found)


def _told(deadlines: Iterable[DeadlineView]) -> dict[str, list[DeadlineView]]:
    told: dict[str, list[DeadlineView]] = {}
    for deadline in deadlines:
        told.setdefault(deadline.name, []).append(deadline)
    return told


def _set_by(entry: EntryView, number: int, zone: ZoneInfo, *, designation: bool) -> Window | None:
    """Return the window that an entry sets."""
    name = str(entry.detail.get("deadline") or "")
    due_at = instant_of(entry.detail.get("due_at"), zone)
    if entry.kind != "deadline" or not name or due_at is None:
        return None
    opens_at = instant_of(entry.detail.get("opens_at"), zone) or entry.at
    words = window_words(name, designation=designation)
    rule = str(entry.detail.get("rule") or "")
    return Window(number, name, words, nature(name), opens_at, due_at, rule=rule)


def _lived(window: Window, after: Sequence[EntryView], told: DeadlineView | None, zone: ZoneInfo) -> Window:
    """Return a window with what came of it, from the entries after the one that set it."""
    for entry in after:
        if window.fate in (Fate.MET, Fate.DROPPED, Fate.ENDED) or window.late or _sets_again(window, entry):
            break
        window = _after(window, entry, zone)
    return _as_told(window, told) if told else window


def _sets_again(window: Window, entry: EntryView) -> bool:
    return entry.kind == "deadline" and entry.detail.get("deadline") == window.name and "due_at" in entry.detail


def _after(window: Window, entry: EntryView, zone: ZoneInfo) -> Window:
    """Return a window as it stands after an entry."""
    about = entry.detail.get("deadline") == window.name
    if about and entry.detail.get("passed"):
        return replace(window, fate=Fate.ENDED if window.nature is Nature.TERM else Fate.MISSED)
    until = instant_of(entry.detail.get("until"), zone)
    if about and entry.kind == "extension" and until:
        return replace(window, due_at=until, was_due=(*window.was_due, window.due_at), fate=Fate.OPEN)
    if entry.kind == "notice" and window.nature is Nature.DATE and entry.at >= window.due_at:
        return replace(window, fate=Fate.MET, ended_at=window.due_at)
    if entry.kind == "message" and entry.text == MEANT_FOR.get(window.name) and _is_taken(window, entry):
        return replace(window, fate=window.fate if window.fate is Fate.MISSED else Fate.MET, ended_at=entry.at)
    if entry.kind == "stage" and window.fate is Fate.OPEN:
        return replace(window, fate=Fate.DROPPED, ended_at=entry.at)
    return window


def _is_taken(window: Window, entry: EntryView) -> bool:
    """Whether a message is what the window was for: of all choices only an appeal uses the right to appeal."""
    sent = entry.detail.get("message")
    return window.name != "appeal" or (isinstance(sent, dict) and sent.get("option") == "appeal")


def _as_told(window: Window, told: DeadlineView) -> Window:
    """Return a window as the case itself says that it stands; when what it was for came stays as the timeline says."""
    window = replace(window, opens_at=told.opens_at, due_at=told.due_at)
    if told.met is True:
        return replace(window, fate=Fate.MET, ended_at=window.ended_at or told.due_at)
    if told.met is False and not (window.fate is Fate.MET and window.ended_at and window.ended_at <= told.due_at):
        fate = Fate.ENDED if window.nature is Nature.TERM else Fate.MISSED
        return replace(window, fate=fate, ended_at=window.ended_at if window.fate is not Fate.DROPPED else None)
    return window if window.fate in (Fate.DROPPED, Fate.MET) else replace(window, fate=Fate.OPEN, ended_at=None)


def open_until(window: Window, now: datetime | None) -> datetime:
    """Return until when a window was, or is, open: what was for came, or it was dropped, or its time has passed."""
    if window.ended_at and not window.late:
        return min(window.ended_at, window.due_at) if window.fate is Fate.DROPPED else window.ended_at
    return min(window.due_at, now) if window.fate is Fate.OPEN and now else window.due_at
