"""An application, or a part of one, field by field, where the model of a message only says that it holds one.

A correction is asked as the application stands and told as what was changed in it (a JSON merge patch); a renewal is
asked as the application stands, filled in; a location has the application's fields.
"""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from policy.application import Modality
from policy.case_rules import FIXED as FIXED_IN_CYCLE
from policy.designation.application import Location
from policy.designation.judgement import FIXED as FIXED_IN_DESIGNATION
from policy.identity import program_of_id
from policy.messages import AddLocations, AmendApplication, Message, StartRenewal
from policy.status import CaseStatus
from portal.forms.entries import Entry, group_of, rows_of
from portal.forms.typed import filled, values_of
from records.words import Program
from services.errors import InputFault, Unusable
from services.programs import PROGRAMS

CHANGES, APPLICATION, LOCATIONS = "changes", "application", "locations"
KNOWN = ("program", "kind")
"""What a renewal's application says without being asked."""
NOT_AGAIN = ("payment", "application_id")
"""What another application does not take over: a payment pays once, and it has an id of its own."""


def shapes_of(model: type[Message], case: CaseStatus) -> dict[str, Entry]:
    """Return the fields of a message, by name, that are asked in the shape of the case's application."""
    if model is AddLocations:
        return {LOCATIONS: locations_entry()}
    program, modality = _program(case), (case.application or {}).get("modality")
    of_others = () if modality == Modality.MAMMOGRAPHY else ("mqsa",)
    if model is AmendApplication:
        fixed = (*(FIXED_IN_DESIGNATION if program == Program.DICOE else FIXED_IN_CYCLE), *of_others)
        told = "The application as it stands. Change what is wrong; what makes the case what it is cannot be changed."
        return {CHANGES: group_of(PROGRAMS[program], CHANGES, "The application, corrected", told, without=fixed)}
    if model is StartRenewal:
        told = "As it stands, for a renewal. Change what is no longer so; the payment sheet is a new one."
        return {
            APPLICATION: group_of(PROGRAMS[program], APPLICATION, "The application", told, without=(*KNOWN, *of_others))
        }
    return {}


def locations_entry() -> Entry:
    """Return the locations of a message as rows with the fields that the application's have."""
    return rows_of(Location, LOCATIONS, "Locations", "Each location as the application describes one.")


def values_before(model: type[Message], case: CaseStatus) -> dict[str, Any]:
    """Return what of the application is filled in before."""
    standing = dict(case.application or {})
    if model is AmendApplication:
        return {CHANGES: standing}
    if model is StartRenewal:
        return {APPLICATION: {name: value for name, value in standing.items() if name not in NOT_AGAIN}}
    return {}


def as_message(model: type[Message], values: Mapping[str, Any], case: CaseStatus, zone: ZoneInfo) -> dict[str, Any]:
    """Return the values of a form as the message says them: a correction as what changes, a renewal with its kind.

    Args:
        model: Which message.
        values: What stands in its form.
        case: The case, as the form was asked for.
        zone: The office's.

    Raises:
        Unusable: A correction changes nothing.
    """
    said = dict(values)
    if model is AmendApplication:
        entry = shapes_of(model, case)[CHANGES]
        before = values_of([entry], filled([entry], values_before(model, case), zone), zone)
        said[CHANGES] = patch_of(before.get(CHANGES) or {}, said.get(CHANGES) or {})
        if not said[CHANGES]:
            raise Unusable(
                [InputFault("", CHANGES, "the application as it stands", "one field that is changed at least")]
            )
    elif model is StartRenewal:
        said[APPLICATION] = {"program": _program(case), "kind": "renewal", **(said.get(APPLICATION) or {})}
    return said


def patch_of(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON merge patch (RFC 7386) that makes one object of another; empty where they are the same."""
    patch: dict[str, Any] = {name: None for name in before if name not in after}
    for name, value in after.items():
        old = before.get(name)
        if isinstance(old, Mapping) and isinstance(value, Mapping):
            if inner := patch_of(old, value):
                patch[name] = inner
        elif old != value:
            patch[name] = value
    return patch


def _program(case: CaseStatus) -> str:
    return program_of_id(case.case) or Program.ACCREDITATION
