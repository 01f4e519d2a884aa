"""Materials of a supplemental review: what the office has said that it accepts, until they are said to be complete."""

from starlette.responses import Response

from policy.messages import FACILITY_ROLES, SubmitSupplementalMaterials
from portal.facility.forms import NOTHING, Attempt, attempt, message_id_for, received_page, stands
from portal.page import Page, Who
from portal.uploads import FileField, HandedIn, handed_in
from portal.visit import Visit
from services.case_snapshot import CaseSnapshot
from services.forms import cycle as cycle_forms

FILES = (FileField("documents"),)
NOTHING_GIVEN = "Nothing is handed in: hand in a document, or say that the materials are complete."
WINDOW = "supplemental_review"


async def materials_page(visit: Visit) -> Response:
    """Show what may be handed in, and until when."""
    return _page(visit, await stands(visit))


async def submit(visit: Visit) -> Response:
    """Send the materials; a refusal shows the form again with everything that was uploaded."""
    documents = await handed_in(visit, SubmitSupplementalMaterials, FILES)
    snapshot = await stands(visit)
    fields = {"documents": documents.documents("documents"), "complete": visit.text("complete") == "yes"}
    if not documents.faults and not any(fields.values()):
        documents.faults["documents"] = NOTHING_GIVEN
    if documents.faults:
        return _page(visit, snapshot, documents, Attempt(faults=documents.faults))
    tried = await attempt(visit, SubmitSupplementalMaterials, fields, lambda field: field.partition(".")[0])
    if tried.accepted:
        return received_page(visit, "supplemental-materials")
    return _page(visit, await stands(visit), documents, tried)


def _page(
    visit: Visit, snapshot: CaseSnapshot, documents: HandedIn | None = None, tried: Attempt = NOTHING
) -> Response:
    told = cycle_forms.received(snapshot, "set_supplemental_review")
    due = cycle_forms.window(snapshot, WINDOW)
    return visit.page(
        "facility/supplemental_materials.html.j2",
        status=200 if tried is NOTHING else 422,
        title="Supplemental Review",
        snapshot=snapshot,
        awaited=bool(due and not due.over),
        terms=cycle_forms.said(told[-1]) if told else {},
        due=due,
        before=cycle_forms.received(snapshot, SubmitSupplementalMaterials.NAME),
        typed={"complete": visit.text("complete")},
        kept=documents.by_field if documents else {},
        looks=documents.warnings if documents else {},
        faults=dict(tried.faults),
        verdict=tried.verdict,
        problem=tried.problem,
        message_id=message_id_for(visit, tried, ""),
        able_roles=sorted(visit.who.roles & FACILITY_ROLES),
        as_role=visit.text("as_role"),
    )


PAGES: tuple[Page, ...] = (Page("/cases/{case}/supplemental-materials", Who.FACILITY, materials_page, submit),)
