"""A case, its steps, its timeline, the messages it answered and its deadlines."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Index, UniqueConstraint
from sqlmodel import Field

from records.tables.base import FreeText, Table, one_of
from records.words import ENTRY_KINDS, OUTCOMES, PARTIES, STAGES, BooksPurpose, Program


class Book(Table, table=True):
    """The one row that says whose lives this database holds (`purpose`), and which versions may write here.

    Attributes:
        revision: The revision to which it was migrated last.
        open_since: The oldest revision whose code may still write here: nothing was taken away since then.
    """

    __tablename__ = "books"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"), one_of("purpose", tuple(BooksPurpose)))

    id: int = Field(default=1, primary_key=True, sa_column_kwargs={"autoincrement": False})
    purpose: str
    revision: str | None = None
    open_since: str | None = None


class CaseRecord(Table, table=True):
    """A case as it stands. Its id is that of its Temporal workflow.

    Attributes:
        subject: What is accredited or designated, whatever the cycle: the id without its number.
        cycle: The number of the cycle or term.
        facility_id: The facility, or for designations the practice.
        application: The application as it stands after amendments, with the case's own unit.
        position: The unit's place in its application; 1 is the first.
        opened_at: When the case opened; while it is `starting`, when it was announced.
        due_at: The next due instant that somebody must meet, with `due_name`, for the worklist.
        first_passed_at: When the first area of the present certificate passed.
        status: The whole answer to the query `status`, for a case that no server knows any more.
        history_exported_at: When its Temporal history was exported, after the closing.
        first_run_id: The run with which the case began on the server; no other one, and none that does not continue it,
            writes in these books. Null until its first step, and for cases from before until their next one.
        run_id: The run that took its newest step.
        untold: Whether it was closed from outside, and the designations that rest on it have not been told yet.
        found_by: What people look for a case by, in lower case: its id, names, cities, units (`records.finding`).
    """

    __tablename__ = "cases"
    __table_args__ = (
        one_of("program", tuple(Program)),
        one_of("stage", STAGES),
        one_of("outcome", OUTCOMES),
        one_of("awaited_party", PARTIES),
        CheckConstraint("(stage = 'closed') = (closed_at IS NOT NULL)", name="closed_at"),
        CheckConstraint("(stage = 'closed') = (outcome IS NOT NULL)", name="closed_outcome"),
        CheckConstraint("deficiencies >= 0", name="deficiencies"),
        CheckConstraint("position >= 1", name="position"),
        CheckConstraint("certificate_until > certificate_from", name="certificate"),
        UniqueConstraint("subject", "cycle"),
        Index("ix_cases_due_at", "due_at"),
        Index("ix_cases_needs_attention", "needs_attention", "due_at"),
        Index("ix_cases_facility_id_application_id", "facility_id", "application_id"),
        Index(
            "ix_cases_board",
            "stage",
            "program",
            "modality",
            "state",
            "awaited_party",
            "due_at",
            "needs_attention",
            "found_by",
        ),
    )

    case_id: str = Field(primary_key=True)
    subject: str
    cycle: int
    program: str
    facility_id: str = ""
    facility_name: str = Field(default="", sa_type=FreeText)
    state: str | None = Field(default=None, sa_type=FreeText)
    modality: str | None = None
    unit: str | None = None
    application_id: str | None = None
    application: dict[str, Any] = Field(sa_type=JSON)
    position: int = 1
    predecessor: str | None = None
    edition: str | None = None
    opened_at: datetime
    stage: str
    outcome: str | None = None
    awaited_party: str | None = None
    awaited: str = Field(default="", sa_type=FreeText)
    due_at: datetime | None = None
    due_name: str | None = None
    deficiencies: int = 0
    needs_attention: bool = False
    closed_at: datetime | None = None
    first_passed_at: datetime | None = None
    certificate_from: datetime | None = None
    certificate_until: datetime | None = None
    status: dict[str, Any] = Field(default={}, sa_type=JSON)
    history_exported_at: datetime | None = None
    first_run_id: str | None = None
    run_id: str | None = None
    untold: bool = False
    found_by: str = Field(default="", sa_type=FreeText)


class StepRecord(Table, table=True):
    """A step that was taken, and what the case was told of it: the same step again gets the same answer.

    Attributes:
        digest: The SHA-256 of what the case told (`activities.contract.digest_of_step`), by which the same step is
            known from another one of its number; null for steps from before.
        lost_at: When it was found that the server has lost the run of this step, and the case began anew there.
    """

    __tablename__ = "steps"

    case_id: str = Field(primary_key=True, foreign_key="cases.case_id")
    run_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime
    taken: dict[str, Any] = Field(sa_type=JSON)
    digest: str | None = None
    lost_at: datetime | None = None


class Unmended(Table, table=True):
    """What a restore has left behind that only a person can mend. The case hears of it with its next step.

    Attributes:
        item: What it is called among the case's attention items, for example `restored.notice.12`.
        text: What it is, and what to do.
        told_at: When the case was told, and has it among its items; null: it has not been told yet.
    """

    __tablename__ = "unmended"

    case_id: str = Field(primary_key=True, foreign_key="cases.case_id")
    item: str = Field(primary_key=True, sa_type=FreeText)
    text: str = Field(sa_type=FreeText)
    found_at: datetime
    told_at: datetime | None = None


class TimelineEntry(Table, table=True):
    """One line of a case's timeline. `at`: as of when it counts; `id` is the order in which it was written."""

    __tablename__ = "timeline"
    __table_args__ = (UniqueConstraint("case_id", "run_id", "step", "position"), one_of("kind", ENTRY_KINDS))

    id: int | None = Field(default=None, primary_key=True)
    case_id: str = Field(foreign_key="cases.case_id")
    run_id: str
    step: int
    position: int
    at: datetime
    kind: str
    by: str = Field(sa_type=FreeText)
    text: str = Field(sa_type=FreeText)
    detail: dict[str, Any] = Field(sa_type=JSON)


class MessageRecord(Table, table=True):
    """A message that the case judged, with the rule that refused it.

    Attributes:
        key: `<message>:<message_id>`.
        sender: Who proved to have sent it: person, role, organisation and the id of the key; null: nobody did.
    """

    __tablename__ = "messages"
    __table_args__ = (
        CheckConstraint("accepted = (rule IS NULL)", name="rule"),
        Index("ix_messages_handled_at", "handled_at", "case_id", "key"),
    )

    case_id: str = Field(primary_key=True, foreign_key="cases.case_id")
    key: str = Field(primary_key=True, sa_type=FreeText)
    name: str
    at: datetime
    handled_at: datetime
    by: str = Field(sa_type=FreeText)
    accepted: bool
    rule: str | None = None
    digest: str
    sender: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))


class Deadline(Table, table=True):
    """A deadline as it stands, after extensions.

    Attributes:
        number: Its number within the case.
        met: True, done in time; False, its time passed; null, still open or dropped.
        over: Nothing can happen to it any more.
    """

    __tablename__ = "deadlines"
    case_id: str = Field(primary_key=True, foreign_key="cases.case_id")
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    name: str
    opens_at: datetime
    due_at: datetime
    met: bool | None = None
    over: bool = False
