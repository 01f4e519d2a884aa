"""What an import finds and does, for whoever tells it: a person at a terminal, a script, a page."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from intake.batch.applications import Candidate
from intake.batch.findings import Against
from intake.batch.messages import MessageRow
from intake.batch.running import Sent
from intake.batch.starting import Started
from services.connect import case_link


@dataclass
class Report:
    """An import as it went.

    Attributes:
        file: The file that was read.
        checked_only: Whether nothing was to be started.
        candidates: Its applications.
        letters: Its messages.
        started: What was started.
        sent: How many messages went in.
        namespace: Where the cases run.
        refused_files: Where the refused rows were written.
        seconds: How long starting and sending took.
    """

    file: Path
    checked_only: bool
    candidates: Sequence[Candidate] = ()
    letters: Sequence[MessageRow] = ()
    started: Started = field(default_factory=Started)
    sent: Sent = field(default_factory=Sent)
    namespace: str = ""
    refused_files: list[Path] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def refused(self) -> list[Candidate]:
        """The applications against which something stands."""
        return [candidate for candidate in self.candidates if candidate.against]

    @property
    def refused_letters(self) -> list[MessageRow]:
        """The messages against which something stands."""
        return [letter for letter in self.letters if letter.against]

    @property
    def findings(self) -> list[Against]:
        """All that stands against any row."""
        of_applications = [against for candidate in self.refused for against in candidate.against]
        return [*of_applications, *(against for letter in self.refused_letters for against in letter.against)]

    def as_json(self, ui: str | None) -> dict[str, Any]:
        """Return everything for a script; `ui` is the Temporal UI that links lead to."""
        cases = self.started.all_cases()
        return {
            "file": str(self.file),
            "checked_only": self.checked_only,
            "rows": sum(len(candidate.rows) for candidate in self.candidates),
            "applications": len(self.candidates),
            "started": sum(case.new for case in cases),
            "started_before": sum(not case.new for case in cases),
            "messages": len(self.letters),
            "sent": self.sent.now,
            "sent_before": self.sent.before,
            "seconds": round(self.seconds, 1),
            "cases": [
                {
                    "case": case.case_id,
                    "link": case_link(case.case_id, self.namespace, ui),
                    "opened_at": case.opened_at.isoformat(),
                    "new": case.new,
                }
                for case in cases
            ],
            "refused": [
                *({"application_id": one.name, "rows": one.rows, **_findings(one.against)} for one in self.refused),
                *({"case": one.case, "rows": [one.row], **_findings(one.against)} for one in self.refused_letters),
            ],
            "refused_files": [str(path) for path in self.refused_files],
        }


def _findings(against: Sequence[Against]) -> dict[str, Any]:
    return {"findings": [one.as_json() for one in against]}
