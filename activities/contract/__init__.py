"""What a case asks of the world, and what it hears back. Plain data: workflow code imports this and nothing below it.

A case takes one `Step` at a time. A step is one transaction (timeline, messages, deadlines, invoices, payments, notices
in the outbox, the case's row) and then the delivery of its notices. Both halves may be tried any number of times. Every
instant is the case's own: an activity never asks a clock, because the clock of a rehearsal is years ahead of the
machine's.
"""

from activities.contract.calls import (
    AccreditationNews,
    RenewalGranted,
    RenewalOrder,
    RenewalRules,
    RenewalToJudge,
    TermsRequest,
)
from activities.contract.money import (
    CreditOrder,
    InvoiceIssued,
    InvoiceOrder,
    PaymentReceived,
    PaymentUndone,
    invoice_entries,
)
from activities.contract.records import Carried, Entry, EntryKind, Judged, NoticeOrder, Signed, notice_entry
from activities.contract.step import CaseOpening, CaseRow, DeadlineEntry, Problem, Step, StepTaken

TAKE_STEP = "take_step"
TERMS_IN_FORCE = "terms_in_force"
RENEWAL_RULES = "renewal_rules"
OPEN_RENEWAL = "open_renewal"
RECONCILE = "reconcile"
"""The activities by name: workflow code never imports who carries them out."""

__all__ = [
    "OPEN_RENEWAL",
    "RECONCILE",
    "RENEWAL_RULES",
    "TAKE_STEP",
    "TERMS_IN_FORCE",
    "AccreditationNews",
    "Carried",
    "CaseOpening",
    "CaseRow",
    "CreditOrder",
    "DeadlineEntry",
    "Entry",
    "EntryKind",
    "InvoiceIssued",
    "InvoiceOrder",
    "Judged",
    "NoticeOrder",
    "PaymentReceived",
    "PaymentUndone",
    "Problem",
    "RenewalGranted",
    "RenewalOrder",
    "RenewalRules",
    "RenewalToJudge",
    "Signed",
    "Step",
    "StepTaken",
    "TermsRequest",
    "invoice_entries",
    "notice_entry",
]
