"""The facility of a cycle is renamed, moves, merges with another one or is taken over: its case follows."""

from policy.accreditation.facility import judge_change
from policy.accreditation.rounds import AreaState
from policy.application import Address
from policy.facts import Stage
from policy.messages import ChangeFacility
from workflows.accreditation.changes import flag_relocation
from workflows.case import Cycle
from workflows.case.upkeep import remember_former


def change_facility(case: Cycle, message: ChangeFacility) -> None:
    """The case is the facility's as it is now; what was issued before keeps the old name."""
    facts, before = case.facts, case.facts.application.facility
    facts.application = judge_change(facts, case.terms, message)
    after = facts.application.facility
    if before is None or after is None:
        raise RuntimeError("a facility has changed that no application names")
    remember_former(case, message, before.name)
    moves_to = after.address if after.address and after.address != before.address else None
    case.outbox.application_changed = True
    case.notify(
        "facility_changed",
        "facility.changed",
        change=message.kind,
        former_id=before.id,
        former_name=before.name,
        new_id=after.id,
        new_name=after.name,
        address=in_one_line(moves_to) if moves_to else None,
        reason=message.reason,
    )
    if message.kind == "moved" and facts.stage is Stage.ACCREDITED and after.address:
        flag_relocation(case, in_one_line(after.address), message.on)
    if message.new_certificate:
        issue_certificate_anew(case)


def in_one_line(address: Address) -> str:
    """Return an address in one line: `2 Sample Street, Sampleton, OH 43001`."""
    end = " ".join(part for part in (address.state, address.postal_code) if part)
    return ", ".join(part for part in (address.street, address.city, end) if part)


def issue_certificate_anew(case: Cycle) -> None:
    """Issue the certificate that stands once more, with the facility's new name; its dates stay."""
    certificate = case.facts.certificate
    if certificate is None:
        raise RuntimeError("there is no certificate to issue anew")
    case.notify(
        "certificate_reissued",
        "facility.new_certificate",
        corrects=certificate.granted_at.isoformat(),
        granted_at=certificate.granted_at.isoformat(),
        counts_from=certificate.counts_from.isoformat(),
        expires_at=certificate.expires_at.isoformat(),
        areas=[area.id for area in case.facts.areas_in(AreaState.ACCEPTABLE)],
        withdrawn=[area.id for area in case.facts.areas_in(AreaState.WITHDRAWN)],
    )
