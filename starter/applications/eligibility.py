"""The eligibility of a practice's locations as a table, with what the books say of their accreditations."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from policy.designation.application import DicoeApplication, Location
from policy.designation.edition import DicoeEdition
from policy.designation.eligibility import location_findings
from policy.facts import Stage
from policy.office import OfficeSettings
from policy.words import listed
from records.accreditations import accreditation_in_books
from records.books import open_books
from records.problems import BooksError
from starter.terminal.output import note, show_table, warn


class AccreditationStanding(StrEnum):
    """What is known of an accreditation that a location should have.

    The books confirm it, or contradict it (the latest case ended otherwise than by a renewal); or the application alone
    declares it, or not even the application does.
    """

    CONFIRMED = "confirmed"
    CONTRADICTED = "contradicted"
    DECLARED = "declared"
    MISSING = "missing"


@dataclass(frozen=True)
class Accreditation:
    """A location's accreditation in a service; `case` and `outcome` are those of the case that the books have of it."""

    service: str
    standing: AccreditationStanding
    case: str | None = None
    outcome: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it for a script."""
        names = {"modality": self.service, "standing": self.standing, "case": self.case, "outcome": self.outcome}
        return {name: value and str(value) for name, value in names.items()}


@dataclass(frozen=True)
class Row:
    """A location, its accreditations, and the names of the fields by which it misses the eligibility."""

    location: Location
    name: str
    accreditations: tuple[Accreditation, ...]
    missed: frozenset[str]

    def as_json(self) -> dict[str, Any]:
        """Return it for a script."""
        told = [one.as_json() for one in self.accreditations]
        return {"id": self.location.id, "eligible": not self.missed, "accreditations": told}


def eligibility(application: DicoeApplication, edition: DicoeEdition, session: Session | None) -> list[Row]:
    """Return the table, a row for each location. `session`: the office's books, where they are at hand."""
    missed = [finding.where for finding in location_findings(application.locations, edition)]
    rows = []
    for number, place in enumerate(application.locations):
        prefix = f"locations.{number}."
        fields = frozenset(where.removeprefix(prefix) for where in missed if where.startswith(prefix))
        spared = edition.eligibility.not_accredited.value
        services = dict.fromkeys(str(service) for service in place.services if service not in spared)
        told = tuple(_accreditation(place, service, session) for service in services)
        rows.append(Row(place, place.id or f"location {number + 1}", told, fields))
    return rows


def _accreditation(place: Location, service: str, session: Session | None) -> Accreditation:
    held = accreditation_in_books(session, place.id, service) if session and place.id else None
    if held is None:
        return Accreditation(
            service, AccreditationStanding.DECLARED if service in place.accredited else AccreditationStanding.MISSING
        )
    standing = AccreditationStanding.CONFIRMED if held.stage == Stage.ACCREDITED else AccreditationStanding.CONTRADICTED
    return Accreditation(service, standing, held.case_id, held.outcome)


@contextmanager
def books_at_hand(settings: OfficeSettings) -> Iterator[tuple[Session | None, str]]:
    """Give the office's books to read in and where they are; or None and why there are none. Makes no new ones."""
    try:
        books = open_books(settings.database.url, new=False)
    except BooksError as error:
        yield None, str(error).rstrip(".")
        return
    try:
        with books.reading() as session:
            yield session, books.address
    finally:
        books.close()


def show_eligibility(rows: Sequence[Row]) -> None:
    """Print the table."""
    columns = ["Location", "Accreditation", "Pledges", "Registries", "Consulting radiologist", "Eligible"]
    show_table(columns, [_cells(row) for row in rows])


def _cells(row: Row) -> list[str]:
    place = row.location
    accredited = "; ".join(f"{one.service.replace('_', ' ')} {one.standing}" for one in row.accreditations)
    return [
        row.name,
        accredited or "none needed",
        _cell(", ".join(pledge.replace("_", " ") for pledge in place.pledges), "pledges", row),
        _cell(", ".join(place.registries), "registries", row),
        _cell(place.consulting_radiologist or "", "consulting_radiologist", row),
        "no" if row.missed else "yes",
    ]


def _cell(text: str, field: str, row: Row) -> str:
    if field not in row.missed:
        return text
    return f"{text} (not enough)" if text else "missing"


def say_who_told(rows: Sequence[Row], asked: str, *, at_hand: bool) -> None:
    """Say whether the books were asked, and warn of every accreditation that they contradict."""
    if at_hand:
        note(f"Accreditations were looked up in the books {asked}; `declared` ones are unknown to them.")
    else:
        note(f"The books were not asked ({asked}): accreditations are as the application declares them.")
    for text in contradictions(rows):
        warn(text)


def contradictions(rows: Sequence[Row]) -> list[str]:
    """Return, for each location that has any, which accreditations the books contradict."""
    told = []
    for row in rows:
        ended = [one for one in row.accreditations if one.standing is AccreditationStanding.CONTRADICTED]
        if ended:
            cases = listed(f"{one.service} ({one.case} ended as {one.outcome})" for one in ended)
            told.append(f"The books contradict that {row.name} is accredited in {cases}.")
    return told
