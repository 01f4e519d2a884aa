"""What the rules say against the applications of a file, all at once, before anything is started."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from policy.dates import local_day
from policy.edition import EditionError
from policy.office import OfficeSettings
from starter.admission import SOURCE as ONE_OPEN_CASE
from starter.importing.applications import Candidate
from starter.importing.findings import TOGETHER, Against
from starter.importing.layout import OPENED_AT
from starter.problems import Unusable
from starter.programs import AnyEdition, edition_of, findings_of, parts_of
from starter.start_command import read_opening
from starter.workbook.places import place_of

NO_EDITION = "edition.not_in_force"


def check(candidates: Sequence[Candidate], settings: OfficeSettings, now: datetime) -> dict[int, AnyEdition]:
    """Judge all applications; what stands against one is added to it.

    Args:
        candidates: The applications.
        settings: The office's settings.
        now: When applications begin that name no day (UTC).

    Returns:
        The edition of each application against which nothing stands, by its place in the sequence.
    """
    editions: dict[int, AnyEdition] = {}
    taken: dict[str, Candidate] = {}
    for number, candidate in enumerate(candidates):
        edition = _judged(candidate, settings, now)
        if edition is None:
            continue
        if twice := list(_twice(candidate, edition, taken)):
            candidate.against += twice
        if not candidate.against:
            editions[number] = edition
    return editions


def begins(candidate: Candidate, settings: OfficeSettings, now: datetime) -> datetime:
    """Return when an application begins.

    Raises:
        Unusable: Its rows name no day.
    """
    return read_opening(candidate.opened_at, settings.zone) if candidate.opened_at else now


def _judged(candidate: Candidate, settings: OfficeSettings, now: datetime) -> AnyEdition | None:
    """Judge one application; None where no edition is known by which to judge it."""
    application, places = candidate.application, candidate.places
    opening = place_of(candidate.content.places, OPENED_AT)
    try:
        begin = begins(candidate, settings, now)
        edition = edition_of(application, local_day(begin, settings.zone))
    except Unusable as error:
        for trouble in error.troubles:
            candidate.against.append(places.unreadable(trouble._replace(field=opening)))
        begin = now
        edition = edition_of(application, local_day(now, settings.zone))
    except EditionError as error:
        reason, instead = f"{error}.", "Name a day on which an edition was in force."
        candidate.against.append(places.against(opening, NO_EDITION, reason, "Editions of the rules", instead))
        return None
    for finding in findings_of(application, edition, settings):
        if finding.where not in candidate.content.unreadable:
            candidate.against.append(places.finding(finding, place_of(candidate.content.places, finding.where)))
    return edition


def _twice(candidate: Candidate, edition: AnyEdition, taken: dict[str, Candidate]) -> Iterable[Against]:
    """Yield the units that another application of this file names as well: only one of them can open a case."""
    if candidate.against:
        return
    for part in parts_of(candidate.application, edition):
        subject = part.case_id(1).subject
        other = taken.setdefault(subject, candidate)
        if other is not candidate:
            place = place_of(candidate.content.places, f"{candidate.grid.layout.items.name}.{part.position - 1}.id")
            reason = f"Application {other.name} (row {other.rows[0]}) of this file is for {subject} as well."
            instead = "Keep one of the two."
            yield candidate.places.against(place, "case.already_open", reason, ONE_OPEN_CASE, instead)


def remarks(candidate: Candidate) -> dict[int, list[Against]]:
    """Return for each row of a refused application what stands against it; a row against which nothing stands goes
    with the others.
    """
    told: dict[int, list[Against]] = {row: [] for row in candidate.rows}
    for against in candidate.against:
        told.setdefault(against.row, []).append(against)
    first = candidate.against[0]
    for row, found in told.items():
        if not found:
            reason = f"Refused with row {first.row}: the rows of one application go in together."
            found.append(Against(first.sheet, row, "", TOGETHER, reason, first.source, "Mend the other row."))
    return told
