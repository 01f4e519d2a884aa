"""The pages of an application online: a new one, a draft, and what it opened once it was handed in."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from intake.workbook.filling import Filling, filling_of, nothing, plan_of
from intake.workbook.forms import PLANS
from intake.workbook.plan import Entry, Table, WorkbookPlan
from policy.identity import NoCaseId, parse_case_id, program_of_id
from policy.verdict import Verdict
from portal.applications.forms import (
    DRAFT_ID,
    ROW_WORDS,
    Field,
    Form,
    Standing,
    begun,
    field_shown,
    form_of,
    read_form,
    standing_of,
    table_shown,
    tables_of,
    with_row,
    without_row,
)
from portal.applications.handing_in import hand_in
from portal.applications.sheets import NAME, read_sheet, uploaded
from portal.page import Page, Who
from portal.rendering import rendered
from portal.visit import Visit
from records.tables import Draft
from services.drafts.applications import (
    application_of_case,
    draft_of,
    end_draft,
    keep_draft,
    last_application,
    open_drafts,
    opened_by,
)
from services.errors import NoSuchCase, RefusedByRule, Unusable
from services.programs import PROGRAMS

OK = 200
NEW = "/applications/new"
DRAFT = "draft"
"""Hidden field: the id of a draft that is not kept yet, so that the same form sent twice makes one."""
PROGRAM_WORDS = {
    "accreditation": "Accreditation",
    "radiation_oncology": "Radiation oncology",
    "dicoe": "Designation (DICOE)",
}


async def new(visit: Visit) -> Response:
    """Show an empty form, with what is known of the visitor's organisation filled in. Nothing is kept yet."""
    form = await _begun(visit)
    return await form_page(visit, form, uuid4().hex)


async def _begun(visit: Visit) -> Form:
    query, org, at = visit.request.query_params, visit.who.org, visit.now
    renews = query.get("renew") or None
    program = query.get("program", "accreditation")
    if renews is not None:
        try:
            parse_case_id(renews)
            known = await visit.read(lambda books: application_of_case(books, org, renews))
        except (NoCaseId, NoSuchCase):
            raise HTTPException(404) from None
        general = PLANS[program_of_id(renews) or program]
        plan, filling = _filled(general, known)
        return begun(filling, plan, org, at, renews=renews, whole=True)
    if program not in PLANS:
        raise HTTPException(404)
    plan = PLANS[program]
    known = await visit.read(lambda books: last_application(books, org, plan.program))
    _, filling = _filled(PLANS[plan.program], known)
    return begun(filling, plan, org, at, renews=None, whole=program == "dicoe")


def _filled(general: WorkbookPlan, known: Mapping[str, Any]) -> tuple[WorkbookPlan, Filling]:
    """Return an application of the books as a form's; one that no form can show leaves it empty."""
    try:
        application = PROGRAMS[general.program].model_validate(known) if known else None
        plan = plan_of(application) if application else general
        return plan, filling_of(plan, application, "the books") if application else nothing(plan)
    except (ValueError, Unusable):  # held in the shape of another version
        return general, nothing(general)


async def draft(visit: Visit) -> Response:
    """Show a draft as it was left; one that was handed in: what it opened."""
    kept = await _kept(visit)
    if kept is None:
        raise HTTPException(404)
    if kept.done_at is not None:
        return await _done(visit, kept)
    form = form_of(visit.who.org, kept.fields, kept.case_id)
    return await form_page(visit, form, kept.draft_id, kept=kept)


async def _kept(visit: Visit) -> Draft | None:
    draft_id = visit.request.path_params[DRAFT]
    if not DRAFT_ID.fullmatch(draft_id):
        raise HTTPException(404)
    org = visit.who.org
    return await visit.read(lambda books: draft_of(books, org, draft_id))


async def _done(visit: Visit, kept: Draft) -> Response:
    """Show what an application opened, its invoices, and what comes next."""
    cases: list[str] = kept.fields.get("cases", [])
    opened = await visit.read(lambda books: opened_by(books, cases))
    return visit.page("applications/done.html.j2", title="Application", draft=kept, opened=opened, cases=cases)


async def post_new(visit: Visit) -> Response:
    """Do what the form of a new application asks for; its draft is kept from now on."""
    draft_id = visit.text(DRAFT)
    if not DRAFT_ID.fullmatch(draft_id):
        raise HTTPException(404)
    org = visit.who.org
    kept = await visit.read(lambda books: draft_of(books, org, draft_id))
    renews = visit.text("renew") or None
    if renews is not None and kept is None:
        await _is_own(visit, renews)
    return await _do(visit, draft_id, kept, renews)


async def _is_own(visit: Visit, case_id: str) -> None:
    org = visit.who.org
    try:
        parse_case_id(case_id)
        await visit.read(lambda books: application_of_case(books, org, case_id))
    except (NoCaseId, NoSuchCase):
        raise HTTPException(404) from None


async def post_draft(visit: Visit) -> Response:
    """Do what the form of a draft asks for."""
    kept = await _kept(visit)
    if kept is None:
        raise HTTPException(404)
    return await _do(visit, kept.draft_id, kept, kept.case_id)


async def _do(visit: Visit, draft_id: str, kept: Draft | None, renews: str | None) -> Response:
    """Do what the pressed button says: look, keep, add or take away a row, read a sheet, put away, hand in."""
    if kept is not None and kept.done_at is not None:
        return visit.go(f"/applications/{draft_id}")
    asked = visit.text("do")
    if asked == "upload":
        return await _upload(visit, draft_id, kept, renews)
    if asked == "discard":
        return await _discard(visit, kept)
    plan = PLANS.get(visit.text("program"))
    if plan is None:
        raise HTTPException(404)
    form = read_form(plan, visit.form, visit.who.org, renews)
    if asked == "look":
        return await _fragment(visit, form)
    if kept is not None and visit.text("changed_at") != kept.changed_at.isoformat():
        return await form_page(visit, form, draft_id, kept=kept, status=409, overtaken=True)
    form = _row_changed(form, asked)
    try:
        kept = await _keep(visit, form, draft_id)
    except Unusable as unusable:
        return await form_page(visit, form, draft_id, kept=kept, status=422, problem=unusable)
    if asked == "submit":
        return await _submit(visit, form, kept)
    _, _, table = asked.partition(":")
    shown = {"check": "?show=all#standing", "save": "?show=saved"}.get(asked, f"#{table.partition(':')[0]}")
    return visit.go(f"/applications/{draft_id}{shown}")


async def _keep(visit: Visit, form: Form, draft_id: str) -> Draft:
    org, name, at = visit.who.org, visit.who.name, visit.now
    try:
        return await visit.write(
            lambda books: keep_draft(books, org, draft_id, form.as_json(), by=name, at=at, renews=form.renews)
        )
    except NoSuchCase:
        raise HTTPException(404) from None


def _row_changed(form: Form, asked: str) -> Form:
    what, _, where = asked.partition(":")
    table, _, number = where.partition(":")
    if table not in tables_of(form.plan):
        return form
    if what == "remove" and number.isdecimal():
        return without_row(form, table, int(number[:4]))
    return with_row(form, table) if what == "add" else form


async def _discard(visit: Visit, kept: Draft | None) -> Response:
    if kept is not None:
        draft_id, at = kept.draft_id, visit.now
        await visit.write(lambda books: end_draft(books, draft_id, at, ()))
        await visit.note("put an application's draft away", str(kept.fields["fields"].get("application_id", "")))
    return visit.go(NEW)


async def _upload(visit: Visit, draft_id: str, kept: Draft | None, renews: str | None) -> Response:
    """Fill the form in from a sheet; what was there before is replaced by it."""
    org = visit.who.org
    try:
        kind, content = await uploaded(visit.form.get(NAME))
        form = await run_in_threadpool(read_sheet, kind, content, org, renews)
    except Unusable as unusable:
        form = form_of(org, kept.fields, renews) if kept else await _begun(visit)
        return await form_page(visit, form, draft_id, kept=kept, status=422, problem=unusable)
    await _keep(visit, form, draft_id)
    return visit.go(f"/applications/{draft_id}?show=all")


async def _submit(visit: Visit, form: Form, kept: Draft) -> Response:
    """Hand an application in. Sent twice, it opens nothing twice: the cases know the application again."""
    standing = await run_in_threadpool(standing_of, form, visit.world.settings, visit.now)
    if standing.told:
        return await form_page(visit, form, kept.draft_id, kept=kept, status=422, standing=standing, refused=True)
    try:
        answer = await hand_in(visit, kept, standing.judged)
    except RefusedByRule as refused:
        return await form_page(visit, form, kept.draft_id, kept=kept, status=422, standing=standing, problem=refused)
    if isinstance(answer, Verdict):
        return await form_page(visit, form, kept.draft_id, kept=kept, status=422, standing=standing, verdict=answer)
    draft_id, at = kept.draft_id, visit.now
    await visit.write(lambda books: end_draft(books, draft_id, at, answer))
    await visit.note("handed an application in", ", ".join(answer)[:500])
    return visit.go(f"/applications/{draft_id}")


async def _fragment(visit: Visit, form: Form) -> Response:
    """Return how what is being typed stands, for the page's own script. Nothing is kept."""
    standing = await run_in_threadpool(standing_of, form, visit.world.settings, visit.now)
    values = {"standing": standing, "form": form, "show": True}
    return HTMLResponse(rendered("applications/standing.html.j2", visit.world.zone, values))


async def form_page(visit: Visit, form: Form, draft_id: str, *, status: int = 200, **told: Any) -> Response:
    """Return the form as a page, with what stands against it beside its fields where that was asked for.

    Args:
        visit: Whose page it is.
        form: What was typed.
        draft_id: Under which id it is kept, or will be.
        status: Of the answer.
        told: What else the page says: `kept`, the draft; `standing`, where it is known; `refused`, that it was not
            handed in; `problem` or `verdict`, why; `overtaken`, that somebody else has changed the draft.
    """
    org, show = visit.who.org, visit.request.query_params.get("show", "")
    known = told.pop("standing", None)
    standing = known or await run_in_threadpool(standing_of, form, visit.world.settings, visit.now)
    drafts = await visit.read(lambda books: open_drafts(books, org))
    kept: Draft | None = told.pop("kept", None)
    shown = show == "all" or told.get("refused", False)
    return visit.page(
        "applications/form.html.j2",
        status=status,
        title="Application" if kept else "New Application",
        form=form,
        standing=standing,
        faults=_faults(standing) if shown else {},
        show=shown,
        saved=show == "saved" and status == OK,
        kept=kept,
        draft_id=draft_id,
        message_id=kept.message_id if kept else "",
        drafts=[one for one in drafts if one.draft_id != draft_id],
        programs=PROGRAM_WORDS,
        row_words=ROW_WORDS,
        **_fields(form, standing),
        **{"problem": None, "verdict": None, "refused": False, "overtaken": False, **told},
    )


def _faults(standing: Standing) -> dict[str, str]:
    """Return what stands against each field, by its name."""
    faults: dict[str, str] = {}
    for one in standing.told:
        faults[one.field] = f"{faults[one.field]} {one.text}" if one.field in faults else one.text
    return faults


def _fields(form: Form, standing: Standing) -> dict[str, Any]:
    """Return what makes the page's fields of those of the plan."""

    def field_of(entry: Entry) -> Field:
        return field_shown(form, entry, entry.name, form.filling.fields.get(entry.name, ""), standing.lists)

    def rows_of(table: Table) -> list[list[Field]]:
        return table_shown(form, table, standing.lists)

    return {"field_of": field_of, "rows_of": rows_of}


PAGES: tuple[Page, ...] = (
    Page(NEW, Who.FACILITY, new, post_new),
    Page("/applications/{draft}", Who.FACILITY, draft, post_draft),
)
