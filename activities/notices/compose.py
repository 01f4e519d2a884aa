"""Write a notice: the text of its kind, filled with what is known of the case and with the notice's own facts."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from activities.notices.filters import FILTERS
from activities.notices.index import TEXTS, book_of, index_of
from activities.notices.layout import as_line, as_page, as_text, as_value, unescaped
from activities.notices.on_file import on_file
from activities.terms import DICOE, rules_of
from policy.application import AreaKind, Modality, responsible_physician
from policy.facts import UNHELD, Stage
from policy.fees import is_abroad, title
from policy.identity import SITE
from policy.office import OfficeSettings
from policy.status import OFFICE_WINDOWS
from policy.words import spoken
from records.tables import CaseRecord, Deadline

EMPTY: tuple[Any, ...] = (None, "", [], {})
"""Facts that say nothing; a text treats them as missing."""


class Words(NamedTuple):
    """What a notice says.

    Attributes:
        subject: Its subject line.
        body: Its text.
        html: The same as a page.
        dues: The due instants that it names, in their order.
    """

    subject: str
    body: str
    html: str
    dues: tuple[datetime, ...]


class NotWritten(Exception):
    """A text is missing, has a mistake, or cannot make sense of a fact. Trying again does not help, mending it does."""


def compose(
    kind: str,
    case: CaseRecord,
    facts: dict[str, Any],
    at: datetime,
    office: OfficeSettings,
    deadlines: Sequence[Deadline] = (),
    *,
    preview: bool = False,
) -> Words:
    """Write a notice.

    Args:
        kind: Its kind, as in `index.toml`.
        case: The case that it is about.
        facts: What its text needs beside the case; what is missing is left out of the text.
        at: The instant as of which it counts.
        office: Who writes, and the zone of its dates.
        deadlines: The case's deadlines in their order, so that a text can name the windows that run.
        preview: Whether it is only to be looked at, and says so.

    Raises:
        NotWritten: There is no such kind, or its text cannot be filled; the message says where and why.
    """
    known = index_of(book_of(case)).kinds.get(kind)
    if known is None:
        raise NotWritten(f"no kind of notice is called {kind!r} in activities/notices")
    try:
        context = {name: value for name, value in facts.items() if value not in EMPTY}
        context |= _context(case, at, office)
        rules = rules_of(case, at, office)
        if "rule" in context and "source" in context:  # another body's letters cite no article that it has not written
            context["source"] = rules.where(context["rule"], context["source"])
        context |= {"windows": _windows(deadlines, at), "unheld": UNHELD, "terms": rules, "body": rules.words.body}
        context |= {"tier_is_full": _tier_is_full(context), "mqsa": getattr(context["terms"], "mammography", None)}
        context |= _found(context) | {"audience": known.audience.value, "dues": [], "preview": preview}
        texts = _environment()
        subject = as_line(unescaped(_subject(known.subject).render(context)))
        context["dues"].clear()  # what the subject names, the text names too
        filled = unescaped(texts.select_template([f"{book_of(case)}/{kind}.txt", f"{kind}.txt"]).render(context))
        html = as_page(texts, filled, **context, subject=subject)
    except Exception as error:  # a text is data: whatever it stumbles over is a mistake in it or in a fact
        raise NotWritten(f"the text {kind}.txt cannot be filled: {type(error).__name__}: {error}") from error
    return Words(subject, as_text(filled), html, tuple(dict.fromkeys(context["dues"])))


def unit_in_words(case: CaseRecord) -> str:
    """Return what is accredited: `CT unit CT-1`, or the modality alone where the facility's service is tested."""
    if case.modality is None:
        return f"designation in {case.state}" if case.state else case.subject
    name = title(Modality(case.modality))
    return name if case.unit in (None, SITE) else f"{name} unit {case.unit}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEXTS),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=True,  # tells the values apart from what macros write; no text goes out with escapes
        finalize=as_value,
    )
    environment.filters.update(FILTERS)
    return environment


@cache
def _subject(text: str) -> Template:
    """Return a subject line of `index.toml` as a template; there are a few dozen."""
    return _environment().from_string(text)


def _physician(case: CaseRecord) -> str:
    """Return who answers for what a case is about, as its book calls whoever the application lists as that."""
    role = responsible_physician(Modality(case.modality) if case.modality else None)
    return index_of(book_of(case)).words["role"].get(role, spoken(role))


def _context(case: CaseRecord, at: datetime, office: OfficeSettings) -> dict[str, Any]:
    """Return what is known of every case."""
    holder: dict[str, Any] = case.application.get("facility") or case.application.get("practice") or {}
    return {
        "case_id": case.case_id,
        "book": book_of(case),
        "facility": case.facility_name or case.facility_id,
        "unit": unit_in_words(case),
        "medium": case.application.get("medium"),
        "physician": _physician(case),
        "area_names": {area["id"]: _area_in_words(area) for area in _areas(case)},
        "area_kinds": {area["id"]: area.get("kind") for area in _areas(case)},
        "location_names": _location_names(case),
        "abroad": is_abroad(_country(case)),
        "contacts": holder.get("contacts") or [],
        "on_file": on_file(case.application),
        "accredited": case.stage == Stage.ACCREDITED,
        "office": _office(case, office),
        "survey_focus": office.dicoe.survey_focus,
        "assessment_areas": office.dicoe.assessment_areas,
        "zone": office.zone,
        "at": at,
    }


def _country(case: CaseRecord) -> str | None:
    """Return the country of a practice, or of a facility."""
    address = (case.application.get("facility") or {}).get("address") or {}
    return case.application.get("country") or address.get("country")


def _location_names(case: CaseRecord) -> dict[str, str]:
    """Return how the locations of a designation are called: `Sample Imaging at Location 1 (OH-4101)`."""
    locations: list[dict[str, Any]] = case.application.get("locations") or []
    return {place["id"]: f"{place.get('name') or 'Location'} ({place['id']})" for place in locations if place.get("id")}


def _office(case: CaseRecord, office: OfficeSettings) -> dict[str, str]:
    """Return whom to call: the designation program has a phone and an e-mail of its own."""
    contact = office.office
    of_program = contact.dicoe_how_to_send if case.program == DICOE else ""
    return office.issuer_of(case.program).model_dump() | {
        "hours": contact.hours,
        "how_to_send": of_program or contact.how_to_send,
    }


def _windows(deadlines: Sequence[Deadline], at: datetime) -> dict[str, Deadline]:
    """Return, by name, the newest deadline that runs at an instant or begins later; of the office's own none."""
    return {
        deadline.name: deadline
        for deadline in deadlines
        if deadline.met is None and not deadline.over and deadline.due_at > at and deadline.name not in OFFICE_WINDOWS
    }


def _areas(case: CaseRecord) -> list[dict[str, Any]]:
    units: list[dict[str, Any]] = case.application.get("units") or []
    return [area for unit in units for area in unit.get("areas") or []]


def _area_in_words(area: dict[str, Any]) -> str:
    described = ", ".join(area[part] for part in ("module", "patient_type") if area.get(part))
    more = described or area.get("kind")
    return f"{area['id']} ({more})" if more else str(area["id"])


def _tier_is_full(context: dict[str, Any]) -> bool:
    """Return whether a designation has as many locations as its tier: no more can be added to it."""
    tiers = getattr(context["terms"], "tiers", None)
    return tiers is not None and not context["abroad"] and len(context["location_names"]) in tiers.caps.value


def _found(context: dict[str, Any]) -> dict[str, Any]:
    """Return what texts say of findings: which areas failed, by what they are tested with, and equipment concerns."""
    findings: list[dict[str, Any]] = context.get("findings", [])
    failed = [finding for finding in findings if not finding.get("acceptable")]
    kinds = context["area_kinds"]
    return {
        "failed": failed,
        "failed_phantom": [f for f in failed if kinds.get(f.get("area")) == AreaKind.PHANTOM],
        "concerns": [f for f in failed if f.get("equipment_concern")],
    }
