"""The MQSA certificate of a case: on file, its end, its extension, and interim accreditation (AS/11000051609)."""

from datetime import date

from policy.accreditation.mammography.certificate import (
    bridged,
    extended_until,
    extension_used,
    interim_until,
    judge_extension,
    judge_interim,
    provisional_until,
)
from policy.accreditation.mammography.facts import CertificateFact, MammographyFacts
from policy.accreditation.mammography.part import terms_of
from policy.application import CertificateKind
from policy.dates import end_of_day
from policy.messages import ExtendProvisionalCertificate, GrantInterimAccreditation, RecordMqsaCertificate
from workflows.case import Cycle
from workflows.mammography.failure import tell_fda

WINDOW, INTERIM = "mqsa_certificate", "interim_accreditation"
ENDED = "the MQSA certificate has ended: without a valid certificate or an interim notice the unit must not be used"
INTERIM_ENDED = "interim accreditation has ended: the unit must not be used until it is accredited"


def own_facts(case: Cycle) -> MammographyFacts:
    """Return what the case knows of mammography alone; it begins with nothing."""
    if case.facts.mammography is None:
        case.facts.mammography = MammographyFacts()
    return case.facts.mammography


def begin(case: Cycle) -> None:
    """The case opens: the certificate of the application is on file, where it names one."""
    told = case.facts.application.mqsa
    own_facts(case)
    if told and told.kind and told.expires_on:
        put_on_file(case, told.kind, told.expires_on)


def provide(case: Cycle) -> None:
    """An application was accepted: a new facility gets a provisional certificate of 6 months (42 USC 263b)."""
    if own_facts(case).certificate is None:
        until = provisional_until(case.at, case.terms)
        put_on_file(case, CertificateKind.PROVISIONAL, until)
        ends = end_of_day(until, case.terms.zone).isoformat()
        case.notify("mqsa_provisional", "mqsa_certificate.provisional", expires_at=ends)


def put_on_file(case: Cycle, kind: CertificateKind, expires_on: date, *, extended: bool = False) -> None:
    """Keep a certificate in the place of the one before it; its end is a window of the case."""
    own = own_facts(case)
    if own.certificate:
        case.drop(case.facts.deadlines[own.certificate.deadline])
    ends = case.open_deadline(
        WINDOW,
        "mqsa_certificate.expiry",
        end_of_day(expires_on, case.terms.zone),
        remind=terms_of(case.terms).certificate_reminders.value,
        notice="mqsa_certificate_reminder",
        attention=ENDED,
    )
    case.settle_attention(WINDOW)
    own.certificate = CertificateFact(kind=kind, expires_on=expires_on, deadline=ends.number, extended=extended)


def record(case: Cycle, message: RecordMqsaCertificate) -> None:
    """A certificate was told; interim accreditation, which bridged the one before, is over with one that ends later."""
    own = own_facts(case)
    if bridged(own, message):
        return
    put_on_file(case, message.kind, message.expires_on, extended=extension_used(own))
    own.interim_until = None
    case.drop(case.facts.deadline(INTERIM))
    case.settle_attention(INTERIM)


def extend(case: Cycle, message: ExtendProvisionalCertificate) -> None:
    """The provisional certificate has its one extension, which is passed on to FDA."""
    certificate = judge_extension(case.facts, case.terms, message, case.at)
    until = extended_until(certificate, case.terms)
    put_on_file(case, certificate.kind, until, extended=True)
    ends = end_of_day(until, case.terms.zone).isoformat()
    case.notify("mqsa_extended", "mqsa_certificate.extended", expires_at=ends, reason=message.reason)
    tell_fda(case, "fda_extension", "mqsa_certificate.extended", expires_at=ends, reason=message.reason)


def grant_interim(case: Cycle, message: GrantInterimAccreditation) -> None:
    """Interim accreditation is granted: it bridges 45 days from the certificate's end, which nobody has to look at."""
    certificate = judge_interim(case.facts, case.terms, message, case.at)
    until = interim_until(certificate, case.terms)
    own = own_facts(case)
    own.interim_until, own.interim_granted = until, True
    case.drop(case.facts.deadlines[certificate.deadline])
    case.open_deadline(
        INTERIM,
        "interim.expiry",
        until,
        remind=terms_of(case.terms).certificate_reminders.value,
        notice="interim_reminder",
        attention=INTERIM_ENDED,
    )
    case.notify("interim_granted", "interim.granted", expires_at=until.isoformat(), reason=message.reason)
