"""The office's side: the board, a case on one page, every message as a form, people, audit, imports."""

from portal.office.audit import PAGES as _AUDIT
from portal.office.board import PAGES as _BOARD
from portal.office.case import PAGES as _CASE
from portal.office.imports import PAGES as _IMPORTS
from portal.office.papers import PAGES as _PAPERS
from portal.office.people import PAGES as _PEOPLE
from portal.office.reports import PAGES as _REPORTS
from portal.office.send import PAGES as _SEND
from portal.page import Page

PAGES: tuple[Page, ...] = (
    *_BOARD,
    *_PEOPLE,
    *_CASE,
    *_PAPERS,
    *_SEND,
    *_AUDIT,
    *_IMPORTS,
    *_REPORTS,
)
