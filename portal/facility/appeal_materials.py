"""Appeal materials: what was left out of the original exams, and documents, until they are said to be complete."""

from typing import Any

from starlette.responses import Response

from policy.application import Medium
from policy.facts import Stage
from policy.messages import FACILITY_ROLES, Option, SubmitAppealMaterials
from portal.facility.forms import NOTHING, Attempt, attempt, message_id_for, received_page, stands
from portal.page import Page, Who
from portal.uploads import FileField, HandedIn, handed_in
from portal.visit import Visit
from services.case_snapshot import CaseSnapshot
from services.forms import cycle as cycle_forms
from services.forms.cycle import PastExam

FILES = (FileField("documents"),)
NOTHING_GIVEN = "Nothing is handed in: check a sequence, hand in a document, or say that the materials are complete."


async def materials_page(visit: Visit) -> Response:
    """Show what may be handed in."""
    return _page(visit, await stands(visit))


async def submit(visit: Visit) -> Response:
    """Send the materials; a refusal shows the form again with everything that was chosen and uploaded."""
    documents = await handed_in(visit, SubmitAppealMaterials, FILES)
    snapshot = await stands(visit)
    fields = _fields(visit, snapshot, documents)
    if not documents.faults and not (fields["documents"] or fields["sequences"] or fields["complete"]):
        documents.faults["documents"] = NOTHING_GIVEN
    if documents.faults:
        return _page(visit, snapshot, documents, Attempt(faults=documents.faults))
    tried = await attempt(visit, SubmitAppealMaterials, fields, lambda field: field.partition(".")[0])
    if tried.accepted:
        return received_page(visit, "appeal-materials")
    return _page(visit, await stands(visit), documents, tried)


def _fields(visit: Visit, snapshot: CaseSnapshot, documents: HandedIn) -> dict[str, Any]:
    exams, chosen = _originals(snapshot), visit.texts("sequences")
    return {
        "documents": documents.documents("documents"),
        "sequences": [
            {"area": exam.area, "subject": exam.subject or None}
            for number, exam in enumerate(exams, start=1)
            if str(number) in chosen
        ],
        "whole_exam": visit.text("whole_exam") == "yes",
        "complete": visit.text("complete") == "yes",
    }


def _originals(snapshot: CaseSnapshot) -> list[PastExam]:
    """Return the exams whose left-out sequences may follow: those of what is contested, as they were submitted."""
    return [exam for area in cycle_forms.deficient(snapshot) for exam in cycle_forms.past_exams(snapshot, area.id)]


def _page(
    visit: Visit, snapshot: CaseSnapshot, documents: HandedIn | None = None, tried: Attempt = NOTHING
) -> Response:
    choices = cycle_forms.received(snapshot, "choose_option")
    chosen = cycle_forms.said(choices[-1]) if choices else {}
    medium = cycle_forms.medium_of(snapshot)
    return visit.page(
        "facility/appeal_materials.html.j2",
        status=200 if tried is NOTHING else 422,
        title="Appeal Materials",
        snapshot=snapshot,
        awaited=snapshot.case.stage == Stage.APPEAL and chosen.get("option") == Option.APPEAL,
        complete=snapshot.case.awaited_party == "acr",
        by_post=medium is not Medium.UPLOAD,
        medium=medium,
        areas={one.id: one.words for one in cycle_forms.areas_of(snapshot)},
        exams=_originals(snapshot),
        chosen=visit.texts("sequences"),
        typed={name: visit.text(name) for name in ("complete", "whole_exam")},
        before=cycle_forms.received(snapshot, "submit_appeal_materials"),
        kept=documents.by_field if documents else {},
        looks=documents.warnings if documents else {},
        faults=dict(tried.faults),
        verdict=tried.verdict,
        problem=tried.problem,
        message_id=message_id_for(visit, tried, ""),
        able_roles=sorted(visit.who.roles & FACILITY_ROLES),
        as_role=visit.text("as_role"),
    )


PAGES: tuple[Page, ...] = (Page("/cases/{case}/appeal-materials", Who.FACILITY, materials_page, submit),)
