"""Whether that with which a case is started agrees with itself: its id, its application and its date."""

from datetime import datetime

from policy.application import AccreditationApplication
from policy.designation.application import DicoeApplication
from policy.designation.cases import designation_part
from policy.identity import SITE, AccreditationId, DesignationId, parse_accreditation_id, parse_designation_id
from policy.messages.values import EARLIEST_YEAR, YEARS_AHEAD
from policy.names import same_token

PROGRAM_OF = {"AccreditationCycle": "accreditation", "DicoeDesignation": "dicoe"}
"""The program of a case by the type of its workflow."""


def program_of_id(case_id: str) -> str | None:
    """Return the program whose case an id names, or None: it names no case."""
    if parse_accreditation_id(case_id):
        return "accreditation"
    return "dicoe" if parse_designation_id(case_id) else None


def follows(case_id: str, predecessor: str) -> bool:
    """Whether an id is that of a later cycle of the same unit, or of a later term of the same practice and state."""
    for parse in (parse_accreditation_id, parse_designation_id):
        later, earlier = parse(case_id), parse(predecessor)
        if later and earlier:
            return later.subject == earlier.subject and later[-1] > earlier[-1]
    return False


def disagreements(
    case_id: str,
    application: AccreditationApplication | DicoeApplication,
    opened_at: datetime,
    now: datetime,
    predecessor: str | None,
) -> list[str]:
    """Return in what a start does not agree, in words; nothing: a case may begin with it.

    Args:
        case_id: The id under which it was started.
        application: The application.
        opened_at: When the case is to begin.
        now: When it was started (UTC).
        predecessor: The case that it renews.
    """
    wrong = _against_id(case_id, application)
    if opened_at.tzinfo is None:
        wrong.append("the date on which the case begins has no time zone")
    elif not EARLIEST_YEAR <= opened_at.year <= now.year + YEARS_AHEAD:
        wrong.append(f"a case begins in a year from {EARLIEST_YEAR} on, {YEARS_AHEAD} years ahead at most")
    if predecessor is not None and not follows(case_id, predecessor):
        wrong.append("the id is none of a case that renews the one which it is to renew")
    return wrong


def _against_id(case_id: str, application: AccreditationApplication | DicoeApplication) -> list[str]:
    named: AccreditationId | DesignationId | None
    if isinstance(application, DicoeApplication):
        named = parse_designation_id(case_id)
        agrees = named is not None and _names_practice(named, application)
    else:
        named = parse_accreditation_id(case_id)
        agrees = named is not None and _names_unit(named, application)
    return [] if agrees else ["the id and the application name different cases"]


def _names_unit(named: AccreditationId, application: AccreditationApplication) -> bool:
    facility = (application.facility.id if application.facility else None) or ""
    units = {SITE, *(unit.id for unit in application.units)}
    modality = application.modality.value if application.modality else ""
    return same_token(named.facility, facility) and named.modality == modality and named.unit in units


def _names_practice(named: DesignationId, application: DicoeApplication) -> bool:
    practice = (application.practice.id if application.practice else None) or ""
    return same_token(named.practice, practice) and named.state == designation_part(application).state
