"""What every paper is made from and says: the office, whom it is for, the unit, and when, in the house's words."""

from datetime import UTC, datetime
from typing import Any, NamedTuple

from activities.billing import payer_of
from activities.notices.compose import unit_in_words
from activities.notices.filters import as_instant
from activities.notices.index import book_of, index_of
from policy.application import AreaKind, ContactRole
from policy.dates import last_day, local_day
from policy.identity import SITE
from policy.office import OfficeSettings
from policy.rules import RADIATION_ONCOLOGY
from policy.words import day_in_words, due_in_words, instant_in_words
from records.books import Session
from records.papers import papers
from records.tables import CaseRecord, Notice
from records.words import PARTIES, PaperKind


class Making(NamedTuple):
    """A paper in the making: the books, the case, the notice that announces it, and the office that issues it."""

    session: Session
    case: CaseRecord
    notice: Notice
    office: OfficeSettings

    def told(self, name: str) -> Any:
        """Return a fact of the notice, or None."""
        return self.notice.facts.get(name)

    def day(self, value: datetime | str | None) -> str | None:
        """Return the day of an event: `3 June 2027`."""
        return day_in_words(local_day(as_instant(value), self.office.zone)) if value else None

    def last(self, value: datetime | str | None) -> str | None:
        """Return the last day of something that lasts until an instant: `2 June 2030`."""
        return day_in_words(last_day(as_instant(value), self.office.zone)) if value else None

    def due(self, value: datetime | str | None) -> str | None:
        """Return a due instant: `27 May 2027, 24:00 ET`."""
        return due_in_words(as_instant(value), self.office.zone) if value else None

    def moment(self, value: datetime | str | None) -> str | None:
        """Return an instant: `3 June 2027, 09:00 ET`."""
        return instant_in_words(as_instant(value), self.office.zone) if value else None

    def word(self, sort: str, value: str | None) -> str | None:
        """Return a word of the programs as their index has it, else with spaces for underscores."""
        return value and index_of(book_of(self.case)).words.get(sort, {}).get(value, value.replace("_", " "))

    def person(self, who: dict[str, Any] | None) -> dict[str, Any] | None:
        """Return a person's name, and the role in words where it says more than the name."""
        if not who:
            return None
        name, role = who.get("name"), who.get("role")
        words = self.word("party" if role in PARTIES else "role", role)
        return {"name": name, "role": None if name and words and name.casefold() == words.casefold() else words}


def common(making: Making) -> dict[str, Any]:
    """Return what every paper says; `stamp` is the instant of issue, in UTC, for the PDF's metadata."""
    case, at = making.case, making.notice.at
    return {
        "case": case.case_id,
        "program": case.program,
        "issued": making.day(at),
        "stamp": stamp(at),
        "sample": making.office.sample,
        "issuer": issuer(making),
        "holder": payer_of(case) | {"place": _place(case)},
        "subject": subject(case),
        "equipment": equipment(case),
    }


def corrected(making: Making, kind: PaperKind) -> dict[str, Any]:
    """Return what a paper says of the one whose place it takes, where that was issued in error."""
    first = making.told("corrects")
    if not first:
        return {}
    earlier = [one.number for one in papers(making.session, making.case.case_id) if one.kind == kind]
    return {
        "corrects": making.day(first),
        "correction": making.told("correction"),
        "replaces": earlier[-1] if earlier else None,
    }


def stamp(at: datetime) -> dict[str, int]:
    """Return an instant as its parts in UTC, as a template takes it."""
    moment = at.astimezone(UTC)
    return {name: getattr(moment, name) for name in ("year", "month", "day", "hour", "minute", "second")}


def issuer(making: Making) -> dict[str, Any]:
    """Return who issues: the designation program has a phone and an e-mail of its own, and no fax."""
    return making.office.issuer_of(making.case.program).model_dump() | {"hours": making.office.office.hours}


def subject(case: CaseRecord) -> str:
    """Return what is accredited: `CT unit CT-1`, or `breast ultrasound service` where the facility's is tested."""
    words = unit_in_words(case)
    if case.modality == RADIATION_ONCOLOGY:
        return f"{words} practice"
    return f"{words} service" if case.modality and case.unit in (None, SITE) else words


def equipment(case: CaseRecord) -> str | None:
    """Return the maker and model of the case's unit."""
    unit: dict[str, Any] = next(iter(case.application.get("units") or []), {})
    return ", ".join(unit[part] for part in ("manufacturer", "model") if unit.get(part)) or None


def areas(case: CaseRecord) -> dict[str, dict[str, Any]]:
    """Return the areas of the case's unit by id, each with its kind and a label: `chest, adult`."""
    return areas_of(case.application)


def areas_of(application: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the areas of an application's units by id, each with its kind and a label."""
    units = application.get("units") or []
    listed = [area for unit in units for area in unit.get("areas") or [] if area.get("id")]
    return {area["id"]: {"id": area["id"], "kind": area.get("kind"), "label": _label(area)} for area in listed}


def labels(case: CaseRecord, ids: list[str] | None) -> list[str]:
    """Return how areas are called; an id that the application does not know stands for itself."""
    known = areas(case)
    return [known[area]["label"] if area in known else area for area in ids or []]


def attention(case: CaseRecord, role: ContactRole) -> str | None:
    """Return the name of the contact whom the application lists in a role."""
    holder = case.application.get("facility") or case.application.get("practice") or {}
    return next(
        (one["name"] for one in holder.get("contacts") or [] if one.get("role") == role and one.get("name")), None
    )


def _label(area: dict[str, Any]) -> str:
    described = ", ".join(area[part] for part in ("module", "patient_type") if area.get(part))
    return described or (AreaKind.PHANTOM.value if area.get("kind") == AreaKind.PHANTOM else area["id"])


def _place(case: CaseRecord) -> str | None:
    """Return the town of a facility, or the state of a practice."""
    address = (case.application.get("facility") or {}).get("address") or {}
    return ", ".join(address[part] for part in ("city", "state") if address.get(part)) or case.state
