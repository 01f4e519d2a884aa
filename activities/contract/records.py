"""What a case records: lines of its timeline, notices, verdicts, signatures."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from activities.contract.wire import notice_words
from policy.messages.proofs import Sender

EntryKind = Literal[
    "message", "refusal", "notice", "invoice", "payment", "deadline", "extension", "warning", "attention", "stage"
]


class Carried(BaseModel):
    """Data in histories: readable for years, so unknown fields are left out and new ones need defaults."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Entry(Carried):
    """One line of a case's timeline. `at`: the instant (UTC) as of which it counts."""

    at: datetime
    kind: EntryKind
    by: str = "acr"
    text: str
    detail: dict[str, Any] = {}


class Judged(Carried):
    """A message and its verdict, for the books. `key` is its Temporal update id.

    `sender`: who proved to have sent it.
    """

    key: str
    at: datetime
    handled_at: datetime
    by: str
    accepted: bool
    rule: str | None = None
    digest: str
    sender: Sender | None = None


class Signed(Carried):
    """Who signed or attested what, for the books: once per (`key` of the message, `position`).

    `sort`: `signature` under a document, or `attestation` of a form. `sha256`: of the document that was signed, or of
    the content of the form. `name` may be unknown.
    """

    key: str
    position: int
    sort: Literal["signature", "attestation"]
    role: str
    name: str | None = None
    at: datetime
    document: str
    sha256: str


class NoticeOrder(Carried):
    """A notice to write and deliver, once per (case, `number`). `facts` are what its template needs beside the case."""

    number: int
    kind: str
    at: datetime
    facts: dict[str, Any] = {}


class LetterBounced(Carried):
    """A letter came back: its number in the case, from which address, what was said there, and when it was reported."""

    notice: int
    recipient: str
    said: str = ""
    at: datetime


def notice_entry(notice: NoticeOrder) -> Entry:
    """Return the timeline's entry for a notice."""
    detail = {"notice": notice.number, "kind": notice.kind}
    return Entry(at=notice.at, kind="notice", by="acr", text=notice_words(notice.kind), detail=detail)
