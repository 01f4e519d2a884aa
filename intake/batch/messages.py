"""The messages of a file: what happened in adopted cases, row by row, read and checked before any of them is sent.

A message counts as of the day on which it was received, and what was due since then happens as soon as it is in. Where
that closes the case (a testing package that was never submitted, an option form that was never filled in), the message
that says otherwise would come too late. So such a message is not sent at all.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from intake.applications import with_application
from intake.batch.applications import read_row
from intake.batch.columns import RECEIVED_AT
from intake.batch.findings import Against, Places
from intake.batch.grid import Grid
from policy.accreditation.backdating import closes_after
from policy.application import Medium
from policy.dates import as_instant, last_day, local_day
from policy.edition import Edition, EditionError
from policy.identity import parse_accreditation_id, parse_designation_id
from policy.messages import OFFICE, Message
from policy.office import OfficeSettings
from policy.verdict import Finding, Refused
from policy.words import instant_in_words
from services.composition import (
    ALL_DUE,
    NEWEST_INVOICE,
    compose,
    merged,
    message_named,
    names_files,
    read_fields,
    read_object,
)
from services.errors import InputFault, Unusable
from services.settings import office_user

OUT_OF_ORDER = "message.out_of_order"
ORDER_SOURCE = "A case is told what happened in the order in which it happened"
LEAST = "0.01"
"""What stands for `$due` as long as it is not known."""
FIELDS, CASE, MESSAGE, FOR_NAME = "fields", "case", "message", "for_name"
WHO = "the name of whoever it came from"
FILE_NAMED = ("a document or a file", "no file: a sheet that is uploaded names none; import it by `accredit import`")


class Told(NamedTuple):
    """What a row of a sheet of messages says.

    Attributes:
        cells: The names of its cells, by their columns.
        case: The case that it is for.
        model: Which message; None where its name is none.
        given: Its fields as the row has them, with who speaks and why.
        faults: What of it cannot be read: the column, what was found, and what is expected.
    """

    cells: Mapping[str, str]
    case: str
    model: type[Message] | None
    given: dict[str, Any]
    faults: Sequence[tuple[str, str, str]]


@dataclass
class MessageRow:
    """A row of a sheet of messages. There may be thousands: what it says is read whenever it is wanted, not kept.

    Attributes:
        grid: Where it stands.
        row: Its number.
        case: The case that it is for.
        message_id: By which it is known again, in whatever file it comes; its own, where it names one.
        lapse: What would come of it before the next message could be entered, where that closes the case.
        against: What stands against it.
    """

    grid: Grid
    row: int
    case: str
    message_id: str = ""
    lapse: Against | None = None
    against: list[Against] = field(default_factory=list)

    def read(self) -> Told:
        """Return what the row says."""
        return _told(self.grid, self.row)

    def message(self, invoice: str, due: str, attempt: int = 1) -> Message:
        """Return the message, with `$invoice` and `$due` replaced.

        Args:
            invoice: The number of the newest open invoice.
            due: What is due on it.
            attempt: Which time it is told: after a refusal it needs another id.

        Raises:
            Unusable: It is not that message.
            Refused: A document of it cannot be read.
        """
        told = self.read()
        if told.model is None:
            raise ValueError(f"row {self.row} names no message")
        named = {NEWEST_INVOICE: invoice, ALL_DUE: due}
        fields = {
            name: named.get(value, value) if isinstance(value, str) else value for name, value in told.given.items()
        }
        fields["message_id"] = f"{self.message_id}.{attempt}" if attempt > 1 else self.message_id
        folder = self.grid.file.parent
        return compose(told.model, with_application(told.model, fields, folder), folder=folder, user=office_user())

    def needs_invoice(self) -> bool:
        """Whether it speaks of the newest open invoice, or of what is due on it."""
        named = {value for value in self.read().given.values() if isinstance(value, str)}
        return not named.isdisjoint({NEWEST_INVOICE, ALL_DUE})

    def refuse(self, finding: Finding, instead: Sequence[str] = ()) -> None:
        """Take down that a rule stands against it."""
        self.against.append(self.found(finding, instead))

    def found(self, finding: Finding, instead: Sequence[str] = ()) -> Against:
        """Return what a rule says against the column that the finding names."""
        cells = read_row(self.grid, self.row).cells
        return Places(self.grid, self.row).finding(finding, cells.get(finding.where, ""), instead)


Look = Callable[[MessageRow, Message | None], None]
"""Told of each message of a file in their order; None where it is none."""


def letters_of(grid: Grid, zone: ZoneInfo, look: Look, *, files: bool = True) -> list[MessageRow]:
    """Return the messages of a sheet, in the order of its rows, with everything that can be said against them offline.

    Args:
        grid: The sheet. Relative documents lie beside its file.
        zone: The office's time zone.
        look: Told of each message, as far as it can be known before it is sent.
        files: Whether messages may name files of this machine; not those of a sheet that came from elsewhere.
    """
    letters = []
    seen: Counter[bytes] = Counter()
    last: dict[str, datetime] = {}
    for row in grid.rows():
        told = _told(grid, row)
        letter = MessageRow(grid, row, told.case)
        for fault in told.faults:
            _cannot_read(letter, told, *fault)
        if not files and told.model is not None and names_files(told.model, told.given):
            _cannot_read(letter, told, FIELDS, *FILE_NAMED)
        letter.message_id = told.given.get("message_id") or _id_of(grid, row, seen)
        message = _checked(letter, told)
        if message is not None and message.received_at is not None:
            _judge_order(letter, as_instant(message.received_at, zone), last, zone)
        look(letter, message)
        letters.append(letter)
    return letters


def _id_of(grid: Grid, row: int, seen: Counter[bytes]) -> str:
    """Return the id of a message: the same row is the same message, in whatever file."""
    said = {heading: text for heading, text in grid.texts(row).items() if text.strip()}
    known = repr(sorted(said.items()))
    short = hashlib.sha256(known.encode()).digest()
    seen[short] += 1
    return f"import-{hashlib.sha256(f'{known} {seen[short]}'.encode()).hexdigest()[:32]}"


def _judge_order(letter: MessageRow, at: datetime, last: dict[str, datetime], zone: ZoneInfo) -> None:
    """Take down that a message was received before one that stands above it; `last` has the newest of each case."""
    if at < last.get(letter.case, at):
        above = last_day(last[letter.case], zone)
        reason = f"It was received before a message of this case that stands above it ({above})."
        finding = Finding(rule=OUT_OF_ORDER, where=RECEIVED_AT, reason=reason, source=ORDER_SOURCE)
        letter.refuse(finding, ["Put the rows of the case into the order of their dates."])
    last[letter.case] = at


def _told(grid: Grid, number: int) -> Told:
    row = read_row(grid, number)
    said = {name: str(value) for name, value in row.values.items()}
    case = said.get(CASE, "")
    faults = [(name, why.found, why.expected) for name, why in row.bad.items() if why is not None]
    if not row.bad.keys() & {CASE} and not (parse_accreditation_id(case) or parse_designation_id(case)):
        faults.append((CASE, case or "nothing", "a case such as accreditation.OH-0417.ct.CT-1.1"))
    model: type[Message] | None = None
    given: dict[str, Any] = {}
    try:
        model = message_named(said.get(MESSAGE, ""))
        given = merged(_fields(model, said.get(FIELDS, "")), _envelope(model, said, grid.file))
    except Unusable as error:
        column = FIELDS if model else MESSAGE
        faults += [(column, trouble.found, trouble.expected) for trouble in error.troubles]
    return Told(row.cells, case, model, given, faults)


def _fields(model: type[Message], text: str) -> dict[str, Any]:
    if text.startswith("{"):
        return read_object(text, FIELDS)
    return read_fields(model, [part.strip() for part in text.replace("\n", ";").split(";") if part.strip()])


def _envelope(model: type[Message], said: Mapping[str, str], file: Path) -> dict[str, Any]:
    """Return who speaks, when it was received, and why it is entered now."""
    given: dict[str, Any] = {"reason": said.get("reason") or f"Adopted from {file.name}"}
    if RECEIVED_AT in said:
        given[RECEIVED_AT] = said[RECEIVED_AT]
    if "by_name" in said:
        given["by"] = {"name": said["by_name"]}
    if model.SENDERS != OFFICE and FOR_NAME in said:
        given["on_behalf_of"] = {"name": said[FOR_NAME]}
        given["on_behalf_of"] |= {"role": said["for_role"]} if "for_role" in said else {}
    return given


def _checked(letter: MessageRow, told: Told) -> Message | None:
    """Return the message as far as it can be known before it is sent; what is wrong with it is taken down."""
    if told.model is None or letter.against:
        return None
    if RECEIVED_AT not in told.given:
        _cannot_read(letter, told, RECEIVED_AT, "nothing", "a date or date-time, as of which it counts")
        return None
    try:
        return letter.message(NEWEST_INVOICE, LEAST)
    except Refused as refused:
        source = refused.source or ""
        finding = Finding(rule=refused.rule, where=FIELDS, reason=refused.reason, source=source)
        letter.refuse(finding, refused.instead)
    except Unusable as error:
        for trouble in error.troubles:
            column = {"received_at": RECEIVED_AT, "on_behalf_of.role": "for_role", "by.name": FOR_NAME}
            said = f"{trouble.field} {trouble.found}" if trouble.field not in column else trouble.found
            expected = WHO if trouble.field == "by.name" else trouble.expected
            _cannot_read(letter, told, column.get(trouble.field, FIELDS), said, expected)
    return None


def _cannot_read(letter: MessageRow, told: Told, column: str, found: str, expected: str) -> None:
    places = Places(letter.grid, letter.row)
    letter.against.append(places.unreadable(InputFault("", told.cells.get(column, ""), found, expected)))


LAPSES = "adoption.window_over"
SOURCE = "What is due in a case happens on its day, also where the day is past when its message is entered"


class Rulebook(NamedTuple):
    """By what a case will judge its messages: the edition under which it begins, and how its images are submitted."""

    edition: Edition
    medium: Medium | None


class Foresight:
    """Marks every message after which its case would be closed before the next one could be entered."""

    def __init__(self, now: datetime, settings: OfficeSettings, opening: Mapping[str, Rulebook]) -> None:
        """Begin before the first message.

        Args:
            now: Now (UTC).
            settings: The office's settings: which editions it has adopted, and from when on.
            opening: Of the cases that the same file opens, by their ids: by what they will judge. Of any other one it
                is the edition in force at the office on the day of the message.
        """
        self._now, self._settings, self._opening = now, settings, opening
        self._before: dict[str, tuple[MessageRow, datetime | None]] = {}

    def see(self, letter: MessageRow, message: Message | None) -> None:
        """Take the next message of a case: it says how the case went on after the one before."""
        before, closes = self._before.get(letter.case, (letter, None))
        if closes is not None and closes < self._now:
            reason = (
                f"Since {instant_in_words(closes, self._settings.zone)} the case would close by itself once this "
                f"message is in: row {letter.row}, which says how it went on, would come too late."
            )
            instead = "Leave this case out and start it with its next application, or adopt it where no window is over."
            before.lapse = before.found(Finding(rule=LAPSES, where=MESSAGE, reason=reason, source=SOURCE), [instead])
        closes = None
        if message is not None and parse_accreditation_id(letter.case) is not None:
            closes = _closes(letter.case, message, self._settings, self._opening.get(letter.case))
        self._before[letter.case] = letter, closes


def _closes(case: str, message: Message, settings: OfficeSettings, opening: Rulebook | None) -> datetime | None:
    """Return when a case closes after a message if nothing else comes; None where nothing closes it."""
    if message.received_at is None:
        return None
    at = as_instant(message.received_at, settings.zone)
    known = parse_accreditation_id(case)
    try:
        book = opening or Rulebook(_in_force(known.modality if known else None, at, settings), None)
    except EditionError:
        return None
    return closes_after(message, at, book.edition, book.medium)


def _in_force(modality: str | None, at: datetime, settings: OfficeSettings) -> Edition:
    """Return the edition that was in force at the office on the day of an instant.

    Raises:
        EditionError: None was.
    """
    found = settings.editions.in_force("accreditation", local_day(at, settings.zone), modality)
    if not isinstance(found, Edition):
        raise EditionError(f"edition {found.edition} is none of accreditation")
    return found
