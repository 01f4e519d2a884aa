"""Papers that the office issued, the counters of their numbers, and who signed what."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint
from sqlmodel import Field

from records.tables.base import FreeText, Table, one_of
from records.words import PaperKind, SignatureSort


class Counter(Table, table=True):
    """The last number given out in a series and year. Locked by whoever takes the next one, until that is written."""

    __tablename__ = "counters"
    __table_args__ = (CheckConstraint("last >= 0", name="last"),)

    series: str = Field(primary_key=True)
    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    last: int


class Paper(Table, table=True):
    """A paper as it was issued, once per (case, notice, kind).

    Attributes:
        number: Its number; invoices and credit notes have their own.
        notice: The number of the notice that announced it.
        sha256: The digest of its file, in hexadecimal; `size` in bytes.
        file: Where it lies, relative to the folder of papers.
        facts: What it says, as it stood when it was issued.
        template: The digest of the template that it was made with.
    """

    __tablename__ = "papers"
    __table_args__ = (
        one_of("kind", tuple(PaperKind)),
        UniqueConstraint("case_id", "notice", "kind"),
        CheckConstraint("size > 0", name="size"),
        CheckConstraint("length(sha256) = 64", name="sha256"),
    )

    number: str = Field(primary_key=True)
    kind: str
    case_id: str = Field(foreign_key="cases.case_id")
    notice: int
    issued_at: datetime
    sha256: str = Field(index=True)
    size: int
    file: str
    facts: dict[str, Any] = Field(sa_type=JSON)
    template: str


class Signature(Table, table=True):
    """Who signed or attested what, once per place in a message (`key`): the digest is that of what was signed."""

    __tablename__ = "signatures"
    __table_args__ = (one_of("sort", tuple(SignatureSort)), CheckConstraint("length(sha256) = 64", name="sha256"))

    case_id: str = Field(primary_key=True, foreign_key="cases.case_id")
    key: str = Field(primary_key=True, sa_type=FreeText)
    position: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    sort: str
    role: str = Field(sa_type=FreeText)
    name: str | None = Field(default=None, sa_type=FreeText)
    at: datetime
    document: str = Field(sa_type=FreeText)
    sha256: str
