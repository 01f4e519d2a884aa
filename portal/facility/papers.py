"""Papers as they were issued: served to their owner and the office alone, once their digest is that of the books."""

from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from activities.papers.issuing import PDF, content_of
from activities.papers.press import PaperNotMade
from portal.page import Page, Who
from portal.visit import Visit
from records.facility.view import paper_with_owner
from records.tables import Paper


async def paper(visit: Visit) -> Response:
    """Serve a paper."""
    number = visit.request.path_params["number"]
    found = await visit.read(lambda session: paper_with_owner(session, number))
    if found is None or (not visit.who.of_office and found[1] != visit.who.org):
        raise HTTPException(404)
    served = await paper_bytes(visit, found[0])
    if visit.request.method == "GET" and served.status_code == 200:
        await visit.note("took a paper", number)
    return served


async def paper_bytes(visit: Visit, one: Paper) -> Response:
    """Return a paper's file: printed again where it is missing or was changed, and only as it was issued."""
    settings = visit.world.settings.papers
    try:
        content = await run_in_threadpool(content_of, one, Path(settings.folder), settings.fonts)
    except (PaperNotMade, OSError) as problem:
        return cannot_be_made(visit, problem)
    return as_download(content, Path(one.file).name)


def as_download(content: bytes, name: str) -> Response:
    """Return a PDF that a browser keeps as a file; `name` holds letters, digits, dots and dashes."""
    safe = "".join(one if one.isascii() and (one.isalnum() or one in "._-") else "-" for one in name)
    return Response(content, media_type=PDF, headers={"Content-Disposition": f'attachment; filename="{safe}"'})


def cannot_be_made(visit: Visit, problem: Exception) -> Response:
    """Say that a paper is not there as it was issued; whoever runs the portal finds the reason in its log."""
    import logging

    logging.getLogger("accredit.portal").error("a paper cannot be served: %s", problem)
    return visit.page(
        "facility/no_paper.html.j2", status=503, title="This paper cannot be shown", visitor=visit.visitor
    )


PAGES = (Page("/papers/{number}", Who.SIGNED_IN, paper),)
