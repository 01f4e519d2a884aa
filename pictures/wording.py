"""What an entry of the timeline and a window say, in plain words: in a few for a picture, in a sentence for a table.

Read tolerantly: an entry may have been written years ago by another version of this program, so that a field which is
not there, or is of another kind, is left out.
"""

from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from pictures.life import Fate, Life, Nature, Window, instant_of, nature, short_day, short_due, short_instant
from policy.dates import last_day, local_day
from policy.status import EntryView
from policy.words import day_in_words, due_in_words, instant_in_words, listed
from services.words import OPTIONS, message_words, notice_words, outcome_words, party, plain, stage_words, window_words

PASSED = {
    Nature.WINDOW: "its time has passed",
    Nature.RIGHT: "its time has passed",
    Nature.TERM: "has ended",
    Nature.DATE: "has come",
}


class Saying(NamedTuple):
    """What is said: in a few words, and in a sentence."""

    short: str
    text: str


def saying(entry: EntryView, zone: ZoneInfo, *, designation: bool) -> Saying:
    """Return what an entry says. `designation`: whether the case is one (it names what expires)."""
    match entry.kind:
        case "message":
            return _message(entry, zone)
        case "refusal":
            return _refusal(entry)
        case "notice":
            kind = str(entry.detail.get("kind") or entry.text.removeprefix("Notice: "))
            again = ", sent again" if entry.detail.get("again") else ""
            return _same(notice_words(kind.replace(" ", "_")) + again)
        case "stage":
            stage, attempt = (str(entry.detail.get(name) or "") for name in ("stage", "attempt"))
            outcome = f": {outcome_words(str(entry.detail['outcome']))}" if entry.detail.get("outcome") else ""
            again = " (opened again)" if entry.detail.get("reopened") else ""
            return _same(stage_words(stage or entry.text.removeprefix("Stage: "), attempt) + outcome + again)
        case "deadline":
            return _deadline(entry, zone, designation=designation)
        case "extension":
            return _extension(entry, zone, designation=designation)
        case "invoice" | "payment":
            return _money(entry)
        case _:
            return Saying(plain(entry.kind), entry.text)


def _same(text: str) -> Saying:
    return Saying(text, text)


def _message(entry: EntryView, zone: ZoneInfo) -> Saying:
    name = entry.text.replace(" ", "_")
    sent = entry.detail.get("message")
    fields: dict[str, Any] = sent if isinstance(sent, dict) else {}
    words = message_words(name)
    if name == "choose_option":
        option = str(fields.get("option") or "")
        words = f"Option: {OPTIONS.get(option, plain(option)).lower()}" if option else words
    more = _more(name, fields, zone)
    text = f"{words}: {more}" if more else words
    return Saying(words, f"{text} ({party('acr')} for {_speaker(fields)})" if fields.get("on_behalf_of") else text)


def _more(name: str, fields: dict[str, Any], zone: ZoneInfo) -> str:
    """Return what a message's name does not say already."""
    match name:
        case "issue_final_report" | "issue_appeal_result" | "issue_supplemental_result" | "file_survey_report":
            return _findings(fields)
        case "correct_final_report" | "correct_appeal_result" | "correct_survey_report":
            return _findings(fields)
        case "record_payment":
            return f"{fields.get('amount')} USD for invoice {fields.get('invoice')}"
        case "decide_corrective_action_plan":
            return "approved" if fields.get("approved") else "actions directed"
        case "decide_accreditation" | "correct_accreditation_decision":
            return f"{fields.get('outcome')}: {_findings(fields)}"
        case "decide_designation":
            return "designated" if fields.get("designated") else "not designated"
        case "schedule_survey":
            on = instant_of(fields.get("on"), zone)
            return day_in_words(last_day(on, zone)) if on else ""
        case "add_locations":
            return listed(str(place.get("id")) for place in fields.get("locations") or [{}])
        case "confirm_pledge":
            return f"{str(fields.get('pledge')).replace('_', ' ').title()}, {fields.get('year')}"
        case "assign_arbitrator":
            return str(fields.get("arbitrator") or "")
        case "choose_option":
            withdrawn = fields.get("areas_withdrawn")
            return f"without {listed(withdrawn)}" if withdrawn else ""
        case "change_facility":
            return _facility(fields)
        case "report_contact_left" | "report_personnel_change":
            return str(fields.get("left") or "")
        case "report_bounced_letter" | "send_letter_again":
            return f"letter {fields.get('notice')}"
        case "report_loaner_unit" | "report_replaced_unit" | "report_added_unit":
            return str(fields.get("unit") or "")
        case "invoice_travel_expenses":
            return listed(
                f"{one.get('description')} {one.get('amount')} USD" for one in fields.get("travel_expenses") or [{}]
            )
        case "quote_fee":
            return f"{fields.get('amount')} USD"
        case _:
            return str(fields.get("edition") or fields.get("item") or "")


def _facility(fields: dict[str, Any]) -> str:
    """Return what has become of a facility: `OH-0417 merged: OH-0500, Sample Health Imaging`."""
    kind = str(fields.get("kind") or "").replace("_", " ")
    parts = [str(fields[name]) for name in ("new_id", "name", "street", "city", "postal_code") if fields.get(name)]
    return f"{fields.get('facility')} {kind}{': ' if parts else ''}{', '.join(parts)}"


def _findings(fields: dict[str, Any]) -> str:
    found = [one for one in fields.get("findings") or [] if isinstance(one, dict)]
    wrong = [str(one.get("area")) for one in found if not one.get("acceptable")]
    verdict = f"{listed(wrong)} not acceptable" if wrong else "everything acceptable" if found else ""
    if "satisfactory" in fields:
        return f"{'satisfactory' if fields['satisfactory'] else 'not satisfactory'}, {verdict}".removesuffix(", ")
    return verdict


def _speaker(fields: dict[str, Any]) -> str:
    speaker = fields["on_behalf_of"]
    return party(str(speaker.get("role") or "facility")) if isinstance(speaker, dict) else party("facility")


def _money(entry: EntryView) -> Saying:
    """Return an invoice or a payment; its amount is what a picture has room for."""
    amount = str(entry.detail.get("total") or entry.detail.get("amount") or "")
    whole, _, cents = amount.partition(".")
    if not whole.isdigit():
        return Saying(plain(entry.kind), entry.text.replace("_", " "))
    return Saying(f"${int(whole):,}{f'.{cents}' if cents.strip('0') else ''}", entry.text.replace("_", " "))


def _refusal(entry: EntryView) -> Saying:
    words = message_words(str(entry.detail.get("message") or "")) or "A message"
    rule = f" ({entry.detail['rule']})" if entry.detail.get("rule") else ""
    return Saying(f"Refused: {words.lower()}", f"Refused: {words.lower()}. {entry.detail.get('reason') or ''}{rule}")


def _deadline(entry: EntryView, zone: ZoneInfo, *, designation: bool) -> Saying:
    name = str(entry.detail.get("deadline") or "")
    if not name:
        return _same(entry.text)
    words, what = window_words(name, designation=designation), nature(name)
    if entry.detail.get("passed"):
        return _same(f"{words}: {PASSED[what]}")
    due, opens = (instant_of(entry.detail.get(name), zone) for name in ("due_at", "opens_at"))
    if due and what is Nature.DATE:
        return Saying(words, f"{words}: on {instant_in_words(due, zone)}")
    begins = f", opens {due_in_words(opens, zone)}" if opens and opens > entry.at else ""
    until = "due" if what is Nature.WINDOW else "until"
    return Saying(words, f"{words}: {until} {due_in_words(due, zone)}{begins}" if due else words)


def _extension(entry: EntryView, zone: ZoneInfo, *, designation: bool) -> Saying:
    words = window_words(str(entry.detail.get("deadline") or ""), designation=designation)
    until = instant_of(entry.detail.get("until"), zone)
    reason = f": {entry.detail['reason']}" if entry.detail.get("reason") else ""
    end = f" until {due_in_words(until, zone)}" if until else ""
    if days := entry.detail.get("paused_days"):  # the case stood still, or was closed in error
        moved = f"{words} moved by {days} {'day' if days == 1 else 'days'}"
        return Saying("Moved", f"{moved}:{end}" if end else moved)
    return Saying("Extended", f"{words} extended{end}{reason}")


def due_words(window: Window, life: Life) -> str:
    """Return until when a window runs, or on which instant a date falls, in full."""
    words = instant_in_words if window.nature is Nature.DATE else due_in_words
    return words(window.due_at, life.zone)


def instant_words(instant: datetime, life: Life) -> str:
    """Return an instant of a life in words; midnight belongs to the day that it ends, unless a date begins with it."""
    return (instant_in_words if life.begins_a_day(instant) else due_in_words)(instant, life.zone)


def window_outcome(window: Window, life: Life) -> str:
    """Return what came of a window, in a sentence."""
    ended = instant_in_words(window.ended_at, life.zone) if window.ended_at else ""
    match window.fate, window.nature:
        case Fate.MET, Nature.DATE:
            return "came"
        case Fate.MET, _:
            return f"met on {ended}"
        case Fate.MISSED, _ if window.late:
            return f"missed; came late, on {ended}"
        case Fate.MISSED, Nature.RIGHT:
            return "ran out unused"
        case Fate.MISSED, _:
            return "missed"
        case Fate.ENDED, _:
            return "ended"
        case Fate.DROPPED, _:
            return "never began: not needed any more" if window.never_ran else f"not needed any more since {ended}"
        case _, Nature.DATE:
            return "to come"
        case _ if life.now and window.opens_at > life.now:
            return f"opens on {due_in_words(window.opens_at, life.zone)}"
        case _ if life.now and window.due_at <= life.now:
            return "past due; the case has not said so yet"
        case _:
            return "open"


def bar_words(window: Window, life: Life) -> tuple[str, str]:
    """Return what stands beside a window's bar: in full, and shorter for where there is less room."""
    full = _full(window, life)
    return full, full if window.fate is not Fate.OPEN else f"{window.words}: due {short_due(window.due_at, life.zone)}"


def _full(window: Window, life: Life) -> str:
    zone = life.zone
    due = short_due(window.due_at, zone, year=window.nature is Nature.TERM)
    ended = short_instant(window.ended_at, zone) if window.ended_at else ""
    match window.fate, window.nature:
        case _, Nature.DATE:
            return f"{window.words} {short_day(local_day(window.due_at, zone))}"
        case _, Nature.TERM:
            return f"{window.words} {'ended' if window.fate is Fate.ENDED else 'until'} {due}"
        case Fate.MET, Nature.RIGHT:
            return f"{window.words}: used {ended}, until {due}"
        case Fate.MET, _:
            return f"{window.words}: came {ended}, due {due}"
        case Fate.MISSED, Nature.RIGHT:
            return f"{window.words}: unused by {due}"
        case Fate.MISSED, _:
            return f"{window.words}: missed {due}{f', came {ended}' if window.late else ''}"
        case Fate.DROPPED, _:
            return f"{window.words}: not needed"
        case _:
            opens = window.opens_at > life.now if life.now else False
            begins = f"opens {short_instant(window.opens_at, zone)}, " if opens else ""
            return f"{window.words}: {begins}{'until' if window.nature is Nature.RIGHT else 'due'} {due}"


def sentence(window: Window, life: Life) -> str:
    """Return all of a window in a sentence, for those who hear a picture."""
    zone = life.zone
    if window.nature is Nature.DATE:
        return f"{window.words}, {due_words(window, life)}: {window_outcome(window, life)}"
    since = day_in_words(local_day(window.opens_at, zone))
    until = day_in_words(last_day(window.due_at, zone))
    extended = f", extended from {', '.join(day_in_words(last_day(d, zone)) for d in window.was_due)}"
    return f"{window.words}, {since} to {until}{extended if window.was_due else ''}: {window_outcome(window, life)}"
