"""The facility's side: what it owes, its cases and reports, its forms, its money and papers, its people."""

from portal.facility.home import PAGES as _HOME
from portal.facility.people import PAGES as _PEOPLE
from portal.page import Page

PAGES: tuple[Page, ...] = (*_HOME, *_PEOPLE)
