"""Editions of the rules: dated data, each value with its unit, its source and how sure it is.

An edition is read strictly from its file (a missing value, an unknown name, a source that is not listed: refused) and
carried tolerantly by a case: one that a case took along three years ago must still be readable by today's code. A
shipped edition is never changed: a correction is another edition, because a case that was moved replays its move.
"""

import tomllib
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Generic, Self, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator

from policy.application import Modality
from policy.messages import SurveyRole

T = TypeVar("T")


class Certainty(StrEnum):
    """How sure a value is: its source says so, it follows from the source, or the office decided it."""

    STATED = "stated"
    INFERRED = "inferred"
    DECIDED = "decided"


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
    certainty: Annotated[Certainty, BeforeValidator(Certainty)]
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


class FeeTerms(Carried):
    """Time to pay, where the office's settings say nothing else."""

    payment_term: Provision[int]


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


RulesT = TypeVar("RulesT", bound=Rules)


class EditionError(ValueError):
    """An edition file is wrong; the message names the file and every wrong value."""


def read_edition(text: str, name: str) -> Edition:
    """Read an edition strictly.

    Args:
        text: The TOML text.
        name: The file's name, for messages.

    Raises:
        EditionError: The text is no TOML, a value is missing, wrong or unknown, or cites no listed source.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise EditionError(f"{name}: no TOML: {error}") from None
    return read_strictly(Edition, data, name)


def read_strictly(kind: type[RulesT], data: dict[str, Any], name: str) -> RulesT:
    """Return an edition of either program from its data: nothing missing, nothing unknown, nothing senseless.

    Raises:
        EditionError: With the name and every wrong value.
    """
    try:
        edition = kind.model_validate(data, strict=True)
    except ValidationError as error:
        lines = [f"{'.'.join(str(part) for part in e['loc'])}: {e['msg']}" for e in error.errors()]
        raise EditionError(f"{name}: " + "; ".join(lines)) from None
    if unknown := unknown_names(data, edition):
        raise EditionError(f"{name}: unknown: {', '.join(unknown)}")
    if senseless := senseless_values(edition):
        raise EditionError(f"{name}: " + "; ".join(senseless))
    return edition


def senseless_values(edition: Rules) -> list[str]:
    """Return the values that have the right type and make no sense: negative lengths, zones that do not exist."""
    wrong = []
    for name, provision in edition.provisions().items():
        values = provision.value if isinstance(provision.value, list) else [provision.value]
        if any(isinstance(value, int) and value < 0 for value in values):
            wrong.append(f"{name}: a number from 0 is expected, found {provision.value}")
    if edition.time_zone.value not in available_timezones():
        wrong.append(f"time_zone: the name of a time zone is expected, found {edition.time_zone.value}")
    if isinstance(edition, Edition):
        wrong += _senseless_in_accreditation(edition)
    return wrong


def _senseless_in_accreditation(edition: Edition) -> list[str]:
    wrong = []
    if edition.appeal.result_earliest.value > edition.appeal.result_latest.value:
        wrong.append("appeal.result_earliest: expected not to be later than appeal.result_latest")
    modalities, roles = [str(modality) for modality in Modality], [str(role) for role in SurveyRole]
    for name, expected in {
        "covers": modalities,
        "facility_based": modalities,
        "withdrawal.all_patient_types": modalities,
        "survey.team": roles,
    }.items():
        found = edition.provisions()[name].value
        if unknown := [value for value in found if value not in expected]:
            wrong.append(f"{name}: expected are {', '.join(expected)}, found {', '.join(unknown)}")
    return wrong


def unknown_names(data: dict[str, Any], model: BaseModel, path: str = "") -> list[str]:
    """Return the names in a file that the model would silently leave out."""
    unknown: list[str] = []
    for name, value in data.items():
        if name not in type(model).model_fields:
            unknown.append(f"{path}{name}")
        elif isinstance(value, dict) and isinstance(part := getattr(model, name), BaseModel):
            unknown += unknown_names(value, part, f"{path}{name}.")
        elif isinstance(value, dict) and isinstance(part, dict):
            for key, below in part.items():
                unknown += unknown_names(value[key], below, f"{path}{name}.{key}.")
    return unknown


@cache
def shipped_editions(program: str) -> tuple[Edition, ...]:
    """Return the shipped editions of a program, oldest first."""
    folder = files("policy") / "editions"
    read = [
        read_edition(file.read_text("utf-8"), file.name)
        for file in folder.iterdir()
        if file.name.startswith(f"{program}-") and file.name.endswith(".toml")
    ]
    return tuple(sorted(read, key=lambda edition: edition.effective))


def edition_in_force(program: str, on: date) -> Edition:
    """Return the newest edition that is not later than a day.

    Raises:
        EditionError: No edition was in force yet.
    """
    in_force = [edition for edition in shipped_editions(program) if edition.effective <= on]
    if not in_force:
        raise EditionError(f"no edition of {program} was in force on {on}")
    return in_force[-1]


def edition_named(program: str, name: str) -> Edition | None:
    """Return the shipped edition of that name, or None."""
    return next((edition for edition in shipped_editions(program) if edition.edition == name), None)
