"""What a facility or practice owes, what it waits for from the office, and what is coming: by date, over all its cases.

What a case waits for, it says itself in a few words (`policy.awaited`); here these become sentences and dates.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from activities.notices.compose import unit_in_words
from policy.awaited import fee_awaited, window_awaited
from policy.facts import Party
from policy.status import is_secret
from policy.words import dollars, due_in_words, instant_in_words
from records.money_queries import Bill
from records.tables import CaseRecord, Deadline
from records.words import Program
from records.worklist import WorkItem
from services.facility.consequences import DATES, GOES_ON, OTHERWISE, SILENCE, WHEN_PASSED
from services.facility.reports import FormState, Report, option_status
from services.words import distance, window_words


class Doing(StrEnum):
    """What is to be done, by the name of the page that does it."""

    VIEW = "reports"
    OPTION = "option"
    PACKAGE = "testing-package"
    MATERIALS = "appeal-materials"
    SUPPLEMENT = "supplemental-materials"
    CORRECT = "corrective-action"
    PAY = "invoices"
    RENEW = "renewal"
    PLEDGE = "pledge"
    VALIDATE = "validation"
    AUDIT = "self-audit"
    REAPPLY = "re-application"
    IMAGE_CHECK = "image-check"
    UPDATE = "annual-update"
    OTHER = ""


AWAITED: dict[str, tuple[Doing, str]] = {
    "the testing package": (Doing.PACKAGE, "Send the testing package"),
    "the option form": (Doing.OPTION, "Select an option"),
    "the appeal's materials": (Doing.MATERIALS, "Send the appeal's materials"),
    "the materials of the supplemental review": (Doing.SUPPLEMENT, "Send the materials of the supplemental review"),
    "the corrective action plan": (Doing.CORRECT, "Send the corrective action plan"),
    "the actions' confirmation": (Doing.CORRECT, "Confirm the corrective actions"),
    "the self-audit": (Doing.AUDIT, "Send the results of the self-audit"),
    "the re-application": (Doing.REAPPLY, "Apply again, with the survey agreement"),
    "the renewal application": (Doing.RENEW, "Apply for the renewal"),
    "the validation response": (Doing.VALIDATE, "Respond to the validation survey"),
    "the annual update": (Doing.UPDATE, "Confirm what we have on file"),
    "the corrective plan": (Doing.IMAGE_CHECK, "Send the plan after the image check"),
}
"""What a case waits for from a facility, what does it, and how the page calls it."""
PLEDGE = "the pledge for "
TO_YOU = {
    "both sides are told": "you and the office are told",
    "both sides have been told": "you and the office have been told",
    "the facility is": "you are",
    "the facility has been": "you have been",
}
"""How people of a facility read what is said of it."""
SOON = {
    "validation_survey", "validation_response",
    "appeal", "renewal_notice", "mid_cycle", "expiry", "renewal_application", "closure", "option_form", "plan_closure",
    "follow_up_survey", "image_check_plan", "annual_update", "relocation_application",
}  # fmt: skip
"""Windows that a facility is told of while nobody is awaited for them."""


class Duty(NamedTuple):
    """Something that a facility must do.

    Attributes:
        title: What, in words.
        case_id: For which case.
        subject: What the case is about, in words.
        doing: Which page does it.
        about: The number of the report or invoice that it is about; empty: of none.
        due_at: By when; None: no date is stated.
        overdue: Whether that has passed.
        left: How far off it is, in words.
        otherwise: What happens otherwise, or what holds now that it is late: a sentence.
    """

    title: str
    case_id: str
    subject: str
    doing: Doing
    otherwise: str
    about: str = ""
    due_at: datetime | None = None
    overdue: bool = False
    left: str = ""


class OfficeStep(NamedTuple):
    """Something that a facility waits for."""

    title: str
    case_id: str
    subject: str
    by: str
    due_at: datetime | None


class Coming(NamedTuple):
    """A date ahead, and what it means: a sentence."""

    at: datetime
    title: str
    case_id: str
    subject: str
    means: str
    when: str


def duties(
    items: Iterable[WorkItem], bills: Sequence[Bill], reports: Sequence[Report], now: datetime, zone: ZoneInfo
) -> list[Duty]:
    """Return what a facility must do: what is overdue first, then by date, what has none last.

    Args:
        items: Its open cases, each with the date of what is awaited.
        bills: The invoices of these cases.
        reports: Their final reports and appeal results.
        now: Now (UTC).
        zone: The office's.
    """
    owed = [one for one in bills if one.outstanding > 0]
    of_case = {one.case.case_id: one.case for one in items}
    newest = {one.case_id: one for one in reports if one.newest}
    found = [_invoice(one, of_case[one.invoice.case_id], now, zone) for one in owed if one.invoice.case_id in of_case]
    for item in items:
        if item.case.awaited_party == Party.FACILITY and not fee_awaited(item.case.awaited):
            found += _awaited(item, newest.get(item.case.case_id), now, zone)
        found += _beside(item, now, zone)
    return sorted(found, key=lambda one: (not one.overdue, one.due_at is None, one.due_at, one.case_id))


def _invoice(bill: Bill, case: CaseRecord, now: datetime, zone: ZoneInfo) -> Duty:
    one = bill.invoice
    overdue = one.due_at < now
    late = "Its time to pay has passed; the case waits for it."
    return Duty(
        title=f"Pay invoice {one.number}: {dollars(bill.outstanding)}",
        case_id=case.case_id,
        subject=unit_in_words(case),
        doing=Doing.PAY,
        otherwise=late if overdue else f"Otherwise {OTHERWISE['invoice']}.",
        about=one.number,
        due_at=one.due_at,
        overdue=overdue,
        left=distance(one.due_at, zone, now),
    )


def _awaited(item: WorkItem, report: Report | None, now: datetime, zone: ZoneInfo) -> list[Duty]:
    """Return what a case waits for from its facility: of an option form the viewing first, then the form once open."""
    case = item.case
    doing, title = _what(case.awaited)
    dated = item.due_at if item.due_name == window_awaited(case.awaited) else None
    duty = Duty(
        title=title,
        case_id=case.case_id,
        subject=unit_in_words(case),
        doing=doing,
        otherwise=_otherwise(item, dated, now, zone),
        due_at=dated,
        overdue=dated is not None and dated < now,
        left=distance(dated, zone, now) if dated else "",
    )
    if doing is not Doing.OPTION or report is None:
        return [duty]
    state = option_status(report, now, zone).state
    if report.to_be_viewed:
        view = f"View the {report.what}"
        why = "The option form cannot be sent before somebody of yours has viewed it; its clocks run all the same."
        return [duty._replace(title=view, doing=Doing.VIEW, about=report.number, otherwise=why)]
    return [] if state is FormState.NOT_OPEN else [duty]


def _beside(item: WorkItem, now: datetime, zone: ZoneInfo) -> list[Duty]:
    """Return what a facility owes while the case awaits something else first: a survey's response, an annual update."""
    case, found = item.case, []
    for name, by in _owed_beside(case).items():
        if case.closed_at or (case.awaited_party == Party.FACILITY and window_awaited(case.awaited) == name):
            continue
        doing, title = AWAITED[f"the {name.replace('_', ' ')}"]
        due_at = datetime.fromisoformat(by) if by else None
        late = due_at is not None and due_at < now
        otherwise = _to_you(f"Its time has passed: {WHEN_PASSED[name]}.") if late else _otherwise_of(name, due_at)
        left = distance(due_at, zone, now) if due_at else ""
        subject = unit_in_words(case)
        found.append(Duty(title, case.case_id, subject, doing, otherwise, due_at=due_at, overdue=late, left=left))
    return found


def _owed_beside(case: CaseRecord) -> dict[str, str | None]:
    """Return what a case knows to be owed, whatever it awaits first: by its name, until when."""
    survey, owed = case.status.get("validation") or {}, {}
    if survey.get("state") in ("response", "corrective_action"):
        owed["validation_response"] = survey.get("respond_by")
    if case.status.get("annual_update"):
        owed["annual_update"] = None
    return owed


def _otherwise_of(name: str, due_at: datetime | None) -> str:
    if due_at is None:
        return _to_you(f"No date is stated for it; otherwise the facility {SILENCE}.")
    return _to_you(f"Otherwise {OTHERWISE.get(name, GOES_ON)}.")


def _to_you(sentence: str) -> str:
    """Return what the office says of a facility as it says it to its people."""
    for of_them, to_them in TO_YOU.items():
        sentence = sentence.replace(of_them, to_them)
    return sentence


def _what(awaited: str) -> tuple[Doing, str]:
    if awaited.startswith(PLEDGE):
        return Doing.PLEDGE, f"Confirm {awaited}"
    return AWAITED.get(awaited, (Doing.OTHER, f"{awaited[:1].upper()}{awaited[1:]}"))


def _otherwise(item: WorkItem, due_at: datetime | None, now: datetime, zone: ZoneInfo) -> str:
    name = window_awaited(item.case.awaited)
    if item.case.status.get("paused"):
        return "The case is paused: its windows stand still, and we write to you when it goes on."
    if due_at is None or due_at >= now:
        return _otherwise_of(name, due_at)
    closes = f"; the case closes on {due_in_words(item.closes_at, zone)}" if item.closes_at else ""
    return _to_you(f"Its time has passed: {WHEN_PASSED.get(name, GOES_ON)}{closes}.")


def office_steps(items: Iterable[WorkItem]) -> list[OfficeStep]:
    """Return what a facility waits for from the office or the surveyors, by date."""
    found = [
        OfficeStep(
            title=_spelled(item.case.awaited),
            case_id=item.case.case_id,
            subject=unit_in_words(item.case),
            by="the surveyors" if item.case.awaited_party == Party.SURVEYOR else "the office",
            due_at=item.due_at if item.due_name == window_awaited(item.case.awaited) else None,
        )
        for item in items
        if item.case.awaited_party in (Party.ACR, Party.SURVEYOR)
        and not is_secret(item.case.awaited, item.case.status.get("validation"))
    ]
    return sorted(found, key=lambda one: (one.due_at is None, one.due_at, one.case_id))


def _spelled(awaited: str) -> str:
    told = awaited.removeprefix("the ")
    return f"{told[:1].upper()}{told[1:]}"


def coming(
    cases: Iterable[CaseRecord], windows: Mapping[str, Sequence[Deadline]], now: datetime, zone: ZoneInfo
) -> list[Coming]:
    """Return the dates ahead of open cases, the nearest first: openings, and what ends or happens by itself.

    What a facility owes now is no date ahead: it stands among its duties.
    """
    found = []
    for case in cases:
        if case.status.get("paused"):
            continue
        for window in windows.get(case.case_id, ()):
            if window.met is None and window.name in SOON:
                found += _ahead(case, window, now, zone)
    return sorted(found, key=lambda one: (one.at, one.case_id))


def _ahead(case: CaseRecord, window: Deadline, now: datetime, zone: ZoneInfo) -> list[Coming]:
    words = window_words(window.name, designation=case.program == Program.DICOE)
    about = (case.case_id, unit_in_words(case))
    if window.name == "option_form" and window.opens_at > now:
        due = due_in_words(window.due_at, zone)
        means = f"From then on an option can be selected, until {due}."
        return [Coming(window.opens_at, "Option form opens", *about, means, instant_in_words(window.opens_at, zone))]
    if window.due_at <= now or window.name in (window_awaited(case.awaited), *_owed_beside(case)):
        return []
    if window.name in DATES:
        means = DATES[window.name]
        return [Coming(window.due_at, words, *about, _sentence(means), instant_in_words(window.due_at, zone))]
    if window.opens_at > now:
        return []
    means = OTHERWISE.get(window.name, GOES_ON)
    return [Coming(window.due_at, f"{words} ends", *about, f"Then {means}.", due_in_words(window.due_at, zone))]


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
