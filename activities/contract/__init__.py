"""What a case has activities do, and what it hears back. Plain data: workflow code imports this and nothing below it.

A case takes one `Step` at a time. A step is one transaction (timeline, messages, deadlines, invoices, payments, notices
in the outbox, the case's row) and then the delivery of its notices. Both halves may be tried any number of times. Every
instant is the case's own: an activity never asks a clock, because the clock of a rehearsal is years ahead of the
machine's.
"""

from activities.contract.calls import (
    AccreditationNews,
    CaseStart,
    NewsFound,
    NewsToAsk,
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
    RefundSent,
    WriteOffOrder,
    invoice_entries,
    payment_received,
    refund_sent,
    write_off_order,
)
from activities.contract.money_words import (
    MoneyWords,
    words_of_credit,
    words_of_payment,
    words_of_refund,
    words_of_undoing,
    words_of_write_off,
)
from activities.contract.records import (
    Carried,
    Entry,
    EntryKind,
    Judged,
    LetterBounced,
    NoticeOrder,
    Signed,
    notice_entry,
)
from activities.contract.reopening import REOPEN, Reopened, ReopeningAsked
from activities.contract.senders import VERIFY_SENDER, SignalToVerify, SignalVerified
from activities.contract.step import CaseOpening, CaseRow, DeadlineEntry, Problem, Step, StepTaken, digest_of_step
from activities.contract.wire import notice_words

ISSUE_INVOICES = "issue_invoices"
SEND_NOTICES = "send_notices"
RECORD_EVENTS = "record_events"
"""One step of a case, by the name that says most of what it does."""
TAKE_STEP = "take_step"
"""The same, as cases know it that began under rules revision 2 or earlier: their histories hold this name."""
TERMS_IN_FORCE = "terms_in_force"
RENEWAL_RULES = "renewal_rules"
OPEN_RENEWAL = "open_renewal"
ASK_BOOKS = "ask_books"
RECONCILE = "reconcile"
"""The activities by name: workflow code never imports who carries them out."""

__all__ = [
    "ASK_BOOKS",
    "ISSUE_INVOICES",
    "OPEN_RENEWAL",
    "RECONCILE",
    "RECORD_EVENTS",
    "RENEWAL_RULES",
    "REOPEN",
    "SEND_NOTICES",
    "TAKE_STEP",
    "TERMS_IN_FORCE",
    "VERIFY_SENDER",
    "AccreditationNews",
    "Carried",
    "CaseOpening",
    "CaseRow",
    "CaseStart",
    "CreditOrder",
    "DeadlineEntry",
    "Entry",
    "EntryKind",
    "InvoiceIssued",
    "InvoiceOrder",
    "Judged",
    "LetterBounced",
    "MoneyWords",
    "NewsFound",
    "NewsToAsk",
    "NoticeOrder",
    "PaymentReceived",
    "PaymentUndone",
    "Problem",
    "RefundSent",
    "RenewalGranted",
    "RenewalOrder",
    "RenewalRules",
    "RenewalToJudge",
    "Reopened",
    "ReopeningAsked",
    "SignalToVerify",
    "SignalVerified",
    "Signed",
    "Step",
    "StepTaken",
    "TermsRequest",
    "WriteOffOrder",
    "digest_of_step",
    "invoice_entries",
    "notice_entry",
    "notice_words",
    "payment_received",
    "refund_sent",
    "words_of_credit",
    "words_of_payment",
    "words_of_refund",
    "words_of_undoing",
    "words_of_write_off",
    "write_off_order",
]
