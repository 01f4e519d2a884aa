"""What the facility's forms share: how a case stands, what sending came to, what a draft may hold, receipts."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from uuid import uuid4

from starlette.exceptions import HTTPException
from starlette.responses import Response

from policy.messages import (
    ChooseOption,
    ConfirmCorrectiveActions,
    Message,
    SubmitAppealMaterials,
    SubmitCorrectiveActionPlan,
    SubmitSupplementalMaterials,
    SubmitTestingPackage,
)
from policy.phi.kinds import KINDS
from policy.phi.search import search
from policy.verdict import Verdict
from policy.words import listed
from portal import standing
from portal.page import Page, Who
from portal.sending import send
from portal.uploads import HandedIn
from portal.visit import MESSAGE_ID, Visit
from records.tables import Draft
from records.words import Program
from services.case_snapshot import CaseSnapshot
from services.errors import ServiceError, Unusable
from services.forms.cycle import areas_of, received, said
from services.forms.drafts import draft_of, put_away, renew_id, save_draft

FORMS: dict[str, tuple[str, type[Message]]] = {
    "option": ("Option form received", ChooseOption),
    "testing-package": ("Testing package received", SubmitTestingPackage),
    "appeal-materials": ("Appeal materials received", SubmitAppealMaterials),
    "supplemental-materials": ("Materials of the supplemental review received", SubmitSupplementalMaterials),
    "corrective-action": ("Corrective action plan received", SubmitCorrectiveActionPlan),
    "corrective-action-confirmation": ("Corrective actions confirmed", ConfirmCorrectiveActions),
}
"""The forms by their addresses: the heading of the receipt, and the message."""


class Attempt(NamedTuple):
    """What sending a form came to.

    Attributes:
        verdict: What the case answered; None: nothing was sent, or no answer came.
        faults: What is wrong with the form, by field.
        problem: Why no answer came, in sentences.
    """

    verdict: Verdict | None = None
    faults: Mapping[str, str] = {}
    problem: tuple[str, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether the case took it."""
        return self.verdict is not None and self.verdict.accepted


NOTHING = Attempt()


async def stands(visit: Visit) -> CaseSnapshot:
    """Return how the case in the address stands; 404 where it is a designation, which has none of these forms."""
    if visit.its_case.program != Program.ACCREDITATION:
        raise HTTPException(404)
    return await standing.stands(visit)


async def draft_for(visit: Visit, model: type[Message]) -> Draft | None:
    """Return what was saved of a message's form for the case in the address; None: nothing."""
    org, case_id = visit.who.org, visit.its_case.case_id
    return await visit.read(lambda session: draft_of(session, org, model.NAME, case_id))


async def save(visit: Visit, model: type[Message], typed: Mapping[str, str], documents: HandedIn) -> None:
    """Save what was typed into a message's form, with its documents, for whoever goes on with it."""
    who, case_id, at = visit.who, visit.its_case.case_id, visit.now
    fields = {"typed": dict(typed), **documents.ids()}
    await visit.write(
        lambda session: save_draft(
            session,
            org=who.org,
            kind=model.NAME,
            case_id=case_id,
            fields=fields,
            message_id=visit.text(MESSAGE_ID),
            by=who.name,
            at=at,
        )
    )


async def attempt(
    visit: Visit, model: type[Message], fields: Mapping[str, Any], field_of: Callable[[str], str] = str
) -> Attempt:
    """Send a form in the visitor's name and tell what came of it; once it is taken, its draft is put away.

    Args:
        visit: Whose form.
        model: Which message.
        fields: Its fields.
        field_of: Returns the form's field for a message's (`exams.0.exam`).
    """
    case_id = visit.its_case.case_id
    try:
        verdict = await send(visit, case_id, model, fields)
    except Unusable as unusable:
        faults = {field_of(one.field): f"Found {one.found}; {one.expected} is expected." for one in unusable.troubles}
        return Attempt(faults=faults)
    except ServiceError as away:
        return Attempt(problem=away.lines)
    org, at = visit.who.org, visit.now
    if verdict.accepted:
        await visit.write(lambda session: put_away(session, org, model.NAME, case_id, at))
    else:
        await visit.write(lambda session: renew_id(session, org, model.NAME, case_id, uuid4().hex))
    return Attempt(verdict)


def message_id_for(visit: Visit, tried: Attempt, fresh: str) -> str:
    """Return the id of the form's message: a mended one needs a new id, one without an answer keeps its own."""
    return visit.text(MESSAGE_ID) or fresh if tried.problem else fresh


def private_in(texts: Mapping[str, str]) -> dict[str, str]:
    """Return, by field, what seems to identify a patient, so that no draft keeps it."""
    found = {}
    for field, text in texts.items():
        if kinds := list(dict.fromkeys(KINDS[kind] for kind, _ in search(text))):
            found[field] = f"Not saved: this holds {listed(kinds)}. Take out what identifies a patient."
    return found


def received_page(visit: Visit, form: str) -> Response:
    """Send the browser to the receipt of a form."""
    return visit.go(f"/cases/{visit.its_case.case_id}/received/{form}")


async def receipt(visit: Visit) -> Response:
    """Show the newest message of a form that the case took: what it said, when, by whom, and what comes next."""
    form = visit.request.path_params["form"]
    if form not in FORMS:
        raise HTTPException(404)
    title, model = FORMS[form]
    snapshot = await stands(visit)
    entries = received(snapshot, model.NAME)
    if not entries:
        raise HTTPException(404)
    entry = entries[-1]
    warnings = [
        one.text
        for one in snapshot.entries
        if one.kind == "warning" and one.detail.get("message") == model.NAME and one.at >= entry.at
    ]
    return visit.page(
        "facility/receipt.html.j2",
        title=title,
        entry=entry,
        said=said(entry),
        areas={one.id: one.words for one in areas_of(snapshot)},
        warnings=warnings,
        snapshot=snapshot,
        form=form,
    )


PAGES: tuple[Page, ...] = (Page("/cases/{case}/received/{form}", Who.FACILITY, receipt),)
