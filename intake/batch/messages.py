"""The messages of a file: what happened in adopted cases, row by row, read and checked before any of them is sent.

A message counts as of the day on which it was received, and what was due since then happens as soon as it is in. Where
that closes the case (a testing package that was never submitted, an option form that was never filled in), the message
that says otherwise would come too late. So such a message is not sent at all.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
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
FIELDS, CASE, MESSAGE = "fields", "case", "message"
FILE_NAMED = ("a document or a file", "no file: a sheet that is uploaded names none; import it by `accredit import`")


@dataclass
class MessageRow:
    """A row of a sheet of messages.

    Attributes:
        grid: Where it stands.
        row: Its number.
        case: The case that it is for.
        model: Which message; None where its name is none.
        given: Its fields as the row has them, with who speaks and why.
        places: Where its cells stand.
        cells: The names of its cells, by their columns.
        checked: The message as far as it is known before it is sent; None where it is none.
        lapse: What would come of it before the next message could be entered, where that closes the case.
        against: What stands against it.
    """

    grid: Grid
    row: int
    case: str
    model: type[Message] | None
    given: dict[str, Any]
    places: Places
    cells: Mapping[str, str]
    checked: Message | None = None
    lapse: Against | None = None
    against: list[Against] = field(default_factory=list)

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
        if self.model is None:
            raise ValueError(f"row {self.row} names no message")
        named = {NEWEST_INVOICE: invoice, ALL_DUE: due}
        fields = {
            name: named.get(value, value) if isinstance(value, str) else value for name, value in self.given.items()
        }
        if attempt > 1:
            fields["message_id"] = f"{fields['message_id']}.{attempt}"
        folder = self.grid.file.parent
        return compose(self.model, with_application(self.model, fields, folder), folder=folder, user=office_user())

    def refuse(self, finding: Finding, instead: Sequence[str] = ()) -> None:
        """Take down that a rule stands against it."""
        self.against.append(self.found(finding, instead))

    def found(self, finding: Finding, instead: Sequence[str] = ()) -> Against:
        """Return what a rule says against the column that the finding names."""
        return self.places.finding(finding, self.cells.get(finding.where, ""), instead)


def letters_of(grid: Grid, zone: ZoneInfo, *, files: bool = True) -> list[MessageRow]:
    """Return the messages of a sheet, in the order of its rows, with everything that can be said against them offline.

    Args:
        grid: The sheet. Relative documents lie beside its file.
        zone: The office's time zone.
        files: Whether messages may name files of this machine; not those of a sheet that came from elsewhere.
    """
    letters = [_letter(grid, row) for row in grid.rows()]
    for letter in letters if not files else ():
        if letter.model is not None and names_files(letter.model, letter.given):
            _cannot_read(letter, FIELDS, *FILE_NAMED)
    seen: Counter[str] = Counter()
    last: dict[str, datetime] = {}
    for letter in letters:
        said = {heading: text for heading, text in grid.texts(letter.row).items() if text.strip()}
        known = repr(sorted(said.items()))  # the same row is the same message, in whatever file
        seen[known] += 1
        digest = hashlib.sha256(f"{known} {seen[known]}".encode()).hexdigest()
        letter.given.setdefault("message_id", f"import-{digest[:32]}")
        letter.checked = message = _checked(letter)
        if message is None or message.received_at is None:
            continue
        at = as_instant(message.received_at, zone)
        if at < last.get(letter.case, at):
            above = last_day(last[letter.case], zone)
            reason = f"It was received before a message of this case that stands above it ({above})."
            finding = Finding(rule=OUT_OF_ORDER, where=RECEIVED_AT, reason=reason, source=ORDER_SOURCE)
            letter.refuse(finding, ["Put the rows of the case into the order of their dates."])
        last[letter.case] = at
    return letters


def _letter(grid: Grid, number: int) -> MessageRow:
    row = read_row(grid, number)
    places = Places(grid, number)
    said = {name: str(value) for name, value in row.values.items()}
    letter = MessageRow(grid, number, said.get(CASE, ""), None, {}, places, row.cells)
    for name, why in row.bad.items():
        if why is not None:
            _cannot_read(letter, name, why.found, why.expected)
    if not row.bad.keys() & {CASE} and not (parse_accreditation_id(letter.case) or parse_designation_id(letter.case)):
        _cannot_read(letter, CASE, letter.case or "nothing", "a case such as accreditation.OH-0417.ct.CT-1.1")
    try:
        letter.model = message_named(said.get(MESSAGE, ""))
        given = _fields(letter.model, said.get(FIELDS, ""))
        letter.given = merged(given, _envelope(letter.model, said, grid.file))
    except Unusable as error:
        for trouble in error.troubles:
            _cannot_read(letter, FIELDS if letter.model else MESSAGE, trouble.found, trouble.expected)
    return letter


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
    if model.SENDERS != OFFICE and "for_name" in said:
        given["on_behalf_of"] = {"name": said["for_name"]}
        given["on_behalf_of"] |= {"role": said["for_role"]} if "for_role" in said else {}
    return given


def _checked(letter: MessageRow) -> Message | None:
    """Return the message as far as it can be known before it is sent; what is wrong with it is taken down."""
    if letter.model is None or letter.against:
        return None
    if RECEIVED_AT not in letter.given:
        _cannot_read(letter, RECEIVED_AT, "nothing", "a date or date-time, as of which it counts")
        return None
    try:
        return letter.message(NEWEST_INVOICE, LEAST)
    except Refused as refused:
        source = refused.source or ""
        finding = Finding(rule=refused.rule, where=FIELDS, reason=refused.reason, source=source)
        letter.refuse(finding, refused.instead)
    except Unusable as error:
        for trouble in error.troubles:
            column = {"received_at": RECEIVED_AT, "on_behalf_of.role": "for_role", "by.name": "for_name"}
            said = f"{trouble.field} {trouble.found}" if trouble.field not in column else trouble.found
            _cannot_read(letter, column.get(trouble.field, FIELDS), said, trouble.expected)
    return None


def _cannot_read(letter: MessageRow, column: str, found: str, expected: str) -> None:
    letter.against.append(letter.places.unreadable(InputFault("", letter.cells.get(column, ""), found, expected)))


LAPSES = "adoption.window_over"
SOURCE = "What is due in a case happens on its day, also where the day is past when its message is entered"


class Rulebook(NamedTuple):
    """By what a case will judge its messages: the edition under which it begins, and how its images are submitted."""

    edition: Edition
    medium: Medium | None


def foresee(
    letters: Sequence[MessageRow], now: datetime, settings: OfficeSettings, opening: Mapping[str, Rulebook]
) -> None:
    """Mark every message after which its case would be closed before the next one could be entered.

    Args:
        letters: The messages, in their order.
        now: Now (UTC).
        settings: The office's settings: which editions it has adopted, and from when on.
        opening: Of the cases that the same file opens, by their ids: by what they will judge. Of any other one it is
            the edition in force at the office on the day of the message.
    """
    following: dict[str, MessageRow] = {}
    for letter in reversed(letters):
        after = following.get(letter.case)
        following[letter.case] = letter
        message = letter.checked
        if after is None or message is None or parse_accreditation_id(letter.case) is None:
            continue
        closes = _closes(letter.case, message, settings, opening.get(letter.case))
        if closes is not None and closes < now:
            reason = (
                f"Since {instant_in_words(closes, settings.zone)} the case would close by itself once this message is "
                f"in: row {after.row}, which says how it went on, would come too late."
            )
            instead = "Leave this case out and start it with its next application, or adopt it where no window is over."
            letter.lapse = letter.found(Finding(rule=LAPSES, where=MESSAGE, reason=reason, source=SOURCE), [instead])


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
