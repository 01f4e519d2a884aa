"""One step of a case, and what came of it."""

import hashlib
import json
from datetime import datetime
from typing import Any

from pydantic import SerializationInfo, SerializerFunctionWrapHandler, model_serializer, model_validator

from activities.contract import wire
from activities.contract.money import (
    CreditOrder,
    InvoiceIssued,
    InvoiceOrder,
    PaymentReceived,
    PaymentUndone,
    RefundSent,
    WriteOffOrder,
)
from activities.contract.records import Carried, Entry, Judged, LetterBounced, NoticeOrder, Signed
from policy.terms.register import ON_THE_WIRE


class CaseOpening(Carried):
    """What the books need to know of a case when it opens."""

    program: str
    application: dict[str, Any]
    opened_at: datetime
    edition: str
    position: int = 1
    predecessor: str | None = None


class DeadlineEntry(Carried):
    """A deadline as it stands now; `number` identifies it within its case. `over`: nothing can happen to it again.

    A step has those that are new or have changed since the run's last one.
    """

    number: int
    name: str
    opens_at: datetime
    due_at: datetime
    met: bool | None = None
    over: bool = False


class CaseRow(Carried):
    """Where the case stands after the step, for lists that are sorted and grouped.

    Attributes:
        edition: The one that it carries; null in what older cases have recorded.
        status: What is shown of it where no worker answers.
        as_before: The parts of that which have not changed since the run's last step: they stay as the books have them.
    """

    stage: str
    outcome: str | None = None
    awaited_party: str | None = None
    awaited: str = ""
    due_at: datetime | None = None
    due_name: str | None = None
    deficiencies: int = 0
    needs_attention: bool = False
    closed_at: datetime | None = None
    first_passed_at: datetime | None = None
    certificate_from: datetime | None = None
    certificate_until: datetime | None = None
    edition: str | None = None
    status: dict[str, Any] = {}
    as_before: tuple[str, ...] | None = None


class Step(Carried):
    """One step of a case. `number` counts a case's steps; with the run it is the step's idempotency key.

    `in_order`: the keys of what settles invoices, where it came in another order than that of the kinds below.
    `first_run_id`: the run with which the case began, as the server knows it. The case leaves it out: it is filled in
    where the step arrives (`activities.provenance`). `departures`: addresses of contacts who have left, whose sign-in
    for the case's facility or practice ends.
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
    bounces: tuple[LetterBounced, ...] = ()
    departures: tuple[str, ...] = ()
    in_order: tuple[str, ...] = ()
    notices: tuple[NoticeOrder, ...] = ()
    shared_start: datetime | None = None
    first_run_id: str | None = None
    row: CaseRow

    @model_validator(mode="before")
    @classmethod
    def _restored(cls, data: Any) -> Any:
        return wire.restored(data)

    @model_serializer(mode="wrap")
    def _shortened(self, handler: SerializerFunctionWrapHandler, info: SerializationInfo) -> dict[str, Any]:
        return wire.shortened(handler, self, info)


def digest_of_step(step: Step) -> str:
    """Return the SHA-256 of what a case told, in hexadecimal: of the step as it stands in a history.

    A later version that reads the history finds the same: a field that has come later is left out while it has its
    default, and so is who the caller was (`first_run_id`), which the case does not say. A version of before a field
    drops it and finds another digest: the books then take the same step, tried again across a rollback, for that of a
    restored server, which adds what they lack and repeats nothing.
    """
    told = step.model_dump(mode="json", exclude={"first_run_id"}, exclude_defaults=True, context={**ON_THE_WIRE})
    return hashlib.sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


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
        taken_back: Whether it ended because a correction took the certificate back: the case goes on without it.
        missed_before: The books lack the step before this one, which told what this one takes as known: they were
            restored to an earlier moment. The case tells everything anew.
    """

    invoices: tuple[InvoiceIssued, ...] = ()
    problems: tuple[Problem, ...] = ()
    shared_start: datetime | None = None
    designations: tuple[str, ...] = ()
    taken_back: bool = False
    missed_before: bool = False
