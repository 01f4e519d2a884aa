"""The values of the rules in plain words: what each is for, how much it is, where that stands, and how sure it is."""

from typing import Any, NamedTuple

from policy.edition import Certainty, Provision, Rules
from policy.rules import OFFICE
from policy.words import day_in_words, listed

MEANINGS = {
    "time_zone": "The clock by which days begin and end",
    "silence.reminder": "Whoever is awaited without a date is reminded every",
    "silence.attention": "The office is asked to look at a case that waits without a date after",
    "backdating.believed": "A message is believed to have been received earlier by at most",
    "dates.earliest": "The first year that a message's dates may lie in",
    "dates.latest": "A message's dates lie ahead of it by at most",
    "dates.far": "A due date is extended without a warning by at most",
    "fees.payment_term": "An invoice is due, where the office's settings say nothing else, after",
    "fees.reminders": "An unpaid invoice is reminded of",
    "documents.screened": "Messages whose documents are looked through for patients' data",
    "covers": "Modalities that can be accredited",
    "facility_based": "Modalities that are tested once for a facility, not for each unit",
    "testing.package": "The testing package is due",
    "testing.reminders": "The facility is reminded of the testing package",
    "testing.grace": "A missing testing package ends the application",
    "option_form.opens": "The option form opens",
    "option_form.due": "The option form is due",
    "option_form.reminders": "The facility is reminded of the option form",
    "option_form.closure": "Without a form the case closes",
    "appeal.due": "An appeal is possible until",
    "appeal.result_earliest": "The result of an appeal comes at the earliest",
    "appeal.result_latest": "The result of an appeal comes at the latest",
    "repeat.requested": "A repeat should be asked for until",
    "survey.team": "Who must be on the team of a survey",
    "survey.locations": "Locations that are surveyed, at least",
    "survey.virtual_for": "Applications that may be surveyed virtually",
    "survey.reviewed": "Services that a survey reviews although there is no accreditation for them",
    "withdrawal.all_patient_types": "Modalities in which no patient type can be withdrawn",
    "certificate.term": "A certificate lasts",
    "certificate.renewal_notice": "The renewal notice goes out",
    "certificate.renewal_application": "The renewal application is due",
    "certificate.renewal_reminders": "The facility is reminded of the renewal",
    "tiers.caps": "Locations in each tier, at most",
    "tiers.steps": "Each tier adds to the base fee",
    "tiers.block": "Locations in a block of the top tier",
    "tiers.block_fee": "Each block of the top tier that is begun costs",
    "additions.fee": "A location that is added costs",
    "additions.top_tier_below": "In the top tier fewer locations can be added than",
    "additions.from_mid_cycle": "Locations may be added from the mid-cycle mark until the expiry",
    "designation.term": "A designation lasts",
    "designation.mid_cycle": "Mid-cycle comes after",
    "designation.renewal_notice": "The renewal notice goes out",
    "designation.renewal_application": "The renewal application is due",
    "designation.renewal_reminders": "The practice is reminded of the renewal",
    "pledges.asked": "The pledge for the new year is asked for on (month-day)",
    "pledges.attention": "The office looks at a pledge without an answer on (month-day)",
    "pledges.yearly": "The pledge that is renewed every year",
    "eligibility.pledges": "Pledges that every location must have made",
    "eligibility.registries_needed": "Registries that a location must take part in, at least",
    "eligibility.always_enough": "Registries that together are always enough",
    "eligibility.with_ct": "Registries that a location with CT must be in",
    "eligibility.without_ct": "Registries that a location without CT must be in",
    "eligibility.registries": "Registries that count",
    "eligibility.not_accredited": "Services that need no accreditation, because there is none",
    "eligibility.consultation": "Each location must name a radiologist for consultation",
}
"""What each value is for; the value itself completes the sentence."""
SPANS = ("days", "hours", "months", "years")
"""Units that are said with the number; of the others the meaning says enough."""
SHORT_NAMES = ("ct", "mri", "pet", "acr")
"""Words that are written in capitals."""
CERTAINTY = {
    Certainty.STATED: "Stated in",
    Certainty.INFERRED: "Inferred from",
    Certainty.DECIDED: "Decided by the office, because the source is silent",
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
        meaning = MEANINGS.get(self.name) or self.name.replace("_", " ").replace(".", ": ").capitalize()
        return [f"{meaning}: {value_in_words(self.provision)}.", f"  {_standing(self.provision, self.edition)}"]

    def as_json(self) -> dict[str, Any]:
        """Return it for a script."""
        told = self.provision.model_dump(mode="json")
        return {"name": self.name, **told, "cited": self.edition.cite(self.provision)}


def value_in_words(provision: Provision[Any]) -> str:
    """Return how much a value is, for example `15 days after the form opens`, `$300.00`, `DIR and GRID`."""
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


def _standing(provision: Provision[Any], edition: Rules) -> str:
    note = provision.note.replace("S1", "the article")  # an edition calls the options article by its short name
    decided = provision.certainty is Certainty.DECIDED
    source = "" if decided else f' "{edition.sources[provision.source].title}"'
    since = f"In force since {day_in_words(provision.effective)}."
    return f"{CERTAINTY[provision.certainty]}{source}{f': {note}' if note else ''}. {since}"


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
