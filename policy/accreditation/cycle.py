"""What is known of an accreditation cycle: its rounds, and the plan, surveys, certificate and updates beside them."""

from datetime import datetime

from policy.accreditation.mammography.facts import MammographyFacts
from policy.accreditation.rounds import AreaFact, AreaState, Round
from policy.application import (
    AccreditationApplication,
    Contact,
    ContactRole,
    Medium,
    responsible_physician,
)
from policy.facts import CaseFacts, Fact, InvoiceFact
from policy.fees import needs_quote
from policy.messages import (
    FACILITY_ROLES,
    OFFICE,
    ChooseOption,
    Exam,
    Message,
    Option,
    Role,
    SubmitAppealMaterials,
    TeamMember,
)
from policy.names import folded_by, token_by
from policy.rules import rulebook_of


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
    Of radiation oncology: `received_at`: when the newest plan came; `decided_at`: when the committee replied;
    `follow_up`: what it asks for with its approval; `audited_at`: when the results of the self-audit came;
    `overdue_told`: of which window both sides were told that it has passed.
    """

    addressed: list[str] | None = None
    decisions: int = 0
    approved: bool = False
    confirmed: bool = False
    directed: list[DirectedAction] = []
    decided_at: datetime | None = None
    follow_up: str | None = None
    audited_at: datetime | None = None
    overdue_told: str = ""
    received_at: datetime | None = None


class Survey(Fact):
    """A scheduled on-site survey.

    `visits`: how many reports were filed. `travel`: which travel invoice the newest of them raised. `reported_at`: when
    it was filed, or corrected last.

    Of radiation oncology: `replied_at`: the reply to the plan that a follow-up survey counts from; `overdue_told`: that
    its window has passed.
    """

    number: int
    team: list[TeamMember] = []
    mode: str | None = None
    on: datetime | None = None
    visits: int = 0
    travel: int | None = None
    reported_at: datetime | None = None
    satisfactory: bool = False
    replied_at: datetime | None = None
    overdue_told: bool = False


class Certificate(Fact):
    """A certificate of accreditation."""

    granted_at: datetime
    counts_from: datetime
    expires_at: datetime


class Validation(Fact):
    """A validation site survey of the unit, before accreditation or after, and what came of it.

    Attributes:
        number: Which one of the case, from 1 on.
        ordered_at: When it was ordered last.
        announced: Whether the facility was told before.
        mode: `on_site` or `virtual`.
        on: The instant of its day; None: not known.
        day: The number of the deadline that stands for the day of an announced one.
        reported_at: When its report was filed.
        satisfactory: Whether it was satisfactory as a whole.
        to_address: What the findings are about that a response must answer.
        due: The number of the window of the response that is awaited, or was last.
        responded_at: When the response came that the office has not decided on yet.
        overdue_told: Whether both sides were told that it did not come in time.
        decision: What the office decided last.
        decisions: How often it has decided.
        holds_grant: Whether no certificate is issued before it is decided that nothing stands against it.
        called_off: Whether the office has called it off.
    """

    number: int
    ordered_at: datetime
    announced: bool
    mode: str = "on_site"
    on: datetime | None = None
    day: int | None = None
    reported_at: datetime | None = None
    satisfactory: bool | None = None
    to_address: list[str] = []
    due: int | None = None
    responded_at: datetime | None = None
    overdue_told: bool = False
    decision: str | None = None
    decisions: int = 0
    holds_grant: bool = False
    called_off: bool = False

    @property
    def is_open(self) -> bool:
        """Whether something still follows from it."""
        return not self.called_off and self.decision in (None, "under_corrective_action")

    @property
    def is_known_to_facility(self) -> bool:
        """Whether the facility knows of it: an unannounced one only once its report is filed."""
        return self.announced or self.reported_at is not None

    @property
    def may_be_answered(self) -> bool:
        """Whether a response is of use: a report asks for one, or a decision for corrective action."""
        return self.reported_at is not None and (self.due is not None or self.decision is not None)

    @property
    def awaits_response(self) -> bool:
        """Whether a response is owed."""
        return self.may_be_answered and self.responded_at is None


class AnnualUpdate(Fact):
    """An annual update that was asked for.

    `date`: the number of the deadline that stands for its anniversary; `looked_at`: somebody at the office was asked to
    look because it did not come.
    """

    number: int
    asked_at: datetime
    date: int
    answered_at: datetime | None = None
    looked_at: bool = False


class CycleFacts(CaseFacts):
    """What is known of an accreditation cycle. `taken_back`: a certificate was, and no letter has said so yet.

    `updates`: the annual updates that were asked for; `data_updates`: how many came, asked for or not.
    `surveyed_early`: a validation survey can be ordered before the grant (cases that refused one before cannot).
    """

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
    validations: list[Validation] = []
    taken_back: bool = False
    mammography: MammographyFacts | None = None
    updates: list[AnnualUpdate] = []
    data_updates: int = 0
    surveyed_early: bool = False

    @property
    def validation(self) -> Validation | None:
        """The validation survey that is ordered, or not decided on for good."""
        return self.validations[-1] if self.validations and self.validations[-1].is_open else None

    @property
    def rulebook(self) -> str:
        """Radiation oncology has articles of its own, the other modalities share theirs."""
        return rulebook_of(self.program, self.application.modality)

    @property
    def was_surveyed(self) -> bool:
        """Whether a team was named for a scheduled survey; the travel of validation surveys is no facility's."""
        return any(survey.team or survey.visits for survey in self.surveys)

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
        return self.standing_invoice(self.round.kind, self.round.occurrence)

    def standing_choice(self) -> ChooseOption | None:
        """Return the choice that stands: made on the newest form, and no report issued since."""
        latest = self.reported
        return latest.form.choice if latest and latest.form else None

    def subjects(self, *, besides: Round | None = None) -> set[str]:
        """Return every patient's token that was submitted in the case, `besides` those of one attempt."""
        return {exam.subject for r in self.rounds if r is not besides for exam in r.exams or [] if exam.subject}

    def original_exams(self, area_id: str, *, besides: Round | None = None) -> list[Exam]:
        """Return the exams of an area as the newest package that held it submitted them, `besides` one attempt's."""
        for r in reversed(self.rounds):
            if r is not besides and (exams := [exam for exam in r.exams or [] if exam.area == area_id]):
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

    @property
    def contacts(self) -> list[Contact]:
        """Whom the office writes to, as the application lists them."""
        return self.application.facility.contacts if self.application.facility else []

    @property
    def key_roles(self) -> tuple[ContactRole, ...]:
        """The roles whose signature the case needs."""
        return (responsible_physician(self.application.modality), ContactRole.MEDICAL_PHYSICIST)

    def keep_contacts(self, contacts: list[Contact]) -> None:
        """List these contacts from now on."""
        if facility := self.application.facility:
            after = facility.model_copy(update={"contacts": contacts})
            self.application = self.application.model_copy(update={"facility": after})

    def listed(self, role: ContactRole) -> set[str]:
        """Return the names that the application lists in a role, folded for comparison."""
        return {self.folded(name) for name in self.contacts_as(role)}

    def contacts_as(self, role: ContactRole) -> list[str]:
        """Return the names that the application lists in a role, as it writes them."""
        return [contact.name for contact in self.contacts if contact.role is role and contact.name]

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
