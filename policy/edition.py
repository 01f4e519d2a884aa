"""Editions of the rules: dated data, each value with its unit, its source and how sure it is.

An edition is read strictly from its file (a missing value, an unknown name, a source that is not listed: refused) and
carried tolerantly by a case: one that a case took along three years ago must still be readable by today's code. A
shipped edition is never changed: a correction is another edition, because a case that was moved replays its move.
"""

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from policy.application import Modality
from policy.dates import zone_names
from policy.messages import SurveyRole
from policy.terms import Carried, Certainty, Edition, Provision, Rules

__all__ = [
    "Carried",
    "Certainty",
    "Edition",
    "EditionError",
    "Provision",
    "Rules",
    "edition_in_force",
    "edition_named",
    "modalities_covered",
    "read_edition",
    "read_strictly",
    "senseless_values",
    "shipped_editions",
    "unknown_names",
]

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
    """Return the shipped editions of a program, oldest first; those of every group of modalities."""
    folder = files("policy") / "editions"
    read = [
        read_edition(file.read_text("utf-8-sig"), file.name)
        for file in folder.iterdir()
        if file.name.endswith(".toml") and not file.name.startswith("dicoe-")
    ]
    return tuple(sorted((one for one in read if one.program == program), key=lambda edition: edition.effective))


def edition_in_force(program: str, on: date, modality: str | None = None) -> Edition:
    """Return the newest edition that covers a modality and is not later than a day.

    Args:
        program: The program, `accreditation`.
        on: The day, at the office.
        modality: Mammography and radiation oncology have editions of their own. None, and a modality that no edition
            covers: that of the diagnostic modalities, by which such an application is turned away.

    Raises:
        EditionError: No edition was in force yet.
    """
    editions = shipped_editions(program)
    covered = {one for edition in editions for one in edition.covers.value}
    asked = modality if modality in covered else Modality.CT.value
    in_force = [edition for edition in editions if edition.effective <= on and asked in edition.covers.value]
    if not in_force:
        about = f" for {modality}" if asked == modality else ""
        raise EditionError(f"no edition of {program}{about} was in force on {on}")
    return in_force[-1]


def modalities_covered(program: str, on: date) -> list[str]:
    """Return the modalities that can be applied for on a day: each by the edition that is in force for it.

    Raises:
        EditionError: No edition was in force yet.
    """
    return [m.value for m in Modality if m.value in edition_in_force(program, on, m.value).covers.value]


def edition_named(program: str, name: str) -> Edition | None:
    """Return the shipped edition of that name, or None."""
    return next((edition for edition in shipped_editions(program) if edition.edition == name), None)
