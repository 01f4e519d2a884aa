"""What the facility's forms of an accreditation cycle ask for, read from what the case says of itself.

Nothing is judged here: a form offers what the case will take, by the same facts, and the case judges what is sent.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from activities.terms import edition_carried
from policy.accreditation.appeal import signer
from policy.accreditation.rounds import AreaState
from policy.application import AccreditationApplication, Area, AreaKind, ContactRole, Medium
from policy.fees import Purpose, fee_lines, total
from policy.messages import Option
from policy.office import OfficeSettings
from policy.status import DeadlineView, EntryView
from policy.verdict import Refused
from services.case_snapshot import CaseSnapshot

FEES = {Option.REPEAT: Purpose.REPEAT, Option.REINSTATE: Purpose.REINSTATEMENT}
"""What choosing an option costs."""


DECIDED = "decide accreditation"
REPORTS = ("issue final report", DECIDED)
"""The messages that are a final report; the second one is radiation oncology's."""


class FormArea(NamedTuple):
    """An area of the unit, as a form names it.

    Attributes:
        id: By which packages and reports name it.
        words: Its id with what is tested in it.
        clinical: Whether images of patients test it, not a phantom.
        state: What is known of it.
    """

    id: str
    words: str
    clinical: bool
    state: str


class Signer(NamedTuple):
    """Somebody whom the application lists in a role that signs. `name` is empty where it lists nobody."""

    role: ContactRole
    name: str


class PastExam(NamedTuple):
    """An exam as it was submitted before; `subject` is empty for a phantom."""

    area: str
    exam: str
    subject: str


class Deficiency(NamedTuple):
    """What one report found not acceptable.

    Attributes:
        report: Which report it was, from 1 on.
        at: When it was issued.
        area: Where.
        comments: What the report recommends.
    """

    report: int
    at: datetime
    area: FormArea
    comments: str


class Directed(NamedTuple):
    """An action that the office has directed and that is not taken up yet."""

    id: str
    action: str


class Plan(NamedTuple):
    """How far a corrective action plan has come. `submitted`: it waits for the office's decision."""

    submitted: bool
    approved: bool
    directed: tuple[Directed, ...]


def application_of(snapshot: CaseSnapshot) -> AccreditationApplication:
    """Return the application of a case as it stands, with every correction."""
    return AccreditationApplication.model_validate(snapshot.status.get("application") or {"program": "accreditation"})


def areas_of(snapshot: CaseSnapshot) -> list[FormArea]:
    """Return the areas of a case's unit, in the order of its application."""
    described = {area.id: area for unit in application_of(snapshot).units for area in unit.areas}
    return [
        FormArea(one.id, _words(described.get(one.id), one.id), _is_clinical(described.get(one.id)), one.state)
        for one in snapshot.case.areas
    ]


def under_test(snapshot: CaseSnapshot) -> list[FormArea]:
    """Return what the package that is awaited must cover: what is untested, or was not acceptable."""
    return [one for one in areas_of(snapshot) if one.state in (AreaState.UNTESTED, AreaState.NOT_ACCEPTABLE)]


def deficient(snapshot: CaseSnapshot) -> list[FormArea]:
    """Return the areas that are not acceptable."""
    return [one for one in areas_of(snapshot) if one.state == AreaState.NOT_ACCEPTABLE]


def signers_of(snapshot: CaseSnapshot) -> list[Signer]:
    """Return who may sign letters and forms: everybody whom the application lists in a role that signs."""
    application = application_of(snapshot)
    contacts = application.facility.contacts if application.facility else []
    found = []
    for role in (signer(application.modality, kind) for kind in AreaKind):
        names = [one.name for one in contacts if one.role is role and one.name]
        found += [Signer(role, name) for name in names or [""]]
    return found


def must_sign(snapshot: CaseSnapshot) -> list[ContactRole]:
    """Return in which roles the letter of an appeal must be signed."""
    clinical = {area.clinical for area in deficient(snapshot)}
    modality = application_of(snapshot).modality
    return [signer(modality, kind) for kind in AreaKind if (kind is AreaKind.CLINICAL) in clinical]


def medium_of(snapshot: CaseSnapshot) -> Medium:
    """Return how the images of a case come."""
    return application_of(snapshot).medium or Medium.UPLOAD


def fee_of(snapshot: CaseSnapshot, option: Option, settings: OfficeSettings) -> Decimal | None:
    """Return what choosing an option costs (US dollars); None: the office quotes it. Appeals and withdrawals: nothing.

    The fee that counts is the one in force on the day of the invoice.
    """
    if option is Option.SUPPLEMENTAL_REVIEW:
        return None
    if option not in FEES:
        return Decimal("0.00")
    try:
        edition = edition_carried(snapshot.case.edition, settings.editions.own)
        return total(fee_lines(application_of(snapshot), FEES[option], 1, settings, edition))
    except (Refused, ValueError):
        return None


def window(snapshot: CaseSnapshot, name: str) -> DeadlineView | None:
    """Return the newest window of that name, also one that is over."""
    return next((one for one in reversed(snapshot.case.deadlines) if one.name == name), None)


PACKAGES = ("submit testing package", "correct testing package")


def received(snapshot: CaseSnapshot, name: str) -> list[EntryView]:
    """Return the entries of the messages of one name that a case took, oldest first."""
    text = name.replace("_", " ")
    return [one for one in snapshot.entries if one.kind == "message" and one.text == text]


def said(entry: EntryView) -> dict[str, Any]:
    """Return what the message of an entry said; empty where the entry does not hold it."""
    message = entry.detail.get("message")
    return message if isinstance(message, dict) else {}


def past_exams(snapshot: CaseSnapshot, area_id: str) -> list[PastExam]:
    """Return the exams of an area as the newest package that held it submitted them."""
    packages = [one for one in snapshot.entries if one.kind == "message" and one.text in PACKAGES]
    for package in reversed(packages):
        exams = [one for one in said(package).get("exams") or [] if one.get("area") == area_id]
        if exams:
            return [PastExam(area_id, one.get("exam") or "", one.get("subject") or "") for one in exams]
    return []


def to_address(snapshot: CaseSnapshot) -> list[Deficiency]:
    """Return every deficiency that a corrective action plan must address, report by report.

    One that an arbitrator took back is none, nor is one whose area was withdrawn.
    """
    areas = {one.id: one for one in areas_of(snapshot)}
    found: list[Deficiency] = []
    number = 0
    for entry in snapshot.entries:
        if entry.kind != "message":
            continue
        findings = said(entry).get("findings") or []
        if entry.text in REPORTS:
            number += 1
            found = [] if entry.text == DECIDED else found  # a plan of radiation oncology answers the newest report
            wrong = [one for one in findings if not one.get("acceptable") and one.get("area") in areas]
            found += [Deficiency(number, entry.at, areas[one["area"]], one.get("comments") or "") for one in wrong]
        elif entry.text in ("issue appeal result", "issue supplemental result"):
            won = {one.get("area") for one in findings if one.get("acceptable")}
            found = [one for one in found if one.report != number or one.area.id not in won]
    return [one for one in found if one.area.state != AreaState.WITHDRAWN]


def plan_of(snapshot: CaseSnapshot) -> Plan:
    """Return how far the corrective action plan has come that belongs to the newest choice of reinstatement."""
    submitted = approved = False
    directed: list[Directed] = []
    count = 0
    for entry in _since_choice(snapshot.entries):
        if entry.text == "submit corrective action plan":
            submitted = True
        elif entry.text == "decide corrective action plan":
            told = said(entry)
            approved, submitted = bool(told.get("approved")), bool(told.get("approved"))
            directed = [] if approved else directed
            for action in told.get("directed_actions") or []:
                count += 1
                directed.append(Directed(f"D{count}", action))
    return Plan(submitted, approved, tuple(directed))


def _since_choice(entries: Sequence[EntryView]) -> Iterator[EntryView]:
    """Yield the messages since the newest option form, or the newest report on a survey."""
    begins = ("choose option", DECIDED)
    chosen = [place for place, one in enumerate(entries) if one.kind == "message" and one.text in begins]
    yield from (one for one in entries[chosen[-1] if chosen else 0 :] if one.kind == "message")


def _words(area: Area | None, area_id: str) -> str:
    told = [area.module, area.patient_type] if area else []
    what = ", ".join(one for one in told if one)
    return f"{area_id} ({what})" if what else area_id


def _is_clinical(area: Area | None) -> bool:
    return area is None or area.kind is not AreaKind.PHANTOM
