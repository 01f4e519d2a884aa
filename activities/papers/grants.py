"""What certificates and designation documents say."""

from typing import Any

from activities.billing import address_lines
from activities.papers.making import Making, areas, common, corrected, labels
from policy.application import AreaKind
from policy.rules import RADIATION_ONCOLOGY
from records.papers import notices_of_kinds, papers
from records.words import PaperKind


def certificate(making: Making) -> dict[str, Any]:
    """Return what a certificate says: for which modules and patient types, counted from when, until when.

    A phantom is what a unit is tested with, not what it is accredited in: it is listed only where nothing else is.
    """
    case = making.case
    known = areas(case)
    granted = making.told("areas") or [area for area in known if area not in (making.told("withdrawn") or [])]
    listed = [known.get(area, {"id": area, "kind": None, "label": area}) for area in granted]
    clinical = [area for area in listed if area["kind"] != AreaKind.PHANTOM]
    surveyed = {"sites": True} if case.modality == RADIATION_ONCOLOGY else {}
    return (
        common(making)
        | corrected(making, PaperKind.CERTIFICATE)
        | surveyed
        | {
            "areas": clinical or listed,
            "withdrawn": labels(case, making.told("withdrawn")),
            "granted": making.day(making.told("granted_at") or making.notice.at),
            "counts_from": making.day(making.told("counts_from")),
            "expires": making.last(making.told("expires_at")),
            "expires_at": making.told("expires_at"),
            "cycle": case.cycle,
        }
    )


def designation(making: Making) -> dict[str, Any]:
    """Return what a designation document says: every location, with the day since which it belongs.

    Where locations were added, or something was renamed, the document is issued anew and names the one whose place it
    takes. A location stands there as it is called now.
    """
    case, session = making.case, making.session
    grants = notices_of_kinds(session, case.case_id, ["designated", "locations_added"], making.notice.number)
    term = next((notice.facts for notice in reversed(grants) if notice.kind == "designated"), {})
    places = {place["id"]: place for place in case.application.get("locations") or [] if place.get("id")}
    called = _called_now(making)
    since = {
        called.get(one, one): making.day(notice.at)
        for notice in reversed(grants)
        for one in notice.facts.get("areas") or []
    }
    earlier = [paper.number for paper in papers(session, case.case_id) if paper.kind == PaperKind.DESIGNATION]
    return common(making) | {
        "state": case.state,
        "counts_from": making.day(term.get("counts_from")),
        "expires": making.last(term.get("expires_at")),
        "expires_at": term.get("expires_at"),
        "locations": [
            {
                "id": place,
                "name": places.get(place, {}).get("name"),
                "address": address_lines(places.get(place, {}).get("address") or {}),
                "since": day,
            }
            for place, day in sorted(since.items(), key=lambda one: _position(one[0], list(places)))
        ],
        "replaces": earlier[-1] if earlier else None,
    }


def _called_now(making: Making) -> dict[str, str]:
    """Return the ids that locations have now, by those that they had when they were designated."""
    changes = notices_of_kinds(making.session, making.case.case_id, ["facility_changed"], making.notice.number)
    called: dict[str, str] = {}
    for notice in changes:
        before, after = notice.facts.get("former_id"), notice.facts.get("new_id")
        if notice.facts.get("location") and before and after:
            called = {first: after if now == before else now for first, now in called.items()} | {before: after}
    return called


def _position(place: str, order: list[str]) -> int:
    return order.index(place) if place in order else len(order)
