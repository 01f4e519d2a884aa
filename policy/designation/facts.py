"""What is known of a designation: its locations, its survey, the decision, additions and pledges."""

from datetime import datetime
from decimal import Decimal

from policy.application import Contact
from policy.designation.application import DicoeApplication, Location
from policy.designation.fees import quoted
from policy.designation.pledges import PledgeDate
from policy.facts import CaseFacts, Fact
from policy.messages import TeamMember


class LocationFact(Fact):
    """A designated location; `added_at` is null until it is."""

    id: str
    added_at: datetime | None = None


class Addition(Fact):
    """Locations that the practice wants to add, until their invoice is paid. `number`: the invoice's occurrence.

    `ended`: the office took the whole invoice back, and they are not added.
    """

    number: int
    locations: list[Location]
    done: bool = False
    ended: bool = False


class DesignationSurvey(Fact):
    """The survey of a designation: team, mode, which locations, whether its report is there, its travel invoice.

    `reported_at`: when the report was filed, or corrected last.
    """

    team: list[TeamMember] = []
    mode: str | None = None
    on: datetime | None = None
    locations: list[str] = []
    reported: bool = False
    satisfactory: bool | None = None
    reported_at: datetime | None = None
    travel: int | None = None


class Designation(Fact):
    """A designation: from when, its middle, its renewal notice, and its end."""

    designated_at: datetime
    mid_cycle_at: datetime
    renewal_notice_at: datetime
    expires_at: datetime


class MissingAccreditation(Fact):
    """An accreditation that a location rests on and that does not stand. `outcome`: how it ended; `at`: when."""

    facility: str
    modality: str
    outcome: str
    at: datetime


class DesignationFacts(CaseFacts):
    """What is known of a designation.

    `ended_accreditations`: when an accreditation ended that it has heard of, by facility and modality. `missing`: those
    that do not stand now.
    """

    application: DicoeApplication
    accepted_at: datetime | None = None
    survey: DesignationSurvey = DesignationSurvey()
    designated: bool | None = None
    designation: Designation | None = None
    locations: list[LocationFact] = []
    additions: list[Addition] = []
    addition_quote: Decimal | None = None
    pledged: list[int] = []
    pledge_asked: list[int] = []
    pledge_date: PledgeDate | None = None
    mid_cycle_told: bool = False
    decision_reasons: list[str] = []
    ended_accreditations: dict[str, datetime] = {}
    missing: list[MissingAccreditation] = []

    @property
    def contacts(self) -> list[Contact]:
        """Whom the office writes to, as the application lists them."""
        return self.application.practice.contacts if self.application.practice else []

    def keep_contacts(self, contacts: list[Contact]) -> None:
        """List these contacts from now on."""
        if practice := self.application.practice:
            after = practice.model_copy(update={"contacts": contacts})
            self.application = self.application.model_copy(update={"practice": after})

    @property
    def was_surveyed(self) -> bool:
        """Whether a team was named for the survey."""
        return bool(self.survey.team) or self.survey.reported

    @property
    def quoted(self) -> bool:
        """Whether the practice lies outside the US, where every fee is quoted."""
        return quoted(self.application)

    def services(self, location_ids: list[str]) -> list[str]:
        """Return every service offered at these locations, in the order in which it is met first."""
        offered = [str(s) for place in self.application.locations if place.id in location_ids for s in place.services]
        return list(dict.fromkeys(offered))

    def pending(self) -> list[Addition]:
        """Return the additions whose invoice is not paid yet."""
        return [addition for addition in self.additions if not addition.done and not addition.ended]

    def added_or_pending(self) -> int:
        """Return how many locations were added or wait for their payment."""
        return sum(len(addition.locations) for addition in self.additions if not addition.ended)
