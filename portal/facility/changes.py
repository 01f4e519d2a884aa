"""What a facility tells while its certificate runs: the annual update, key personnel, a relocation, another unit."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from starlette.exceptions import HTTPException
from starlette.responses import Response

from activities.notices.on_file import on_file
from activities.terms import rules_of
from policy.accreditation.annual_update import WINDOW
from policy.accreditation.changes import RETESTED, months_above
from policy.accreditation.mammography.relocation import relocation_due
from policy.application import ContactRole, Modality
from policy.dates import last_day, local_day
from policy.edition import Edition
from policy.facts import Stage
from policy.messages import (
    Message,
    ReportAddedUnit,
    ReportPersonnelChange,
    ReportRelocation,
    SubmitAnnualUpdate,
)
from policy.words import day_in_words, due_in_words, spoken
from portal.facility.small import SEND, form_page, take_form
from portal.forms.asked import DO, Form, empty_form, posted_form
from portal.forms.hints import hints_for
from portal.page import Handler, Page, Who
from portal.standing import is_survey_based, stands
from portal.visit import Visit
from records.words import Program
from services.case_snapshot import CaseSnapshot

TEMPLATE = "facility/change.html.j2"
ROLES = (
    ContactRole.SUPERVISING_PHYSICIAN,
    ContactRole.LEAD_INTERPRETING_PHYSICIAN,
    ContactRole.MEDICAL_PHYSICIST,
)
"""The roles whose change is told by a form of its own."""


class Asked(NamedTuple):
    """A form.

    Attributes:
        address: The last part of its page's address.
        title: The page's title.
        link: What the link to it says.
        model: The message.
        labels: What its fields are called, where name and help of the message say too little or the same twice.
        about: What it is for and what follows, paragraph by paragraph.
        known: What the office knows already that it is about, and how that list is called.
    """

    address: str
    title: str
    link: str
    model: type[Message]
    labels: Mapping[str, str]
    about: Callable[[Visit, CaseSnapshot], Sequence[str]]
    known: Callable[[CaseSnapshot], tuple[str, Sequence[str]]]


def _of_update(visit: Visit, snapshot: CaseSnapshot) -> Sequence[str]:
    asked, zone = snapshot.case.annual_update, visit.world.zone
    coming = next((one for one in snapshot.case.deadlines if one.name == WINDOW and one.met is None), None)
    if asked:
        first = f"We asked you for it on {day_in_words(asked.asked_at.astimezone(zone).date())}."
        return (f"{first} No text of the program states a date for your answer; we remind you until it comes.",)
    if coming:
        when = day_in_words(coming.due_at.astimezone(zone).date())
        return (f"We ask you for it on {when}. Whatever changes before, you can tell us now.",)
    return ("Nobody asks you for it now. Whatever has changed, you can tell us all the same.",)


def _of_personnel(_visit: Visit, _snapshot: CaseSnapshot) -> Sequence[str]:
    return (
        "Tell us when one of these people has left, and who takes the place; where nobody does yet, "
        "send it without a name, and once more when you know.",
        "Letters reach whoever takes the place once the office has an e-mail address: tell it by telephone or e-mail.",
    )


def _of_move(visit: Visit, snapshot: CaseSnapshot) -> Sequence[str]:
    modality = (snapshot.case.application or {}).get("modality")
    retested = modality in {one.value for one in RETESTED}
    phantom = "A phantom and the medical physicist's evaluation are asked for at the new place. " if retested else ""
    return (
        "Tell us before the unit moves, or your facility with it. The certificate stands meanwhile.",
        f"{phantom}A relocation application follows; the office tells whether a fee is due.",
        *_days_of_move(visit),
    )


def _days_of_move(visit: Visit) -> Sequence[str]:
    """Say within how many days of a move its application is complete, where the rules of the case state any."""
    terms, zone = rules_of(visit.its_case, visit.now, visit.world.settings), visit.world.zone
    today = local_day(visit.now, zone)
    due_at = relocation_due(today, terms) if isinstance(terms, Edition) else None
    if due_at is None:
        return ()
    days = (last_day(due_at, zone) - today).days
    return (
        f"The relocation application is complete within {days} calendar days after the move: after a move today, by "
        f"{due_in_words(due_at, zone)}. What a late one brings no text of the program states: the office looks at it. "
        "The letter that answers this form says the day.",
    )


def _of_unit(visit: Visit, _snapshot: CaseSnapshot) -> Sequence[str]:
    terms = rules_of(visit.its_case, visit.now, visit.world.settings)
    months = months_above(terms) if isinstance(terms, Edition) else 0
    return (
        f"Where more than {months} months are left on the certificate, another unit is accredited by addendum (it is "
        "tested by itself, and its certificate ends with the one that runs) or by reinstatement (all units are tested "
        "anew at the full fee, and a new term begins). Otherwise all units are renewed early.",
        "The office then opens its application. Until it is accredited the new unit is not.",
    )


def _all_on_file(snapshot: CaseSnapshot) -> tuple[str, Sequence[str]]:
    return "What we have on file", on_file(snapshot.case.application or {})


def _people(snapshot: CaseSnapshot) -> tuple[str, Sequence[str]]:
    contacts = ((snapshot.case.application or {}).get("facility") or {}).get("contacts") or []
    names = {role.value for role in ROLES}
    return "Whom we have on file", [
        f"{spoken(one['role'])}: {one.get('name')}" for one in contacts if one.get("role") in names
    ]


def _address(snapshot: CaseSnapshot) -> tuple[str, Sequence[str]]:
    return "The address that we have on file", [one for one in _all_on_file(snapshot)[1] if one.startswith("Address")]


def _unit(snapshot: CaseSnapshot) -> tuple[str, Sequence[str]]:
    return "The unit of this case", [one for one in _all_on_file(snapshot)[1] if one.startswith("Unit")]


FORMS = (
    Asked(
        "annual-update",
        "Annual Update",
        "Confirm or correct what we have on file",
        SubmitAnnualUpdate,
        {"confirmed": "All of this is right, but for what I correct below"},
        _of_update,
        _all_on_file,
    ),
    Asked(
        "personnel",
        "Change of Key Personnel",
        "Change of key personnel",
        ReportPersonnelChange,
        {"role": "Role", "left": "Who has left", "on": "Since when", "replacement": "Who takes the place"},
        _of_personnel,
        _people,
    ),
    Asked(
        "relocation",
        "Relocation",
        "Relocation",
        ReportRelocation,
        {"address": "New address, or new place within the facility", "on": "Day of the move"},
        _of_move,
        _address,
    ),
    Asked(
        "added-unit",
        "Another Unit",
        "Another unit",
        ReportAddedUnit,
        {
            "unit": "Id of the new unit",
            "manufacturer": "Manufacturer",
            "model": "Model",
            "way": "How it is to be accredited",
        },
        _of_unit,
        _unit,
    ),
)
"""The forms, in the order in which a case's page links to them."""


def links_of(case_id: str, *, survey_based: bool, modality: str | None) -> list[tuple[str, str]]:
    """Return the forms that an accredited case has: address and words."""
    return [(f"/cases/{case_id}/{one.address}", one.link) for one in FORMS if _suits(one.model, survey_based, modality)]


def _suits(model: type[Message], survey_based: bool, modality: str | None) -> bool:
    """Whether a modality knows a form: a practice that is surveyed has no units; a service is none."""
    facility_based = (Modality.ULTRASOUND.value, Modality.BREAST_ULTRASOUND.value)
    return model is not ReportAddedUnit or not (survey_based or modality in facility_based)


def _show(asked: Asked) -> Handler:
    async def show(visit: Visit) -> Response:
        _its_own(visit, asked)
        snapshot = await stands(visit)
        hints = hints_for(asked.model, snapshot, visit.world.zone, visit.now)
        return _page(visit, asked, snapshot, empty_form(asked.model, hints, visit.world.zone, office=False))

    show.__doc__ = f"Show what it is about and its form: {asked.title}."
    return show


def _submit(asked: Asked) -> Handler:
    async def submit(visit: Visit) -> Response:
        _its_own(visit, asked)
        snapshot = await stands(visit)
        hints = hints_for(asked.model, snapshot, visit.world.zone, visit.now)
        form = posted_form(visit, asked.model, hints, office=False)
        if visit.text(DO) != SEND:  # a row more
            return _page(visit, asked, snapshot, form)
        return await take_form(visit, form, lambda shown, status: _page(visit, asked, snapshot, shown, status))

    submit.__doc__ = f"Send it: {asked.title}."
    return submit


def _its_own(visit: Visit, asked: Asked) -> None:
    case = visit.its_case
    if case.program != Program.ACCREDITATION or not _suits(asked.model, is_survey_based(case), case.modality):
        raise HTTPException(404)


def _page(visit: Visit, asked: Asked, snapshot: CaseSnapshot, form: Form, status: int = 200) -> Response:
    entries = tuple(
        replace(entry, label=asked.labels[entry.key], help="") if entry.key in asked.labels else entry
        for entry in form.entries
        if entry.key != "reason"
    )
    caption, lines = asked.known(snapshot)
    return form_page(
        visit,
        TEMPLATE,
        asked.title,
        snapshot,
        replace(form, entries=entries),
        status,
        accredited=snapshot.case.stage == Stage.ACCREDITED,
        about=asked.about(visit, snapshot),
        caption=caption,
        lines=[f"{line[:1].upper()}{line[1:]}" for line in lines],
    )


PAGES: tuple[Page, ...] = tuple(
    Page(f"/cases/{{case}}/{one.address}", Who.FACILITY, _show(one), _submit(one)) for one in FORMS
)
