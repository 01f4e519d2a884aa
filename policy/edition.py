"""Editions of the rules: dated data, each value with its unit, its source and how sure it is.

An edition is read strictly from its file (a missing value, an unknown name, a source that is not listed: refused) and
carried tolerantly by a case: one that a case took along three years ago must still be readable by today's code. A
shipped edition is never changed: a correction is another edition, because a case that was moved replays its move.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias, TypeVar

from pydantic import BaseModel, ValidationError

from policy.application import Modality
from policy.dates import zone_names
from policy.terms.edition import Edition, Rules
from policy.terms.provision import Carried, Certainty, Provision
from policy.words import SurveyRole

__all__ = [
    "NOTHING",
    "Adopted",
    "Carried",
    "Certainty",
    "Edition",
    "EditionError",
    "Provision",
    "Rules",
    "edition_in_force",
    "edition_named",
    "is_survey_based",
    "modalities_covered",
    "read_edition",
    "read_strictly",
    "senseless_values",
    "shipped_editions",
    "unknown_names",
]

AMOUNT = re.compile(r"[1-9]\d{0,8}\.\d{2}")
RulesT = TypeVar("RulesT", bound=Rules)
Adopted: TypeAlias = str | Mapping[str, date]
"""Which editions an office has adopted: each with the day from which cases begin under it; or the name of the one under
which every case begins, whatever is newer.
"""
NOTHING: Mapping[str, date] = {}

IN_ORDER = (
    ("appeal.result_earliest", "appeal.result_latest"),
    ("oncology.report_earliest", "oncology.report_latest"),
    ("oncology.follow_up_earliest", "oncology.follow_up_latest"),
)
"""Values of which the first is not later than the second."""


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
    """Return the values that make no sense: negative lengths, zones that do not exist, what is not in force yet."""
    wrong = []
    for name, provision in edition.provisions().items():
        values = provision.value if isinstance(provision.value, list) else [provision.value]
        if any(isinstance(value, int) and value < 0 for value in values):
            wrong.append(f"{name}: a number from 0 is expected, found {provision.value}")
        if provision.effective > edition.effective:
            wrong.append(f"{name}: in force from {provision.effective} on, and the edition from {edition.effective} on")
    if edition.time_zone.value not in zone_names():
        wrong.append(f"time_zone: the name of a time zone is expected, found {edition.time_zone.value}")
    if isinstance(edition, Edition):
        wrong += _senseless_in_accreditation(edition)
    return wrong


def _senseless_in_accreditation(edition: Edition) -> list[str]:
    provisions = edition.provisions()
    wrong = [
        f"{earlier}: expected not to be later than {later}"
        for earlier, later in IN_ORDER
        if earlier in provisions and provisions[earlier].value > provisions[later].value
    ]
    wrong += _senseless_amounts(edition)
    modalities, roles = [str(modality) for modality in Modality], [str(role) for role in SurveyRole]
    for name, expected in {
        "covers": modalities,
        "facility_based": modalities,
        "withdrawal.all_patient_types": modalities,
        "survey.team": roles,
        "oncology.modes": ["on_site", "virtual"],
    }.items():
        found = provisions[name].value if name in provisions else []
        if unknown := [value for value in found if value not in expected]:
            wrong.append(f"{name}: expected are {', '.join(expected)}, found {', '.join(unknown)}")
    return wrong


def _senseless_amounts(edition: Edition) -> list[str]:
    wrong = []
    for name, provision in edition.provisions().items():
        if not name.startswith("published_fees."):
            continue
        if strange := [text for text in provision.value if not AMOUNT.fullmatch(text)]:
            wrong.append(f'{name}: amounts such as "2900.00" are expected, found {", ".join(strange)}')
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
                if isinstance(below, BaseModel):
                    unknown += unknown_names(value[key], below, f"{path}{name}.{key}.")
    return unknown


@cache
def shipped_editions(program: str) -> tuple[Edition, ...]:
    """Return the shipped editions of a program, oldest first; those of every group of modalities."""
    folder = files("policy") / "editions"
    read = [
        read_edition(file.read_text("utf-8-sig"), file.name)
        for file in folder.iterdir()
        if file.name.endswith(".toml") and not file.name.startswith("dicoe-")
    ]
    return tuple(sorted((one for one in read if one.program == program), key=lambda edition: edition.effective))


def edition_in_force(program: str, on: date, modality: str | None = None, adopted: Adopted = NOTHING) -> Edition:
    """Return the newest edition that covers a modality, is not later than a day, and is the office's.

    Args:
        program: The program, `accreditation`.
        on: The day, at the office.
        modality: Mammography and radiation oncology have editions of their own. None, and a modality that no edition
            covers: that of the diagnostic modalities, by which such an application is turned away.
        adopted: What the office has adopted: some editions are in force for those alone that say so.

    Raises:
        EditionError: No edition was in force yet.
    """
    editions = shipped_editions(program)
    covered = {one for edition in editions for one in edition.covers.value}
    asked = modality if modality in covered else Modality.CT.value
    mine = [edition for edition in editions if asked in edition.covers.value]
    in_force = [edition for edition in mine if (since := _in_force_from(edition, mine, adopted)) and since <= on]
    if not in_force:
        about = f" for {modality}" if asked == modality else ""
        raise EditionError(f"no edition of {program}{about} was in force on {on}")
    return in_force[-1]


def _in_force_from(edition: Edition, mine: Sequence[Edition], adopted: Adopted) -> date | None:
    """Return the day from which cases begin under an edition; None: the office has not adopted it.

    `mine`: the editions of the same modality. One name stands for itself and for what was in force before it.
    """
    if not isinstance(adopted, str):
        since = adopted.get(edition.edition)
        if since is None:
            return None if edition.needs_adoption else edition.effective
        return max(since, edition.effective)
    newest = next((one for one in mine if one.edition == adopted), None)
    if edition is newest:
        return edition.effective
    is_newer = newest is not None and edition.effective > newest.effective
    return None if edition.needs_adoption or is_newer else edition.effective


def modalities_covered(program: str, on: date) -> list[str]:
    """Return the modalities that can be applied for on a day: each by the edition that is in force for it.

    Raises:
        EditionError: No edition was in force yet.
    """
    return [m.value for m in Modality if m.value in edition_in_force(program, on, m.value).covers.value]


def is_survey_based(program: str, on: date, modality: str) -> bool:
    """Return whether a survey accredits in a modality, by the edition in force on a day.

    Raises:
        EditionError: No edition was in force yet.
    """
    return edition_in_force(program, on, modality).survey_based


def edition_named(program: str, name: str) -> Edition | None:
    """Return the shipped edition of that name, or None."""
    return next((edition for edition in shipped_editions(program) if edition.edition == name), None)
