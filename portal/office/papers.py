"""Papers and letters of any case, for the office: to download and to read."""

from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from activities.papers.issuing import PDF, content_of
from activities.papers.press import PaperNotMade
from portal.page import Page, Who
from portal.visit import Visit
from records.papers import paper_by_number
from records.tables import Notice


async def show_paper(visit: Visit) -> Response:
    """Serve a paper as it was issued."""
    number = visit.request.path_params["number"]
    paper = await visit.read(lambda session: paper_by_number(session, number))
    if paper is None:
        raise HTTPException(404)
    kept = visit.world.settings.papers
    try:
        content = await run_in_threadpool(content_of, paper, Path(kept.folder), kept.fonts)
    except (PaperNotMade, OSError) as problem:
        return visit.page(
            "problem.html.j2", status=503, title="That could not be done", lines=(f"{problem}.",), wrong=1
        )
    headers = {"Content-Disposition": f'inline; filename="{Path(paper.file).name}"'}
    return Response(content, media_type=PDF, headers=headers)


async def show_letter(visit: Visit) -> Response:
    """Show a letter of a case as it was sent, or that it waits."""
    case_id, number = visit.its_case.case_id, visit.request.path_params["number"]
    letter = await visit.read(lambda session: session.get(Notice, (case_id, number)))
    if letter is None:
        raise HTTPException(404)
    return visit.page("office/letter.html.j2", title=letter.subject or "A letter that waits", letter=letter)


PAGES: tuple[Page, ...] = (
    Page("/office/papers/{number}", Who.OFFICE, show_paper),
    Page("/office/cases/{case}/letters/{number:int}", Who.OFFICE, show_letter),
)
