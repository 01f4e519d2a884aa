"""Whether an application can be taken: every missing sheet and field, and what the rules say against it, all at once.

Needed is what a case cannot begin without. Make and model of a unit, module and patient type of an area and the
payment's reference may stay empty; so may state and postal code outside the United States, where not every country has
them. Whoever is listed as a contact needs role, name and e-mail; the supervising physician must be listed, because
appeals and withdrawals need that signature. The payment sheet says how much or how; the amount is not compared with the
fee, because an invoice follows.
"""

from collections.abc import Iterator

from policy.accreditation.modules import module_findings
from policy.addresses import address_faults
from policy.application import (
    AccreditationApplication,
    Address,
    AreaKind,
    ContactRole,
    Facility,
    MqsaCertificate,
    Unit,
    responsible_physician,
)
from policy.cases import is_facility_based
from policy.edition import Edition
from policy.fees import needs_quote, quote, title
from policy.identity import is_reserved
from policy.office import OfficeSettings
from policy.rules import OFFICE, RULES, S1
from policy.verdict import Finding, Refused

Missing = tuple[str, str]
"""Where something is missing (the path of the field) and why it is needed, as a sentence."""


def findings(application: AccreditationApplication, edition: Edition, settings: OfficeSettings) -> list[Finding]:
    """Return all that stands against an application; nothing means that it is complete and that its cases can begin."""
    facility = application.facility
    return [
        *incomplete(application, edition),
        *reserved(facility.id if facility else None, "facility.id"),
        *unaddressable(application),
        *module_findings(application, edition),
        *_of_modality(application, edition, settings),
    ]


def incomplete(application: AccreditationApplication, edition: Edition) -> list[Finding]:
    """Return what is missing in an application, whatever it costs."""
    missing = [
        Finding(rule="application.incomplete", where=where, reason=reason, source=RULES["application.incomplete"])
        for where, reason in _missing(application, edition)
    ]
    return [*missing, *_twice(application, edition)]


def unaddressable(application: AccreditationApplication) -> Iterator[Finding]:
    """Find what no letter can carry, and a state that is written out: cases are listed and filtered by its letters."""
    address = application.facility.address if application.facility else None
    for where, reason in address_faults(address, "facility.address") if address else ():
        yield Finding(rule="application.incomplete", where=where, reason=reason, source=RULES["application.incomplete"])


def reserved(holder: str | None, where: str) -> Iterator[Finding]:
    """Find a facility or practice that is called as the office or its portal is: it would speak in their name."""
    if holder and is_reserved(holder):
        rule, reason = "application.id_reserved", f"No facility and no practice is called {holder}."
        yield Finding(rule=rule, where=where, reason=reason, source=RULES[rule])


def _missing(application: AccreditationApplication, edition: Edition) -> Iterator[Missing]:
    if not application.application_id:
        yield "application_id", "The application needs an id, by which the office knows it again."
    if application.kind is None:
        yield "kind", "The application is either initial or a renewal."
    if application.facility is None:
        yield "facility", "The facility sheet is missing."
    else:
        yield from _of_facility(application.facility, abroad=needs_quote(application))
        yield from _physician_missing(application.facility, responsible_physician(application.modality))
    if application.modality is None:
        yield "modality", "The modality that is to be accredited is missing."
    if application.medium is None and not edition.survey_based:
        yield "medium", "How images are submitted is missing: upload, cd or film."
    if not application.units:
        yield "units", "The modality sheet lists no unit."
    for number, unit in enumerate(application.units):
        yield from (_of_practice if edition.survey_based else _of_unit)(unit, f"units.{number}")
    yield from _of_certificate(application, edition)
    if application.payment is None:
        yield "payment", "The payment sheet is missing."
    elif not (application.payment.amount or application.payment.method):
        yield "payment.amount", "The payment sheet says neither how much is paid nor how."


def _of_facility(facility: Facility, *, abroad: bool) -> Iterator[Missing]:
    if not facility.id:
        yield "facility.id", "The facility's id is missing; it is part of the case's name."
    if not facility.name:
        yield "facility.name", "The facility's name is missing."
    if facility.address is None:
        yield "facility.address", "The facility's address is missing."
    else:
        yield from address_missing(facility.address, "facility.address", "The facility's", abroad=abroad)
    for number, contact in enumerate(facility.contacts):
        for field in ("role", "name", "email"):
            if not getattr(contact, field):
                yield (
                    f"facility.contacts.{number}.{field}",
                    f"A contact needs a role, a name and an e-mail: no {field}.",
                )


def _physician_missing(facility: Facility, role: ContactRole) -> Iterator[Missing]:
    if not any(contact.role in (role, None) for contact in facility.contacts):
        name = role.replace("_", " ")
        yield "facility.contacts", f"No {name} is listed, whose signature appeals and withdrawals need."


def _of_certificate(application: AccreditationApplication, edition: Edition) -> Iterator[Missing]:
    """A facility that was accredited before has an MQSA certificate; a new one gets its first with the acceptance."""
    if edition.mammography is None or (application.kind != "renewal" and application.mqsa is None):
        return
    told = application.mqsa or MqsaCertificate()
    if told.kind is None:
        yield "mqsa.kind", "Whether the MQSA certificate is full or provisional is missing."
    if told.expires_on is None:
        yield "mqsa.expires_on", "The last day of the MQSA certificate is missing; options depend on it."


def address_missing(address: Address, where: str, whose: str, *, abroad: bool) -> Iterator[Missing]:
    """Yield what an address lacks; outside the US not every country has states and postal codes."""
    needed = ("street", "city", "country") if abroad else ("street", "city", "state", "postal_code", "country")
    for field in needed:
        if not getattr(address, field):
            yield f"{where}.{field}", f"{whose} address has no {field.replace('_', ' ')}."


def _of_unit(unit: Unit, where: str) -> Iterator[Missing]:
    name = f"unit {unit.id}" if unit.id else "a unit"
    if not unit.id:
        yield f"{where}.id", "A unit has no id; it is part of the case's name."
    if not unit.areas:
        yield f"{where}.areas", f"No area is listed for {name}, so there is nothing to test."
    elif all(area.kind is AreaKind.PHANTOM for area in unit.areas):
        yield f"{where}.areas", f"No clinical area is listed for {name}; a phantom alone accredits nothing."
    for number, area in enumerate(unit.areas):
        if not area.id:
            yield f"{where}.areas.{number}.id", f"An area of {name} has no id."
        if area.kind is None:
            yield f"{where}.areas.{number}.kind", f"An area of {name} is neither clinical nor a phantom."


def _of_practice(unit: Unit, where: str) -> Iterator[Missing]:
    """Yield what a practice lacks that is surveyed: its areas are its sites, and nothing is tested by images."""
    if not unit.id:
        yield f"{where}.id", "The practice has no id among the units."
    if not unit.areas:
        yield f"{where}.areas", "No site is listed, so there is nothing to survey."
    for number, area in enumerate(unit.areas):
        if not area.id:
            yield f"{where}.areas.{number}.id", "A site of the practice has no id."
        if area.kind is not None:
            yield (
                f"{where}.areas.{number}.kind",
                f"Site {area.id} is surveyed, not tested by images of {area.kind.value} areas: leave its kind out.",
            )


def _twice(application: AccreditationApplication, edition: Edition) -> Iterator[Finding]:
    """Find areas that several units of a facility's service share, which is tested only once."""
    if not is_facility_based(application, edition):
        return
    seen: set[str] = set()
    for number, unit in enumerate(application.units):
        for area in unit.areas:
            if area.id in seen:
                yield Finding(
                    rule="application.area_twice",
                    where=f"units.{number}.areas",
                    reason=f"Area {area.id} is listed for several units, but the facility is tested in it once.",
                    source=edition.cite(edition.facility_based),
                )
        seen |= {area.id for area in unit.areas if area.id}


def _of_modality(
    application: AccreditationApplication, edition: Edition, settings: OfficeSettings
) -> Iterator[Finding]:
    """Find a modality that the rules do not cover, and fees that the office has not set for one that they do."""
    modality = application.modality
    if modality is None:
        return
    if modality.value not in edition.covers.value:
        yield Finding(
            rule="modality.not_covered",
            where="modality",
            reason=f"No edition of these rules covers {title(modality)}: its options and procedures differ, and "
            "information on them is provided separately by the office.",
            source=f"{S1}, mammography and radiation oncology",
        )
        return
    try:
        quote(application, edition, settings)
    except Refused as refused:
        yield Finding(rule=refused.rule, where="modality", reason=refused.reason, source=refused.source or OFFICE)
