"""What a case asks of the world, and what it hears back. Plain data: workflow code imports this and nothing below it.

A case takes one `Step` at a time. A step is one transaction (timeline, messages, deadlines, invoices, payments, notices
in the outbox, the case's row) and then the delivery of its notices. Both halves may be tried any number of times. Every
instant is the case's own: an activity never asks a clock, because the clock of a rehearsal is years ahead of the
machine's.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from policy.fees import FeeLine

TAKE_STEP = "take_step"
TERMS_IN_FORCE = "terms_in_force"
OPEN_RENEWAL = "open_renewal"
RECONCILE = "reconcile"
"""The activities by name: workflow code never imports who carries them out."""

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
    by: str
    text: str
    detail: dict[str, Any] = {}


class Judged(Carried):
    """A message and its verdict, for the books. `key` is its Temporal update id."""

    key: str
    at: datetime
    handled_at: datetime
    by: str
    accepted: bool
    rule: str | None
    digest: str


class DeadlineEntry(Carried):
    """A deadline as it stands now; `number` identifies it within its case. `over`: nothing can happen to it again."""

    number: int
    name: str
    opens_at: datetime
    due_at: datetime
    met: bool | None
    over: bool = False


class InvoiceOrder(Carried):
    """An invoice to issue, once per (case, purpose, occurrence), at the fees in force on the day of `issued_at`.

    `lines` are given where the case knows them (travel, a quoted fee), else they follow from the office's fees.
    `notice` is the number of the notice of kind `invoice` that goes out with it, once it is issued: whoever issues the
    invoice writes that notice (facts: `invoice`, `purpose`, `lines`, `total`, `due_at`) and the two entries of
    `invoice_entries` to the timeline; the case adds the same two entries to its own when it hears of the invoice.
    `payment_term_days` are those of the case's edition; they hold where the office's settings name none.
    """

    purpose: str
    occurrence: int
    issued_at: datetime
    lines: tuple[FeeLine, ...] = ()
    notice: int | None = None
    payment_term_days: int = 30


class InvoiceIssued(Carried):
    """An invoice as it was issued."""

    number: str
    purpose: str
    occurrence: int
    lines: tuple[FeeLine, ...]
    total: Decimal
    issued_at: datetime
    due_at: datetime


def invoice_entries(issued: InvoiceIssued, notice: int | None) -> tuple[Entry, ...]:
    """Return the timeline's entries for an invoice that was issued: the invoice itself and, if one goes out, its
    notice.
    """
    detail = {"invoice": issued.number, "purpose": issued.purpose, "total": f"{issued.total:.2f}"}
    entry = Entry(
        at=issued.issued_at,
        kind="invoice",
        by="acr",
        text=f"Invoice {issued.number} ({issued.purpose}): {issued.total:.2f} USD",
        detail=detail | {"due_at": issued.due_at.isoformat()},
    )
    if notice is None:
        return (entry,)
    return entry, notice_entry(NoticeOrder(number=notice, kind="invoice", at=issued.issued_at, facts=detail))


def notice_entry(notice: "NoticeOrder") -> Entry:
    """Return the timeline's entry for a notice."""
    detail = {"notice": notice.number, "kind": notice.kind}
    return Entry(at=notice.at, kind="notice", by="acr", text=f"Notice: {notice.kind.replace('_', ' ')}", detail=detail)


class PaymentReceived(Carried):
    """A payment to book, once per `key` (the message's key)."""

    key: str
    invoice: str
    amount: Decimal
    received_at: datetime
    method: str


class PaymentUndone(Carried):
    """A payment (`payment`: its key) that was entered by mistake, to take back once per `key` (the message's key)."""

    key: str
    payment: str
    at: datetime
    reason: str


class CreditOrder(Carried):
    """A credit note to issue, once per `key` (the message's key); `notice` is the number of the notice it goes out with.

    Whoever issues it writes that notice (facts: `credit_note`, `invoice`, `purpose`, `amount`, `reason`).
    """

    key: str
    invoice: str
    amount: Decimal
    issued_at: datetime
    reason: str
    notice: int


class Signed(Carried):
    """Who signed or attested what, for the books: once per (`key` of the message, `position`).

    `sort`: `signature` under a document, or `attestation` of a form. `sha256`: of the document that was signed, or of the
    content of the form. `name` may be unknown.
    """

    key: str
    position: int
    sort: Literal["signature", "attestation"]
    role: str
    name: str | None
    at: datetime
    document: str
    sha256: str


class NoticeOrder(Carried):
    """A notice to write and deliver, once per (case, `number`). `facts` are what its template needs beside the case."""

    number: int
    kind: str
    at: datetime
    facts: dict[str, Any] = {}


class CaseOpening(Carried):
    """What the books need to know of a case when it opens."""

    program: str
    application: dict[str, Any]
    opened_at: datetime
    edition: str
    position: int = 1
    predecessor: str | None = None


class CaseRow(Carried):
    """Where the case stands after the step, for lists that are sorted and grouped."""

    stage: str
    outcome: str | None
    awaited_party: str | None
    awaited: str
    due_at: datetime | None
    due_name: str | None
    deficiencies: int
    needs_attention: bool
    closed_at: datetime | None
    first_passed_at: datetime | None
    certificate_from: datetime | None
    certificate_until: datetime | None
    status: dict[str, Any]


class Step(Carried):
    """One step of a life. `number` counts a case's steps; with the run it is the step's idempotency key."""

    case_id: str
    run_id: str
    number: int
    at: datetime
    opening: CaseOpening | None = None
    application: dict[str, Any] | None = None
    entries: tuple[Entry, ...] = ()
    judged: tuple[Judged, ...] = ()
    deadlines: tuple[DeadlineEntry, ...] = ()
    invoices: tuple[InvoiceOrder, ...] = ()
    payments: tuple[PaymentReceived, ...] = ()
    reversals: tuple[PaymentUndone, ...] = ()
    credits: tuple[CreditOrder, ...] = ()
    signatures: tuple[Signed, ...] = ()
    void: tuple[str, ...] = ()
    notices: tuple[NoticeOrder, ...] = ()
    shared_start: datetime | None = None
    row: CaseRow


class Problem(Carried):
    """Something in the step that the world would not take, and that retrying alone does not mend.

    `item` names it within the case (`fee.<purpose>.<occurrence>`, `notice.<number>`), `rule` is its rule id.
    """

    item: str
    rule: str
    text: str


class StepTaken(Carried):
    """What came of a step.

    Attributes:
        invoices: The invoices that were issued.
        problems: What the world would not take.
        shared_start: The earliest start among the units of the application, where it was asked for.
        designations: Open designation cases that rest on the accreditation which the step granted or ended.
    """

    invoices: tuple[InvoiceIssued, ...] = ()
    problems: tuple[Problem, ...] = ()
    shared_start: datetime | None = None
    designations: tuple[str, ...] = ()


class TermsRequest(Carried):
    """Which edition to take along: the one of that name, else the one in force at an instant (on the office's day)."""

    program: str
    at: datetime
    edition: str | None = None


class RenewalOrder(Carried):
    """The next case to open. `opened_at` is explicit, because a rehearsal's clock is ahead of the machine's.

    `position`: the unit's place in the renewal's application.
    """

    case_id: str
    workflow: str
    application: dict[str, Any]
    opened_at: datetime
    predecessor: str
    position: int = 1


class AccreditationNews(Carried):
    """A cycle tells a designation that rests on its accreditation that it was granted, or has ended (`outcome`)."""

    designation: str
    facility: str
    modality: str
    outcome: str | None
    at: datetime


class RenewalGranted(Carried):
    """A case tells the one that it renews that it was granted, or closed without a grant."""

    predecessor: str
    case_id: str
    at: datetime
    granted: bool = True
