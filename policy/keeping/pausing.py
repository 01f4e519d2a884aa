"""A pause of a case, and the office's own notes: what may be said while it lasts, and what is left of each window.

A disaster at the site or the closure of a building stops a case, not the calendar. While a case is paused nothing falls
due, nobody is reminded, and silence is not counted; not so windows that are not the case's own (`policy.facts.UNHELD`).
When it goes on, every due date lies as many calendar days later as the pause lasted, at the same hour of the office's
wall, also over a change to daylight-saving time.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from policy.dates import as_instant, local_day, morning_of
from policy.edition import Rules
from policy.facts import CaseFacts, Stage
from policy.messages import (
    ChangeFacility,
    CloseCase,
    ExtendProvisionalCertificate,
    GrantInterimAccreditation,
    Message,
    OfficeNote,
    PauseCase,
    RecordMqsaCertificate,
    ReportBouncedLetter,
    ReportContactLeft,
    ResolveAttention,
    ResumeCase,
    SendLetterAgain,
    ViewFinalReport,
    When,
)
from policy.money import MoneyMessage
from policy.rules import refuse
from policy.verdict import Refused
from policy.words import day_in_words

HELD = frozenset({Stage.ACCREDITED, Stage.DESIGNATED})
"""Stages that are not paused: a grant runs on to its expiry, whatever happens at the site."""
MOST_FOLLOW_UPS, SHOWN = 50, 500
"""Follow-ups that are open at once, and characters of each that lists show: every status of the case tells them."""

OF_CERTIFICATE = RecordMqsaCertificate | ExtendProvisionalCertificate | GrantInterimAccreditation
"""What is said of a federal certificate, whose end no pause moves."""
OF_FACILITY = ReportContactLeft | ReportBouncedLetter | SendLetterAgain | ChangeFacility
"""What becomes of a facility and of its letters, whether its case is paused or not."""
TAKEN = (
    MoneyMessage
    | OfficeNote
    | PauseCase
    | ResumeCase
    | CloseCase
    | ViewFinalReport
    | ResolveAttention
    | OF_CERTIFICATE
    | OF_FACILITY
)
"""What a paused case takes, beside corrections; a report that is looked at was not handed in."""
CORRECTIONS = ("correct_", "reissue_")


def judge_pause_holds(facts: CaseFacts, message: Message) -> None:
    """Judge that a paused case takes a message: money, corrections, notes, its end, and that it goes on.

    Raises:
        Refused: `case.paused`.
    """
    if facts.paused is None or isinstance(message, TAKEN):
        return
    if message.NAME.startswith(CORRECTIONS):
        return
    raise held()


def held() -> Refused:
    """Return the refusal of what waits until a paused case goes on."""
    return refuse(
        "case.paused",
        "The case is paused, and its windows stand still; nothing is late.",
        "Send it once the office has resumed the case (resume_case).",
    )


def day_named(on: When | None, at: datetime, zone: ZoneInfo) -> date:
    """Return the day that a message names in `on`: left out, the day of the message."""
    if on is None:
        return local_day(at, zone)
    if isinstance(on, datetime):
        return local_day(on if on.tzinfo else on.replace(tzinfo=zone), zone)
    return on


def paused_since(message: PauseCase, at: datetime, zone: ZoneInfo) -> datetime:
    """Return since when a case is paused: the instant of the message, or the instant or the day that it names."""
    if isinstance(message.on, datetime):
        return as_instant(message.on, zone)
    day = day_named(message.on, at, zone)
    return at if day == local_day(at, zone) else morning_of(day, zone)


def judge_pause(facts: CaseFacts, terms: Rules, message: PauseCase, at: datetime) -> date:
    """Return the day from which a case is paused: from today on, or some days back, before a grant, once at a time.

    Raises:
        Refused: `case.paused`, `case.wrong_stage` or `pause.day_out_of_range`.
    """
    if facts.paused is not None:
        raise refuse("case.paused", "The case is paused already.", "Resume it first (resume_case).")
    if facts.stage in HELD:
        raise refuse(
            "case.wrong_stage",
            f"The case is {facts.stage.words}: a grant runs on to its expiry, and nothing else waits for the facility.",
            "Extend the due date of the renewal's application (extend_due_date), where that is what is meant.",
        )
    return _judge_day(facts, terms, day_named(message.on, at, terms.zone), at, local_day(facts.opened_at, terms.zone))


def judge_resumption(facts: CaseFacts, terms: Rules, message: ResumeCase, at: datetime) -> date:
    """Return the day on which a paused case goes on.

    Raises:
        Refused: `pause.not_running` or `pause.day_out_of_range`.
    """
    if facts.paused is None:
        raise refuse("pause.not_running", "The case is not paused.")
    begun = local_day(facts.paused.since, terms.zone)
    return _judge_day(facts, terms, day_named(message.on, at, terms.zone), at, begun)


def _judge_day(facts: CaseFacts, terms: Rules, day: date, at: datetime, first: date) -> date:
    today = local_day(at, terms.zone)
    if not facts.adopting:
        first = max(first, today - timedelta(days=terms.backdating.believed.value))
    if not first <= day <= today:
        raise refuse(
            "pause.day_out_of_range",
            f"It is said to be so from {day_in_words(day)}, and it is {day_in_words(today)}.",
            f"Give a day from {day_in_words(first)} to today; extend a due date that has passed (extend_due_date).",
        )
    return day


def days_held(facts: CaseFacts, until: date, zone: ZoneInfo, since: datetime | None = None) -> int:
    """Return how many calendar days of a pause count for something: all, or those since it was opened in it."""
    if facts.paused is None:
        return 0
    begun = local_day(facts.paused.since, zone)
    own = local_day(since, zone) if since else begun
    return max((until - max(begun, own)).days, 0)


def later(instant: datetime, days: int, zone: ZoneInfo) -> datetime:
    """Return the same hour of the office's wall so many calendar days later, in UTC."""
    local = instant.astimezone(zone)
    moved = (local.replace(tzinfo=None) + timedelta(days=days)).replace(tzinfo=zone, fold=local.fold)
    return moved.astimezone(instant.tzinfo)


def judge_note(facts: CaseFacts, terms: Rules, message: OfficeNote, at: datetime) -> None:
    """Judge a note of the office: a follow-up is still to come; who follows up has a day on which he does.

    Raises:
        Refused: `note.follow_up_past`, `note.no_day` or `note.too_many`.
    """
    if message.follow_up_on is None:
        if message.assignee:
            raise refuse("note.no_day", "Somebody is to follow up, and no day is named.", "Give `follow_up_on`.")
        return
    if len(facts.follow_ups) >= MOST_FOLLOW_UPS:
        reason = f"{MOST_FOLLOW_UPS} notes of this case are to be followed up already."
        raise refuse("note.too_many", reason, "Resolve some of them first (resolve_attention), or name no day.")
    day, today = day_named(message.follow_up_on, at, terms.zone), local_day(at, terms.zone)
    if day <= today and not facts.adopting:
        raise refuse(
            "note.follow_up_past",
            f"The follow-up is on {day_in_words(day)}, and it is {day_in_words(today)}.",
            "Name a later day.",
        )
