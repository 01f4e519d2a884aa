"""Cycles of mammography as the tests of its rules need them: facts built by hand, by the edition that is shipped."""

from datetime import date, datetime, timedelta

from policy.accreditation.cycle import CycleFacts
from policy.accreditation.mammography.facts import CertificateFact, ImageCheck, MammographyFacts
from policy.accreditation.rounds import RoundKind
from policy.application import CertificateKind
from policy.edition import edition_in_force
from policy.facts import Stage
from policy.messages import AreaFinding
from tests.applications import an_application
from tests.policy.cycles import REPORTED, ZONE, a_cycle, begin_round, et, open_deadline, report

TERMS = edition_in_force("accreditation", date(2027, 1, 1), "mammography")
FFDM, PHANTOM = "ffdm", "phantom"
LATER = et("2027-06-01 10:00")


def a_unit(left: int | None = 200, kind: CertificateKind = CertificateKind.FULL, of: str = "initial") -> CycleFacts:
    """A unit on its first day. `left`: the days left on its certificate on the day of the first report."""
    facts = a_cycle(an_application("mammography-unit", kind=of))
    facts.mammography = MammographyFacts()
    if left is not None:
        certify(facts, REPORTED.astimezone(ZONE).date() + timedelta(days=left), kind)
    return facts


def certify(facts: CycleFacts, expires_on: date, kind: CertificateKind = CertificateKind.FULL) -> CycleFacts:
    """Put a certificate on file."""
    assert facts.mammography is not None
    ends = open_deadline(facts, "mqsa_certificate", REPORTED, et(f"{expires_on} 24:00"))
    facts.mammography.certificate = CertificateFact(kind=kind, expires_on=expires_on, deadline=ends.number)
    return facts


def deficient(left: int | None = 200, on: datetime = REPORTED) -> CycleFacts:
    """First deficiency, so many days before the certificate ends."""
    return report(a_unit(left), [FFDM], on)


def failed(times: int) -> CycleFacts:
    """As many attempts have failed."""
    facts = deficient(59)
    for number in range(1, times):
        begin_round(facts, RoundKind.REINSTATEMENT, [FFDM, PHANTOM])
        report(facts, [FFDM], REPORTED + timedelta(days=60 * number))
    return facts


def accredited() -> CycleFacts:
    facts = a_unit()
    facts.stage = Stage.ACCREDITED
    return facts


def checked(*, acceptable: bool | None = None) -> CycleFacts:
    """An image check is ordered, and where something was found reported."""
    facts = accredited()
    assert facts.mammography is not None
    found = None if acceptable is None else [AreaFinding(area=FFDM, acceptable=acceptable, comments="Sample.")]
    facts.mammography.checks.append(ImageCheck(number=1, ordered_at=REPORTED, findings=found))
    return facts
