"""What each standing offers after an unsuccessful outcome, as a table: the options, and what they are called.

The table of S1 ("Facility options"), that of mammography, and what later editions add. Whether a facility's choice can
be taken is judged in `policy.accreditation.options`.
"""

from policy.application import Modality
from policy.edition import Edition
from policy.messages import Option
from policy.rules import RULES

FIRST, SECOND, THIRD = "1st deficiency", "2nd deficiency (= 1st failure)", "3rd deficiency (= 2nd failure) and later"

TABLE: dict[str, dict[Option, str]] = {
    FIRST: {
        Option.APPEAL: "offered: within 15 days of the final report, once",
        Option.REPEAT: "offered: the not-acceptable areas",
        Option.REINSTATE: "",
        Option.WITHDRAW_AREAS: "offered: where no phantom area is deficient",
        Option.WITHDRAW: "offered",
    },
    SECOND: {
        Option.APPEAL: "offered: the repeat's images only, once",
        Option.REPEAT: "",
        Option.REINSTATE: "offered: all areas, after an approved corrective action plan",
        Option.WITHDRAW_AREAS: "offered: where no phantom area is deficient",
        Option.WITHDRAW: "offered",
    },
    THIRD: {
        Option.APPEAL: "offered: the newest images only, once (inferred)",
        Option.REPEAT: "",
        Option.REINSTATE: "offered: all areas, after a scheduled on-site survey",
        Option.WITHDRAW_AREAS: "offered: where no phantom area is deficient",
        Option.WITHDRAW: "offered",
    },
}
"""What each standing offers by the revision of 2021; empty where the option is not offered. What a later edition adds:
`row_of`.
"""

MAMMOGRAPHY: dict[str, dict[Option, str]] = {
    FIRST: {
        Option.APPEAL: "offered: within 15 days of the final report, once",
        Option.REPEAT: "offered: with more than 60 days left on the MQSA certificate, the not-acceptable areas",
        Option.REINSTATE: "offered: with 60 days or fewer left on the MQSA certificate, all areas, after an approved "
        "corrective action plan",
        Option.WITHDRAW_AREAS: "",
        Option.WITHDRAW: "offered",
    },
    SECOND: {
        Option.APPEAL: "offered: the newest images only, once (inferred)",
        Option.REPEAT: "",
        Option.REINSTATE: "offered: all areas, after an approved corrective action plan",
        Option.WITHDRAW_AREAS: "",
        Option.WITHDRAW: "offered",
    },
    THIRD: {
        Option.APPEAL: "offered: where the office decides so",
        Option.REPEAT: "",
        Option.REINSTATE: "offered: where the office decides so, after a scheduled on-site survey",
        Option.WITHDRAW_AREAS: "",
        Option.WITHDRAW: "offered",
    },
}
"""The same of mammography (AS/11000047157). Its third row could not be read: the office decides."""


def table_of(terms: Edition) -> dict[str, dict[Option, str]]:
    """Return the table by which the cases of an edition are judged."""
    return MAMMOGRAPHY if terms.mammography else TABLE


NAMES: dict[Option, str] = {
    Option.APPEAL: "an appeal",
    Option.REPEAT: "a repeat",
    Option.SUPPLEMENTAL_REVIEW: "a supplemental review",
    Option.REINSTATE: "reinstatement with corrective action",
    Option.WITHDRAW_AREAS: "the withdrawal of modules or patient types",
    Option.WITHDRAW_UNIT: "the withdrawal of the unit",
    Option.WITHDRAW: "withdrawal from accreditation",
}
"""How people call the options."""
AFTER_SURVEY = "reinstatement after a scheduled on-site survey"
"""How they call reinstatement after the third deficiency and later ones."""


def name_of(option: Option, deficiencies: int) -> str:
    """Return how people call an option after so many deficiencies."""
    return AFTER_SURVEY if option is Option.REINSTATE and deficiencies > 2 else NAMES[option]


def standing(deficiencies: int) -> str:
    """Return the row of the table for a number of deficiencies."""
    return (FIRST, SECOND, THIRD)[min(deficiencies, 3) - 1]


def row_of(deficiencies: int, terms: Edition, modality: Modality | None = None) -> dict[Option, str]:
    """Return what is offered after so many deficiencies by an edition: an option that it does not know is not there.

    Args:
        deficiencies: How many there are, from 1 on.
        terms: The edition.
        modality: Where a facility is tested, not a unit, no unit is withdrawn. None: a unit is.
    """
    review, parts = terms.supplemental_review, terms.withdrawal.parts
    added: dict[Option, str] = {}
    if review:
        open_here = min(deficiencies, 3) in review.offered.value
        added[Option.SUPPLEMENTAL_REVIEW] = "offered: on the terms that the office sets, once" if open_here else ""
    if parts and "unit" in parts.value and (modality is None or modality.value not in terms.facility_based.value):
        added[Option.WITHDRAW_UNIT] = "offered: this unit alone"
    row = table_of(terms)[standing(deficiencies)]
    return {option: cell for option in Option if (cell := added.get(option, row.get(option))) is not None}


def option_table(terms: Edition) -> list[dict[str, str]]:
    """Return the table of an edition, one row a standing, for people to read."""
    nothing = f"not offered ({table_source(terms)})"
    return [
        {"standing": standing(number)}
        | {str(option): cell or nothing for option, cell in row_of(number, terms).items()}
        for number in (1, 2, 3)
    ]


def table_source(terms: Edition) -> str:
    """Return where an edition's table stands: in S1, or in the revision that added to it."""
    if terms.mammography:
        return RULES["option.certificate_days"]
    review = terms.supplemental_review
    if review is None:
        return RULES["option.not_offered"]
    return f"{terms.sources[review.offered.source].title}: facility options after each deficiency"
