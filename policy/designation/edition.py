"""Editions of the designation's rules. Three parts change on dates of their own, payment, eligibility and survey; a
case carries the newest of each, merged, and named by the newest of them.
"""

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import Field

from policy.edition import Carried, EditionError, Provision, Rules, read_strictly
from policy.words import listed

PARTS = ("payment", "eligibility", "survey")


class TierTerms(Carried):
    """Tiers by the number of locations, and what each adds to the base fee (US dollars)."""

    caps: Provision[list[int]] = Field(description="Locations in each tier, at most")
    steps: Provision[list[str]] = Field(description="Each tier adds to the base fee")
    block: Provision[int] = Field(description="Locations in a block of the top tier")
    block_fee: Provision[str] = Field(description="Each block of the top tier that is begun costs")


class AdditionTerms(Carried):
    """Adding locations to a running designation."""

    fee: Provision[str] = Field(description="A location that is added costs")
    top_tier_below: Provision[int] = Field(description="In the top tier fewer locations can be added than")
    from_mid_cycle: Provision[bool] = Field(
        description="Locations may be added from the mid-cycle mark until the expiry"
    )


class DesignationTerms(Carried):
    """How long a designation lasts, when its middle is, and when its renewal begins."""

    term: Provision[int] = Field(description="A designation lasts")
    mid_cycle: Provision[int] = Field(description="Mid-cycle comes after")
    renewal_notice: Provision[int] = Field(description="The renewal notice goes out")
    renewal_application: Provision[int] = Field(description="The renewal application is due")
    renewal_reminders: Provision[list[int]] = Field(description="The practice is reminded of the renewal")


class SurveyTerms(Carried):
    """Who surveys, at least how many locations, who may be surveyed virtually, and which services without an
    accreditation are reviewed as well (null, in what older cases carry: all that are offered).
    """

    team: Provision[list[str]] = Field(description="Who must be on the team of a survey")
    locations: Provision[int] = Field(description="Locations that are surveyed, at least")
    virtual_for: Provision[list[str]] = Field(description="Applications that may be surveyed virtually")
    reviewed: Provision[list[str]] | None = Field(
        default=None, description="Services that a survey reviews although there is no accreditation for them"
    )


class PledgeTerms(Carried):
    """The pledge that expires every year."""

    asked: Provision[list[str]] = Field(description="The pledge for the new year is asked for on (month-day)")
    attention: Provision[str] = Field(description="The office looks at a pledge without an answer on (month-day)")
    yearly: Provision[str] = Field(description="The pledge that is renewed every year")


class EligibilityTerms(Carried):
    """What every location must meet."""

    pledges: Provision[list[str]] = Field(description="Pledges that every location must have made")
    registries_needed: Provision[int] = Field(description="Registries that a location must take part in, at least")
    always_enough: Provision[list[str]] = Field(description="Registries that together are always enough")
    with_ct: Provision[list[str]] = Field(description="Registries that a location with CT must be in")
    without_ct: Provision[list[str]] = Field(description="Registries that a location without CT must be in")
    registries: Provision[list[str]] = Field(description="Registries that count")
    not_accredited: Provision[list[str]] = Field(
        description="Services that need no accreditation, because there is none"
    )
    consultation: Provision[bool] = Field(description="Each location must name a radiologist for consultation")


class DicoeEdition(Rules):
    """The rules of the designation that were in force on a day, as one case carries them."""

    tiers: TierTerms
    additions: AdditionTerms
    designation: DesignationTerms
    survey: SurveyTerms
    pledges: PledgeTerms
    eligibility: EligibilityTerms


@cache
def shipped_parts() -> tuple[dict[str, Any], ...]:
    """Return the shipped parts, as they are read, oldest first."""
    folder = files("policy") / "editions"
    parts = [
        tomllib.loads(file.read_text("utf-8-sig"))
        for file in folder.iterdir()
        if file.name.startswith("dicoe-") and file.name.endswith(".toml")
    ]
    return tuple(sorted(parts, key=lambda part: part["effective"]))


def dicoe_edition_in_force(on: date) -> DicoeEdition:
    """Return the newest of each part that is not later than a day, merged.

    Raises:
        EditionError: A part was not in force yet, or the shipped parts do not fit together.
    """
    newest = {part["part"]: number for number, part in enumerate(shipped_parts()) if part["effective"] <= on}
    if missing := [name for name in PARTS if name not in newest]:
        raise EditionError(f"no edition of the designation's {listed(missing)} was in force on {on}")
    return _merged(tuple(newest[name] for name in PARTS))


@cache
def _merged(numbers: tuple[int, ...]) -> DicoeEdition:
    """Return shipped parts, by their places, as one edition: every step of a case asks for it."""
    return merge(tuple(shipped_parts()[number] for number in numbers))


def merge(parts: tuple[dict[str, Any], ...]) -> DicoeEdition:
    """Return parts as one edition, read strictly; the sources of each part keep its name before theirs."""
    merged = merged_values(parts)
    return read_strictly(DicoeEdition, merged, f"designation {merged['edition']}")


def merged_values(parts: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    """Return the values of parts as those of one edition, which is named by the newest of them."""
    merged: dict[str, Any] = {"program": "dicoe", "sources": {}}
    for part in parts:
        prefix = part["part"]
        merged["sources"] |= {f"{prefix}.{name}": source for name, source in part["sources"].items()}
        for name, value in part.items():
            if isinstance(value, dict) and name != "sources":
                merged[name] = _prefixed(value, prefix)
    newest = max(parts, key=lambda part: part["effective"])
    merged |= {"edition": newest["edition"], "effective": newest["effective"]}
    merged["title"] = "; ".join(part["title"] for part in parts)
    return merged


def _prefixed(value: dict[str, Any], prefix: str) -> dict[str, Any]:
    """Let every provision below a table cite the sources of its own part."""
    if "source" in value:
        return value | {"source": f"{prefix}.{value['source']}"}
    return {name: _prefixed(part, prefix) if isinstance(part, dict) else part for name, part in value.items()}


def dicoe_edition_named(name: str) -> DicoeEdition | None:
    """Return the merged edition whose newest part has that name, or None."""
    days = sorted({part["effective"] for part in shipped_parts()})
    return next((e for day in days if (e := _or_none(day)) and e.edition == name), None)


def _or_none(day: date) -> DicoeEdition | None:
    try:
        return dicoe_edition_in_force(day)
    except EditionError:
        return None
