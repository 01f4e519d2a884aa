"""Which values of the rules a case has still before it, by the stage in which it stands.

A case that is moved to another edition keeps what has been decided and every window that runs; of the rest it goes by
the new one. What only the opening or the grant asks for is behind a case afterwards.
"""

from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from policy.dates import add_months, days_after, end_of_day, local_day
from policy.editions.difference import Difference, differences
from policy.facts import Stage
from policy.terms.edition import Rules

OPENED = frozenset(Stage) - {Stage.CLOSED}
BEFORE_GRANT = OPENED - {Stage.ACCREDITED, Stage.DESIGNATED}
NEVER: frozenset[Stage] = frozenset()
READ_IN: dict[str, frozenset[Stage]] = {
    "covers": NEVER,
    "facility_based": NEVER,
    "fees.reminders": NEVER,
    "fees.expires": frozenset({Stage.APPLICATION}),
    "modules": NEVER,
    "patient_types": NEVER,
    "published_fees": NEVER,
    "eligibility": OPENED,
    "tiers": BEFORE_GRANT,
    "additions": OPENED,
    "testing": BEFORE_GRANT,
    "option_form": BEFORE_GRANT,
    "appeal": BEFORE_GRANT,
    "repeat": BEFORE_GRANT,
    "survey": BEFORE_GRANT,
    "withdrawal": BEFORE_GRANT,
    "supplemental_review": BEFORE_GRANT,
    "documents": BEFORE_GRANT,
    "certificate.renewal_reminders": OPENED,
    "certificate.renewal_application": OPENED,
    "certificate": BEFORE_GRANT,
    "designation.renewal_reminders": OPENED,
    "designation.renewal_application": OPENED,
    "designation": BEFORE_GRANT,
}
"""In which stages a case that has opened may still ask for a value: by its name, else by its table's; else in all of
them, so that what is new here is never left out. What is asked for at the opening alone: never.
"""
WINDOWS = {
    "testing_package": ("testing.package",),
    "option_form": ("option_form.due",),
    "closure": ("option_form.closure",),
    "appeal": ("appeal.due",),
    "appeal_result": ("appeal.result_latest",),
    "renewal_application": ("certificate.renewal_application", "designation.renewal_application"),
    "expiry": ("certificate.term", "designation.term"),
    "mid_cycle": ("designation.mid_cycle",),
}
"""The value by which each window of a case is counted."""


def is_ahead(name: str, stage: str) -> bool:
    """Whether a case in a stage may still ask for a value."""
    stages = READ_IN.get(name, READ_IN.get(name.partition(".")[0], OPENED))
    return stage in {one.value for one in stages}


class Scope(NamedTuple):
    """What a case has tested, as far as a value may be about something else.

    Attributes:
        modality: Its modality; None: of a designation, or not known.
        uploads: Whether its images are uploaded; they are sent as CD or film otherwise.
        phantom: Whether a phantom is among its areas.
    """

    modality: str | None = None
    uploads: bool = True
    phantom: bool = True


ANYTHING = Scope()
"""Of a case of which nothing more is known than its stage."""


def differences_ahead(carried: Rules, other: Rules, stage: str, tested: Scope = ANYTHING) -> list[Difference]:
    """Return the values that a case in a stage would go by, and that are others in another edition.

    Args:
        carried: The edition that the case carries.
        other: The other one.
        stage: Where the case stands.
        tested: What it has tested; a value that is about something else makes no difference to it.
    """
    found = differences(carried, other)
    return [one for one in found if one.is_other_rule and is_ahead(one.name, stage) and _matters(one, tested)]


def _matters(one: Difference, tested: Scope) -> bool:
    """Whether a value that is another one says anything else of what a case has tested."""
    before, after = (said.value if said else None for said in (one.before, one.after))
    match one.name:
        case "testing.phantom_age":
            return tested.phantom
        case "option_form.opens_upload":
            return tested.uploads
        case "option_form.opens":  # of uploads the other value speaks, where an edition has it
            return bool(before != after)
        case "withdrawal.all_patient_types" if tested.modality:
            return (tested.modality in (before or ())) != (tested.modality in (after or ()))
    return True


def counted_anew(name: str, opens_at: datetime, due_at: datetime, carried: Rules, other: Rules) -> datetime | None:
    """Return when a window that runs would be due, were it counted by another edition.

    None where that is no other day, and where it does not follow from the value: an extension, a date of its own.

    Args:
        name: The window's name, for example `testing_package`.
        opens_at: The instant from which it counts.
        due_at: When it is due as it stands.
        carried: The edition that the case carries.
        other: The other one.
    """
    for value in WINDOWS.get(name, ()):
        if value in carried.provisions() and value in other.provisions():
            before, after = (_due(value, opens_at, rules) for rules in (carried, other))
            return after if before == due_at and after != due_at else None
    return None


def _due(name: str, opens_at: datetime, rules: Rules) -> datetime | None:
    provision, zone = rules.provisions()[name], rules.zone
    if provision.unit.startswith("days"):
        return days_after(opens_at, provision.value, zone)
    if provision.unit.startswith("months"):
        return _months_after(opens_at, provision.value, zone)
    return opens_at + timedelta(hours=provision.value) if provision.unit.startswith("hours") else None


def _months_after(opens_at: datetime, months: int, zone: ZoneInfo) -> datetime:
    return end_of_day(add_months(local_day(opens_at, zone), months), zone)
