"""The testing package: one group of fields an area, saved as a draft by one colleague and gone on with by another."""

from datetime import datetime
from typing import Any, NamedTuple

from starlette.exceptions import HTTPException
from starlette.responses import Response

from activities.terms import rules_of
from policy.accreditation.rounds import AreaState
from policy.accreditation.windows import grace_end
from policy.application import Medium
from policy.edition import Edition
from policy.facts import Stage
from policy.messages import SubmitTestingPackage
from policy.phi.tokens import why_no_token
from policy.terms.parts import MammographyTerms
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
from portal.standing import is_survey_based
from portal.uploads import FileField, HandedIn, handed_in, kept_of
from portal.visit import Visit
from records.tables import Draft
from records.words import Program
from services.case_snapshot import CaseSnapshot
from services.forms import cycle as cycle_forms
from services.forms.cycle import FormArea, PastExam

MODEL = SubmitTestingPackage
FILES = (FileField("documents"),)


class Row(NamedTuple):
    """An exam of an area: its fields (the day only where the rules ask for it), and what was submitted before."""

    exam: str
    subject: str
    performed_on: str
    before: PastExam | None


class Box(NamedTuple):
    """The group of fields of an area. `done`: the name of its check box."""

    area: FormArea
    rows: list[Row]
    done: str


async def package_page(visit: Visit) -> Response:
    """Show the package, as it was saved last."""
    _is_tested(visit)
    snapshot = await stands(visit)
    draft = await draft_for(visit, MODEL)
    saved = draft.fields if draft else {}
    held = await kept_of(visit, saved.get("documents") or [])
    documents = HandedIn({"documents": held}, {}, {})
    return _page(visit, snapshot, {**_before(snapshot), **(saved.get("typed") or {})}, documents, draft=draft)


async def submit(visit: Visit) -> Response:
    """Send the package, or save it as a draft."""
    _is_tested(visit)
    documents = await handed_in(visit, MODEL, FILES)
    snapshot = await stands(visit)
    typed = {name: visit.text(name) for name in _names(snapshot)}
    if visit.text("do") == "draft":
        return await _save(visit, snapshot, typed, documents)
    if documents.faults:
        return _page(visit, snapshot, typed, documents, tried=Attempt(faults=documents.faults))
    sent = _exams(snapshot, typed)
    fields = {
        "medium": typed["medium"],
        "exams": [exam for exam, _ in sent],
        "documents": documents.documents("documents"),
    }
    tried = await attempt(visit, MODEL, fields, lambda field: _field_of(field, [row for _, row in sent]))
    if tried.accepted:
        return received_page(visit, "testing-package")
    return _page(visit, await stands(visit), typed, documents, tried=tried)


async def _save(visit: Visit, snapshot: CaseSnapshot, typed: dict[str, str], documents: HandedIn) -> Response:
    """Save what was typed; what identifies a patient is not saved, and told beside its field."""
    exams = {name: text for name, text in typed.items() if name.startswith("exam-")}
    faults = {**documents.faults, **private_in(exams), **_no_tokens(snapshot, typed)}
    if faults:
        return _page(visit, snapshot, typed, documents, tried=Attempt(faults=faults))
    await save(visit, MODEL, typed, documents)
    return visit.go(f"/cases/{visit.its_case.case_id}/testing-package")


def _is_tested(visit: Visit) -> None:
    """Answer that there is no such page, where surveyors come and no images are submitted."""
    case = visit.its_case
    if case.program != Program.ACCREDITATION or is_survey_based(case):
        raise HTTPException(404)


def boxes_of(snapshot: CaseSnapshot) -> list[Box]:
    """Return the groups of fields of the package that is awaited; a repeat has as many exams as there were before."""
    boxes = []
    for number, area in enumerate(cycle_forms.under_test(snapshot), start=1):
        before: list[PastExam | None] = [*cycle_forms.past_exams(snapshot, area.id)] if _repeats(snapshot) else []
        rows = [
            Row(f"exam-{number}-{place}", f"subject-{number}-{place}", f"performed-{number}-{place}", one)
            for place, one in enumerate(before or [None], start=1)
        ]
        boxes.append(Box(area, rows, f"done-{number}"))
    return boxes


def _repeats(snapshot: CaseSnapshot) -> bool:
    return any(area.state == AreaState.NOT_ACCEPTABLE for area in cycle_forms.under_test(snapshot))


def _names(snapshot: CaseSnapshot) -> list[str]:
    boxes = boxes_of(snapshot)
    rows = [name for box in boxes for row in box.rows for name in (row.exam, row.subject, row.performed_on)]
    return ["medium", *rows, *(box.done for box in boxes)]


def _before(snapshot: CaseSnapshot) -> dict[str, str]:
    """Return what a form that nobody has begun holds: the announced medium, and of a repeat the exams as they were."""
    rows = [row for box in boxes_of(snapshot) for row in box.rows]
    exams = {row.exam: row.before.exam for row in rows if row.before}
    return {"medium": cycle_forms.medium_of(snapshot).value, **exams}


def _exams(snapshot: CaseSnapshot, typed: dict[str, str]) -> list[tuple[dict[str, Any], Row]]:
    """Return the exams that were filled in, each with its row; areas without any are for the case to miss."""
    return [
        (
            {
                "area": box.area.id,
                "exam": typed[row.exam],
                "subject": typed[row.subject] or None if box.area.clinical else None,
                "performed_on": typed[row.performed_on] or None,
            },
            row,
        )
        for box in boxes_of(snapshot)
        for row in box.rows
        if typed[row.exam] or typed[row.subject] or typed[row.performed_on]
    ]


def _no_tokens(snapshot: CaseSnapshot, typed: dict[str, str]) -> dict[str, str]:
    """Return, by field, why what stands for a patient is no opaque token, so that no draft keeps it."""
    found = {}
    for box in boxes_of(snapshot):
        for row in box.rows:
            why = why_no_token(typed[row.subject], box.area.id, typed[row.exam]) if typed[row.subject] else None
            if why:
                found[row.subject] = f"Not saved: no opaque token stands for the patient, {why}"
    return found


def _inactive_at(visit: Visit, snapshot: CaseSnapshot) -> datetime | None:
    """Return when the case ends as inactive, where no package comes and the office does not extend."""
    due = cycle_forms.window(snapshot, "testing_package")
    rules = rules_of(visit.its_case, visit.now, visit.world.settings)
    return grace_end(due.due_at, rules) if due and isinstance(rules, Edition) else None


def _ages(visit: Visit) -> dict[bool, int]:
    """Return how many months old images may be, by whether they are of patients; empty where no dates are asked for."""
    rules = rules_of(visit.its_case, visit.now, visit.world.settings)
    if not isinstance(rules, Edition):
        return {}
    ages = {True: rules.testing.clinical_age, False: rules.testing.phantom_age}
    return {clinical: age.value for clinical, age in ages.items() if age}


def _mqsa(visit: Visit) -> MammographyTerms | None:
    """Return what the case's rules say of mammography: its exams need their dates, and its time is not extended."""
    rules = rules_of(visit.its_case, visit.now, visit.world.settings)
    return rules.mammography if isinstance(rules, Edition) else None


def _field_of(field: str, rows: list[Row]) -> str:
    """Return the form's field for the message's, for example of `exams.0.subject`."""
    parts = field.split(".")
    if len(parts) == 3 and parts[0] == "exams" and int(parts[1]) < len(rows):
        row = rows[int(parts[1])]
        return {"subject": row.subject, "performed_on": row.performed_on}.get(parts[2], row.exam)
    return parts[0]


def _page(
    visit: Visit,
    snapshot: CaseSnapshot,
    typed: dict[str, str],
    documents: HandedIn,
    *,
    draft: Draft | None = None,
    tried: Attempt = NOTHING,
) -> Response:
    boxes = boxes_of(snapshot)
    message_id = message_id_for(visit, tried, "")
    return visit.page(
        "facility/testing_package.html.j2",
        status=200 if tried is NOTHING else 422,
        title="Testing Package",
        snapshot=snapshot,
        awaited=snapshot.case.stage == Stage.TESTING,
        due=cycle_forms.window(snapshot, "testing_package"),
        inactive_at=_inactive_at(visit, snapshot),
        ages=_ages(visit),
        repeats=_repeats(snapshot),
        mqsa=_mqsa(visit),
        boxes=boxes,
        typed=typed,
        done=sum(1 for box in boxes if typed.get(box.done)),
        media=[(medium.value, medium.words) for medium in Medium],
        kept=documents.by_field,
        looks=documents.warnings,
        faults=dict(tried.faults),
        verdict=tried.verdict,
        problem=tried.problem,
        draft=draft,
        message_id=message_id or (draft.message_id if draft else ""),
        able_roles=sorted(visit.who.roles & MODEL.SENDERS),
        as_role=visit.text("as_role"),
    )


PAGES: tuple[Page, ...] = (Page("/cases/{case}/testing-package", Who.FACILITY, package_page, submit),)
