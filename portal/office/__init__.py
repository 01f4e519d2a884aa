"""The office's side: the board, a case on one page, every message as a form, people, audit."""

from portal.office.board import PAGES as _BOARD
from portal.office.people import PAGES as _PEOPLE
from portal.page import Page

PAGES: tuple[Page, ...] = (
    *_BOARD,
    *_PEOPLE,
)
