"""The corrective action plan, a field for each deficiency of each report, and the confirmation once it is approved."""

from typing import Any, NamedTuple

from starlette.responses import Response

from policy.facts import Stage
from policy.messages import ConfirmCorrectiveActions, Message, Option, SubmitCorrectiveActionPlan
from portal.facility.forms import (
    NOTHING,
    Attempt,
    attempt,
    draft_for,
    message_id_for,
    private_in,
    received_page,
    save,
    stands,
)
from portal.page import Page, Who
from portal.standing import body_of, is_survey_based
from portal.uploads import FileField, HandedIn, handed_in, kept_of
from portal.visit import Visit
from records.tables import Draft
from services.case_snapshot import CaseSnapshot
from services.forms import cycle as cycle_forms
from services.forms.cycle import Deficiency, Directed, Plan

PLAN, CONFIRMATION = SubmitCorrectiveActionPlan, ConfirmCorrectiveActions
FILES = (FileField("documents"),)


class PlanField(NamedTuple):
    """A field of the plan: for a deficiency, or for an action that the office has directed.

    Attributes:
        name: The field's.
        deficiency: What it answers; None: a directed action.
        directed: What it takes up; None: a deficiency.
    """

    name: str
    deficiency: Deficiency | None = None
    directed: Directed | None = None


async def plan_page(visit: Visit) -> Response:
    """Show the plan as it was saved last, or the confirmation once the plan is approved."""
    snapshot = await stands(visit)
    draft = await draft_for(visit, _model(cycle_forms.plan_of(snapshot)))
    saved = draft.fields if draft else {}
    held = await kept_of(visit, saved.get("documents") or [])
    return _page(visit, snapshot, dict(saved.get("typed") or {}), HandedIn({"documents": held}, {}, {}), draft=draft)


async def submit(visit: Visit) -> Response:
    """Send the plan or the confirmation, or save it as a draft."""
    snapshot = await stands(visit)
    model = _model(cycle_forms.plan_of(snapshot))
    documents = await handed_in(visit, model, FILES)
    typed = {name: visit.text(name) for name in _names(snapshot)}
    if visit.text("do") == "draft":
        return await _save(visit, snapshot, model, typed, documents)
    if documents.faults:
        return _page(visit, snapshot, typed, documents, tried=Attempt(faults=documents.faults))
    fields, places = _fields(snapshot, model, typed, documents)
    tried = await attempt(visit, model, fields, lambda field: _field_of(field, places))
    if tried.accepted:
        return received_page(visit, "corrective-action" if model is PLAN else "corrective-action-confirmation")
    return _page(visit, await stands(visit), typed, documents, tried=tried)


def _model(plan: Plan) -> type[Message]:
    return CONFIRMATION if plan.approved else PLAN


def fields_of(snapshot: CaseSnapshot) -> list[PlanField]:
    """Return the fields of the plan: the deficiencies, report by report, then what the office has directed."""
    deficiencies = cycle_forms.to_address(snapshot)
    directed = cycle_forms.plan_of(snapshot).directed
    answers = [PlanField(f"action-{number}", deficiency=one) for number, one in enumerate(deficiencies, start=1)]
    return [*answers, *(PlanField(f"directed-{one.id}", directed=one) for one in directed)]


def _names(snapshot: CaseSnapshot) -> list[str]:
    fields = fields_of(snapshot)
    return [*(one.name for one in fields), *(f"{one.name}-area" for one in fields if one.directed)]


def _fields(
    snapshot: CaseSnapshot, model: type[Message], typed: dict[str, str], documents: HandedIn
) -> tuple[dict[str, Any], list[str]]:
    """Return the message's fields, and the form's field of each of its actions."""
    given = [one for one in fields_of(snapshot) if typed[one.name]]
    papers = documents.documents("documents")
    if model is CONFIRMATION:
        return {"documents": papers, "directed": [one.directed.id for one in given if one.directed]}, []
    actions: list[dict[str, Any]] = []
    for one in given:
        if one.deficiency:
            actions.append({"area": one.deficiency.area.id, "action": typed[one.name]})
        elif one.directed:
            area = typed[f"{one.name}-area"]
            actions.append({"area": area, "action": typed[one.name], "directed": one.directed.id})
    return {"documents": papers, "actions": actions}, [one.name for one in given]


def _field_of(field: str, places: list[str]) -> str:
    parts = field.split(".")
    known = parts[0] == "actions" and len(parts) > 1 and int(parts[1]) < len(places)
    return places[int(parts[1])] if known else parts[0]


async def _save(
    visit: Visit, snapshot: CaseSnapshot, model: type[Message], typed: dict[str, str], documents: HandedIn
) -> Response:
    """Save what was typed; what identifies a patient is not saved, and told beside its field."""
    faults = {**documents.faults, **private_in(typed)}
    if faults:
        return _page(visit, snapshot, typed, documents, tried=Attempt(faults=faults))
    await save(visit, model, typed, documents)
    return visit.go(f"/cases/{visit.its_case.case_id}/corrective-action")


def _page(
    visit: Visit,
    snapshot: CaseSnapshot,
    typed: dict[str, str],
    documents: HandedIn,
    *,
    draft: Draft | None = None,
    tried: Attempt = NOTHING,
) -> Response:
    plan, surveyed = cycle_forms.plan_of(snapshot), is_survey_based(visit.its_case)
    return visit.page(
        "facility/corrective_action.html.j2",
        status=200 if tried is NOTHING else 422,
        title="Corrective Action",
        snapshot=snapshot,
        awaited=snapshot.case.stage == Stage.CORRECTIVE_ACTION,
        plan=plan,
        surveyed=surveyed,
        due=cycle_forms.window(snapshot, "corrective_action_plan"),
        fee=None if surveyed else cycle_forms.fee_of(snapshot, Option.REINSTATE, visit.world.settings),
        body=body_of(visit),
        fields_of_plan=fields_of(snapshot),
        areas=[(one.id, one.words) for one in cycle_forms.areas_of(snapshot)],
        typed=typed,
        kept=documents.by_field,
        looks=documents.warnings,
        faults=dict(tried.faults),
        verdict=tried.verdict,
        problem=tried.problem,
        draft=draft,
        message_id=message_id_for(visit, tried, "") or (draft.message_id if draft and tried is NOTHING else ""),
        able_roles=sorted(visit.who.roles & PLAN.SENDERS),
        as_role=visit.text("as_role"),
    )


PAGES: tuple[Page, ...] = (Page("/cases/{case}/corrective-action", Who.FACILITY, plan_page, submit),)
