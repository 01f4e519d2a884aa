"""An import from beginning to end: the whole file read and checked, the good applications started, messages sent.

What has started is not started twice, and what a case has judged is not sent again: the same file goes on where it
broke off.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from temporalio.client import Client

from activities.papers.fonts import not_printable
from intake.batch.applications import Candidate, candidates_of, check, remarks
from intake.batch.columns import LAYOUTS, MESSAGES
from intake.batch.findings import refused_file, write_refused
from intake.batch.grid import Grid, read_grids
from intake.batch.messages import Foresight, Rulebook, letters_of
from intake.batch.refused_workbook import RefusedSheet, write_refused_workbook
from intake.batch.report import Report
from intake.batch.running import Telling
from intake.batch.starting import PACE, Pace, Starting
from policy.application import AccreditationApplication
from policy.edition import Edition
from policy.office import OfficeSettings
from records.books import Books
from services.errors import InputFault, Unusable
from services.programs import AnyEdition, Application
from services.security.signing import Sign

Good = dict[int, tuple[Candidate, AnyEdition]]
"""Applications against which nothing stands, with their rules, by their places in the file."""
Tell = Callable[[str], None]
Tick = Callable[[], None]


@dataclass(frozen=True)
class Import:
    """A file as it was read and checked.

    Attributes:
        grids: Its sheets.
        good: Its applications that can be started.
        report: What is told of it, and taken down as it goes.
    """

    grids: Sequence[Grid]
    good: Good
    report: Report

    @property
    def has_messages(self) -> bool:
        """Whether there is a message against which nothing stands."""
        return len(self.report.letters) > len(self.report.refused_letters)

    def cases(self) -> list[str]:
        """Return the subjects of the cases that its good applications open, in the order of the file."""
        return [subject for one, _ in self.good.values() for subject in one.subjects]


def read_import(
    file: Path,
    settings: OfficeSettings,
    now: datetime,
    warn: Tell,
    *,
    check_only: bool,
    messages: Path | None = None,
    files: bool = True,
) -> Import:
    """Read and check a file; what is wrong is taken down in its report, all at once.

    Args:
        file: The rows.
        settings: The office's settings.
        now: When cases begin that name no day (UTC).
        warn: Told what is not read, and what papers cannot print.
        check_only: Whether nothing will be started.
        messages: A file of messages for its cases, where they stand in one of their own.
        files: Whether messages may name files of this machine.

    Raises:
        Unusable: A file is none that can be read.
    """
    grids = [*read_grids(file, LAYOUTS, warn), *(read_grids(messages, [MESSAGES], warn) if messages else ())]
    candidates = [one for grid in grids if grid.layout.program for one in candidates_of(grid)]
    sheets = [grid for grid in grids if grid.layout is MESSAGES]
    good: Good = {}
    opening: dict[str, Rulebook] = {}
    for number, candidate, edition, reading in check(candidates, settings, now):
        good[number] = candidate, edition
        if sheets:
            opening |= _rulebooks(candidate, edition, reading.application)
        for sentence in not_printable(reading.application, settings.papers.fonts):
            warn(f"row {candidate.rows[0]}: {sentence}")
    foresight = Foresight(now, settings, opening)
    letters = [one for grid in sheets for one in letters_of(grid, settings.zone, foresight.see, files=files)]
    if not candidates and not letters:
        raise Unusable([InputFault(str(file), "", "no row below the headings", "a row for each unit or location")])
    report = Report(file, check_only, candidates, letters)
    if check_only:
        _tell_lapses(good, report)
    return Import(grids, good, report)


def _rulebooks(candidate: Candidate, edition: AnyEdition, application: Application) -> dict[str, Rulebook]:
    """Return by what each case of accreditation that an application opens will judge its messages."""
    if not isinstance(edition, Edition) or not isinstance(application, AccreditationApplication):
        return {}
    return dict.fromkeys(_first_cases(candidate), Rulebook(edition, application.medium))


def _first_cases(candidate: Candidate) -> Iterator[str]:
    """Yield the ids of the cases that an application opens, where it is the first one for each."""
    return (f"{subject}.1" for subject in candidate.subjects)


def _tell_lapses(good: Good, report: Report) -> None:
    """Take down which messages come too late for cases that this file does not open."""
    opening = {case for one, _ in good.values() for case in _first_cases(one)}
    for letter in report.letters:
        if letter.lapse and not letter.against and letter.case not in opening:
            letter.against.append(letter.lapse)


class Advance(NamedTuple):
    """What is called for each application, and for each message, that is done."""

    started: Tick
    sent: Tick


async def carry_out(
    read: Import,
    client: Client,
    books: Books,
    settings: OfficeSettings,
    now: datetime,
    advance: Advance,
    *,
    sign: Sign | None = None,
    pace: float = PACE,
) -> None:
    """Start the good applications of a file, and send its messages, those of each case as soon as it has started.

    Args:
        read: The file.
        client: The server that holds the cases.
        books: The office's books.
        settings: The office's settings.
        now: When cases begin that name no day (UTC).
        advance: Called for each application, and each message, that is done.
        sign: Proves who sends the messages; left out: they go as they are.
        pace: How many cases begin in a second, of those that are told no past; 0: all at once.

    Raises:
        ServiceError: The server or the database is not what it should be; the same file goes on from there.
    """
    report = read.report
    telling = Telling(report.letters, client, report.sent, advance.sent, settings.documents, sign)
    adopted = {letter.case for letter in report.letters}
    starting = Starting(client, books, settings, now, report.started, advance.started, adopted, Pace(pace))
    await starting.start_all(read.good, telling.tell)
    await telling.tell_rest()


def keep_refused(read: Import, not_written: Callable[[Path, OSError], None]) -> None:
    """Write the refused rows of each file beside it; `not_written` is told of one that cannot be written."""
    report = read.report
    of_files: dict[Path, list[RefusedSheet]] = {}
    for grid in read.grids:
        told = {one.row: one.against for one in report.refused_letters if one.grid is grid}
        for candidate in report.refused:
            if candidate.grid is grid:
                told |= remarks(candidate)
        if told:
            of_files.setdefault(grid.file, []).append(RefusedSheet(grid, told))
    for file, sheets in of_files.items():
        target = refused_file(file)
        try:
            _write(target, sheets)
        except OSError as error:
            not_written(target, error)
        else:
            report.refused_files.append(target)


def _write(target: Path, sheets: Sequence[RefusedSheet]) -> None:
    """Write the refused rows of a file: a workbook as a workbook, a `.csv` file, which has one sheet, as such."""
    if sheets[0].grid.delimiter:
        write_refused(target, *sheets[0])
    else:
        write_refused_workbook(target, sheets)
