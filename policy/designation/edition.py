"""Editions of the designation's rules. Three parts change on dates of their own, payment, eligibility and survey; a
case carries the newest of each, merged, and named by the newest of them.
"""

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from policy.edition import Carried, EditionError, Provision, Rules, read_strictly
from policy.words import listed

PARTS = ("payment", "eligibility", "survey")


class TierTerms(Carried):
    """Tiers by the number of locations, and what each adds to the base fee (US dollars)."""

    caps: Provision[list[int]]
    steps: Provision[list[str]]
    block: Provision[int]
    block_fee: Provision[str]


class AdditionTerms(Carried):
    """Adding locations to a running designation."""

    fee: Provision[str]
    top_tier_below: Provision[int]
    from_mid_cycle: Provision[bool]


class DesignationTerms(Carried):
    """How long a designation lasts, when its middle is, and when its renewal begins."""

    term: Provision[int]
    mid_cycle: Provision[int]
    renewal_notice: Provision[int]
    renewal_application: Provision[int]
    renewal_reminders: Provision[list[int]]


class SurveyTerms(Carried):
    """Who surveys, at least how many locations, who may be surveyed virtually, and which services without an
    accreditation are reviewed as well (null, in what older cases carry: all that are offered).
    """

    team: Provision[list[str]]
    locations: Provision[int]
    virtual_for: Provision[list[str]]
    reviewed: Provision[list[str]] | None = None


class PledgeTerms(Carried):
    """The pledge that expires every year."""

    asked: Provision[list[str]]
    attention: Provision[str]
    yearly: Provision[str]


class EligibilityTerms(Carried):
    """What every location must meet."""

    pledges: Provision[list[str]]
    registries_needed: Provision[int]
    always_enough: Provision[list[str]]
    with_ct: Provision[list[str]]
    without_ct: Provision[list[str]]
    registries: Provision[list[str]]
    not_accredited: Provision[list[str]]
    consultation: Provision[bool]


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
        tomllib.loads(file.read_text("utf-8"))
        for file in folder.iterdir()
        if file.name.startswith("dicoe-") and file.name.endswith(".toml")
    ]
    return tuple(sorted(parts, key=lambda part: part["effective"]))


def dicoe_edition_in_force(on: date) -> DicoeEdition:
    """Return the newest of each part that is not later than a day, merged.

    Raises:
        EditionError: A part was not in force yet, or the shipped parts do not fit together.
    """
    newest = {part["part"]: part for part in shipped_parts() if part["effective"] <= on}
    if missing := [name for name in PARTS if name not in newest]:
        raise EditionError(f"no edition of the designation's {listed(missing)} was in force on {on}")
    return merge(tuple(newest[name] for name in PARTS))


def merge(parts: tuple[dict[str, Any], ...]) -> DicoeEdition:
    """Return parts as one edition, read strictly; the sources of each part keep its name before theirs."""
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
    return read_strictly(DicoeEdition, merged, f"designation {merged['edition']}")


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
