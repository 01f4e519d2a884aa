"""Granting a designation: 36 months, the mid-cycle mark after 18, the renewal notice 8 months before the end (S0)."""

from policy.designation.facts import LocationFact
from policy.designation.pledges import next_pledge_date
from policy.designation.term import designation_term
from policy.facts import Mark, Stage
from workflows.case import DesignationCase
from workflows.case.labels import mark_label


def grant(case: DesignationCase) -> None:
    """Designate every location of the application, from this day."""
    facts, granted_at = case.facts, case.issued_at
    facts.designation = designation_term(granted_at, case.terms)
    facts.locations = [LocationFact(id=p.id, added_at=granted_at) for p in facts.application.locations if p.id]
    case.enter(Stage.DESIGNATED)
    case.open_deadline("mid_cycle", "designation.mid_cycle", facts.designation.mid_cycle_at, is_date=True)
    case.open_deadline("renewal_notice", "renewal.notice", facts.designation.renewal_notice_at, is_date=True)
    case.open_deadline("expiry", "designation.expiry", facts.designation.expires_at)
    expect_pledge_date(case)
    case.notify(
        "designated",
        "designation.granted",
        counts_from=granted_at.isoformat(),
        expires_at=facts.designation.expires_at.isoformat(),
        opens_at=facts.designation.mid_cycle_at.isoformat(),
        areas=[place.id for place in facts.locations],
    )
    case.tell_predecessor(granted=True)


def expect_pledge_date(case: DesignationCase) -> None:
    """Put the next date of the yearly pledge on the agenda, while the designation lasts."""
    found = next_pledge_date(case.at, case.terms)
    designation = case.facts.designation
    case.facts.pledge_date = found if designation and found.at < designation.expires_at else None
    if case.facts.pledge_date:
        label = mark_label("opening", found.at, f"Pledge for {found.year} (designation.pledge)", case.terms.zone)
        case.facts.marks.append(Mark(at=found.at, kind="pause", label=label))
