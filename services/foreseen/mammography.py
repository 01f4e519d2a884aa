"""The letters of mammography that a message causes, those to FDA among them."""

from typing import Any, cast

from policy.accreditation.mammography.certificate import extended_until, interim_until, provisional_until
from policy.accreditation.mammography.facts import CertificateFact
from policy.accreditation.mammography.image_check import plan_due
from policy.application import CertificateKind
from policy.dates import end_of_day
from policy.edition import Edition
from policy.messages import (
    DecideAfterFailure,
    ExtendProvisionalCertificate,
    GrantInterimAccreditation,
    OrderImageCheck,
    ReportImageCheck,
)
from services.foreseen.before import Before, Caused, dumped, window

PLAN = "image_check_plan"


def _terms(before: Before) -> Edition:
    return cast(Edition, before.terms)


def certificate_on_file(before: Before) -> CertificateFact | None:
    """Return the MQSA certificate on file, as the rules judge it."""
    told = before.case.mqsa
    return CertificateFact(kind=CertificateKind(told.kind), expires_on=told.expires_on, deadline=0) if told else None


def provisional(before: Before) -> list[Caused]:
    """Return the letter of the provisional certificate that a new facility gets once it is accepted."""
    terms = _terms(before)
    if not terms.mammography or before.case.mqsa is not None:
        return []
    ends = end_of_day(provisional_until(before.at, terms), terms.zone).isoformat()
    return [Caused("mqsa_provisional", "mqsa_certificate.provisional", {"expires_at": ends})]


def extension(message: ExtendProvisionalCertificate, before: Before) -> list[Caused]:
    """Return the letters of the one extension: to the facility, and to FDA."""
    certificate = certificate_on_file(before)
    if certificate is None:
        return []
    ends = end_of_day(extended_until(certificate, _terms(before)), before.terms.zone).isoformat()
    told = {"expires_at": ends, "reason": message.reason}
    return [Caused(kind, "mqsa_certificate.extended", told) for kind in ("mqsa_extended", "fda_extension")]


def interim(message: GrantInterimAccreditation, before: Before) -> list[Caused]:
    """Return the letter of interim accreditation: until when it bridges the certificate's end."""
    certificate = certificate_on_file(before)
    if certificate is None:
        return []
    until = interim_until(certificate, _terms(before))
    told = {"expires_at": until.isoformat(), "reason": message.reason}
    return [Caused("interim_granted", "interim.granted", told)]


def decision(message: DecideAfterFailure, before: Before) -> list[Caused]:
    """Return the letter of what the office has decided after a failure."""
    number = before.case.deficiencies
    told: dict[str, Any] = {"unit_stops": message.unit_stops, "reason": message.reason, "deficiencies": number}
    if number > 2:
        told["options"] = [*(str(option) for option in message.options), "withdraw"]
    return [Caused("failure_decided", "failure.office_decides", told)]


def order(message: OrderImageCheck, _before: Before) -> list[Caused]:
    """Return the letter of a random image check."""
    return [Caused("image_check_ordered", "image_check.ordered", {"reason": message.reason})]


def report(message: ReportImageCheck, before: Before) -> list[Caused]:
    """Return the letter of a check's report: with a deficiency a plan is due."""
    failed = not all(finding.acceptable for finding in message.findings)
    due_at = plan_due(before.at, _terms(before)) if failed else None
    begun = (window(before, PLAN, before.at, due_at),) if due_at else ()
    told = {"findings": dumped(message.findings), "due_at": due_at.isoformat() if due_at else None}
    return [Caused("image_check_report", "image_check.reported", told, begun)]
