"""The words that the books store as text, and which of them a column takes. The programs' words come from `policy`."""

from enum import StrEnum

from policy.words import Outcome, Party, Role, Stage


class BooksPurpose(StrEnum):
    """Whose lives a database holds: an office's cases, or those of a rehearsal. Never both."""

    OFFICE = "office"
    REHEARSAL = "rehearsal"


class Program(StrEnum):
    """What a case is about."""

    ACCREDITATION = "accreditation"
    DICOE = "dicoe"


class InvoiceStatus(StrEnum):
    """How much of an invoice is paid. Overdue is not a state: it depends on when one asks."""

    OPEN = "open"
    PARTLY_PAID = "partly_paid"
    PAID = "paid"
    VOID = "void"


class NoticeStatus(StrEnum):
    """Where a notice of the outbox is: to be sent, handed to the mail, or waiting for somebody to mend its problem."""

    PENDING = "pending"
    SENT = "sent"
    UNDELIVERABLE = "undeliverable"


class PaperKind(StrEnum):
    """What the office issues on paper."""

    INVOICE = "invoice"
    RECEIPT = "receipt"
    CREDIT_NOTE = "credit_note"
    CERTIFICATE = "certificate"
    DESIGNATION = "designation"
    FINAL_REPORT = "final_report"
    APPEAL_RESULT = "appeal_result"
    OPTION_SUMMARY = "option_summary"
    REFUND = "refund"


class SignatureSort(StrEnum):
    """A signature under a document, or the attestation of a form."""

    SIGNATURE = "signature"
    ATTESTATION = "attestation"


class LinkKind(StrEnum):
    """What a link opens whose secret is the right to it."""

    SIGN_IN = "sign_in"
    CALENDAR = "calendar"
    INVOICE = "invoice"


class SignInWay(StrEnum):
    """How a person signed in."""

    LINK = "link"
    PASSKEY = "passkey"
    PROVIDER = "provider"


class FacilityChangeKind(StrEnum):
    """What has become of a facility or practice."""

    RENAMED = "renamed"
    MOVED = "moved"
    MERGED = "merged"
    TAKEN_OVER = "taken_over"


STARTING = "starting"
"""The stage of a case that was announced and that has not taken its first step."""

STAGES = (STARTING, *(stage.value for stage in Stage))
OUTCOMES = tuple(outcome.value for outcome in Outcome)
PARTIES = tuple(party.value for party in Party)
ENTRY_KINDS = (
    "message", "refusal", "notice", "invoice", "payment", "deadline", "extension", "warning", "attention", "stage",
)  # fmt: skip
PORTAL_ROLES = tuple(role.value for role in Role)
LINK_KINDS = tuple(LinkKind)
SIGN_IN_WAYS = tuple(SignInWay)
FACILITY_CHANGES = tuple(FacilityChangeKind)
