"""The MQSA certificate: how much of it is left, its extension, and interim accreditation at its end."""

from datetime import date, datetime, timedelta

from policy.accreditation.cycle import CycleFacts
from policy.accreditation.mammography.facts import CertificateFact, MammographyFacts
from policy.accreditation.mammography.part import part_of, terms_of
from policy.application import CertificateKind
from policy.dates import add_months, end_of_day, local_day
from policy.edition import Edition
from policy.facts import Deadline, Stage
from policy.messages import ExtendProvisionalCertificate, GrantInterimAccreditation, RecordMqsaCertificate
from policy.rules import refuse
from policy.words import day_in_words

REVIEWED = (Stage.REVIEW, Stage.OPTIONS, Stage.APPEAL)
"""The stages in which the materials of an attempt have been submitted."""


def days_left(certificate: CertificateFact, at: datetime, terms: Edition) -> int:
    """Return the days left on a certificate on the day of an instant: its last day less that day."""
    return (certificate.expires_on - local_day(at, terms.zone)).days


def days_left_at_report(facts: CycleFacts, terms: Edition) -> int | None:
    """Return the days that were left on the day of the newest report, or of its appeal's result; None: not known.

    The day is fixed, so that what a letter offers stays what the form takes (decided).
    """
    reported, own = facts.reported, facts.mammography
    if own is None or own.certificate is None or reported is None or reported.reported_at is None:
        return None
    decided_at = reported.appeal.decided_at if reported.appeal else None
    return days_left(own.certificate, decided_at or reported.reported_at, terms)


def provisional_until(accepted_at: datetime, terms: Edition) -> date:
    """Return the last day of a new facility's provisional certificate: 6 months after its acceptance (42 USC 263b)."""
    return add_months(local_day(accepted_at, terms.zone), terms_of(terms).provisional.value)


def extended_until(certificate: CertificateFact, terms: Edition) -> date:
    """Return the last day of a provisional certificate that is extended: 90 days later (42 USC 263b)."""
    return certificate.expires_on + timedelta(days=terms_of(terms).provisional_extension.value)


def interim_until(certificate: CertificateFact, terms: Edition) -> datetime:
    """Return the end of interim accreditation: 45 days after the certificate's last day (AS/11000051609)."""
    return end_of_day(certificate.expires_on + timedelta(days=terms_of(terms).interim.value), terms.zone)


def judge_record(facts: CycleFacts, terms: Edition, message: RecordMqsaCertificate, at: datetime) -> None:
    """Judge a certificate that is told: one that has not run out.

    Raises:
        Refused: `mammography.other_modality` or `mqsa_certificate.past`.
    """
    part_of(facts, terms)
    if message.expires_on < local_day(at, terms.zone):
        raise refuse(
            "mqsa_certificate.past",
            f"The certificate ended on {day_in_words(message.expires_on)}.",
            "Send the certificate that is in force; without one the unit must not be used.",
        )


def bridged(own: MammographyFacts, message: RecordMqsaCertificate) -> bool:
    """Return whether interim accreditation runs on: the certificate that is told ends no later than the one on file."""
    on_file = own.certificate
    return own.interim_until is not None and on_file is not None and message.expires_on <= on_file.expires_on


def extension_used(own: MammographyFacts) -> bool:
    """Return whether the one extension was used: a certificate that is told later, or again, brings no other one."""
    return own.certificate is not None and own.certificate.extended


def judge_extension(
    facts: CycleFacts, terms: Edition, _message: ExtendProvisionalCertificate, at: datetime
) -> CertificateFact:
    """Return the provisional certificate that is extended, once and before it has run out.

    Raises:
        Refused: `mammography.other_modality` or `mqsa_certificate.*`.
    """
    certificate = _on_file(part_of(facts, terms))
    if certificate.kind is not CertificateKind.PROVISIONAL:
        raise refuse(
            "mqsa_certificate.not_provisional",
            "The certificate on file is a full one.",
            "A full certificate is renewed; interim accreditation can bridge its end.",
        )
    if certificate.extended:
        raise refuse("mqsa_certificate.extended_before", "The provisional certificate has been extended before.")
    if days_left(certificate, at, terms) < 0:
        raise refuse(
            "mqsa_certificate.past", f"The provisional certificate ended on {day_in_words(certificate.expires_on)}."
        )
    return certificate


def judge_interim(
    facts: CycleFacts, terms: Edition, _message: GrantInterimAccreditation, at: datetime
) -> CertificateFact:
    """Return the certificate whose end interim accreditation bridges (AS/11000051609).

    Only for a facility that was fully accredited before, whose materials have been submitted, that was on time so far,
    and when 14 days or less remain; once.

    Raises:
        Refused: `mammography.other_modality`, `mqsa_certificate.not_on_file` or `interim.*`.
    """
    own = part_of(facts, terms)
    certificate, limit = _on_file(own), terms_of(terms).interim_decided.value
    if own.interim_granted or own.interim_until is not None:
        raise refuse("interim.granted_before", "Interim accreditation has been granted in this case before.")
    if facts.application.kind != "renewal" or certificate.kind is not CertificateKind.FULL:
        raise refuse(
            "interim.not_accredited_before",
            "Only a facility that was fully accredited before gets interim accreditation.",
            "A provisional certificate can be extended once instead.",
        )
    if facts.stage not in REVIEWED:
        raise refuse(
            "interim.materials_missing",
            f"The testing materials have not been submitted; the case is in the stage {facts.stage.words}.",
            "Have the testing package submitted first.",
        )
    if late := [d.name for d in facts.deadlines if d.name in ("testing_package", "option_form") and _late(d)]:
        raise refuse("interim.late", f"The facility was not on time: {late[0].replace('_', ' ')}.")
    left = days_left(certificate, at, terms)
    if left > limit:
        day = day_in_words(certificate.expires_on - timedelta(days=limit))
        raise refuse(
            "interim.too_early",
            f"{left} days are left on the certificate; it is decided when {limit} days or less remain.",
            f"Decide it from {day} on.",
        )
    if left < 0:
        raise refuse("mqsa_certificate.past", f"The certificate ended on {day_in_words(certificate.expires_on)}.")
    return certificate


def _late(deadline: Deadline) -> bool:
    return deadline.met is False or bool(deadline.extended_from)


def _on_file(own: MammographyFacts) -> CertificateFact:
    if own.certificate is None:
        raise refuse(
            "mqsa_certificate.not_on_file",
            "No MQSA certificate is on file.",
            "Send it with the message record_mqsa_certificate.",
        )
    return own.certificate
