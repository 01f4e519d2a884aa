"""Applications online: the form that the workbook is, kept as a draft until it is handed in."""

from portal.applications.pages import PAGES as _PAGES
from portal.page import Page

PAGES: tuple[Page, ...] = (*_PAGES,)
