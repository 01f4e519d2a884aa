"""What is known of an accreditation cycle: its areas, and round after round the package, the report, the form, the
appeal.

A *round* is one attempt: an application with its fee, a testing package and a final report. The first round tests every
area, a repeat the areas that were not acceptable, a reinstatement every area again.
"""

from datetime import datetime
from enum import StrEnum

from policy.accreditation.mammography.facts import MammographyFacts
from policy.application import AccreditationApplication, AreaKind, ContactRole, Medium
from policy.facts import CaseFacts, Fact, InvoiceFact
from policy.fees import needs_quote
from policy.messages import (
    FACILITY_ROLES,
    OFFICE,
    AreaFinding,
    ChooseOption,
    Document,
    Exam,
    Message,
    Option,
    Role,
    SubmitAppealMaterials,
    TeamMember,
)
from policy.names import folded_by, token_by


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
    """Why an attempt is made; the value is also the purpose of its invoice."""

    INITIAL = "application"
    REPEAT = "repeat"
    REINSTATEMENT = "reinstatement"


class Form(Fact):
    """An option form: when it opens, the deadlines that run with it, and the choice that was made on it."""

    opens_at: datetime
    form: int
    closure: int
    appeal: int | None = None
    announced: bool = False
    overdue_told: bool = False
    choice: ChooseOption | None = None
    chosen_at: datetime | None = None


class Appeal(Fact):
    """An appeal: what is contested, its letters and materials, who arbitrates, and what was found."""

    contested: list[str]
    letters: list[Document]
    additional_images: bool
    complete_at: datetime | None = None
    overdue_told: bool = False
    arbitrator: str | None = None
    findings: list[AreaFinding] | None = None
    decided_at: datetime | None = None


class Round(Fact):
    """One attempt. Instants are those as of which things count, in UTC."""

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
    overturned: list[str] = []
    serious_risk: bool = False

    @property
    def is_submitted(self) -> bool:
        """Whether its testing package has come."""
        return self.submitted_at is not None

    @property
    def appeal_decided(self) -> bool:
        """Whether the arbitrator has spoken in this round (his word is final)."""
        return self.appeal is not None and self.appeal.findings is not None

    def received_at(self, medium: Medium) -> datetime | None:
        """Return when the facility received the newest word on this attempt.

        That is the appeal's result; before that the report, for CD and film with the images that came back.
        """
        if self.appeal and self.appeal.decided_at:
            return self.appeal.decided_at
        return self.reported_at if medium is Medium.UPLOAD else self.images_returned_at


class DirectedAction(Fact):
    """An action that the office has directed; `id` (D1, D2 …) names it in the plan or confirmation that takes it up."""

    id: str
    action: str
    taken_up: bool = False

    def in_words(self) -> str:
        """Return it as a sentence names it, for example `D1 (have the head protocol reviewed)`."""
        return f"{self.id} ({self.action.rstrip('.')})"


class CorrectiveActionPlan(Fact):
    """A corrective action plan and what became of it.

    `decisions`: how often the office has decided. `directed`: the actions that it directed, oldest first.
    """

    addressed: list[str] | None = None
    decisions: int = 0
    approved: bool = False
    confirmed: bool = False
    directed: list[DirectedAction] = []


class Survey(Fact):
    """A scheduled on-site survey. `visits`: how many reports were filed."""

    number: int
    team: list[TeamMember] = []
    mode: str | None = None
    on: datetime | None = None
    visits: int = 0
    satisfactory: bool = False


class Certificate(Fact):
    """A certificate of accreditation."""

    granted_at: datetime
    counts_from: datetime
    expires_at: datetime


class CycleFacts(CaseFacts):
    """What is known of an accreditation cycle."""

    application: AccreditationApplication
    position: int = 1
    siblings: list[str] = []
    areas: list[AreaFact] = []
    rounds: list[Round] = []
    deficiencies: int = 0
    plan: CorrectiveActionPlan | None = None
    surveys: list[Survey] = []
    certificate: Certificate | None = None
    grace_until: datetime | None = None
    mammography: MammographyFacts | None = None

    @property
    def quoted(self) -> bool:
        """Whether the facility lies outside the US, where every fee is quoted."""
        return needs_quote(self.application)

    def senders(self, message: Message) -> frozenset[Role]:
        """Return the roles that may send a message to this case.

        CD and film travel by post: what has arrived of an appeal is for the office to say (readings, "Appeal").
        """
        if isinstance(message, SubmitAppealMaterials):
            return FACILITY_ROLES if self.medium is Medium.UPLOAD else OFFICE
        return message.SENDERS

    @property
    def round(self) -> Round:
        """The attempt that the case is in."""
        return self.rounds[-1]

    @property
    def reported(self) -> Round | None:
        """The newest attempt that has a final report."""
        return next((r for r in reversed(self.rounds) if r.findings is not None), None)

    @property
    def medium(self) -> Medium:
        """How images are submitted (an application without it never becomes a case)."""
        return self.application.medium or Medium.UPLOAD

    def area(self, area_id: str) -> AreaFact | None:
        """Return the area of that id, or None."""
        return next((area for area in self.areas if area.id == area_id), None)

    def areas_in(self, *states: AreaState) -> list[AreaFact]:
        """Return the areas in any of these states, in the order of the application."""
        return [area for area in self.areas if area.state in states]

    def round_fee(self) -> InvoiceFact | None:
        """Return the invoice of the attempt that the case is in."""
        return self.invoice(self.round.kind, self.round.occurrence)

    def standing_choice(self) -> ChooseOption | None:
        """Return the choice that stands: made on the newest form, and no report issued since."""
        latest = self.reported
        return latest.form.choice if latest and latest.form else None

    def subjects(self) -> set[str]:
        """Return every patient's token that was submitted in the case."""
        return {exam.subject for r in self.rounds for exam in r.exams or [] if exam.subject}

    def original_exams(self, area_id: str) -> list[Exam]:
        """Return the exams of an area as the newest package that held it submitted them."""
        for r in reversed(self.rounds):
            if exams := [exam for exam in r.exams or [] if exam.area == area_id]:
                return exams
        return []

    def to_address(self) -> list[str]:
        """Return the areas with a deficiency that a corrective action plan must address.

        Every area found not acceptable in any report of the case, also one that has passed since; not one that the
        arbitrator found acceptable after all, nor one that was withdrawn.
        """
        noted = {
            f.area for r in self.rounds for f in r.findings or [] if not f.acceptable and f.area not in r.overturned
        }
        return [area.id for area in self.areas if area.id in noted and area.state is not AreaState.WITHDRAWN]

    def listed(self, role: ContactRole) -> set[str]:
        """Return the names that the application lists in a role, folded for comparison."""
        return {self.folded(name) for name in self.contacts_as(role)}

    def contacts_as(self, role: ContactRole) -> list[str]:
        """Return the names that the application lists in a role, as it writes them."""
        contacts = self.application.facility.contacts if self.application.facility else []
        return [contact.name for contact in contacts if contact.role is role and contact.name]

    def folded(self, name: str) -> str:
        """Return a name for comparison, as the case has compared them from its opening on."""
        return folded_by(self.rules_revision, name)

    def token(self, subject: str | None) -> str:
        """Return a patient's token for comparison, as the case has compared them from its opening on."""
        return token_by(self.rules_revision, subject or "")

    def option_of_form(self) -> Option | None:
        """Return the option that was chosen and still stands."""
        choice = self.standing_choice()
        return choice.option if choice else None
