"""An import by upload: what is found first, then the start, then how far it is. The same as `accredit import`."""

import re
from functools import cache

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response

from intake.batch.columns import CSV, LAYOUTS, XLSX
from intake.batch.importing import Import
from intake.batch.template import xlsx_template
from portal.office.import_files import LIMIT, MEGABYTE, folder_of, keep, uploaded
from portal.office.import_run import plain_of, read_kept, run
from portal.page import Page, Who
from portal.visit import Visit
from records.tables import Draft
from services.drafts.imports import (
    CHECKED,
    DONE,
    RUNNING,
    STOPPED,
    import_of,
    keep_import,
    newest_imports,
    running_import,
    state_of,
    take_up,
)
from services.errors import InputFault, Unusable

IMPORT = "/office/import"
IMPORT_ID = re.compile("[0-9a-f]{32}")
MEDIA_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FAULTS_SHOWN = 200
"""Faults that a page tells; the file of refused rows has them all."""
STATE_WORDS = {
    CHECKED: "checked, not started",
    RUNNING: "under way",
    STOPPED: "stopped before its end",
    DONE: "finished",
}


async def overview(visit: Visit) -> Response:
    """Show where a file is uploaded, and the imports so far."""
    return await _overview(visit)


async def _overview(visit: Visit, fault: Unusable | None = None) -> Response:
    at = visit.now
    found, running = await visit.read(lambda books: (newest_imports(books), running_import(books, at)))
    lines = [plain_of(visit.world.settings, line) for line in fault.lines] if fault else []
    return visit.page(
        "office/imports.html.j2",
        status=422 if fault else 200,
        title="Import",
        lines=lines,
        imports=[(one, STATE_WORDS[state_of(one, at)]) for one in found],
        running=running,
        most=LIMIT // MEGABYTE,
    )


async def upload(visit: Visit) -> Response:
    """Keep the files, and show what is found in them. Nothing is started."""
    settings = visit.world.settings
    try:
        file = await uploaded(visit.form.get("file"), "File")
        messages = await uploaded(visit.form.get("messages"), "File of messages", (CSV,))
        if file is None:
            raise Unusable([InputFault("File", "", "no file", "a .csv or .xlsx file")])
        known = {"name": file[0], "file": await run_in_threadpool(keep, settings, *file), "messages": None}
        if messages is not None:
            known |= {"messages_name": messages[0], "messages": await run_in_threadpool(keep, settings, *messages)}
        read, _ = await run_in_threadpool(read_kept, visit.world, known, check_only=True)
    except Unusable as unusable:
        return await _overview(visit, unusable)
    total = {"total": len(read.good), "letters": len(read.report.letters)}
    name, at = visit.who.name, visit.now
    kept = await visit.write(lambda books: keep_import(books, known | total, by=name, at=at))
    await visit.note("uploaded a file for an import", file[0])
    return visit.go(f"{IMPORT}/{kept.draft_id}")


async def _kept(visit: Visit) -> Draft:
    import_id = visit.request.path_params["number"]
    found = await visit.read(lambda books: import_of(books, import_id)) if IMPORT_ID.fullmatch(import_id) else None
    if found is None:
        raise HTTPException(404)
    return found


async def one(visit: Visit) -> Response:
    """Show an import: what was found, how far it is, or what came of it."""
    return await _one(visit, await _kept(visit))


async def _one(visit: Visit, kept: Draft, *, other: Draft | None = None) -> Response:
    at = visit.now
    state = state_of(kept, at)
    read: Import | None = None
    remarks, gone = list[str](), None
    if state in (CHECKED, STOPPED):
        try:
            read, remarks = await run_in_threadpool(read_kept, visit.world, kept.fields, check_only=True)
        except Unusable as unusable:
            gone = [plain_of(visit.world.settings, line) for line in unusable.lines]
        other = other or await visit.read(lambda books: running_import(books, at))
    report = read.report if read else None
    return visit.page(
        "office/import.html.j2",
        status=409 if other is not None and visit.request.method == "POST" else 200,
        title="Import",
        kept=kept,
        known=kept.fields,
        state=state,
        words=STATE_WORDS[state],
        report=report,
        findings=[one.as_json() for one in report.findings] if report else kept.fields.get("findings", []),
        good=len(report.candidates) - len(report.refused) if report else 0,
        cases=read.cases() if read else [],
        remarks=remarks,
        gone=gone,
        other=other,
        shown=FAULTS_SHOWN,
    )


async def start(visit: Visit) -> Response:
    """Start the cases of a file that was checked, or go on where that broke off. One import runs at a time."""
    kept = await _kept(visit)
    if kept.done_at is not None:
        return visit.go(f"{IMPORT}/{kept.draft_id}")
    if visit.text("file") != kept.fields["file"]:
        raise HTTPException(404)
    import_id, name, at = kept.draft_id, visit.who.name, visit.now
    other = await visit.write(lambda books: take_up(books, import_id, by=name, at=at))
    if other is not None and other.draft_id != import_id:
        return await _one(visit, kept, other=other)
    if other is None:
        await visit.note("started an import", kept.fields["name"])
        run(visit.world, kept)
    return visit.go(f"{IMPORT}/{import_id}")


async def refused_rows(visit: Visit) -> Response:
    """Give the rows that did not go in, with what stands against each, to be mended and imported."""
    kept = await _kept(visit)
    names: list[str] = kept.fields.get("refused", [])
    sheet = visit.request.path_params["sheet"]
    if not sheet.isdecimal() or not 1 <= int(sheet[:4]) <= len(names):
        raise HTTPException(404)
    path = folder_of(visit.world.settings) / names[int(sheet[:4]) - 1]
    if not path.is_file():
        raise HTTPException(404)
    return FileResponse(path, media_type=MEDIA_TYPES[path.suffix], filename=path.name)


async def template(visit: Visit) -> Response:
    """Give an empty workbook to be filled in, its columns explained."""
    content = await run_in_threadpool(_template)
    return Response(
        content, media_type=MEDIA_TYPES[XLSX], headers={"Content-Disposition": 'attachment; filename="cases.xlsx"'}
    )


@cache
def _template() -> bytes:
    return xlsx_template(LAYOUTS)


PAGES: tuple[Page, ...] = (
    Page(IMPORT, Who.OFFICE, overview, upload),
    Page(f"{IMPORT}/cases.xlsx", Who.OFFICE, template),
    Page(f"{IMPORT}/{{number}}", Who.OFFICE, one, start),
    Page(f"{IMPORT}/{{number}}/refused/{{sheet}}", Who.OFFICE, refused_rows),
)
