"""The facility's side: what it owes, its cases and reports, its forms, its money and papers, its people."""

from portal.facility.appeal_materials import PAGES as _APPEAL_MATERIALS
from portal.facility.corrective_action import PAGES as _CORRECTIVE_ACTION
from portal.facility.forms import PAGES as _RECEIPTS
from portal.facility.home import PAGES as _HOME
from portal.facility.option import PAGES as _OPTION
from portal.facility.testing_package import PAGES as _TESTING_PACKAGE
from portal.page import Page

PAGES: tuple[Page, ...] = (
    *_HOME,
    *_OPTION,
    *_TESTING_PACKAGE,
    *_APPEAL_MATERIALS,
    *_CORRECTIVE_ACTION,
    *_RECEIPTS,
)
