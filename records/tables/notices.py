"""The outbox: what was to be told to whom, written with the step that caused it and sent after it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column
from sqlmodel import Field

from records.tables.base import FreeText, Table, one_of
from records.words import NoticeStatus


class Notice(Table, table=True):
    """A notice, once per (case, number).

    Attributes:
        facts: What its words need beside the case.
        recipients: The addresses it went to; empty until it is sent.
        subject: Its subject line as it was sent.
        body: Its words as they were sent.
        file: Where its copy lies, relative to the mail folder.
        sent_at: The instant of the step that delivered it, on the case's clock.
        reached: The addresses whose mail server has taken it so far; what is sent again goes to the others only. Empty
            where no mail server is named, and the letter is a file.
        attachments: The names of what was attached.
        bounces: From which addresses it came back, oldest first: `address`, `at`, what the server `said`; null: none.
        problem_rule: Why it could not go out, or not to everybody, as a rule id; `problem` says it in words.
    """

    __tablename__ = "notices"
    __table_args__ = (
        one_of("status", tuple(NoticeStatus)),
        CheckConstraint("(status = 'sent') = (sent_at IS NOT NULL)", name="sent_at"),
        CheckConstraint("(problem IS NULL) = (problem_rule IS NULL)", name="problem"),
    )

    case_id: str = Field(primary_key=True, foreign_key="cases.case_id")
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    run_id: str
    step: int
    kind: str
    at: datetime
    facts: dict[str, Any] = Field(sa_type=JSON)
    status: str = NoticeStatus.PENDING.value
    recipients: list[str] = Field(default=[], sa_type=JSON)
    subject: str | None = Field(default=None, sa_type=FreeText)
    body: str | None = Field(default=None, sa_type=FreeText)
    file: str | None = None
    sent_at: datetime | None = None
    reached: list[str] = Field(default=[], sa_type=JSON)
    attachments: list[str] = Field(default=[], sa_type=JSON)
    bounces: list[dict[str, Any]] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    problem_rule: str | None = None
    problem: str | None = Field(default=None, sa_type=FreeText)
