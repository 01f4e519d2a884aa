"""One step of a case, and what came of it."""

from datetime import datetime
from typing import Any

from activities.contract.money import (
    CreditOrder,
    InvoiceIssued,
    InvoiceOrder,
    PaymentReceived,
    PaymentUndone,
    RefundSent,
    WriteOffOrder,
)
from activities.contract.records import Carried, Entry, Judged, NoticeOrder, Signed


class CaseOpening(Carried):
    """What the books need to know of a case when it opens."""

    program: str
    application: dict[str, Any]
    opened_at: datetime
    edition: str
    position: int = 1
    predecessor: str | None = None


class DeadlineEntry(Carried):
    """A deadline as it stands now; `number` identifies it within its case. `over`: nothing can happen to it again."""

    number: int
    name: str
    opens_at: datetime
    due_at: datetime
    met: bool | None
    over: bool = False


class CaseRow(Carried):
    """Where the case stands after the step, for lists that are sorted and grouped.

    `edition`: the one that it carries; null in what older cases have recorded.
    """

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
    edition: str | None = None
    status: dict[str, Any]


class Step(Carried):
    """One step of a case. `number` counts a case's steps; with the run it is the step's idempotency key.

    `first_run_id`: the run with which the case began, as the server knows it. The case leaves it out: it is filled in
    where the step arrives (`activities.provenance`).
    """

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
    refunds: tuple[RefundSent, ...] = ()
    write_offs: tuple[WriteOffOrder, ...] = ()
    signatures: tuple[Signed, ...] = ()
    void: tuple[str, ...] = ()
    notices: tuple[NoticeOrder, ...] = ()
    shared_start: datetime | None = None
    first_run_id: str | None = None
    row: CaseRow


class Problem(Carried):
    """Something in the step that could not be done, and that retrying alone does not mend.

    `item` names it within the case (`fee.<purpose>.<occurrence>`, `notice.<number>`), `rule` is its rule id.
    """

    item: str
    rule: str
    text: str


class StepTaken(Carried):
    """What came of a step.

    Attributes:
        invoices: The invoices that were issued.
        problems: What could not be done.
        shared_start: The earliest start among the units of the application, where it was asked for.
        designations: Open designation cases that rest on the accreditation which the step granted or ended.
    """

    invoices: tuple[InvoiceIssued, ...] = ()
    problems: tuple[Problem, ...] = ()
    shared_start: datetime | None = None
    designations: tuple[str, ...] = ()
