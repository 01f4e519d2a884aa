"""An edition as a case carries it: the parts of its program, with the sources that they name."""

from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Optional, Self, TypeVar
from zoneinfo import ZoneInfo

from pydantic import (
    Field,
    ModelWrapValidatorHandler,
    SerializationInfo,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

from policy.rules import is_shipped
from policy.terms import register
from policy.terms.parts import (
    AppealTerms,
    BackdatingTerms,
    CertificateTerms,
    DateTerms,
    DocumentTerms,
    EditionWords,
    FeeTerms,
    MammographyTerms,
    ModuleTerms,
    OncologyTerms,
    OptionFormTerms,
    PatientTypeTerms,
    PublishedFees,
    RepeatTerms,
    SilenceTerms,
    SupplementalReviewTerms,
    SurveyTerms,
    TestingTerms,
    UnitTerms,
    WithdrawalTerms,
)
from policy.terms.provision import Carried, Certainty, Provision, Source, T


class Rules(Carried):
    """What the editions of every program have: who they are, their sources, and the office's own windows.

    In a history a shipped edition stands by its name and the digest of its kept form (`policy.terms.register`), any
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
