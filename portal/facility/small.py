"""The facility's small forms: renewal, withdrawal, added locations, pledge. Each says first what it does and costs."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from activities.terms import rules_of
from pictures.wording import saying
from policy.dates import local_day
from policy.designation.edition import DicoeEdition
from policy.designation.fees import addition_lines
from policy.fees import FeeLine
from policy.messages import AddLocations, ConfirmPledge, FileValidationReport, SubmitValidationResponse, WithdrawCase
from policy.status import CaseStatus
from policy.verdict import Refused
from portal.facility.renewing import renewal_quote
from portal.forms.asked import DO, Form, empty_form, posted_form, with_documents
from portal.forms.hints import Hints, hints_for
from portal.forms.shapes import LOCATIONS, locations_entry
from portal.page import Page, Who
from portal.sending import composed, send_composed
from portal.standing import body_of, stands
from portal.visit import MESSAGE_ID, Visit
from records.words import Program
from services.case_snapshot import CaseSnapshot, due_of_view
from services.errors import Unusable
from services.facility.entries import facility_entries
from services.forms.cycle import received, said
from services.message_fields import messages

SEND, SHOW_FEE = "send", "fee"
UNDERSTOOD = "understood"
MOST_TOLD = 6
"""Entries that a receipt tells."""
OF_FACILITY = frozenset({"message", "invoice", "payment", "stage", "deadline", "extension"})
"""Kinds of entries that a facility reads in a receipt."""
Extra = Mapping[str, Any]
NEW_LOCATIONS = Hints(shapes={LOCATIONS: locations_entry()})


def _window(case: CaseStatus, name: str) -> datetime | None:
    return next((one.due_at for one in reversed(case.deadlines) if one.name == name), None)


def _designations_alone(visit: Visit) -> None:
    if visit.its_case.program != Program.DICOE:
        raise HTTPException(404)


async def take_form(
    visit: Visit, form: Form, show: Callable[[Form, int], Response], values: Mapping[str, Any] | None = None
) -> Response:
    """Send a form in the visitor's name; what cannot be sent comes back with everything that was typed."""
    case_id = visit.its_case.case_id
    form = await with_documents(visit, form)
    if form.faults:
        return show(form, 422)
    try:
        message = composed(visit, form.model, {**form.values(visit.world.zone), **(values or {})})
        verdict = await send_composed(visit, case_id, message)
    except Unusable as unusable:
        return show(form.with_faults(unusable), 422)
    except Refused as refused:
        return show(form.with_refusal(refused.verdict()), 422)
    if not verdict.accepted:
        return show(form.with_refusal(verdict), 422)
    await visit.note(form.model.NAME, case_id)
    return visit.go(f"/cases/{case_id}/sent/{form.model.NAME}/{message.message_id}")


def form_page(
    visit: Visit, template: str, title: str, snapshot: CaseSnapshot, form: Form, status: int, **extra: Any
) -> Response:
    """Show a form. A message that was refused needs a new id; one that was not sent keeps its own."""
    keeps = form.refused is None and visit.text(MESSAGE_ID)
    known = {"snapshot": snapshot, "form": form, **extra} | ({"new_message_id": keeps} if keeps else {})
    return visit.page(template, status=status, title=title, **known)


async def show_withdrawal(visit: Visit) -> Response:
    """Show what a withdrawal means, and its form."""
    return _withdrawal(visit, await stands(visit), empty_form(WithdrawCase, Hints(), visit.world.zone, office=False))


async def withdraw(visit: Visit) -> Response:
    """Withdraw the case, where the box is checked that says so."""
    snapshot = await stands(visit)
    form = posted_form(visit, WithdrawCase, Hints(), office=False)
    if visit.text(DO) != SEND:
        return _withdrawal(visit, snapshot, form)
    if visit.text(UNDERSTOOD) != "yes":
        missing = "Check this box: the withdrawal cannot be taken back."
        return _withdrawal(visit, snapshot, replace(form, faults={UNDERSTOOD: missing}), 422)
    return await take_form(visit, form, lambda shown, status: _withdrawal(visit, snapshot, shown, status))


def _withdrawal(visit: Visit, snapshot: CaseSnapshot, form: Form, status: int = 200) -> Response:
    designation = visit.its_case.program == Program.DICOE
    why = "Why you withdraw. The office and you read it in the case."
    form = replace(form, entries=tuple(replace(one, help=why) if one.key == "reason" else one for one in form.entries))
    title = "Withdraw from Designation" if designation else "Withdraw from Accreditation"
    paid = sum((one.paid for one in snapshot.case.invoices), Decimal(0))
    understood = visit.text(UNDERSTOOD) == "yes"
    return form_page(
        visit,
        "facility/withdraw.html.j2",
        title,
        snapshot,
        form,
        status,
        designation=designation,
        body=body_of(visit),
        paid=paid,
        understood=understood,
    )


async def show_pledge(visit: Visit) -> Response:
    """Show the pledge that is asked for, and its form."""
    _designations_alone(visit)
    snapshot = await stands(visit)
    hints = hints_for(ConfirmPledge, snapshot, visit.world.zone, visit.now)
    return _pledge(visit, snapshot, empty_form(ConfirmPledge, hints, visit.world.zone, office=False))


async def pledge(visit: Visit) -> Response:
    """Confirm a pledge."""
    _designations_alone(visit)
    snapshot = await stands(visit)
    form = _without_reason(posted_form(visit, ConfirmPledge, Hints(), office=False))
    return await take_form(visit, form, lambda shown, status: _pledge(visit, snapshot, shown, status))


def _pledge(visit: Visit, snapshot: CaseSnapshot, form: Form, status: int = 200) -> Response:
    year = local_day(visit.now, visit.world.zone).year
    return form_page(
        visit, "facility/pledge.html.j2", "Confirm a Pledge", snapshot, _without_reason(form), status, year=year
    )


async def show_validation(visit: Visit) -> Response:
    """Show what a validation survey found that is to be answered, and the form of the response."""
    snapshot = await stands(visit)
    hints = hints_for(SubmitValidationResponse, snapshot, visit.world.zone, visit.now)
    return _validation(visit, snapshot, empty_form(SubmitValidationResponse, hints, visit.world.zone, office=False))


async def respond(visit: Visit) -> Response:
    """Send the response to a validation survey."""
    snapshot = await stands(visit)
    hints = hints_for(SubmitValidationResponse, snapshot, visit.world.zone, visit.now)
    form = posted_form(visit, SubmitValidationResponse, hints, office=False)
    if visit.text(DO) != SEND:  # a row more
        return _validation(visit, snapshot, form)
    return await take_form(visit, form, lambda shown, status: _validation(visit, snapshot, shown, status))


def _validation(visit: Visit, snapshot: CaseSnapshot, form: Form, status: int = 200) -> Response:
    if visit.its_case.program != Program.ACCREDITATION:
        raise HTTPException(404)
    survey, form = snapshot.case.validation, _without_reason(form)
    owed = survey is not None and survey.state != "ordered" and bool(survey.to_address)
    found = _findings_of(snapshot) if owed else []
    title = "Validation Survey"
    return form_page(visit, "facility/validation.html.j2", title, snapshot, form, status, survey=survey, found=found)


def _findings_of(snapshot: CaseSnapshot) -> list[dict[str, Any]]:
    """Return what the newest report of a validation survey found not acceptable."""
    told = received(snapshot, FileValidationReport.NAME)
    return [one for one in (said(told[-1]).get("findings") or [] if told else []) if not one.get("acceptable")]


async def show_locations(visit: Visit) -> Response:
    """Show from when locations may be added, what each costs, and the form."""
    _designations_alone(visit)
    form = empty_form(AddLocations, NEW_LOCATIONS, visit.world.zone, office=False)
    return _locations(visit, await stands(visit), form)


async def add_locations(visit: Visit) -> Response:
    """Show what the locations cost, or ask for them to be added."""
    _designations_alone(visit)
    snapshot = await stands(visit)
    form = posted_form(visit, AddLocations, NEW_LOCATIONS, office=False)
    if visit.text(DO) != SEND:
        return _locations(visit, snapshot, form, fee=visit.text(DO) == SHOW_FEE)
    return await take_form(visit, form, lambda shown, status: _locations(visit, snapshot, shown, status))


def _locations(visit: Visit, snapshot: CaseSnapshot, form: Form, status: int = 200, *, fee: bool = False) -> Response:
    terms = rules_of(visit.its_case, visit.now, visit.world.settings)
    if not isinstance(terms, DicoeEdition):
        raise HTTPException(404)
    asked = form.values(visit.world.zone).get("locations") or []
    names = [str(place.get("id") or f"location {number}") for number, place in enumerate(asked, start=1)]
    lines: tuple[FeeLine, ...] = addition_lines(names, terms) if names else ()
    return form_page(
        visit,
        "facility/locations.html.j2",
        "Add Locations",
        snapshot,
        form,
        status,
        opens_at=_window(snapshot.case, "mid_cycle"),
        each=Decimal(terms.additions.fee.value),
        lines=lines if fee or form.refused else (),
        total=sum((line.amount for line in lines), Decimal(0)),
        asked=bool(names) or not fee,
        state=visit.its_case.state,
        at=visit.now,
    )


def _without_reason(form: Form) -> Form:
    return replace(form, entries=tuple(entry for entry in form.entries if entry.key != "reason"))


async def show_renewal(visit: Visit) -> Response:
    """Show from when and until when a renewal is applied for, what it costs, and where."""
    snapshot = await stands(visit)
    case = snapshot.case
    quote = renewal_quote(visit.its_case, case, visit.now, visit.world.settings)
    return visit.page(
        "facility/renewal.html.j2",
        title="Renewal",
        snapshot=snapshot,
        quote=quote,
        opens_at=_window(case, "renewal_notice"),
        due_at=_window(case, "renewal_application"),
        expires_at=_window(case, "expiry"),
        at=visit.now,
    )


async def show_sent(visit: Visit) -> Response:
    """Show what a small form brought about, and what comes next."""
    name, identity = visit.request.path_params["message"], visit.request.path_params["id"]
    snapshot = await stands(visit)
    entries = facility_entries(visit.its_case.case_id, snapshot.entries)
    place = next((n for n, one in enumerate(entries) if _is_of(one.detail, identity)), None)
    if name not in messages() or place is None:
        raise HTTPException(404)
    designation = visit.its_case.program == Program.DICOE
    told = [one for one in entries[place:] if one.kind in OF_FACILITY][:MOST_TOLD]
    lines = [saying(one, visit.world.zone, designation=designation).text for one in told]
    due = due_of_view(snapshot.case)
    return visit.page("facility/sent.html.j2", title="Done", name=name, lines=lines, snapshot=snapshot, due=due)


def _is_of(detail: Extra, identity: str) -> bool:
    sent = detail.get("message")
    return isinstance(sent, dict) and sent.get("message_id") == identity


PAGES: tuple[Page, ...] = (
    Page("/cases/{case}/withdraw", Who.FACILITY, show_withdrawal, withdraw),
    Page("/cases/{case}/pledge", Who.FACILITY, show_pledge, pledge),
    Page("/cases/{case}/validation", Who.FACILITY, show_validation, respond),
    Page("/cases/{case}/locations", Who.FACILITY, show_locations, add_locations),
    Page("/cases/{case}/renewal", Who.FACILITY, show_renewal),
    Page("/cases/{case}/sent/{message}/{id}", Who.FACILITY, show_sent),
)
