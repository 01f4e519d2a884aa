"""The facility's side: what it owes, its cases and reports, its forms, its money and papers, its people."""

from portal.facility.calendar import PAGES as _CALENDAR
from portal.facility.cases import PAGES as _CASES
from portal.facility.home import PAGES as _HOME
from portal.facility.invoices import PAGES as _INVOICES
from portal.facility.letters import PAGES as _LETTERS
from portal.facility.papers import PAGES as _PAPERS
from portal.facility.people import PAGES as _PEOPLE
from portal.facility.reports import PAGES as _REPORTS
from portal.page import Page

PAGES: tuple[Page, ...] = (
    *_HOME,
    *_PEOPLE,
    *_CASES,
    *_REPORTS,
    *_INVOICES,
    *_LETTERS,
    *_PAPERS,
    *_CALENDAR,
)
