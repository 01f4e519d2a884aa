"""The facility's side: what it owes, its cases and reports, its forms, its money and papers, its people."""

from portal.facility.calendar import PAGES as _CALENDAR
from portal.facility.cases import PAGES as _CASES
from portal.facility.changes import PAGES as _CHANGES
from portal.facility.corrective_action import PAGES as _CORRECTIVE_ACTION
from portal.facility.forms import PAGES as _RECEIPTS
from portal.facility.home import PAGES as _HOME
from portal.facility.invoices import PAGES as _INVOICES
from portal.facility.leaving import PAGES as _LEAVING
from portal.facility.letters import PAGES as _LETTERS
from portal.facility.mammography import PAGES as _MAMMOGRAPHY
from portal.facility.materials import PAGES as _MATERIALS
from portal.facility.oncology import PAGES as _ONCOLOGY
from portal.facility.option import PAGES as _OPTION
from portal.facility.papers import PAGES as _PAPERS
from portal.facility.people import PAGES as _PEOPLE
from portal.facility.reports import PAGES as _REPORTS
from portal.facility.small import PAGES as _SMALL
from portal.facility.testing_package import PAGES as _TESTING_PACKAGE
from portal.page import Page

PAGES: tuple[Page, ...] = (
    *_HOME,
    *_PEOPLE,
    *_LEAVING,
    *_CASES,
    *_REPORTS,
    *_INVOICES,
    *_LETTERS,
    *_PAPERS,
    *_CALENDAR,
    *_OPTION,
    *_TESTING_PACKAGE,
    *_MATERIALS,
    *_CORRECTIVE_ACTION,
    *_RECEIPTS,
    *_SMALL,
    *_ONCOLOGY,
    *_MAMMOGRAPHY,
    *_CHANGES,
)
