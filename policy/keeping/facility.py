"""A facility or practice is renamed, moves, merges with another one or is taken over: what it is called from then on.

Shapes that both programs share. A case keeps its own id for life; what it says of its facility follows the change, and
what was issued before keeps the old name.
"""

from typing import NamedTuple

from policy.addresses import address_faults
from policy.application import Address
from policy.identity import is_reserved
from policy.messages import ChangeFacility
from policy.rules import refuse
from policy.words import spoken

JOINS = frozenset({"merged", "taken_over"})
"""After which a facility is part of another one, and may have its id."""


class Called(NamedTuple):
    """What a facility, practice or location is called, and where it is."""

    id: str | None
    name: str | None
    address: Address | None


def called_after(before: Called, message: ChangeFacility) -> Called:
    """Return what something is called after a change.

    Raises:
        Refused: `facility.nothing_changes`, `application.not_changeable` or `application.incomplete`.
    """
    judge_kind(message)
    given = {name: getattr(message, name).strip() for name in ("street", "city", "state", "postal_code")}
    given = {name: value for name, value in given.items() if value}
    address = before.address
    if given:
        address = (before.address or Address()).model_copy(update=given)
        _judge_address(before.address, address)
    new_id = message.new_id if message.kind in JOINS and message.new_id else before.id
    after = Called(new_id, message.name.strip() or before.name, address)
    if after == before:
        raise refuse(
            "facility.nothing_changes",
            f"Nothing of {message.facility} would be another than it is.",
            "Name what changes: a name, an address, or the id of the one that it has become part of.",
        )
    return after


def judge_kind(message: ChangeFacility) -> None:
    """Judge that a change says what its kind is about. Raises `Refused`."""
    has = {
        "renamed": bool(message.name.strip()),
        "moved": any(one.strip() for one in (message.street, message.city, message.postal_code)),
        "merged": bool(message.new_id),
        "taken_over": bool(message.new_id or message.name.strip()),
    }
    if not has[message.kind]:
        needed = {"renamed": "`name`", "moved": "its address", "merged": "`new_id`", "taken_over": "`new_id` or `name`"}
        raise refuse(
            "facility.nothing_changes",
            f"{message.facility} is said to be {spoken(message.kind)}, and not what it is from now on.",
            f"Give {needed[message.kind]}.",
        )
    if message.new_id and message.kind not in JOINS:
        raise refuse(
            "facility.nothing_changes",
            f"A facility that is {spoken(message.kind)} keeps its id.",
            "Leave `new_id` out, or say that it was merged or taken over.",
        )
    if message.new_id and is_reserved(message.new_id):
        reason = f"No facility and no practice is called {message.new_id}."
        raise refuse("application.incomplete", reason, "Name the id of the one that it belongs to now.")


def _judge_address(before: Address | None, after: Address) -> None:
    """Judge an address that a facility has from now on: in the same state, and one that a letter can carry."""
    if before and before.state and after.state != before.state:
        raise refuse(
            "application.not_changeable",
            f"It moves from {before.state} to {after.state}; the state of a running case cannot be another one.",
            "Close the case, and let the facility apply where it is now.",
        )
    if faults := [reason for _, reason in address_faults(after, "address")]:
        raise refuse("application.incomplete", " ".join(faults), "Write the address as a letter carries it.")
