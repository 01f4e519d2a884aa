"""Renewals: how many were applied for in time, how long before the end, and what ran out."""

from dataclasses import dataclass
from typing import Any

from policy.facts import Outcome
from services.reports.stages import StageFigures
from services.reports.windows import Windows

WINDOW = "renewal_application"


@dataclass(frozen=True)
class Renewals:
    """What came of the renewals of a period.

    Attributes:
        due: Renewal applications that were due in it: met, missed, open, dropped.
        renewed: Certificates and designations that were followed by the next one.
        expired: Those that ran out without one.
    """

    due: dict[str, int]
    renewed: int
    expired: int

    @property
    def decided(self) -> int:
        """How many applications were due and came, or did not."""
        return self.due["met"] + self.due["missed"]

    def as_json(self) -> dict[str, Any]:
        """Return the figures for a script."""
        return {"applications_due": self.due, "renewed": self.renewed, "expired": self.expired}


def renewals_of(windows: Windows, stages: StageFigures) -> Renewals:
    """Return what came of the renewals of a period."""
    ended = dict.fromkeys((Outcome.RENEWED.value, Outcome.EXPIRED.value), 0)
    for (_, outcome), number in stages.endings.items():
        if outcome in ended:
            ended[outcome] += number
    return Renewals(windows.of(WINDOW), ended[Outcome.RENEWED.value], ended[Outcome.EXPIRED.value])
