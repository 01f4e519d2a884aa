"""When the money that cases owe is due, for lists over many cases."""

from datetime import datetime

from sqlmodel import Session, col, func, select

from records.money_queries import UNSETTLED
from records.tables import Invoice


def first_unpaid(session: Session) -> dict[str, datetime]:
    """Return for each case that owes money the instant at which its first unpaid invoice is due."""
    owed = select(Invoice.case_id, func.min(Invoice.due_at)).where(col(Invoice.status).in_(UNSETTLED))
    return dict(session.exec(owed.group_by(col(Invoice.case_id))).all())
