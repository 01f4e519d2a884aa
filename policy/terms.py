"""The terms of an edition: every value of the policy with its unit, its source and how sure it is.

A case carries them for years, so that what this code does not know is left out and what is new here has a default.
"""

from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Any, Generic, Self, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

T = TypeVar("T")


class Certainty(StrEnum):
    """How sure a value is: its source says so, it follows from the source, or the office decided it."""

    STATED = "stated"
    INFERRED = "inferred"
    DECIDED = "decided"


def _as_certainty(value: str) -> Certainty:
    """Read a word of a file, where all else is read strictly.

    Not the class itself: pydantic looks at the signature of what it is given, and that of an enum is another one from
    Python 3.12 on.
    """
    return Certainty(value)


class Carried(BaseModel):
    """Data that lives in histories for years: fields that this code does not know are kept out, not refused."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Source(Carried):
    """A document that a value is taken from."""

    title: str
    url: str = ""
    revised: date | None = None


class Provision(Carried, Generic[T]):
    """One value of the policy.

    Attributes:
        value: The value, in `unit`.
        unit: days, hours, months, USD, or a word for what a list or switch holds.
        effective: The day from which it holds.
        source: The id of its source in the edition.
        certainty: Whether the source states it.
        note: Where exactly it stands, or why it was decided so.
    """

    value: T
    unit: str
    effective: date
    source: str
    certainty: Annotated[Certainty, BeforeValidator(_as_certainty)]
    note: str = ""


class TestingTerms(Carried):
    """Time for the testing package, and what follows when it does not come."""

    package: Provision[int]
    reminders: Provision[list[int]]
    grace: Provision[int]


class OptionFormTerms(Carried):
    """When the option form opens and closes."""

    opens: Provision[int]
    due: Provision[int]
    reminders: Provision[list[int]]
    closure: Provision[int]


class AppealTerms(Carried):
    """Until when a denial may be appealed, and when the result is expected."""

    due: Provision[int]
    result_earliest: Provision[int]
    result_latest: Provision[int]


class RepeatTerms(Carried):
    """Until when a repeat should be asked for."""

    requested: Provision[int]


class SurveyTerms(Carried):
    """Who must be on the team of a scheduled on-site survey."""

    team: Provision[list[str]]


class WithdrawalTerms(Carried):
    """Modalities in which every patient type must stay."""

    all_patient_types: Provision[list[str]]


class CertificateTerms(Carried):
    """How long an accreditation lasts and when its renewal begins."""

    term: Provision[int]
    renewal_notice: Provision[int]
    renewal_application: Provision[int]
    renewal_reminders: Provision[list[int]]


class SilenceTerms(Carried):
    """What happens where nobody's window is stated and nothing comes."""

    reminder: Provision[int]
    attention: Provision[int]


class BackdatingTerms(Carried):
    """How far back a sender's stamp is believed."""

    believed: Provision[int]


class DateTerms(Carried):
    """Between which years a message's dates lie, and how far ahead a due date is extended without a warning."""

    earliest: Provision[int]
    latest: Provision[int]
    far: Provision[int]


class FeeTerms(Carried):
    """Time to pay, where the office's settings say nothing else, and when an unpaid invoice is reminded of."""

    payment_term: Provision[int]
    reminders: Provision[list[int]] | None = None


class DocumentTerms(Carried):
    """Messages whose documents are searched for protected health information."""

    screened: Provision[list[str]]


class Rules(Carried):
    """What the editions of every program have: who they are, their sources, and the office's own windows."""

    edition: str
    program: str
    effective: date
    title: str
    time_zone: Provision[str]
    sources: dict[str, Source]
    silence: SilenceTerms
    backdating: BackdatingTerms
    fees: FeeTerms
    documents: DocumentTerms | None = None
    dates: DateTerms | None = None

    @model_validator(mode="after")
    def _sources_are_listed(self) -> Self:
        for name, provision in self.provisions().items():
            if provision.source not in self.sources:
                raise ValueError(f"{name}: source {provision.source!r} is not listed under [sources]")
            if provision.certainty is Certainty.DECIDED and not provision.note:
                raise ValueError(f"{name}: a decided value needs a note that says why")
        return self

    def provisions(self) -> dict[str, Provision[Any]]:
        """Return every value by its dotted name, for example `testing.package`."""
        found: dict[str, Provision[Any]] = {}
        for name, part in self:
            if isinstance(part, Provision):
                found[name] = part
            elif isinstance(part, Carried):
                found |= {f"{name}.{key}": value for key, value in part if isinstance(value, Provision)}
        return found

    def cite(self, provision: Provision[Any]) -> str:
        """Return where a value stands and how sure it is, in words."""
        source = self.sources[provision.source]
        words = {
            Certainty.STATED: "",
            Certainty.INFERRED: " (inferred)",
            Certainty.DECIDED: " (decided by the office, because the source is silent)",
        }
        return f"{source.title}{f', {provision.note}' if provision.note else ''}{words[provision.certainty]}"

    @property
    def zone(self) -> ZoneInfo:
        """The office's time zone, in which days begin and end."""
        return ZoneInfo(self.time_zone.value)


class Edition(Rules):
    """The rules of accreditation that were in force on a day, as one case carries them."""

    covers: Provision[list[str]]
    facility_based: Provision[list[str]]
    testing: TestingTerms
    option_form: OptionFormTerms
    appeal: AppealTerms
    repeat: RepeatTerms
    survey: SurveyTerms
    withdrawal: WithdrawalTerms
    certificate: CertificateTerms

    @property
    def form_opens_after(self) -> timedelta:
        """How long after the report (or the return of the images) the option form opens."""
        return timedelta(hours=self.option_form.opens.value)
