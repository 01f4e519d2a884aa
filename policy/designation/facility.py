"""A practice or one of its locations is renamed, moves, merges with another one or is taken over."""

from typing import NamedTuple

from policy.designation.application import DicoeApplication, Location, Practice
from policy.designation.edition import DicoeEdition
from policy.designation.facts import DesignationFacts
from policy.keeping.facility import Called, called_after
from policy.messages import ChangeFacility
from policy.names import same_token
from policy.rules import refuse


class Changed(NamedTuple):
    """What a change leaves of an application.

    Attributes:
        application: The application.
        added: The locations that were added since, by their additions' numbers.
        of_practice: Whether the practice itself has changed.
        moved: The ids of a location before and after; None: no location has changed.
        both: Whether the one that a location has become part of is a location of the designation itself: it keeps its
            id then, and the office decides which of them stays.
    """

    application: DicoeApplication
    added: dict[int, list[Location]]
    of_practice: bool
    moved: tuple[str, str] | None
    both: bool = False


def judge_change(facts: DesignationFacts, _terms: DicoeEdition, message: ChangeFacility) -> Changed:
    """Return what a change of the practice, or of a location, leaves of a designation's application.

    Raises:
        Refused: `facility.not_in_case`, `case.wrong_stage` where there is no designation whose document could be issued
            anew, or what `called_after` refuses by.
    """
    practice = facts.application.practice or Practice()
    of_practice = same_token(practice.id or "", message.facility)
    added = {one.number: one.locations for one in facts.additions}
    places = [*facts.application.locations, *(place for some in added.values() for place in some)]
    place = next((one for one in places if same_token(one.id or "", message.facility)), None)
    if not of_practice and place is None:
        raise refuse(
            "facility.not_in_case",
            f"{message.facility} is neither the practice nor a location of this designation.",
            "Name it by the id that the case has now.",
        )
    if message.new_certificate and facts.designation is None:
        raise refuse("case.wrong_stage", "There is no designation whose document could be issued anew.")
    application = facts.application
    if of_practice:
        after = called_after(Called(practice.id, practice.name, None), message)
        if place is None and (after.id, after.name) == (practice.id, practice.name):
            reason = f"The practice {practice.id} has no address in its application, and keeps its name and id."
            raise refuse("facility.nothing_changes", reason, "Name the location that moves.")
        renamed = practice.model_copy(update={"id": after.id, "name": after.name})
        application = application.model_copy(update={"practice": renamed})
    if place is None:
        return Changed(application, added, of_practice, None)
    return _with_location(facts, application, added, message, place, of_practice=of_practice)


def _with_location(
    facts: DesignationFacts,
    application: DicoeApplication,
    added: dict[int, list[Location]],
    message: ChangeFacility,
    place: Location,
    *,
    of_practice: bool,
) -> Changed:
    """Return what is left where a location has changed too."""
    after = called_after(Called(place.id, place.name, place.address), message)
    both = after.id != place.id and any(same_token(one.id or "", after.id or "") for one in _all_ids(facts))
    if both:
        after = after._replace(id=place.id)
    changed = place.model_copy(update=after._asdict())

    def put(some: list[Location]) -> list[Location]:
        return [changed if one is place else one for one in some]

    return Changed(
        application.model_copy(update={"locations": put(application.locations)}),
        {number: put(some) for number, some in added.items()},
        of_practice,
        (place.id or "", after.id or ""),
        both,
    )


def _all_ids(facts: DesignationFacts) -> list[Location]:
    return [*facts.application.locations, *(place for one in facts.additions for place in one.locations)]
