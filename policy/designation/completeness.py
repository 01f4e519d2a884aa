"""Whether an application for a designation can be taken: its three sheets, one state, one practice, eligibility, the
fee.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from policy.accreditation.completeness import address_missing, reserved
from policy.addresses import address_faults
from policy.designation.application import DicoeApplication, Location
from policy.designation.edition import DicoeEdition
from policy.designation.eligibility import location_findings
from policy.designation.fees import designation_lines, quoted
from policy.office import OfficeSettings
from policy.verdict import Finding, Refused
from policy.words import listed

PAGE = "Diagnostic Imaging Center of Excellence"
COMPLETE = f"{PAGE}: complete only when the facility, modality and payment sheets are accurately filled"
ONE_STATE = f"{PAGE}, payment policy: a separate application for each state"


def findings(application: DicoeApplication, edition: DicoeEdition, settings: OfficeSettings) -> list[Finding]:
    """Return all that stands against an application; nothing means that it is complete and eligible."""
    practice = application.practice
    return [
        *without_fee(application, edition),
        *reserved(practice.id if practice else None, "practice.id"),
        *_reserved_locations(application.locations),
        *unaddressable(application.locations),
        *_of_fee(application, edition, settings),
    ]


def _reserved_locations(locations: Iterable[Location]) -> Iterator[Finding]:
    for number, location in enumerate(locations):
        yield from reserved(location.id, f"locations.{number}.id")


def unaddressable(locations: Iterable[Location]) -> Iterator[Finding]:
    """Find what no letter can carry."""
    for number, location in enumerate(locations):
        where = f"locations.{number}.address"
        for field, reason in address_faults(location.address, where) if location.address else ():
            yield Finding(rule="application.incomplete", where=field, reason=reason, source=COMPLETE)


def without_fee(application: DicoeApplication, edition: DicoeEdition) -> list[Finding]:
    """Return what stands against an application, whatever it costs."""
    found = [
        Finding(rule="application.incomplete", where=where, reason=reason, source=COMPLETE)
        for where, reason in _missing(application)
    ]
    found += one_state(application.locations, application.state)
    if not application.shared_governance:
        found.append(
            Finding(
                rule="designation.shared_governance",
                where="shared_governance",
                reason="The locations do not share governance, policy, procedures and radiologists group.",
                source=f"{PAGE}: the locations must be a part of one practice",
            )
        )
    if not application.agrees_to_survey:
        found.append(
            Finding(
                rule="eligibility.survey_agreement",
                where="agrees_to_survey",
                reason="The practice does not agree to the site survey, travel and expenses of the surveyors included.",
                source=f"{PAGE}: agreement to an onsite survey by the DICOE team",
            )
        )
    return [*found, *location_findings(application.locations, edition)]


def one_state(locations: list[Location], state: str | None) -> list[Finding]:
    """Return a finding where locations lie in another state than the application."""
    elsewhere = [
        f"{place.id} ({place.address.state})" for place in locations if _other_state(place, state) and place.address
    ]
    if not elsewhere:
        return []
    return [
        Finding(
            rule="designation.other_state",
            where="locations",
            reason=f"{listed(elsewhere)} lies outside {state}: file one application per state.",
            source=ONE_STATE,
        )
    ]


def _other_state(location: Location, state: str | None) -> bool:
    theirs = location.address.state if location.address else None
    return bool(state and theirs and theirs.strip().casefold() != state.strip().casefold())


def _missing(application: DicoeApplication) -> Iterator[tuple[str, str]]:
    if not application.application_id:
        yield "application_id", "The application needs an id, by which the office knows it again."
    if application.kind is None:
        yield "kind", "The application is either initial or a renewal."
    if application.practice is None:
        yield "practice", "The facility sheet is missing: it names the practice."
    else:
        for field in ("id", "name"):
            if not getattr(application.practice, field):
                yield f"practice.{field}", f"The practice's {field} is missing."
        if not application.practice.contacts:
            yield "practice.contacts", "No contact is listed, so that nobody would hear of the designation."
        for number, contact in enumerate(application.practice.contacts):
            for field in ("role", "name", "email"):
                if not getattr(contact, field):
                    yield f"practice.contacts.{number}.{field}", f"A contact has no {field}."
    if not application.country:
        yield "country", "The country is missing."
    if not application.state and not quoted(application):
        yield "state", "The state is missing; an application is for one state."
    if not application.locations:
        yield "locations", "The facility sheet lists no location."
    for number, location in enumerate(application.locations):
        yield from missing_of_location(location, f"locations.{number}", abroad=quoted(application))
    if application.payment is None:
        yield "payment", "The payment sheet is missing."
    elif not application.payment.amount and not quoted(application):
        yield "payment.amount", "The payment sheet names no amount."


def missing_of_location(location: Location, where: str, *, abroad: bool) -> Iterator[tuple[str, str]]:
    """Yield what a location's entry on the facility and modality sheets lacks."""
    name = location.id or "A location"
    for field in ("id", "name", "address"):
        if not getattr(location, field):
            yield f"{where}.{field}", f"{name} has no {field}."
    if location.address:
        yield from address_missing(location.address, f"{where}.address", f"{name}'s", abroad=abroad)
    if not location.services:
        yield f"{where}.services", f"The modality sheet names no service of {location.id or 'a location'}."


def _of_fee(application: DicoeApplication, edition: DicoeEdition, settings: OfficeSettings) -> Iterator[Finding]:
    try:
        quote = designation_lines(application, edition, settings)
    except Refused as refused:
        yield Finding(rule=refused.rule, where="locations", reason=refused.reason, source=refused.source)
        return
    announced = application.payment.amount if application.payment else None
    if quote.total is not None and announced and Decimal(announced) != quote.total:
        lines = "; ".join(f"{line.description}: {line.amount:.2f}" for line in quote.lines)
        yield amount_differs(Decimal(announced), f"the fee is {quote.total:.2f} USD ({lines})")


def amount_differs(announced: Decimal, fee: str) -> Finding:
    """Return the finding that the payment sheet names another amount (US dollars) than the fee, told in words."""
    return Finding(
        rule="payment.amount_differs",
        where="payment.amount",
        reason=f"The payment sheet announces {announced:.2f} USD, but {fee}.",
        source=f"{PAGE}, payment policy: calculate and submit the total application fee",
    )
