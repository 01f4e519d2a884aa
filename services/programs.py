"""The two programs as a service needs them: what an application is judged by, what it costs, what it opens."""

from collections.abc import Sequence
from datetime import date
from typing import TypeAlias

from policy.accreditation import completeness
from policy.accreditation.modules import module_doubts
from policy.application import AccreditationApplication
from policy.cases import CasePart, cases_of
from policy.designation import completeness as dicoe_completeness
from policy.designation.application import DicoeApplication
from policy.designation.cases import DesignationPart, designation_part
from policy.designation.edition import DicoeEdition
from policy.designation.fees import designation_lines
from policy.designation.fees import quoted as designation_is_quoted
from policy.edition import Edition
from policy.fees import Quote, needs_quote, quote
from policy.office import OfficeSettings
from policy.verdict import Finding, Refused
from services.errors import RefusedByRule

Application: TypeAlias = AccreditationApplication | DicoeApplication
"""An application of either program."""
AnyEdition: TypeAlias = Edition | DicoeEdition
"""The rules of either program."""
Part: TypeAlias = CasePart | DesignationPart
"""What one case has of an application."""

PROGRAMS: dict[str, type[Application]] = {"accreditation": AccreditationApplication, "dicoe": DicoeApplication}
"""The shape of an application in each program."""


def edition_of(application: Application, on: date, settings: OfficeSettings) -> AnyEdition:
    """Return the edition of an application's program that was in force on a day, at an office with these settings.

    Raises:
        EditionError: None was.
    """
    modality = None if isinstance(application, DicoeApplication) else application.modality
    found = settings.editions.in_force(application.program, on, modality)
    if not isinstance(found, Edition | DicoeEdition):
        raise TypeError(f"an edition of either program is expected, found one of {found.program}")
    return found


def findings_of(application: Application, edition: AnyEdition, settings: OfficeSettings) -> list[Finding]:
    """Return all that stands against an application; nothing means that its cases can begin."""
    if isinstance(application, DicoeApplication):
        return dicoe_completeness.findings(application, _dicoe(edition), settings)
    return completeness.findings(application, _accreditation(edition), settings)


def doubts_of(application: Application, edition: AnyEdition) -> list[str]:
    """Return what may be wrong with an application, although nothing stated stands against it."""
    if isinstance(application, DicoeApplication):
        return []
    return module_doubts(application, _accreditation(edition))


def quote_as_far_as_known(application: Application, edition: AnyEdition, settings: OfficeSettings) -> Quote:
    """Return the costs; none where a fee is not set or nothing is named that costs anything (a finding says so)."""
    try:
        if isinstance(application, DicoeApplication):
            if not application.locations:
                return Quote((), None)
            return designation_lines(application, _dicoe(edition), settings)
        accreditation = _accreditation(edition)
        if application.modality is None or application.modality.value not in accreditation.covers.value:
            return Quote((), None)
        return quote(application, accreditation, settings)
    except Refused:
        return Quote((), None)


def is_quoted(application: Application) -> bool:
    """Return whether the office quotes every fee, because the applicant lies outside the United States."""
    if isinstance(application, DicoeApplication):
        return designation_is_quoted(application)
    return needs_quote(application)


def parts_of(application: Application, edition: AnyEdition) -> Sequence[Part]:
    """Return the parts of an application, one for each case that it opens."""
    if isinstance(application, DicoeApplication):
        return (designation_part(application),)
    return cases_of(application, _accreditation(edition))


def holder_of(application: Application) -> str:
    """Return the id of the facility or practice that applies; empty where there is none."""
    holder = application.practice if isinstance(application, DicoeApplication) else application.facility
    return (holder.id if holder else None) or ""


def _dicoe(edition: AnyEdition) -> DicoeEdition:
    if not isinstance(edition, DicoeEdition):
        raise TypeError(f"an edition of the designation is expected, found one of {edition.program}")
    return edition


def _accreditation(edition: AnyEdition) -> Edition:
    if not isinstance(edition, Edition):
        raise TypeError(f"an edition of accreditation is expected, found one of {edition.program}")
    return edition


INSTEAD = {
    "application.incomplete": "Fill in what is missing and hand the application in again.",
    "application.id_reserved": "Give the facility or practice another id, for example OH-0417.",
    "application.unknown_module": "Name the modules as the program does, then hand the application in again.",
    "application.unknown_patient_type": "Name the patient types as the program does, then hand it in again.",
    "fee.not_configured": "Set the fee in office.toml (US dollars, as text), then try again.",
    "modality.not_covered": "Ask the office for the information on that program.",
    "designation.other_state": "File one application for each state.",
    "payment.amount_differs": "Put the fee that `accredit quote` prints on the payment sheet.",
    "eligibility.accreditation": "Have the location accredited in every service it offers, then apply again.",
    "eligibility.pledge": "Pledge to Image Gently and Image Wisely, then apply again.",
    "eligibility.registries": "Register the location, then apply again.",
}
"""What is possible where a finding of that rule stands against an application."""


def refusal(found: list[Finding]) -> RefusedByRule:
    """Return the problem of an application that findings stand against, with what is possible instead."""
    rules = dict.fromkeys(finding.rule for finding in found)
    return RefusedByRule(found, instead=[INSTEAD[rule] for rule in rules if rule in INSTEAD])
