"""The activities of the measurement: they answer at once, so that only the workflows' own cost is measured."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from pydantic import BaseModel
from temporalio import activity
from temporalio.common import RawValue

from activities.contract import (
    ISSUE_INVOICES,
    RECORD_EVENTS,
    SEND_NOTICES,
    TAKE_STEP,
    TERMS_IN_FORCE,
    InvoiceIssued,
    Step,
    StepTaken,
    TermsRequest,
)
from activities.documents.contract import READ_DOCUMENTS, DocumentsRead, DocumentsToRead
from activities.terms import rules_at
from policy.edition import Rules
from policy.fees import FeeLine
from services.security.converter import data_converter

_NUMBERS = count(1)


class Told(BaseModel):
    """All that the lean workflow tells an activity."""

    text: str


def carry_out(said: RawValue) -> StepTaken:
    """Answer a step of either workflow: whatever it ordered is invoiced at once."""
    (told,) = data_converter().payload_converter.from_payloads([said.payload], [dict])
    if "case_id" not in told:
        return StepTaken()
    step = Step.model_validate(told)
    line = FeeLine.of("a fee", Decimal("100.00"))
    return StepTaken(
        invoices=tuple(
            InvoiceIssued(
                number=f"2000-{next(_NUMBERS):06}",
                purpose=order.purpose,
                occurrence=order.occurrence,
                lines=(line,),
                total=line.amount,
                issued_at=order.issued_at,
                due_at=order.issued_at + timedelta(days=30),
            )
            for order in step.invoices
        )
    )


@activity.defn(name=TERMS_IN_FORCE)
def terms_in_force(request: TermsRequest) -> Rules:
    """Return the shipped edition."""
    return rules_at(request.program, request.at)


@activity.defn(name=READ_DOCUMENTS)
def read_documents(asked: DocumentsToRead) -> DocumentsRead:
    """Find nothing wrong (what reading costs, bench.documents measures)."""
    return DocumentsRead()


@activity.defn(name=ISSUE_INVOICES)
def issue_invoices(said: RawValue) -> StepTaken:
    """Answer a step that issues an invoice."""
    return carry_out(said)


@activity.defn(name=SEND_NOTICES)
def send_notices(said: RawValue) -> StepTaken:
    """Answer a step that sends a notice."""
    return carry_out(said)


@activity.defn(name=RECORD_EVENTS)
def record_events(said: RawValue) -> StepTaken:
    """Answer a step that only writes down."""
    return carry_out(said)


@activity.defn(name=TAKE_STEP)
def take_step(said: RawValue) -> StepTaken:
    """Answer a step of the lean workflow."""
    return carry_out(said)


ACTIVITIES: Sequence[Any] = (
    issue_invoices,
    send_notices,
    record_events,
    take_step,
    terms_in_force,
    read_documents,
)
