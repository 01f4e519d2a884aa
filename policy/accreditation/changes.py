"""What changes about an accredited unit while its certificate runs: people, place, another unit.

None of it changes the certificate by itself: it flags the case, and somebody at the office looks.
"""

from datetime import date, datetime

from policy.accreditation.cycle import CycleFacts
from policy.accreditation.mammography.relocation import relocation_due
from policy.application import ContactRole, Modality
from policy.dates import add_months, last_day, local_day
from policy.edition import Edition
from policy.facts import Stage
from policy.keeping.pausing import MOST_FOLLOW_UPS, day_named
from policy.messages import (
    Message,
    ReportAddedUnit,
    ReportLoanerUnit,
    ReportPersonnelChange,
    ReportRelocation,
    ReportReplacedUnit,
)
from policy.rules import refuse
from policy.words import day_in_words, due_in_words, either, spoken

BEFORE = 13
"""The months that count in a case whose edition does not say them: the editions of before have no such value."""
ADDED, RENEWED_EARLY = ("addendum", "reinstatement"), ("early_renewal",)
"""How another unit may be accredited: where more months are left, and otherwise."""
RETESTED = {Modality.NUCLEAR_MEDICINE, Modality.PET, Modality.CT, Modality.MRI}
"""Modalities in which a move asks for a phantom and a physicist's evaluation (AS/11000051012)."""
FOLLOWS = {
    "addendum": "The unit is tested by itself, and its certificate ends with the one that runs.",
    "reinstatement": "All units are tested anew at the full fee, and three new years begin.",
    "early_renewal": "All units are renewed early, at the full fee and with full testing.",
}
OFFICE_DECIDES = {
    "replaced": "What becomes of the certificate of the unit that is replaced the office decides.",
    "loaner": "Whether the loaner is tested while it is lent the office decides; it asks when the loan is over.",
}
"""What no text at hand says."""


def _judge_accredited(facts: CycleFacts, message: Message) -> None:
    if facts.stage is not Stage.ACCREDITED:
        raise refuse(
            "case.wrong_stage",
            f"The message {spoken(message.NAME)} is about an accredited unit; "
            f"the case is in the stage {facts.stage.words}.",
            "Let the office amend the application.",
        )


def judge_personnel(facts: CycleFacts, message: ReportPersonnelChange) -> list[str]:
    """Judge that somebody has left whom the application lists.

    Returns:
        A warning that letters do not reach the replacement yet: addresses stand in applications alone.

    Raises:
        Refused: `case.wrong_stage` or `personnel.unknown_person`.
    """
    _judge_accredited(facts, message)
    role = ContactRole(message.role)
    if facts.folded(message.left) not in facts.listed(role):
        raise refuse(
            "personnel.unknown_person",
            f"The application lists no {spoken(role)} {message.left}.",
            "Name the person as the application does.",
        )
    reached = "Letters do not reach the replacement before the office has put an e-mail address into the application."
    return [reached] if message.replacement else []


def judge_relocation(facts: CycleFacts, terms: Edition, message: ReportRelocation, at: datetime) -> list[str]:
    """Judge that an accredited unit moves.

    Returns:
        What the facility must expect, as warnings.

    Raises:
        Refused: `case.wrong_stage`.
    """
    _judge_accredited(facts, message)
    expected = ["A relocation application follows; the office tells whether a fee is due."]
    if due_at := relocation_due(day_named(message.on, at, terms.zone), terms):
        told = "It must be complete by" if due_at >= at else "It had to be complete by"
        expected.append(f"{told} {due_in_words(due_at, terms.zone)}.")
    if facts.application.modality in RETESTED:
        expected.append("A phantom and the medical physicist's evaluation are asked for at the new place.")
    return expected


def judge_added_unit(
    facts: CycleFacts, terms: Edition, message: ReportAddedUnit | ReportReplacedUnit, at: datetime
) -> list[str]:
    """Judge in which way another unit is accredited, by the months that are left on the certificate.

    In mammography they are left on the MQSA certificate (AC/11000051008), where one is on file.

    Returns:
        What follows from the way, as a warning.

    Raises:
        Refused: `case.wrong_stage` or `unit.way_not_open`.
    """
    _judge_accredited(facts, message)
    today, last, months = local_day(at, terms.zone), _ends_on(facts, terms), months_above(terms)
    ways = ways_of_adding(today, last, months)
    if message.way not in ways:
        left = "more than" if ways == ADDED else "not more than"
        raise refuse(
            "unit.way_not_open",
            f"On {day_in_words(today)} {left} {months} months are left until {day_in_words(last)}.",
            f"Choose {either(spoken(way) for way in ways)}.",
        )
    return [FOLLOWS[message.way]]


def _ends_on(facts: CycleFacts, terms: Edition) -> date:
    """Return the last day of the certificate that decides about another unit."""
    own = facts.mammography.certificate if facts.mammography and terms.units else None
    if own is not None:
        return own.expires_on
    if facts.certificate is None:
        raise refuse("case.wrong_stage", "The unit has no certificate.")
    return last_day(facts.certificate.expires_at, terms.zone)


def months_above(terms: Edition) -> int:
    """Return how many months must be exceeded on a certificate for a unit to be added to it (AC/11000051007)."""
    value = terms.units.added_above if terms.units else None
    return value.value if value else BEFORE


def ways_of_adding(today: date, last: date, months: int) -> tuple[str, ...]:
    """Return how another unit can be accredited on a day.

    Args:
        today: The day.
        last: The last day of the certificate.
        months: More than so many must be left for it to be added; exactly so many are not more (decided).
    """
    return ADDED if last > add_months(today, months) else RENEWED_EARLY


def judge_replaced_unit(facts: CycleFacts, terms: Edition, message: ReportReplacedUnit, at: datetime) -> list[str]:
    """Judge in which way a unit is accredited that takes the place of the accredited one: as any other new unit.

    The article on new, replacement and loaner units (AC/11000051007) names the ways of a new unit; what becomes of the
    certificate of the unit that goes it does not say as far as it could be read.

    Returns:
        What follows from the way, and what the office decides, as warnings.

    Raises:
        Refused: `case.wrong_stage` or `unit.way_not_open`.
    """
    return [*judge_added_unit(facts, terms, message, at), OFFICE_DECIDES["replaced"]]


def judge_loaner_unit(facts: CycleFacts, terms: Edition, message: ReportLoanerUnit, at: datetime) -> list[str]:
    """Judge the days of a loan: it ends after it has begun, on a day that is still to come.

    Returns:
        What the office decides, as a warning.

    Raises:
        Refused: `case.wrong_stage`, `unit.loan_days` or `note.too_many`.
    """
    _judge_accredited(facts, message)
    begins, ends = (day_named(on, at, terms.zone) for on in (message.begins_on, message.ends_on))
    if ends < begins or ends <= local_day(at, terms.zone):
        raise refuse(
            "unit.loan_days",
            f"The loaner is said to be there from {day_in_words(begins)} to {day_in_words(ends)}, "
            f"and it is {day_in_words(local_day(at, terms.zone))}.",
            "Give a last day that is still to come and not before the first one.",
        )
    if len(facts.follow_ups) >= MOST_FOLLOW_UPS:
        reason = f"{MOST_FOLLOW_UPS} days of this case are kept in mind already."
        raise refuse("note.too_many", reason, "Let the office resolve some of them first (resolve_attention).")
    return [OFFICE_DECIDES["loaner"]]
