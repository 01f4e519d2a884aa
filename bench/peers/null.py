"""Activities that answer at once, so that only the workflows' own cost is measured; each step is one transaction."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from temporalio import activity

from activities.contract import (
    ISSUE_INVOICES,
    RECORD_EVENTS,
    SEND_NOTICES,
    TAKE_STEP,
    TERMS_IN_FORCE,
    InvoiceIssued,
    InvoiceOrder,
    Step,
    StepTaken,
    TermsRequest,
)
from activities.documents.contract import READ_DOCUMENTS, DocumentsRead, DocumentsToRead
from activities.terms import rules_at
from bench.peers.lean import WRITE
from bench.peers.ledger import Ledger
from policy.edition import Rules
from policy.fees import FeeLine

FEE = Decimal("100.00")
TERM = timedelta(days=30)
INVOICE = "invoice"
"""The row of an invoice, as the product's own letter with it is called."""


def this_case() -> str:
    """Return the case that calls."""
    return activity.info().workflow_id or ""


class NullActivities:
    """What a case has done for it, without anything being done: a row for each letter, and numbers for invoices."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger, self._numbers = ledger, count(1)

    def every(self) -> Sequence[Any]:
        """Return the activities, for a worker."""
        steps = [
            activity.defn(name=name)(self._as_function())
            for name in (ISSUE_INVOICES, SEND_NOTICES, RECORD_EVENTS, TAKE_STEP)
        ]
        return [*steps, self.terms_in_force, self.read_documents]

    def _as_function(self) -> Any:
        def take_step(step: Step) -> StepTaken:
            return self.carried_out(step)

        return take_step

    def carried_out(self, step: Step) -> StepTaken:
        """Invoice what a step orders, and write a row for each of its letters."""
        invoices = tuple(map(self._issued, step.invoices))
        numbers = [row for invoice in invoices for row in (invoice.number, INVOICE)]
        self._ledger.write(this_case(), [*(notice.kind for notice in step.notices), *numbers])
        return StepTaken(invoices=invoices)

    def _issued(self, order: InvoiceOrder) -> InvoiceIssued:
        return InvoiceIssued(
            number=f"2000-{next(self._numbers):06}",
            purpose=order.purpose,
            occurrence=order.occurrence,
            lines=(FeeLine.of("a fee", FEE),),
            total=FEE,
            issued_at=order.issued_at,
            due_at=order.issued_at + TERM,
        )

    @activity.defn(name=TERMS_IN_FORCE)
    def terms_in_force(self, request: TermsRequest) -> Rules:
        """Return the shipped edition."""
        return rules_at(request.program, request.at, request.modality)

    @activity.defn(name=READ_DOCUMENTS)
    def read_documents(self, asked: DocumentsToRead) -> DocumentsRead:
        """Find nothing wrong (what reading costs, bench.documents measures)."""
        return DocumentsRead()


class Writing:
    """The one activity of the lean workflows."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @activity.defn(name=WRITE)
    def write(self, what: str) -> None:
        """Write a row."""
        self._ledger.write(this_case(), [what])
