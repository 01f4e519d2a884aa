"""The facility's side: what it owes, its cases and reports, its forms, its money and papers, its people."""

from portal.facility.home import PAGES as _HOME
from portal.facility.small import PAGES as _SMALL
from portal.page import Page

PAGES: tuple[Page, ...] = (*_HOME, *_SMALL)
