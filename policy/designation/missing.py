"""An accreditation that a designation rests on and that does not stand, in words."""

from policy.application import Modality
from policy.fees import title
from policy.words import TAKEN_BACK, outcome_words, spoken


def ended_in_words(facility: str, modality: str, outcome: str) -> str:
    """Return in words that an accreditation has ended: `the CT accreditation of OH-0417 ended: not granted`."""
    how = "its certificate was taken back by a correction" if outcome == TAKEN_BACK else outcome_words(outcome)
    return f"the {modality_in_words(modality)} accreditation of {facility} ended: {how}"


def modality_in_words(modality: str) -> str:
    """Return a modality as people call it; one that nobody knows as it is written."""
    return title(Modality(modality)) if modality in list(Modality) else spoken(modality)
