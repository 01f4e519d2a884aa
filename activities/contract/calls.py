"""What a case needs beside its steps: its rules, those of a renewal and its opening, and its news for other cases."""

from datetime import datetime
from typing import Any

from activities.contract.records import Carried
from policy.verdict import Finding


class TermsRequest(Carried):
    """Which edition to take along: the one of that name, else the one in force at an instant (on the office's day)."""

    program: str
    at: datetime
    edition: str | None = None


class RenewalToJudge(Carried):
    """An application for renewal, as it was sent, and the instant (UTC) as of which it was received."""

    program: str
    application: dict[str, Any]
    at: datetime


class RenewalRules(Carried):
    """By what a renewal is judged: the edition in force when it was applied for, and what stands against it by that
    edition and the office's fees. A fee that the office has not set stands against nobody: its case waits for it.
    """

    terms: dict[str, Any]
    findings: tuple[Finding, ...] = ()


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
    adopted: bool = False


class AccreditationNews(Carried):
    """News for a designation that rests on an accreditation: it was granted, or has ended (`outcome`)."""

    designation: str
    facility: str
    modality: str
    outcome: str | None
    at: datetime


class RenewalGranted(Carried):
    """News for the case that is renewed: the renewal was granted, or closed without a grant."""

    predecessor: str
    case_id: str
    at: datetime
    granted: bool = True
