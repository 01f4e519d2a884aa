"""The terms of an edition: every value of the policy with its unit, its source and how sure it is.

What a value is for stands with it, as its description: the value itself completes the sentence.

A case carries them for years, so that what this code does not know is left out and what is new here has a default.
"""

from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Generic, Optional, Self, TypeVar
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
from policy.rules import is_shipped

T = TypeVar("T")


class Certainty(StrEnum):
    """How sure a value is: its source says so, it follows from the source, or the office decided it.

    Unknown: no text at hand says it and nobody has decided it; whoever needs it asks the office, case by case.
    """

    STATED = "stated"
    INFERRED = "inferred"
    DECIDED = "decided"
    UNKNOWN = "unknown"


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
    clinical_age: Provision[int] | None = Field(
        default=None, description="Images of patients are no older, when the testing package comes, than"
    )
    phantom_age: Provision[int] | None = Field(
        default=None, description="Images of a phantom are no older, when the testing package comes, than"
    )


class OptionFormTerms(Carried):
    """When the option form opens and closes."""

    opens: Provision[int] = Field(description="The option form opens")
    opens_upload: Provision[int] | None = Field(
        default=None, description="For uploads the option form opens, as soon as the report has been viewed,"
    )
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

    parts: Provision[list[str]] | None = Field(
        default=None, description="What may be withdrawn beside a module, a patient type and the whole accreditation"
    )


class SupplementalReviewTerms(Carried):
    """After which deficiencies a supplemental review is offered, and what no text at hand says of it."""

    offered: Provision[list[int]] = Field(description="A supplemental review is offered after deficiency")
    accepts: Provision[str] = Field(description="A supplemental review accepts")
    fee: Provision[str] = Field(description="A supplemental review costs")
    window: Provision[str] = Field(description="The materials of a supplemental review are due")


class ModuleTerms(Carried):
    """The modules of each modality, where a text at hand lists them."""

    ct: Provision[list[str]] | None = Field(default=None, description="The modules of CT")
    mri: Provision[list[str]] | None = Field(default=None, description="The modules of MRI")
    nuclear_medicine: Provision[list[str]] | None = Field(default=None, description="The modules of nuclear medicine")
    pet: Provision[list[str]] | None = Field(default=None, description="The modules of PET")
    ultrasound: Provision[list[str]] | None = Field(default=None, description="The modules of ultrasound")
    breast_ultrasound: Provision[list[str]] | None = Field(default=None, description="The modules of breast ultrasound")


class PatientTypeTerms(Carried):
    """The patient types of each modality, where a text at hand lists them."""

    ct: Provision[list[str]] | None = Field(default=None, description="The patient types of CT")


class PublishedFees(Carried):
    """Fees that a text at hand states: US dollars, written as text, by the number of modules from one on."""

    ct_application: Provision[list[str]] | None = Field(default=None, description="The first CT unit costs")
    ct_additional_unit: Provision[list[str]] | None = Field(default=None, description="Each further CT unit costs")
    breast_ultrasound_application: Provision[list[str]] | None = Field(
        default=None, description="Breast ultrasound costs"
    )
    breast_ultrasound_repeat: Provision[list[str]] | None = Field(
        default=None, description="A repeat in breast ultrasound costs"
    )


class CertificateTerms(Carried):
    """How long an accreditation lasts and when its renewal begins."""

    term: Provision[int] = Field(description="A certificate lasts")
    renewal_notice: Provision[int] = Field(description="The renewal notice goes out")
    renewal_application: Provision[int] = Field(description="The renewal application is due")
    renewal_reminders: Provision[list[int]] = Field(description="The facility is reminded of the renewal")


class UnitTerms(Carried):
    """How another unit of an accredited modality may be accredited."""

    added_above: Provision[int] | None = Field(
        default=None, description="Another unit is added to a certificate where more is left on it than"
    )


class OncologyTerms(Carried):
    """Radiation oncology: accreditation by a survey, without images. `Edition.oncology`; no other edition has it."""

    modes: Provision[list[str]] = Field(description="A survey is held")
    report_earliest: Provision[int] = Field(description="The final report is expected from")
    report_latest: Provision[int] = Field(description="The final report is expected until")
    appeal: Provision[int] = Field(description="The report may be appealed until")
    plan: Provision[int] = Field(description="The corrective action plan is due")
    plan_reminders: Provision[list[int]] = Field(description="The facility is reminded of the corrective action plan")
    plan_closure: Provision[int] = Field(description="Without a corrective action plan the case closes")
    self_audit: Provision[int] = Field(description="The results of a self-audit are due")
    self_audit_reminders: Provision[list[int]] = Field(description="The facility is reminded of the self-audit")
    follow_up_earliest: Provision[int] = Field(description="A follow-up survey is held from")
    follow_up_latest: Provision[int] = Field(description="A follow-up survey is held until")
    reapplication_fee: Provision[int] = Field(description="A re-application after a denial costs")


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
    expires: Provision[int] | None = Field(default=None, description="An unpaid application expires")


class DocumentTerms(Carried):
    """Messages whose documents are searched for protected health information."""

    screened: Provision[list[str]] = Field(description="Messages whose documents are looked through for patients' data")


class EditionWords(Carried):
    """What the body that wrote an edition calls itself, and where its rules stand, where that is not the shipped place.

    Attributes:
        body: Who accredits, as letters name it in a sentence: `all ACR signage`.
        citations: Where a rule stands, by the rule's id.
    """

    body: str = "ACR"
    citations: dict[str, str] = {}


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
    annual_update: Provision[int] | None = Field(
        default=None, description="The facility is asked to confirm its data every"
    )
    relocation: Provision[int] | None = Field(
        default=None, description="After a move the relocation application is complete within"
    )


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
    words: EditionWords = EditionWords()

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
            if provision.certainty is Certainty.UNKNOWN and not provision.note:
                raise ValueError(f"{name}: an unknown value needs a note that says who decides it, and how")
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
            Certainty.UNKNOWN: " (not known)",
        }
        return f"{source.title}{f', {provision.note}' if provision.note else ''}{words[provision.certainty]}"

    def where(self, rule: str, source: str) -> str:
        """Return where a rule stands: by the edition's own words, else at the shipped place, `source`.

        Another body has not written the shipped articles: where its edition names no place, its title stands for them.
        """
        if rule not in self.words.citations and self.words.body != EditionWords().body and is_shipped(rule, source):
            return self.title
        return self.words.citations.get(rule, source)

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


if TYPE_CHECKING:
    OfImages = Annotated[T, "a part that an edition has under which images are tested"]
else:
    OfImages = Optional
NOT_IN_IT: Any = None
"""Stands in an edition for its parts on images, where a survey takes their place: no such case comes to them."""
PARTS_OF_IMAGES = ("testing", "option_form", "appeal", "repeat", "withdrawal")


class Edition(Rules):
    """The rules of accreditation that were in force on a day, as one case carries them.

    `needs_adoption`: the office works under it only once its settings say so (`[editions]`).
    Images are tested (`testing` to `withdrawal`), or a survey is held (`oncology`): an edition has one or the other.
    """

    needs_adoption: bool = False

    covers: Provision[list[str]] = Field(description="Modalities that can be accredited")
    facility_based: Provision[list[str]] = Field(
        description="Modalities that are tested once for a facility, not for each unit"
    )
    testing: OfImages[TestingTerms] = NOT_IN_IT
    option_form: OfImages[OptionFormTerms] = NOT_IN_IT
    appeal: OfImages[AppealTerms] = NOT_IN_IT
    repeat: OfImages[RepeatTerms] = NOT_IN_IT
    survey: SurveyTerms
    withdrawal: OfImages[WithdrawalTerms] = NOT_IN_IT
    certificate: CertificateTerms
    units: UnitTerms | None = None
    supplemental_review: SupplementalReviewTerms | None = None
    modules: ModuleTerms | None = None
    patient_types: PatientTypeTerms | None = None
    published_fees: PublishedFees | None = None
    oncology: OncologyTerms | None = None
    mammography: MammographyTerms | None = None

    @model_validator(mode="after")
    def _is_of_images_or_of_a_survey(self) -> Self:
        missing = [name for name in PARTS_OF_IMAGES if getattr(self, name) is None]
        if self.oncology is None and missing:
            raise ValueError(f"{', '.join(missing)}: missing; only an edition with [oncology] goes without")
        if self.oncology is not None and len(missing) < len(PARTS_OF_IMAGES):
            beside = [name for name in PARTS_OF_IMAGES if name not in missing]
            raise ValueError(f"{', '.join(beside)}: images are not tested where an edition has [oncology]")
        return self

    @property
    def survey_based(self) -> bool:
        """Whether a survey accredits, and no images are tested."""
        return self.oncology is not None

    @property
    def surveyed(self) -> OncologyTerms:
        """The terms of an edition that is survey-based.

        Raises:
            RuntimeError: It is not: images are tested.
        """
        if self.oncology is None:
            raise RuntimeError(f"edition {self.edition} tests images and holds no survey of its own")
        return self.oncology

    @property
    def form_opens_after(self) -> timedelta:
        """How long after the report (or the return of the images) the option form opens."""
        return timedelta(hours=self.option_form.opens.value)

    @property
    def form_opens_after_upload(self) -> timedelta:
        """How long after the report on uploaded images it opens; it is never sent before the report was viewed."""
        own = self.option_form.opens_upload
        return timedelta(hours=own.value) if own else self.form_opens_after
