"""Reads a life out of a case's timeline, its deadlines and what lies ahead, wherever these were told.

What a case says of its deadlines (`met`, and where they stand after extensions) holds, where it has said it; the
timeline tells the rest: when what a window was for came. Where nobody has asked the case, the timeline alone tells.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pictures.life import Fate, Lane, Life, Mark, Nature, StageSpan, Window, instant_of, nature
from pictures.wording import saying
from policy.identity import parse_designation_id
from policy.status import CaseStatus, CertificateView, DeadlineView, DesignationView, EntryView, InvoiceView, MarkView
from policy.words import dollars, due_in_words, instant_in_words, outcome_words
from services.words import party, plain, stage_words, window_words

MEANT_FOR = {
    "testing_package": "submit testing package",
    "option_form": "choose option",
    "appeal": "choose option",
    "appeal_result": "issue appeal result",
    "renewal_application": "start renewal",
    "supplemental_review": "submit supplemental materials",
    "application_fee": "record payment",
    "corrective_action_plan": "submit corrective action plan",
    "final_report": "decide accreditation",
    "self_audit": "submit self audit",
    "follow_up_survey": "schedule survey",
    "image_check_plan": "submit image check plan",
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


VOID = "void"


def summary_of(told: "LifeSource", zone: ZoneInfo) -> tuple[tuple[str, str], ...]:
    """Return names and what is to be said of them, what does not apply left out."""
    case = told.case
    ends = "ended" if case.closed_at else "until"  # of a closed case nothing stands any more
    ended = f"Closed: {outcome_words(case.outcome)}" if case.outcome else stage_words(case.stage)
    lines = {
        "Case": case.case,
        "Facility": told.facility,
        "Stage": ended,
        "Opened": instant_in_words(told.opened_at, zone),
        "Closed": due_in_words(case.closed_at, zone) if case.closed_at else "",
        "Awaited": f"{case.awaited}, from {party(case.awaited_party)}" if case.awaited_party else "",
        "Deficiencies": str(case.deficiencies) if case.deficiencies else "",
        f"Certificate {ends}": _end_of(case.certificate, case, zone),
        f"Designation {ends}": _end_of(case.designation, case, zone),
        "Invoiced": _money(case),
        "Needs attention": "; ".join(item.text or item.item for item in case.attention),
        "As told by": told.told_by,
    }
    return tuple((name, text) for name, text in lines.items() if text)


def _end_of(term: CertificateView | DesignationView | None, case: CaseStatus, zone: ZoneInfo) -> str:
    """Return until when a term stands; of a case that closed before it, when it closed."""
    if term is None:
        return ""
    return due_in_words(min(term.expires_at, case.closed_at or term.expires_at), zone)


def _money(case: CaseStatus) -> str:
    counted = [one for one in case.invoices if one.total is not None and one.status != VOID]
    if not counted:
        return ""
    total = sum((one.total or Decimal(0) for one in counted), Decimal(0))
    paid = sum((one.paid for one in counted), Decimal(0))
    return f"{dollars(total)}, of which {dollars(paid)} paid"


OFFICE = "acr"
LANES = {"invoice": Lane.MONEY, "payment": Lane.MONEY, "notice": Lane.NOTICES, "attention": Lane.OFFICE}
"""Where marks go, wherever they come from."""
SHOWN_OTHERWISE = ("stage", "deadline", "extension")
"""Kinds of entries that bands and bars show."""
RULE_AND_DATE = re.compile(r"( (on|due|until) \d{4}-\d\d-\d\d)?( \([a-z_]+\.[a-z_]+\))?$")
"""How the label of a mark in the agenda ends."""
COMES = {
    Nature.WINDOW: "due",
    Nature.RIGHT: "the last instant",
    Nature.TERM: "ends",
    Nature.DATE: "by itself",
}
OWED = ("open", "partly_paid")


@dataclass(frozen=True)
class LifeSource:
    """What was told of a case.

    Attributes:
        title: What its life is about, in a sentence.
        case: Where it stands.
        entries: Its timeline.
        agenda: What it will do by itself.
        opened_at: When it opened.
        now: The instant as of which this was told.
        told_by: Who told it, in words.
        facility: Whose case it is, by name.
    """

    title: str
    case: CaseStatus
    entries: Sequence[EntryView]
    agenda: Sequence[MarkView]
    opened_at: datetime
    now: datetime
    told_by: str = ""
    facility: str = ""


def life_of(told: LifeSource, zone: ZoneInfo) -> Life:
    """Return the life of a case."""
    case = told.case
    designation = parse_designation_id(case.case) is not None
    entries = sorted(told.entries, key=lambda entry: entry.at)
    windows = windows_of(entries, case.deadlines, zone, designation=designation)
    marks = tuple(_mark(number, entry, zone, designation=designation) for number, entry in enumerate(entries, start=1))
    ahead = () if case.closed_at else _ahead(told, windows, len(marks) + 1)
    return Life(
        title=told.title,
        case=case.case,
        zone=zone,
        opened_at=told.opened_at,
        closed_at=case.closed_at,
        ended=outcome_words(case.outcome) if case.outcome else "",
        now=None if case.closed_at else told.now,
        summary=summary_of(told, zone),
        stages=stages_of(entries),
        windows=windows,
        marks=marks,
        ahead=ahead,
    )


def stages_of(entries: Sequence[EntryView]) -> tuple[StageSpan, ...]:
    """Return the stages of a life, from the entries in their order; the closing ends the last one."""
    begun = [
        (str(entry.detail.get("stage") or entry.text.removeprefix("Stage: ")), entry)
        for entry in entries
        if entry.kind == "stage"
    ]
    ends: list[datetime | None] = [entry.at for _, entry in begun[1:]]
    return tuple(
        StageSpan(name, stage_words(name, str(entry.detail.get("attempt") or "")), entry.at, end)
        for (name, entry), end in zip(begun, [*ends, None], strict=False)
        if name != "closed"
    )


def _mark(number: int, entry: EntryView, zone: ZoneInfo, *, designation: bool) -> Mark:
    said = saying(entry, zone, designation=designation)
    lane = LANES.get(entry.kind) or (Lane.OFFICE if entry.by == OFFICE else Lane.FACILITY)
    shown = None if entry.kind in SHOWN_OTHERWISE else lane
    return Mark(number, entry.at, entry.kind, party(entry.by), said.text, said.short, shown)


def _ahead(told: LifeSource, windows: Sequence[Window], number: int) -> tuple[Mark, ...]:
    """Return what is still to come, soonest first: dues, what the case does by itself, and what is owed."""
    due = list(_dues(windows, told.now))
    known = {at for at, _, _, _ in due}
    by_itself = [coming for coming in _by_itself(told.agenda) if coming.at not in known]
    return tuple(
        Mark(number + index, at, kind, party(OFFICE), text, text, lane, ahead=True)
        for index, (at, kind, text, lane) in enumerate(
            sorted([*due, *by_itself, *_owed(told.case.invoices, told.now)], key=lambda coming: coming.at)
        )
    )


class Coming(NamedTuple):
    """What is still to come."""

    at: datetime
    kind: str
    text: str
    lane: Lane | None


def _dues(windows: Iterable[Window], now: datetime) -> Iterator[Coming]:
    """Yield openings and dues of the windows that run; their bars show them, so that they have no mark of their own."""
    for window in windows:
        if window.fate is not Fate.OPEN:
            continue
        if window.opens_at > now and window.nature is not Nature.DATE:
            yield Coming(window.opens_at, "opening", f"{window.words}: opens", None)
        if window.due_at > now:
            yield Coming(window.due_at, "due", f"{window.words}: {COMES[window.nature]}", None)


def _by_itself(agenda: Iterable[MarkView]) -> Iterator[Coming]:
    """Yield what the case will do by itself, its labels (made for the Temporal UI) in plain words."""
    for mark in agenda:
        text = RULE_AND_DATE.sub("", mark.label)
        yield Coming(mark.at, mark.kind, re.sub("^Await ", "Still awaited: ", text), Lane.NOTICES)


def _owed(invoices: Iterable[InvoiceView], now: datetime) -> Iterator[Coming]:
    for one in invoices:
        if one.status in OWED and one.due_at and one.due_at > now:
            text = f"Invoice {one.number or ''} ({plain(one.purpose).lower()}): due"
            yield Coming(one.due_at, "invoice", text, Lane.MONEY)
