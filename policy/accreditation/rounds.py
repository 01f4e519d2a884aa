"""Rounds and areas of an accreditation cycle: attempt after attempt the package, the report, the form, the appeal.

A *round* is one attempt: an application with its fee, a testing package and a final report. The first round tests every
area, a repeat the areas that were not acceptable, a reinstatement every area again.
"""

from datetime import datetime
from enum import StrEnum

from policy.application import AreaKind, Medium
from policy.facts import Fact
from policy.messages import AreaFinding, ChooseOption, Document, Exam


class AreaState(StrEnum):
    """What is known of an area."""

    UNTESTED = "untested"
    ACCEPTABLE = "acceptable"
    NOT_ACCEPTABLE = "not_acceptable"
    WITHDRAWN = "withdrawn"


class AreaFact(Fact):
    """An area of the unit. `passed_at`: the instant as of which it passed last."""

    id: str
    kind: AreaKind
    patient_type: str | None = None
    state: AreaState = AreaState.UNTESTED
    passed_at: datetime | None = None


class RoundKind(StrEnum):
    """Why an attempt is made; the value is also the purpose of its invoice.

    The last two are radiation oncology's: a follow-up (self-audit or survey) costs no fee of its own.
    """

    INITIAL = "application"
    REPEAT = "repeat"
    REINSTATEMENT = "reinstatement"
    FOLLOW_UP = "follow_up"
    REAPPLICATION = "reapplication"


class Form(Fact):
    """An option form: when it opens, the deadlines that run with it, and the choice that was made on it.

    `undone`: why the office took the choice back that was made on it first; empty: it did not.
    `held_days`: for how many calendar days it stood still, because the case was paused.
    """

    opens_at: datetime
    form: int
    closure: int
    appeal: int | None = None
    announced: bool = False
    overdue_told: bool = False
    choice: ChooseOption | None = None
    chosen_at: datetime | None = None
    held_days: int = 0
    undone: str = ""


class Appeal(Fact):
    """An appeal: what is contested, its letters and materials, who arbitrates, and what was found.

    `passed_from`: of a corrected result, since when an area has passed that the first one found acceptable too.
    """

    contested: list[str]
    letters: list[Document]
    additional_images: bool
    complete_at: datetime | None = None
    overdue_told: bool = False
    arbitrator: str | None = None
    findings: list[AreaFinding] | None = None
    decided_at: datetime | None = None
    passed_from: datetime | None = None


class SupplementalReview(Fact):
    """A supplemental review: what it is about, what the office has said of it, and what was found.

    `number`: how many there were in the case with it. `accepts`: what may be handed in, once the office has said so.
    """

    number: int
    contested: list[str]
    accepts: str | None = None
    complete_at: datetime | None = None
    late_told: bool = False
    reviewers: list[str] = []
    findings: list[AreaFinding] | None = None
    decided_at: datetime | None = None


class Round(Fact):
    """One attempt. Instants are those as of which things count, in UTC.

    Where its report was corrected, `reported_at` is when the corrected one was issued, `corrected_at` the same, and
    `passed_from` since when an area has passed that the first one found acceptable too.
    `outcome`, `report_overdue_told` and `reapplied`: of radiation oncology; `reapplied` is kept with the denial.
    """

    number: int
    kind: RoundKind
    areas: list[str]
    occurrence: int = 1
    returned: bool = False
    accepted_at: datetime | None = None
    exams: list[Exam] | None = None
    submitted_at: datetime | None = None
    reviewers: list[str] = []
    findings: list[AreaFinding] | None = None
    reported_at: datetime | None = None
    images_returned_at: datetime | None = None
    viewed_at: datetime | None = None
    form: Form | None = None
    appeal: Appeal | None = None
    supplemental: SupplementalReview | None = None
    overturned: list[str] = []
    corrected_at: datetime | None = None
    passed_from: datetime | None = None
    outcome: str | None = None
    report_overdue_told: bool = False
    reapplied: bool = False
    serious_risk: bool = False

    @property
    def is_submitted(self) -> bool:
        """Whether its testing package has come."""
        return self.submitted_at is not None

    @property
    def decisions(self) -> list[datetime]:
        """When its appeal and its supplemental review were decided."""
        return [one.decided_at for one in (self.appeal, self.supplemental) if one and one.decided_at]

    @property
    def passing_decisions(self) -> list[datetime]:
        """Since when anything counts as acceptable after all, by its appeal or its supplemental review."""
        found = []
        if self.appeal:
            found.append((self.appeal.passed_from or self.appeal.decided_at, self.appeal.findings))
        if self.supplemental:
            found.append((self.supplemental.decided_at, self.supplemental.findings))
        return [at for at, findings in found if at and any(finding.acceptable for finding in findings or [])]

    @property
    def appeal_decided(self) -> bool:
        """Whether the arbitrator has spoken in this round (his word is final)."""
        return self.appeal is not None and self.appeal.findings is not None

    @property
    def supplemental_decided(self) -> bool:
        """Whether its supplemental review has a result."""
        return self.supplemental is not None and self.supplemental.findings is not None

    def received_at(self, medium: Medium) -> datetime | None:
        """Return when the facility received the newest word on this attempt.

        That is the result of an appeal or of a supplemental review; before that the report, for CD and film with the
        images that came back.
        """
        if self.decisions:
            return max(self.decisions)
        if medium is Medium.UPLOAD:
            return self.reported_at
        back, corrected = self.images_returned_at, self.corrected_at
        return max(back, corrected) if back and corrected else back
