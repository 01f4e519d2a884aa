"""The values of the rules in plain words: what each is for, how much it is, where that stands, and how sure it is."""

from typing import Any, NamedTuple

from policy.edition import Certainty, Provision, Rules
from policy.editions.difference import Difference
from policy.rules import OFFICE
from policy.words import day_in_words, listed

SPANS = ("days", "hours", "months", "years")
"""Units that are said with the number; of the others the meaning says enough."""
SHORT_NAMES = ("ct", "mri", "pet", "acr")
"""Words that are written in capitals."""
CERTAINTY = {
    Certainty.STATED: "Stated in",
    Certainty.INFERRED: "Inferred from",
    Certainty.DECIDED: "Decided by the office, because the source is silent",
    Certainty.UNKNOWN: "Not said by",
}


class Value(NamedTuple):
    """A value of the rules.

    Attributes:
        name: Its dotted name, for example `testing.package`.
        provision: What it is.
        edition: Where it stands, with the sources that it cites.
    """

    name: str
    provision: Provision[Any]
    edition: Rules

    def lines(self) -> list[str]:
        """Return it as two sentences: what it is, and where that stands and how sure it is."""
        meaning = self.edition.meanings()[self.name]
        return [f"{meaning}: {value_in_words(self.provision)}.", f"  {_certainty(self.provision, self.edition)}"]

    def as_json(self) -> dict[str, Any]:
        """Return it for a script."""
        told = self.provision.model_dump(mode="json")
        return {
            "name": self.name,
            "meaning": self.edition.meanings()[self.name],
            **told,
            "cited": self.edition.cite(self.provision),
        }


def value_in_words(provision: Provision[Any]) -> str:
    """Return how much a value is, for example `15 days after the form opens`, `$300.00`, `DIR and GRID`."""
    if provision.certainty is Certainty.UNKNOWN:
        return "not known"
    values = provision.value if isinstance(provision.value, list) else [provision.value]
    said = listed(_one(value, provision.unit) for value in values) if values else "none"
    return f"{said} {provision.unit}" if provision.unit.startswith(SPANS) and "(" not in provision.unit[:6] else said


def _one(value: Any, unit: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if unit.startswith("USD"):
        return f"${value}"
    words = str(value).split("_") if "/" not in str(value) else [str(value)]
    return " ".join(word.upper() if word in SHORT_NAMES else word for word in words)


def _certainty(provision: Provision[Any], edition: Rules) -> str:
    note = provision.note.replace("S1", "the article")  # an edition calls the options article by its short name
    decided = provision.certainty is Certainty.DECIDED
    source = "" if decided else f' "{edition.sources[provision.source].title}"'
    sure = f"{CERTAINTY[provision.certainty]}{source}{f': {note}' if note else ''}."
    unknown = provision.certainty is Certainty.UNKNOWN  # nothing is in force
    return sure if unknown else f"{sure} In force since {day_in_words(provision.effective)}."


def changed_in_words(one: Difference) -> str:
    """Return how a value differs, for example `testing.package (The testing package is due): 45 days … → 60 days …`."""
    before, after = (value_in_words(side) if side else "no such value" for side in (one.before, one.after))
    return f"{one.name} ({one.meaning}): {before} → {after}"


def difference_as_json(one: Difference) -> dict[str, Any]:
    """Return how a value differs, for a script."""
    return {
        "name": one.name,
        "meaning": one.meaning,
        "differs": list(one.differs),
        "before": one.before.model_dump(mode="json") if one.before else None,
        "after": one.after.model_dump(mode="json") if one.after else None,
    }


def difference_lines(one: Difference, before: Rules, after: Rules) -> list[str]:
    """Return how a value differs, in both editions with where it stands and how sure that is."""
    lines = [one.meaning]
    for side, edition in ((one.before, before), (one.after, after)):
        if side is None:
            lines.append(f"  {edition.edition}: no such value")
        else:
            lines += [f"  {edition.edition}: {value_in_words(side)}.", f"    {_certainty(side, edition)}"]
    return lines


def rule_certainty(source: str, terms: str = "") -> Certainty:
    """Return how sure it is what a rule says, from the place where it stands.

    Args:
        source: Where it stands, as a refusal names it.
        terms: What the table of options says, which marks what follows from the source only.
    """
    if source.startswith(OFFICE):
        return Certainty.DECIDED
    return Certainty.INFERRED if "(inferred)" in terms else Certainty.STATED


def source_in_words(source: str, certainty: Certainty) -> str:
    """Return where a rule stands and how sure it is, as a sentence."""
    if certainty is Certainty.DECIDED:
        return f"{CERTAINTY[certainty]}{source.removeprefix(OFFICE)}."
    title, colon, place = source.partition("): ")
    where = f'"{title})": {place}' if colon else f'"{source}"'
    return f"{CERTAINTY[certainty]} {where}."
