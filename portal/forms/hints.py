"""What is known of a case that a form about it needs: what may be chosen, and what the office would expect filled in.

Nothing is judged here; a value that is filled in can be changed, and the case judges what is sent.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, get_args
from zoneinfo import ZoneInfo

from policy.dates import local_day
from policy.identity import parse_designation_id
from policy.messages import (
    AssignArbitrator,
    ChangeFacility,
    FileSurveyReport,
    FileValidationReport,
    IssueAppealResult,
    IssueFinalReport,
    IssueSupplementalResult,
    Message,
    RecordPayment,
    RecordRefund,
    ReportContactLeft,
    ReportImageCheck,
    ReportPersonnelChange,
    ScheduleSurvey,
    SendLetterAgain,
    SubmitCorrectiveActionPlan,
    SubmitImageCheckPlan,
    SubmitTestingPackage,
    SubmitValidationResponse,
    WriteOff,
)
from policy.status import CaseStatus, EntryView, InvoiceView
from policy.words import dollars, spoken
from portal.forms.entries import Choices, Entry
from portal.forms.shapes import shapes_of, values_before
from records.money_queries import UNSETTLED
from services.case_snapshot import CaseSnapshot
from services.foreseen.possible import extendable
from services.words import plain, window_words

Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Hints:
    """What a form about a case is given.

    Attributes:
        choices: What may be chosen, by place.
        values: Filled in before, as JSON values of the message.
        shapes: Fields, by name, that are asked in the shape of the case's application.
    """

    choices: Choices = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    shapes: Mapping[str, Entry] = field(default_factory=dict)


def hints_for(model: type[Message], snapshot: CaseSnapshot, zone: ZoneInfo, now: datetime) -> Hints:
    """Return what is known of a case for the form of a message; `now` (UTC) is today on the office's clock."""
    case = snapshot.case
    areas = area_options(snapshot)
    invoices = tuple((one.number or "", _invoice_words(one)) for one in case.invoices if one.number)
    choices: dict[str, Options] = {
        "invoice": invoices,
        "payment": tuple(_payments(snapshot.entries)),
        "item": tuple(_items(case)),
        "deadline": tuple((name, window_words(name, designation=_is_designation(case))) for name in extendable(case)),
        "locations": location_options(case),
        "areas_withdrawn": areas,
    }
    parts = ("findings", "exams", "sequences", "actions", "training")
    choices |= {f"{part}.area": areas for part in parts}
    choices |= _of_validation(model, case) | _of_facility(model, case) | _of_personnel(model, case)
    known = {place: options for place, options in choices.items() if options}
    today = local_day(now, zone).isoformat()
    values = _EXPECTED.get(model, _nothing)(snapshot, today) | _only(model, known)
    if model.NAME == "confirm_pledge":
        values |= {"pledge": "image_wisely", "year": local_day(now, zone).year}
    return Hints(known, values | values_before(model, case), shapes_of(model, case))


def _of_validation(model: type[Message], case: CaseStatus) -> dict[str, Options]:
    """Return what a response to a validation survey may be about; what a survey may find is anything."""
    if model is SubmitValidationResponse:
        return {"actions.area": tuple((area, area) for area in (case.validation.to_address if case.validation else ()))}
    return {"findings.area": ()} if model is FileValidationReport else {}


def _of_facility(model: type[Message], case: CaseStatus) -> dict[str, Options]:
    """Return which facility, practice or location has changed, and whose address of a contact is corrected or left."""
    application = case.application or {}
    holder: dict[str, Any] = application.get("facility") or application.get("practice") or {}
    if model is ChangeFacility:
        places = [holder, *(application.get("locations") or [])]
        named = {one["id"]: f"{one['id']}: {one.get('name') or ''}" for one in places if one.get("id")}
        return {"facility": tuple(named.items())}
    contacts = [one for one in holder.get("contacts") or [] if one.get("email") or one.get("name")]
    if model is ReportContactLeft:
        return {"left": tuple((one["name"], f"{one['name']}, {plain(one.get('role') or '')}") for one in contacts)}
    if model is SendLetterAgain:
        return {"address": tuple((one["email"], f"{one['email']} ({one.get('name')})") for one in contacts)}
    return {}


def _of_personnel(model: type[Message], case: CaseStatus) -> dict[str, Options]:
    """Return who can have left: whom the application lists in the roles that the message is about."""
    if model is not ReportPersonnelChange:
        return {}
    roles = get_args(ReportPersonnelChange.model_fields["role"].annotation)
    contacts: Sequence[dict[str, Any]] = ((case.application or {}).get("facility") or {}).get("contacts") or []
    named = [one for one in contacts if one.get("role") in roles and one.get("name")]
    listed = dict.fromkeys(one["role"] for one in named)
    return {
        "role": tuple((role, plain(role)) for role in listed),
        "left": tuple((one["name"], f"{one['name']} ({spoken(one['role'])})") for one in named),
    }


def _items(case: CaseStatus) -> Iterator[tuple[str, str]]:
    """Yield what can be resolved: attention items, and the office's follow-ups before their day."""
    named = {one.item: one.text for one in case.follow_ups} | {one.item: one.text for one in case.attention}
    yield from ((item, f"{item}: {text}") for item, text in named.items())


def area_options(snapshot: CaseSnapshot) -> Options:
    """Return what is judged in a case: the areas of its unit, or the services at the surveyed locations."""
    application = snapshot.case.application or {}
    if _is_designation(snapshot.case):
        return tuple((service, plain(service)) for service in _services(snapshot))
    units: Sequence[dict[str, Any]] = application.get("units") or []
    return tuple((area["id"], area_words(area)) for unit in units for area in unit.get("areas") or [] if area.get("id"))


def area_words(area: Mapping[str, Any]) -> str:
    """Return an area in words: `chest-adult (chest, adult)`."""
    described = ", ".join(area[part] for part in ("module", "patient_type") if area.get(part))
    return f"{area['id']} ({described or area.get('kind')})"


def location_options(case: CaseStatus) -> Options:
    """Return the locations of a designation's application."""
    places: Sequence[dict[str, Any]] = (case.application or {}).get("locations") or []
    return tuple((place["id"], f"{place['id']}: {place.get('name') or ''}") for place in places if place.get("id"))


def areas_under_test(case: CaseStatus) -> list[str]:
    """Return the areas whose finding is awaited: those untested, and those that were not acceptable."""
    return [area.id for area in case.areas if area.state in ("untested", "not_acceptable")]


def _is_designation(case: CaseStatus) -> bool:
    return parse_designation_id(case.case) is not None


def _services(snapshot: CaseSnapshot) -> list[str]:
    """Return every service offered at the surveyed locations; before a survey is scheduled, at all."""
    surveyed = _latest(snapshot.entries, ScheduleSurvey.NAME).get("locations")
    places: Sequence[dict[str, Any]] = (snapshot.case.application or {}).get("locations") or []
    offered = [s for place in places if not surveyed or place.get("id") in surveyed for s in place.get("services", ())]
    return list(dict.fromkeys(map(str, offered)))


def _latest(entries: Sequence[EntryView], name: str) -> Mapping[str, Any]:
    """Return the fields of the newest accepted message of a name; nothing where none was."""
    found = (entry.detail.get("message") for entry in reversed(entries) if _is(entry, name))
    return next((one for one in found if isinstance(one, dict)), {})


def _is(entry: EntryView, name: str) -> bool:
    return entry.kind == "message" and entry.text.replace(" ", "_") == name


def _payments(entries: Sequence[EntryView]) -> Iterator[tuple[str, str]]:
    """Yield the payments that were recorded, newest first, and not undone."""
    undone = {str(_fields(entry).get("payment")) for entry in entries if _is(entry, "undo_payment")}
    for entry in reversed(entries):
        sent = _fields(entry)
        identity = str(sent.get("message_id") or entry.detail.get("payment") or "")
        if _is(entry, RecordPayment.NAME) and identity and identity not in undone:
            yield identity, f"{sent.get('amount')} USD for invoice {sent.get('invoice')}, {entry.at:%Y-%m-%d}"


def _fields(entry: EntryView) -> Mapping[str, Any]:
    sent = entry.detail.get("message")
    return sent if isinstance(sent, dict) else {}


def _invoice_words(one: InvoiceView) -> str:
    purpose = spoken(one.purpose)
    if one.outstanding < 0:
        return f"{one.number}: {purpose}, {dollars(-one.outstanding)} paid too much"
    return f"{one.number}: {purpose}, {dollars(one.outstanding)} still due of {dollars(one.total or Decimal(0))}"


def _only(model: type[Message], choices: Mapping[str, Options]) -> dict[str, Any]:
    """Return what can be nothing else: the one item, the one window."""
    asked = {"item", "deadline"} & set(model.model_fields)
    return {name: choices[name][0][0] for name in asked if len(choices.get(name, ())) == 1}


Expected = Callable[[CaseSnapshot, str], dict[str, Any]]


def _nothing(_snapshot: CaseSnapshot, _today: str) -> dict[str, Any]:
    return {}


def _payment(snapshot: CaseSnapshot, today: str) -> dict[str, Any]:
    """The newest invoice that is open, with what is still due."""
    return _open_invoice(snapshot) | {"received_on": today}


def _write_off(snapshot: CaseSnapshot, _today: str) -> dict[str, Any]:
    return _open_invoice(snapshot)


def _open_invoice(snapshot: CaseSnapshot) -> dict[str, Any]:
    due = [one for one in snapshot.case.invoices if one.number and one.status in UNSETTLED]
    return {"invoice": due[-1].number, "amount": f"{due[-1].outstanding:.2f}"} if due else {}


def _refund(snapshot: CaseSnapshot, today: str) -> dict[str, Any]:
    """What was paid too much."""
    over = [one for one in snapshot.case.invoices if one.number and one.outstanding < 0]
    return {"invoice": over[-1].number, "amount": f"{-over[-1].outstanding:.2f}", "on": today} if over else {}


def _package(snapshot: CaseSnapshot, _today: str) -> dict[str, Any]:
    medium = (snapshot.case.application or {}).get("medium")
    exams = [{"area": area} for area in areas_under_test(snapshot.case)]
    return {"medium": medium, "exams": exams}


def _report(snapshot: CaseSnapshot, _today: str) -> dict[str, Any]:
    return {"findings": [{"area": area} for area in areas_under_test(snapshot.case)]}


def _result(snapshot: CaseSnapshot, _today: str) -> dict[str, Any]:
    contested = [{"area": area.id} for area in snapshot.case.areas if area.state == "not_acceptable"]
    named = _latest(snapshot.entries, AssignArbitrator.NAME).get("arbitrator")
    return {"findings": contested} | ({"arbitrator": named} if named else {})


def _supplemental_result(snapshot: CaseSnapshot, _today: str) -> dict[str, Any]:
    return {"findings": [{"area": area.id} for area in snapshot.case.areas if area.state == "not_acceptable"]}


def _plan(snapshot: CaseSnapshot, _today: str) -> dict[str, Any]:
    """An action for each area that any report found not acceptable."""
    reports = (_fields(entry) for entry in snapshot.entries if _is(entry, IssueFinalReport.NAME))
    found = [one["area"] for sent in reports for one in sent.get("findings") or [] if not one.get("acceptable")]
    return {"actions": [{"area": area} for area in dict.fromkeys(found)]}


def _survey_report(snapshot: CaseSnapshot, _today: str) -> dict[str, Any]:
    if _is_designation(snapshot.case):
        return {"findings": [{"area": service} for service in _services(snapshot)]}
    return {"findings": [{"area": area.id} for area in snapshot.case.areas if area.state != "withdrawn"]}


def _response(snapshot: CaseSnapshot, _today: str) -> dict[str, Any]:
    """An action for each finding of a validation survey that is to be answered."""
    survey = snapshot.case.validation
    return {"actions": [{"area": area} for area in survey.to_address]} if survey else {}


def _check_plan(snapshot: CaseSnapshot, _today: str) -> dict[str, Any]:
    """An action for each area in which the newest check of images found something."""
    found = _latest(snapshot.entries, ReportImageCheck.NAME).get("findings") or []
    return {"actions": [{"area": one["area"]} for one in found if not one.get("acceptable")]}


_EXPECTED: dict[type[Message], Expected] = {
    RecordPayment: _payment,
    WriteOff: _write_off,
    RecordRefund: _refund,
    SubmitTestingPackage: _package,
    IssueFinalReport: _report,
    IssueAppealResult: _result,
    IssueSupplementalResult: _supplemental_result,
    SubmitCorrectiveActionPlan: _plan,
    FileSurveyReport: _survey_report,
    SubmitValidationResponse: _response,
    SubmitImageCheckPlan: _check_plan,
}
"""What the office would expect to find filled in."""
