"""Which rules hold: the edition of a program that has a name, or that was in force on a day."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from policy.dates import local_day
from policy.designation.edition import DicoeEdition, dicoe_edition_named
from policy.edition import Edition, EditionError, Rules, edition_named
from policy.editions import own as own_editions
from policy.editions.own import NONE, OwnEditions
from policy.office import Editions, OfficeSettings
from records.tables import CaseRecord

DICOE = own_editions.DICOE
UTC_DAY = ZoneInfo("UTC")
SHIPPED = Editions()
"""The editions of an office that has none of its own and has adopted nothing."""


def rules_at(program: str, at: datetime, modality: str | None = None, editions: Editions = SHIPPED) -> Rules:
    """Return the edition of a program (and modality) in force at an instant, on the day that it was at the office.

    `editions`: which editions the office has, and which it has adopted.

    Raises:
        EditionError: None was.
    """
    latest = rules_in_force(program, local_day(at, UTC_DAY) + timedelta(days=1), modality, editions)
    return rules_in_force(program, local_day(at, latest.zone), modality, editions)


def rules_of(case: CaseRecord, at: datetime, office: OfficeSettings) -> Rules:
    """Return the edition that a case carries; before it has resolved one, that of the day.

    Raises:
        EditionError: None was in force.
    """
    try:
        return rules_named(case.program, case.edition or "", office.editions.own)
    except EditionError:
        return rules_in_force(case.program, local_day(at, office.zone), case.modality, office.editions)


def rules_in_force(program: str, on: date, modality: str | None = None, editions: Editions = SHIPPED) -> Rules:
    """Return the edition of a program (and modality) that was in force on a day, at an office with these editions.

    Raises:
        EditionError: None was.
    """
    return editions.in_force(program, on, modality)


def rules_named(program: str, name: str, own: OwnEditions = NONE) -> Rules:
    """Return the edition of a program that has a name; `own`: the office's own editions.

    Raises:
        EditionError: None has it.
    """
    if program == DICOE:
        return dicoe_rules_named(name, own)
    found = edition_named(program, name) or own.named(program, name)
    if found is None:
        raise EditionError(f"no edition of {program} is called {name}")
    return found


def edition_carried(name: str | None, own: OwnEditions) -> Edition | None:
    """Return the edition that a case of accreditation carries, shipped or the office's own; None: it is not known."""
    try:
        found = rules_named("accreditation", name or "", own)
    except EditionError:
        return None
    return found if isinstance(found, Edition) else None


def dicoe_rules_named(name: str, own: OwnEditions = NONE) -> DicoeEdition:
    """Return the edition of the designation's rules that has a name; `own`: the office's own editions.

    Raises:
        EditionError: None has it.
    """
    found = dicoe_edition_named(name) or own.named(DICOE, name)
    if not isinstance(found, DicoeEdition):
        raise EditionError(f"no edition of {DICOE} is called {name}")
    return found
