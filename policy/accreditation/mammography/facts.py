"""What a case of mammography knows beside every cycle: its certificate, who was told, what was decided and checked."""

from datetime import date, datetime

from policy.application import CertificateKind
from policy.facts import Fact
from policy.messages import AreaFinding, Option


class CertificateFact(Fact):
    """The MQSA certificate on file.

    Attributes:
        kind: Full or provisional.
        expires_on: Its last day.
        deadline: The number of the window that ends with it.
        extended: Whether its one extension was used (provisional).
    """

    kind: CertificateKind
    expires_on: date
    deadline: int
    extended: bool = False


class FdaNotice(Fact):
    """A notice to FDA: its number in the case, and the window in which it must go out."""

    number: int
    deadline: int
    told: bool = False


class FailureDecision(Fact):
    """What the office decided after the failure of an attempt (`round`), where no source says it."""

    round: int
    unit_stops: bool
    options: list[Option] = []


class ImageCheck(Fact):
    """A random image check: ordered, reported, and where something was not acceptable answered by a plan."""

    number: int
    ordered_at: datetime
    findings: list[AreaFinding] | None = None
    planned: bool = False

    @property
    def failed(self) -> list[str]:
        """The areas that were not acceptable."""
        return [finding.area for finding in self.findings or [] if not finding.acceptable]

    @property
    def ended(self) -> bool:
        """Whether nothing more is awaited: all acceptable, or the plan is there."""
        return self.findings is not None and (self.planned or not self.failed)


class MammographyFacts(Fact):
    """What a case of mammography knows beside every cycle.

    `interim_until`: until when interim accreditation runs; `interim_granted`: it was granted once, also where it is
    over.
    """

    certificate: CertificateFact | None = None
    interim_until: datetime | None = None
    interim_granted: bool = False
    fda: list[FdaNotice] = []
    decisions: list[FailureDecision] = []
    checks: list[ImageCheck] = []
