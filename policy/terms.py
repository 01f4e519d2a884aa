"""The terms of an edition: every value of the policy with its unit, its source and how sure it is.

What a value is for stands with it, as its description: the value itself completes the sentence.

A case carries them for years, so that what this code does not know is left out and what is new here has a default.
"""

from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Generic, Self, TypeVar
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    SerializationInfo,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

from policy.editions import register

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

    package: Provision[int] = Field(description="The testing package is due")
    reminders: Provision[list[int]] = Field(description="The facility is reminded of the testing package")
    grace: Provision[int] = Field(description="A missing testing package ends the application")


class OptionFormTerms(Carried):
    """When the option form opens and closes."""

    opens: Provision[int] = Field(description="The option form opens")
    due: Provision[int] = Field(description="The option form is due")
    reminders: Provision[list[int]] = Field(description="The facility is reminded of the option form")
    closure: Provision[int] = Field(description="Without a form the case closes")


class AppealTerms(Carried):
    """Until when a denial may be appealed, and when the result is expected."""

    due: Provision[int] = Field(description="An appeal is possible until")
    result_earliest: Provision[int] = Field(description="The result of an appeal comes at the earliest")
    result_latest: Provision[int] = Field(description="The result of an appeal comes at the latest")


class RepeatTerms(Carried):
    """Until when a repeat should be asked for."""

    requested: Provision[int] = Field(description="A repeat should be asked for until")


class SurveyTerms(Carried):
    """Who must be on the team of a scheduled on-site survey."""

    team: Provision[list[str]] = Field(description="Who must be on the team of a survey")


class WithdrawalTerms(Carried):
    """Modalities in which every patient type must stay."""

    all_patient_types: Provision[list[str]] = Field(description="Modalities in which no patient type can be withdrawn")


class CertificateTerms(Carried):
    """How long an accreditation lasts and when its renewal begins."""

    term: Provision[int] = Field(description="A certificate lasts")
    renewal_notice: Provision[int] = Field(description="The renewal notice goes out")
    renewal_application: Provision[int] = Field(description="The renewal application is due")
    renewal_reminders: Provision[list[int]] = Field(description="The facility is reminded of the renewal")


class SilenceTerms(Carried):
    """What happens where nobody's window is stated and nothing comes."""

    reminder: Provision[int] = Field(description="Whoever is awaited without a date is reminded every")
    attention: Provision[int] = Field(
        description="The office is asked to look at a case that waits without a date after"
    )


class BackdatingTerms(Carried):
    """How far back a sender's stamp is believed."""

    believed: Provision[int] = Field(description="A message is believed to have been received earlier by at most")


class DateTerms(Carried):
    """Between which years a message's dates lie, and how far ahead a due date is extended without a warning."""

    earliest: Provision[int] = Field(description="The first year that a message's dates may lie in")
    latest: Provision[int] = Field(description="A message's dates lie ahead of it by at most")
    far: Provision[int] = Field(description="A due date is extended without a warning by at most")


class FeeTerms(Carried):
    """Time to pay, where the office's settings say nothing else, and when an unpaid invoice is reminded of."""

    payment_term: Provision[int] = Field(
        description="An invoice is due, where the office's settings say nothing else, after"
    )
    reminders: Provision[list[int]] | None = Field(default=None, description="An unpaid invoice is reminded of")


class DocumentTerms(Carried):
    """Messages whose documents are searched for protected health information."""

    screened: Provision[list[str]] = Field(description="Messages whose documents are looked through for patients' data")


class MammographyTerms(Carried):
    """What mammography under MQSA has beside the others: certificate, package, interim accreditation, image checks."""

    package_extended: Provision[bool] = Field(description="The testing package's due date can be extended")
    opened_by: Provision[list[str]] = Field(description="Who opens the final report and the option form")
    repeat_above: Provision[int] = Field(description="A repeat is possible where more is left on the certificate than")
    images_within: Provision[int] = Field(description="Clinical and phantom images lie apart by at most")
    fda_within: Provision[int] = Field(description="FDA is told of a serious risk within")
    provisional: Provision[int] = Field(description="A new facility's provisional certificate lasts")
    provisional_extension: Provision[int] = Field(description="A provisional certificate is extended once by")
    interim: Provision[int] = Field(description="Interim accreditation lasts")
    interim_decided: Provision[int] = Field(description="Interim accreditation is decided when at most so much is left")
    certificate_reminders: Provision[list[int]] = Field(description="The facility is reminded of its certificate's end")
    check_plan: Provision[int] = Field(description="The corrective plan after a random image check is due")
    check_reminders: Provision[list[int]] = Field(description="The facility is reminded of that plan")


class Rules(Carried):
    """What the editions of every program have: who they are, their sources, and the office's own windows.

    In a history a shipped edition stands by its name and the digest of its kept form (`policy.editions.register`), any
    other one whole; both are read.
    """

    edition: str
    program: str
    effective: date
    title: str
    time_zone: Provision[str] = Field(description="The clock by which days begin and end")
    sources: dict[str, Source]
    silence: SilenceTerms
    backdating: BackdatingTerms
    fees: FeeTerms
    documents: DocumentTerms | None = None
    dates: DateTerms | None = None

    @model_validator(mode="wrap")
    @classmethod
    def _named_by_its_digest(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if isinstance(data, dict) and data.keys() == register.NAMED:
            kept: Self = _kept(cls, data[register.DIGEST])
            return kept
        return handler(data)

    @model_serializer(mode="wrap")
    def _by_its_digest(self, handler: SerializerFunctionWrapHandler, info: SerializationInfo) -> Any:
        if register.is_on_the_wire(info.context) and (digest := self.digest()) in register.kept_forms():
            return {"edition": self.edition, "program": self.program, register.DIGEST: digest}
        return handler(self)

    def form(self) -> bytes:
        """Return the edition as JSON, without what is left at its default."""
        return self.model_dump_json(exclude_defaults=True).encode()

    def digest(self) -> str:
        """Return the SHA-256 of its form."""
        return register.digest_of(self.form())

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

    def meanings(self) -> dict[str, str]:
        """Return what every value is for, by its dotted name; the value itself completes the sentence."""
        found: dict[str, str] = {}
        for name, part in self:
            if isinstance(part, Provision):
                found[name] = type(self).model_fields[name].description or ""
            elif isinstance(part, Carried):
                fields = type(part).model_fields
                found |= {
                    f"{name}.{key}": fields[key].description or "" for key, one in part if isinstance(one, Provision)
                }
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


RulesT = TypeVar("RulesT", bound=Rules)


@cache
def _kept(kind: type[RulesT], digest: str) -> RulesT:
    """Return the edition of a form that is kept, read once: all cases that name it share it.

    Raises:
        PydanticCustomError: `edition_not_kept`.
    """
    values = register.values_of(digest)
    if values is None:
        raise PydanticCustomError("edition_not_kept", "no form of an edition is kept under this digest")
    return kind.model_validate(values)


class Edition(Rules):
    """The rules of accreditation that were in force on a day, as one case carries them."""

    covers: Provision[list[str]] = Field(description="Modalities that can be accredited")
    facility_based: Provision[list[str]] = Field(
        description="Modalities that are tested once for a facility, not for each unit"
    )
    testing: TestingTerms
    option_form: OptionFormTerms
    appeal: AppealTerms
    repeat: RepeatTerms
    survey: SurveyTerms
    withdrawal: WithdrawalTerms
    certificate: CertificateTerms
    mammography: MammographyTerms | None = None

    @property
    def form_opens_after(self) -> timedelta:
        """How long after the report (or the return of the images) the option form opens."""
        return timedelta(hours=self.option_form.opens.value)
