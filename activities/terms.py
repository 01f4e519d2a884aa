"""Which rules hold: the edition of a program that has a name, or that was in force on a day."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from policy.dates import local_day
from policy.designation.edition import DicoeEdition, dicoe_edition_in_force, dicoe_edition_named
from policy.edition import NOTHING, Adopted, EditionError, Rules, edition_in_force, edition_named
from records.tables import CaseRecord

DICOE = "dicoe"
UTC_DAY = ZoneInfo("UTC")


def rules_at(program: str, at: datetime, modality: str | None = None, adopted: Adopted = NOTHING) -> Rules:
    """Return the edition of a program (and modality) in force at an instant, on the day that it was at the office.

    `adopted`: which editions the office has adopted.

    Raises:
        EditionError: None was.
    """
    latest = rules_in_force(program, local_day(at, UTC_DAY) + timedelta(days=1), modality, adopted)
    return rules_in_force(program, local_day(at, latest.zone), modality, adopted)


def rules_of(case: CaseRecord, at: datetime, zone: ZoneInfo) -> Rules:
    """Return the edition that a case carries; before it has resolved one, that of the day.

    Raises:
        EditionError: None was in force.
    """
    try:
        return rules_named(case.program, case.edition or "")
    except EditionError:
        return rules_in_force(case.program, local_day(at, zone), case.modality)


def rules_in_force(program: str, on: date, modality: str | None = None, adopted: Adopted = NOTHING) -> Rules:
    """Return the edition of a program (and modality) that was in force on a day, at an office that adopted these.

    Raises:
        EditionError: None was.
    """
    return dicoe_edition_in_force(on) if program == DICOE else edition_in_force(program, on, modality, adopted)


def rules_named(program: str, name: str) -> Rules:
    """Return the edition of a program that has a name.

    Raises:
        EditionError: None has it.
    """
    if program == DICOE:
        return dicoe_rules_named(name)
    found = edition_named(program, name)
    if found is None:
        raise EditionError(f"no edition of {program} is called {name}")
    return found


def dicoe_rules_named(name: str) -> DicoeEdition:
    """Return the edition of the designation's rules that has a name.

    Raises:
        EditionError: None has it.
    """
    found = dicoe_edition_named(name)
    if found is None:
        raise EditionError(f"no edition of {DICOE} is called {name}")
    return found
