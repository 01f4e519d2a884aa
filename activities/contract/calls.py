"""What a case needs beside its steps: its rules, those of a renewal and its opening, and its news for other cases."""

from datetime import datetime
from typing import Any, Literal

from activities.contract.records import Carried
from policy.facts import Answer
from policy.verdict import Finding


def modality_in(application: dict[str, Any]) -> str | None:
    """Return the modality that an application names, as it was sent: whether there is such a one is not looked at."""
    modality = application.get("modality")
    return modality if isinstance(modality, str) else None


class CaseStart(Carried):
    """With what a case begins, to be held against its id and against what the books have announced.

    Attributes:
        case_id: The id under which it was started.
        application: Its application, as JSON values.
        opened_at: When it is to begin. It may lack its zone: whoever judges it says so.
        now: When it was started, on its own clock.
        position: The unit's place in its application.
        predecessor: The case that it renews.
    """

    case_id: str
    application: dict[str, Any]
    opened_at: datetime
    now: datetime
    position: int = 1
    predecessor: str | None = None


class TermsRequest(Carried):
    """Which edition to take along: the one of that name, else the one in force at an instant (on the office's day).

    `start`: that with which the case begins, by cases that begin since 2026-11. `first_run_id`: as in `Step`.
    """

    program: str
    at: datetime
    edition: str | None = None
    start: CaseStart | None = None
    first_run_id: str | None = None

    @property
    def modality(self) -> str | None:
        """The modality that the case is about; None for a designation, and for a case of before 2026-11."""
        return modality_in(self.start.application) if self.start else None


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

    `position`: the unit's place in the renewal's application. `first_run_id`: as in `Step`.
    """

    case_id: str
    workflow: str
    application: dict[str, Any]
    opened_at: datetime
    predecessor: str
    position: int = 1
    adopted: bool = False
    first_run_id: str | None = None


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


class NewsToAsk(Carried):
    """News that a case has heard from nobody knows whom: whether it is so, it asks the books.

    It is about the case that renews it (`renewal`), or about an accreditation that it rests on (`facility` and
    `modality`). Or it asks what a message was answered in an earlier run (`message`: its key), where the present one
    does not carry it any more. `first_run_id`: as in `Step`.
    """

    case_id: str
    renewal: str | None = None
    facility: str | None = None
    modality: str | None = None
    message: str | None = None
    first_run_id: str | None = None


class NewsFound(Carried):
    """What the books say of it.

    Attributes:
        stands: `granted`; `ended`: without a grant, or after one; `unknown`: the books know nothing of the kind.
        outcome: How it ended.
        at: Since when it stands so.
        answer: What the message was answered; null: the books do not know it.
    """

    stands: Literal["granted", "ended", "unknown"] = "unknown"
    outcome: str | None = None
    at: datetime | None = None
    answer: Answer | None = None
