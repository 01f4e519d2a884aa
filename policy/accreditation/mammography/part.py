"""Whether a case is one of mammography: it carries an edition with MQSA's values."""

from policy.accreditation.cycle import CycleFacts
from policy.accreditation.mammography.facts import MammographyFacts
from policy.edition import Edition
from policy.fees import title
from policy.rules import refuse
from policy.terms.parts import MammographyTerms


def terms_of(terms: Edition) -> MammographyTerms:
    """Return what an edition says of mammography.

    Raises:
        ValueError: Nothing: it covers other modalities.
    """
    if terms.mammography is None:
        raise ValueError(f"edition {terms.edition} says nothing of mammography")
    return terms.mammography


def part_of(facts: CycleFacts, terms: Edition) -> MammographyFacts:
    """Return what a case knows of mammography alone.

    Raises:
        Refused: `mammography.other_modality`.
    """
    if terms.mammography is None:
        modality = facts.application.modality
        name = title(modality) if modality else "another modality"
        raise refuse("mammography.other_modality", f"The case is about {name}, to which MQSA does not apply.")
    return facts.mammography or MammographyFacts()
