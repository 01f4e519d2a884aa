"""The office's side: the board, a case on one page, every message as a form, people, audit, imports."""

from portal.office.audit import PAGES as _AUDIT
from portal.office.board import PAGES as _BOARD
from portal.office.imports import PAGES as _IMPORTS
from portal.page import Page

PAGES: tuple[Page, ...] = (*_BOARD, *_AUDIT, *_IMPORTS)
