"""Designations as the tests of the rules need them: facts built by hand, one event a verb, no server behind them."""

from datetime import date, datetime
from typing import Any

from policy.designation.application import DicoeApplication, Location
from policy.designation.edition import dicoe_edition_in_force
from policy.designation.facts import Addition, DesignationFacts, LocationFact
from policy.designation.term import designation_term
from policy.facts import RULES_REVISION, InvoiceFact, Stage
from tests.policy.cycles import et, open_deadline

TERMS = dicoe_edition_in_force(date(2027, 1, 1))
DESIGNATED = et("2027-02-10 10:00")
"""Mid-cycle is on 10 August 2028, the end on 10 February 2030."""


def a_location(number: int, **changes: Any) -> dict[str, Any]:
    """Return an eligible location with CT, as JSON values."""
    address = {"street": f"{number} Sample Street", "city": "Sampleton", "state": "OH", "postal_code": "43001"}
    return {
        "id": f"OH-{number:04}",
        "name": f"Sample Location {number}",
        "address": address | {"country": "US"},
        "services": ["ct", "xray"],
        "accredited": ["ct"],
        "registries": ["DIR", "GRID"],
        "pledges": ["image_gently", "image_wisely"],
        "consulting_radiologist": "Sample Radiologist",
    } | changes


def an_application(locations: int = 3, **changes: Any) -> DicoeApplication:
    contact = {"role": "administrator", "name": "Sample Administrator", "email": "administrator@practice.example.org"}
    data = {
        "program": "dicoe",
        "application_id": "DIC-2027-0001",
        "kind": "initial",
        "practice": {"id": "SAMPLE-RAD", "name": "Sample Radiology Group", "contacts": [contact]},
        "state": "OH",
        "country": "US",
        "locations": [a_location(number) for number in range(1, locations + 1)],
        "agrees_to_survey": True,
        "shared_governance": True,
        "payment": {"amount": "9000.00", "method": "check"},
    }
    return DicoeApplication.model_validate(data | changes)


def a_designation_case(locations: int = 3, **changes: Any) -> DesignationFacts:
    """A case on its first day."""
    opened_at = et("2027-01-11 09:00")
    application = an_application(locations, **changes)
    case_id, revision = "dicoe.SAMPLE-RAD.OH.1", RULES_REVISION
    return DesignationFacts(case_id=case_id, opened_at=opened_at, application=application, rules_revision=revision)


def accepted(facts: DesignationFacts) -> DesignationFacts:
    """The fee is paid and the application accepted: the survey follows."""
    fee = {"purpose": "designation", "occurrence": 1, "number": "2027-0001", "total": "9000.00", "paid": "9000.00"}
    facts.invoices.append(InvoiceFact.model_validate(fee))
    facts.accepted_at, facts.stage = et("2027-01-20 09:00"), Stage.SURVEY
    return facts


def designated(facts: DesignationFacts, *, mid_cycle: bool = True) -> DesignationFacts:
    """The practice is designated; its mid-cycle mark has come or not."""
    term = designation_term(DESIGNATED, TERMS)
    facts.designation, facts.designated, facts.stage = term, True, Stage.DESIGNATED
    places = [place.id for place in facts.application.locations if place.id]
    facts.locations = [LocationFact(id=place, added_at=DESIGNATED) for place in places]
    mark = open_date(facts, "mid_cycle", term.mid_cycle_at)
    mark.over = mid_cycle
    open_date(facts, "renewal_notice", term.renewal_notice_at)
    open_deadline(facts, "expiry", DESIGNATED, term.expires_at)
    return facts


def open_date(facts: DesignationFacts, name: str, at: datetime) -> Any:
    deadline = open_deadline(facts, name, DESIGNATED, at)
    deadline.is_date = True
    return deadline


def add(facts: DesignationFacts, *numbers: int) -> DesignationFacts:
    """These locations were added and paid for."""
    places = [Location.model_validate(a_location(number)) for number in numbers]
    facts.additions.append(Addition(number=len(facts.additions) + 1, locations=places, done=True))
    facts.locations += [LocationFact(id=place.id or "", added_at=DESIGNATED) for place in places]
    return facts
