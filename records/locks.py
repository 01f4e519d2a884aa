"""One writer at a time for one case, and for the units of one application.

SQLite has one writer anyway. PostgreSQL takes advisory locks, because the row of a new case is not there to be locked;
they end with the transaction. Always in this order, so that nobody waits in a circle: case, application, counter.
"""

from sqlalchemy import text
from sqlmodel import Session


def lock_case(session: Session, case_id: str) -> None:
    """Wait until no other transaction writes this case."""
    _lock(session, f"case {case_id}")


def lock_application(session: Session, facility_id: str, application_id: str) -> None:
    """Wait until no other transaction looks up the common start of this application's units."""
    _lock(session, f"application {facility_id} {application_id}")


def lock_attempts(session: Session) -> None:
    """Wait until no other transaction counts attempts to sign in: what works once works for one of two at once."""
    _lock(session, "attempts to sign in")


def _lock(session: Session, name: str) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})
