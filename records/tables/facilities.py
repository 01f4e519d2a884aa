"""What has become of facilities and practices: renamed, moved, merged with another one, taken over."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field

from records.tables.base import FreeText, Table, one_of
from records.words import FACILITY_CHANGES


class FacilityChange(Table, table=True):
    """A change of a facility or practice, entered before its cases hear of it, so that one that is cut short goes on.

    Attributes:
        change_id: What follows from its content: the same entered again while it is not finished is one. Its messages
            are called so.
        facility: The id that it had.
        new_id: The id of the one that it has become part of; null: it keeps its own.
        content: The message that each of its cases gets, as JSON values.
        at: When it was entered.
        by: Who entered it, in words.
        finished_at: When every case had heard of it, and people and closed cases had followed; null: not yet.
    """

    __tablename__ = "facility_changes"
    __table_args__ = (one_of("kind", FACILITY_CHANGES),)

    change_id: str = Field(primary_key=True)
    facility: str = Field(index=True)
    new_id: str | None = None
    kind: str
    content: dict[str, Any] = Field(sa_type=JSON)
    at: datetime
    by: str = Field(sa_type=FreeText)
    finished_at: datetime | None = None
