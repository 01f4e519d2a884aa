"""Materials that follow a choice: of an appeal, what was left out of its exams; of a supplemental review, documents.

Both are handed in bit by bit, until they are said to be complete.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from policy.application import Medium
from policy.facts import Stage
from policy.messages import FACILITY_ROLES, Message, Option, SubmitAppealMaterials, SubmitSupplementalMaterials
from portal.facility.forms import NOTHING, Attempt, attempt, message_id_for, received_page, stands
from portal.page import Page, Who
from portal.uploads import FileField, HandedIn, handed_in
from portal.visit import Visit
from services.case_snapshot import CaseSnapshot
from services.forms import cycle as cycle_forms
from services.forms.cycle import PastExam

FILES = (FileField("documents"),)
WINDOW = "supplemental_review"


@dataclass(frozen=True)
class Materials:
    """A kind of materials.

    Attributes:
        model: The message that hands them in.
        path: The last part of the page's address.
        template: The page.
        title: Its heading.
        nothing: What is said where nothing is handed in.
        fields: What else than documents and `complete` the message says, as the form was filled in.
        told: What else the page tells.
    """

    model: type[Message]
    path: str
    template: str
    title: str
    nothing: str
    fields: Callable[[Visit, CaseSnapshot], dict[str, Any]]
    told: Callable[[Visit, CaseSnapshot], dict[str, Any]]

    async def show(self, visit: Visit) -> Response:
        """Show what may be handed in."""
        return self._page(visit, await stands(visit))

    async def submit(self, visit: Visit) -> Response:
        """Send the materials; a refusal shows the form again with everything that was chosen and uploaded."""
        documents = await handed_in(visit, self.model, FILES)
        snapshot = await stands(visit)
        own, given = self.fields(visit, snapshot), documents.documents("documents")
        complete = visit.text("complete") == "yes"
        if not documents.faults and not (given or complete or own.get("sequences")):
            documents.faults["documents"] = self.nothing
        if documents.faults:
            return self._page(visit, snapshot, documents, Attempt(faults=documents.faults))
        fields = {"documents": given, "complete": complete, **own}
        tried = await attempt(visit, self.model, fields, lambda field: field.partition(".")[0])
        if tried.accepted:
            return received_page(visit, self.path)
        return self._page(visit, await stands(visit), documents, tried)

    def _page(
        self, visit: Visit, snapshot: CaseSnapshot, documents: HandedIn | None = None, tried: Attempt = NOTHING
    ) -> Response:
        return visit.page(
            self.template,
            status=200 if tried is NOTHING else 422,
            title=self.title,
            snapshot=snapshot,
            before=cycle_forms.received(snapshot, self.model.NAME),
            typed={name: visit.text(name) for name in ("complete", "whole_exam")},
            kept=documents.by_field if documents else {},
            looks=documents.warnings if documents else {},
            faults=dict(tried.faults),
            verdict=tried.verdict,
            problem=tried.problem,
            message_id=message_id_for(visit, tried, ""),
            able_roles=sorted(visit.who.roles & FACILITY_ROLES),
            as_role=visit.text("as_role"),
            **self.told(visit, snapshot),
        )

    @property
    def page(self) -> Page:
        """The page and who gets it."""
        return Page(f"/cases/{{case}}/{self.path}", Who.FACILITY, self.show, self.submit)


def _sequences(visit: Visit, snapshot: CaseSnapshot) -> dict[str, Any]:
    chosen = visit.texts("sequences")
    return {
        "sequences": [
            {"area": exam.area, "subject": exam.subject or None}
            for number, exam in enumerate(_originals(snapshot), start=1)
            if str(number) in chosen
        ],
        "whole_exam": visit.text("whole_exam") == "yes",
    }


def _originals(snapshot: CaseSnapshot) -> list[PastExam]:
    """Return the exams whose left-out sequences may follow: those of what is contested, as they were submitted."""
    return [exam for area in cycle_forms.deficient(snapshot) for exam in cycle_forms.past_exams(snapshot, area.id)]


def _of_appeal(visit: Visit, snapshot: CaseSnapshot) -> dict[str, Any]:
    choices = cycle_forms.received(snapshot, "choose_option")
    chosen = cycle_forms.said(choices[-1]) if choices else {}
    medium = cycle_forms.medium_of(snapshot)
    return {
        "awaited": snapshot.case.stage == Stage.APPEAL and chosen.get("option") == Option.APPEAL,
        "complete": snapshot.case.awaited_party == "acr",
        "by_post": medium is not Medium.UPLOAD,
        "medium": medium,
        "areas": {one.id: one.words for one in cycle_forms.areas_of(snapshot)},
        "exams": _originals(snapshot),
        "chosen": visit.texts("sequences"),
    }


def _of_supplemental_review(_visit: Visit, snapshot: CaseSnapshot) -> dict[str, Any]:
    terms = cycle_forms.received(snapshot, "set_supplemental_review")
    due = cycle_forms.window(snapshot, WINDOW)
    return {
        "awaited": bool(due and not due.over),
        "terms": cycle_forms.said(terms[-1]) if terms else {},
        "due": due,
    }


APPEAL = Materials(
    SubmitAppealMaterials,
    "appeal-materials",
    "facility/appeal_materials.html.j2",
    "Appeal Materials",
    "Nothing is handed in: check a sequence, hand in a document, or say that the materials are complete.",
    _sequences,
    _of_appeal,
)
SUPPLEMENTAL_REVIEW = Materials(
    SubmitSupplementalMaterials,
    "supplemental-materials",
    "facility/supplemental_materials.html.j2",
    "Supplemental Review",
    "Nothing is handed in: hand in a document, or say that the materials are complete.",
    lambda _visit, _snapshot: {},
    _of_supplemental_review,
)
PAGES: tuple[Page, ...] = (APPEAL.page, SUPPLEMENTAL_REVIEW.page)
