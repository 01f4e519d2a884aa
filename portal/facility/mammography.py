"""A mammography facility's own forms: its MQSA certificate, and the corrective plan after a random image check."""

from dataclasses import replace

from starlette.exceptions import HTTPException
from starlette.responses import Response

from policy.application import Modality
from policy.messages import Message, RecordMqsaCertificate, ReportImageCheck, SubmitImageCheckPlan
from portal.facility.small import SEND, form_page, take_form
from portal.forms.asked import DO, Form, empty_form, posted_form
from portal.forms.entries import Entry
from portal.forms.hints import hints_for
from portal.page import Page, Who
from portal.standing import stands
from portal.visit import Visit
from services.case_snapshot import CaseSnapshot
from services.forms.cycle import received, said

TEMPLATE = "facility/mammography.html.j2"
FORMS: dict[str, tuple[type[Message], str, str]] = {
    "certificate": (
        RecordMqsaCertificate,
        "MQSA Certificate",
        "Say which certificate you hold and its last day, whenever that changes. How you may go on after a deficiency "
        "depends on the days that are left on it; without a valid certificate the unit must not be used.",
    ),
    "image-check": (
        SubmitImageCheckPlan,
        "Plan after the Image Check",
        "A random check of your images found something that was not acceptable. Name what you do about each of its "
        "areas; the accreditation stands meanwhile.",
    ),
}
"""The forms by the last part of their address: the message, the page's title, what it is for."""


LABELS = {"kind": "Which certificate", "expires_on": "Its last day"}
"""What fields are called where their names say too little."""


async def show(visit: Visit) -> Response:
    """Show a form, with what it is for."""
    model, _, _ = _form(visit)
    snapshot = await stands(visit)
    hints = hints_for(model, snapshot, visit.world.zone, visit.now)
    return _page(visit, snapshot, empty_form(model, hints, visit.world.zone, office=False))


async def send(visit: Visit) -> Response:
    """Send a form; what was refused comes back with everything that was typed."""
    model, _, _ = _form(visit)
    snapshot = await stands(visit)
    hints = hints_for(model, snapshot, visit.world.zone, visit.now)
    form = posted_form(visit, model, hints, office=False)
    if visit.text(DO) != SEND:
        return _page(visit, snapshot, form)
    return await take_form(visit, form, lambda shown, status: _page(visit, snapshot, shown, status))


def _form(visit: Visit) -> tuple[type[Message], str, str]:
    if visit.its_case.modality != Modality.MAMMOGRAPHY:
        raise HTTPException(404)
    return FORMS[visit.request.url.path.rpartition("/")[2]]


def _page(visit: Visit, snapshot: CaseSnapshot, form: Form, status: int = 200) -> Response:
    model, title, about = _form(visit)
    of_check, found, due_at = model is SubmitImageCheckPlan, [], None
    if of_check:
        told = received(snapshot, ReportImageCheck.NAME)
        found = [one for one in (said(told[-1]).get("findings") or [] if told else []) if not one.get("acceptable")]
        running = [one for one in snapshot.case.deadlines if one.name == "image_check_plan" and not one.over]
        due_at = running[-1].due_at if running else None
    return form_page(
        visit,
        TEMPLATE,
        title,
        snapshot,
        _simpler(form),
        status,
        about=about,
        of_check=of_check,
        found=found,
        due_at=due_at,
    )


def _simpler(form: Form) -> Form:
    """Return a form as a facility needs it: a day without an hour, and no actions that the office has directed."""
    return replace(form, entries=tuple(_plain(entry) for entry in form.entries if entry.key != "reason"))


def _plain(entry: Entry) -> Entry:
    if entry.key in LABELS:
        return replace(entry, label=LABELS[entry.key], help="")
    return replace(entry, parts=tuple(_plain(part) for part in entry.parts if part.key != "directed"))


PAGES: tuple[Page, ...] = tuple(Page(f"/cases/{{case}}/{name}", Who.FACILITY, show, send) for name in FORMS)
