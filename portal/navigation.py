"""Where each visitor can go from every page."""

from services.people.sessions import Visitor

FACILITY = (
    ("/", "What we owe"),
    ("/cases", "My Cases"),
    ("/reports", "My Final Reports"),
    ("/invoices", "Invoices"),
    ("/letters", "Letters and Papers"),
    ("/applications/new", "New Application"),
    ("/calendar", "Calendar"),
    ("/people", "People"),
)
OFFICE = (
    ("/office", "Office Board"),
    ("/office/import", "Import"),
    ("/office/people", "People"),
    ("/office/audit", "Audit"),
    ("/office/reports", "Reports"),
)


def navigation(visitor: Visitor) -> tuple[tuple[str, str], ...]:
    """Return the addresses and names of the pages that a visitor sees on every page."""
    return OFFICE if visitor.of_office else FACILITY
