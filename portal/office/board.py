"""The board of the office: where its cases stand."""

from starlette.responses import Response

from portal.page import Page, Who
from portal.visit import Visit


async def board(visit: Visit) -> Response:
    """Show the cases by stage, and what presses."""
    return visit.page("office/board.html.j2", title="Office Board")


PAGES: tuple[Page, ...] = (Page("/office", Who.OFFICE, board),)
