"""Instants, people, stages and areas in words, as every answer and label of a case writes them.

The words that a case itself uses stand here and not with its facts: whoever only shows a case needs no more.
"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from policy.dates import last_day, local_day, start_of_day

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def day_in_words(day: date) -> str:
    """Return a date in words, for example `3 June 2027`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def zone_in_words(instant: datetime, zone: ZoneInfo) -> str:
    """Return the zone's short name; the programs' pages write ET for both of New York's."""
    return "ET" if zone.key == "America/New_York" else (instant.astimezone(zone).tzname() or zone.key)


def instant_in_words(instant: datetime, zone: ZoneInfo) -> str:
    """Return an instant on the office's clock, for example `3 June 2027, 09:00 ET`."""
    local = instant.astimezone(zone)
    return f"{day_in_words(local.date())}, {local:%H:%M} {zone_in_words(instant, zone)}"


def due_in_words(due_at: datetime, zone: ZoneInfo) -> str:
    """Return a due instant, for example `27 May 2027, 24:00 ET`: midnight belongs to the day that it ends."""
    if due_at != start_of_day(local_day(due_at, zone), zone):
        return instant_in_words(due_at, zone)
    return f"{day_in_words(last_day(due_at, zone))}, 24:00 {zone_in_words(due_at, zone)}"


def listed(things: Iterable[str]) -> str:
    """Return things as a list in a sentence: `a`, `a and b`, `a, b and c`."""
    *most, last = list(things) or ["nothing"]
    return f"{', '.join(most)} and {last}" if most else last


_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def ordinal(number: int) -> str:
    """Return which one of several it is, for example `third`; from the eleventh on with a figure."""
    return _ORDINALS[number - 1] if 0 < number <= len(_ORDINALS) else f"{number}th"


def spoken(name: str) -> str:
    """Return a name of the programs as people say it: `view final report` for `view_final_report`."""
    return name.replace("_", " ")


def titled(name: str) -> str:
    """Return a window's name as a line begins with it: `Option form`, `MQSA certificate`."""
    return spoken(name).capitalize().replace("Mqsa", "MQSA").replace("Fda", "FDA")


def role_in_words(role: str, body: str = "ACR") -> str:
    """Return the role of somebody in a survey team as people say it: `ACR staff technologist`, by the body's name."""
    return spoken(role).replace("acr ", f"{body} ")


def either(things: Iterable[str]) -> str:
    """Return things as a choice in a sentence: `a`, `a or b`, `a, b, or c`."""
    *most, last = list(things) or ["nothing"]
    comma = "," if len(most) > 1 else ""
    return f"{', '.join(most)}{comma} or {last}" if most else last


def dollars(amount: Decimal) -> str:
    """Return an amount as an invoice prints it, for example $2,900.00."""
    return f"${amount:,.2f}"


PARTIES = {"acr": "the office", "facility": "the facility", "surveyor": "the surveyors"}
"""Who acts, or is awaited; a role that is not here is the facility's, and named as it is."""


def party(by: str) -> str:
    """Return who acted or is awaited, in words."""
    return PARTIES.get(by) or by.replace("_", " ")


def outcome_words(outcome: str) -> str:
    """Return how a case ended, for example `closed by the office` for `closed_by_acr`."""
    words = outcome.replace("_", " ").replace("by acr", f"by {PARTIES['acr']}")
    return words.replace("non compliance", "failed for non-compliance")


class Stage(StrEnum):
    """Where a case stands: an accreditation cycle, or (application, survey, decision …) a designation."""

    APPLICATION = "application"
    TESTING = "testing"
    REVIEW = "review"
    OPTIONS = "options"
    APPEAL = "appeal"
    CORRECTIVE_ACTION = "corrective_action"
    SURVEY = "survey"
    ACCREDITED = "accredited"
    DECISION = "decision"
    DESIGNATED = "designated"
    CLOSED = "closed"

    @property
    def words(self) -> str:
        """Return it as people say it: `corrective action`."""
        return spoken(self.value)


class Outcome(StrEnum):
    """How a case ended."""

    EXPIRED = "expired"
    RENEWED = "renewed"
    WITHDRAWN = "withdrawn"
    NOT_GRANTED = "not_granted"
    NOT_DESIGNATED = "not_designated"
    INACTIVE = "inactive"
    NON_COMPLIANCE = "non_compliance"
    CLOSED_BY_ACR = "closed_by_acr"
    REVOKED = "revoked"

    @property
    def words(self) -> str:
        """Return it as people say it: `not granted`, `closed by the office`."""
        return outcome_words(self.value)


class Party(StrEnum):
    """Who is awaited."""

    FACILITY = "facility"
    ACR = "acr"
    SURVEYOR = "surveyor"


class Role(StrEnum):
    """In which role somebody speaks: for the facility (six roles) or for the office (`acr`).

    A lead interpreting physician answers for a mammography facility, as a supervising physician does elsewhere.
    """

    FACILITY = "facility"
    SUPERVISING_PHYSICIAN = "supervising_physician"
    MEDICAL_PHYSICIST = "medical_physicist"
    ADMINISTRATOR = "administrator"
    TECHNOLOGIST = "technologist"
    LEAD_INTERPRETING_PHYSICIAN = "lead_interpreting_physician"
    ACR = "acr"


class SurveyRole(StrEnum):
    """In which role somebody surveys; `acr_staff` is for designations, where a staff technologist counts as well."""

    RADIOLOGIST = "radiologist"
    RADIATION_ONCOLOGIST = "radiation_oncologist"
    MEDICAL_PHYSICIST = "medical_physicist"
    ACR_STAFF_TECHNOLOGIST = "acr_staff_technologist"
    ACR_STAFF = "acr_staff"


TAKEN_BACK = "taken_back"
"""How an accreditation ended whose certificate a correction took back: its case goes on without one."""
