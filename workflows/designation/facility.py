"""A practice or a location is renamed, moves, merges with another one or is taken over: the designation follows."""

from policy.designation.facility import Changed, judge_change
from policy.messages import ChangeFacility
from policy.names import same_token
from workflows.case import DesignationCase
from workflows.case.upkeep import remember_former
from workflows.designation.designated import missing_item, need_accreditation


def change_facility(case: DesignationCase, message: ChangeFacility) -> None:
    """The designation is of the practice and its locations as they are now; old papers keep the old name."""
    facts = case.facts
    changed = judge_change(facts, case.terms, message)
    former = _name_of(case, message.facility)
    facts.application = changed.application
    for addition in facts.additions:
        addition.locations = changed.added[addition.number]
    if changed.moved:
        _follow(case, *changed.moved)
    remember_former(case, message, former)
    case.outbox.application_changed = True
    _tell(case, message, changed, former)
    if changed.both:
        text = (
            f"{message.facility} has become part of {message.new_id}, and both are locations of the designation: "
            "decide which one stays"
        )
        case.need_attention(f"location.{message.facility}", "facility.both_locations", text)
    if message.new_certificate and facts.designation:
        case.notify(
            "designation_reissued",
            "facility.new_certificate",
            counts_from=facts.designation.designated_at.isoformat(),
            expires_at=facts.designation.expires_at.isoformat(),
        )


def _tell(case: DesignationCase, message: ChangeFacility, changed: Changed, former: str | None) -> None:
    new_id = changed.moved[1] if changed.moved else (message.new_id or message.facility)
    case.notify(
        "facility_changed",
        "facility.changed",
        change=message.kind,
        former_id=message.facility,
        former_name=former,
        new_id=new_id,
        new_name=_name_of(case, new_id),
        location=changed.moved is not None,
        reason=message.reason,
    )


def _name_of(case: DesignationCase, holder: str) -> str | None:
    """Return what the practice, or a location, is called now."""
    facts = case.facts
    practice = facts.application.practice
    if practice and same_token(practice.id or "", holder):
        return practice.name
    places = [*facts.application.locations, *(place for one in facts.additions for place in one.locations)]
    return next((place.name for place in places if same_token(place.id or "", holder)), None)


def _follow(case: DesignationCase, before: str, after: str) -> None:
    """Let everything that names a location name it as it is called now."""
    facts = case.facts
    for place in facts.locations:
        if place.id == before:
            place.id = after
    facts.survey.locations = [after if one == before else one for one in facts.survey.locations]
    for one in facts.missing:
        if one.facility == before and before != after:
            case.settle_attention(missing_item(before, one.modality))
            one.facility = after
            need_accreditation(case, one)
