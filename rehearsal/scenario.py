"""A scenario: a life to be lived through, the events in it, and the shape of its file.

Kept apart from reading and sending it, because the JSON schema of a scenario is made from these models. The fields of
an event's message are the message's own and stand in the event beside the ones below.

In an office a designation hears from an accreditation's own case, by a signal, that the accreditation has ended or was
granted. A scenario lives one case alone, so that such an external event is brought by the scenario itself: its `send`
is `accreditation_ended` or `accreditation_granted`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from policy.application import Medium
from policy.dates import local_day
from policy.facts import Outcome
from policy.messages import Message, Role
from policy.words import TAKEN_BACK
from services.composition import ALL_DUE, NEWEST_INVOICE, complete_documents
from services.errors import InputFault, Unusable
from services.programs import Application

INSTANTS = ("until", "received_at")
"""Fields in which a number of days is that very instant."""
DATES = ("on", "received_on", "respond_by", "performed_on", "follow_up_on", "expires_on", "begins_on", "ends_on")
"""Fields in which a number of days is the office's calendar day of that instant."""
LEAST = Decimal("0.01")
"""What is paid where nothing is due: a payment of nothing is no message."""
SPEAKERS = {Role.ACR: "The office", Role.FACILITY: "The facility"}


class Owed(NamedTuple):
    """An invoice that was issued, and what is still due on it (US dollars)."""

    number: str
    due: Decimal


@dataclass(frozen=True)
class Event:
    """Something that is sent to a case.

    Attributes:
        number: Its place in the file, from 1.
        day: When, in days since the scenario's first case opened.
        model: Which message.
        via: Whether it is sent as an update or as a signal.
        refused: The rule that must refuse it; null: it must be accepted.
        case: Whether it goes to the case that the renewal opened.
        fields: The message's fields as the file has them.
        folder: Where relative documents lie.
        medium: How the case submits images: for CD and film the office says that materials have come.
    """

    number: int
    day: float
    model: type[Message]
    via: Literal["update", "signal"]
    refused: str | None
    case: Literal["renewal"] | None
    fields: dict[str, Any]
    folder: Path
    medium: Medium | None

    def __str__(self) -> str:
        return f"event {self.number} (day {self.day:g}, {self.model.NAME})"

    @property
    def own_id(self) -> str:
        """The message's id, where the scenario gives none."""
        return f"event-{self.number}"

    def instant(self, opened_at: datetime) -> datetime:
        """Return when it is sent, on the clock of the scenario's first case."""
        return opened_at + timedelta(days=self.day)

    def content(self, opened_at: datetime, zone: ZoneInfo, owed: Sequence[Owed]) -> dict[str, Any]:
        """Return the message's fields as JSON values, with everything filled in that may be left out.

        Args:
            opened_at: When the scenario's first case opened.
            zone: The office's time zone.
            owed: The invoices that the case has issued, oldest first.

        Raises:
            Refused: A document cannot be read, or is not the one that its digest says.
        """
        filled = {
            "message_id": self.own_id,
            "received_at": self.instant(opened_at).isoformat(),
            **{name: _in_days(name, value, opened_at, zone) for name, value in self.fields.items()},
            **self._speakers(),
        }
        if "invoice" in self.model.model_fields:
            filled |= _paid(filled, owed)
        for name in ("documents", "letters", "withdrawal_form"):
            if name in filled:
                filled[name] = _vouched(filled[name], self.folder)
        return complete_documents(self.model, filled, self.folder)

    def _speakers(self) -> dict[str, Any]:
        """Return `by` and `on_behalf_of`, completed where they are left out or given in part."""
        entered_for, by = self.fields.get("on_behalf_of"), self.fields.get("by", {})
        role = Role.ACR if entered_for is not None else self._usual_role()
        speakers = {"by": _completed(by, role)}
        return speakers | ({"on_behalf_of": _completed(entered_for, Role.FACILITY)} if entered_for is not None else {})

    def _usual_role(self) -> Role:
        if {Role.ACR, Role.FACILITY} <= self.model.SENDERS:
            return Role.FACILITY if self.medium in (None, Medium.UPLOAD) else Role.ACR
        return Role.ACR if Role.ACR in self.model.SENDERS else Role.FACILITY


def _completed(speaker: Any, role: Role) -> Any:
    if not isinstance(speaker, dict):
        return speaker  # no speaker at all: the message's model says so
    role = speaker.get("role", role)
    return {"role": str(role), "name": SPEAKERS[Role.ACR if role == Role.ACR else Role.FACILITY], **speaker}


def _in_days(name: str, value: Any, opened_at: datetime, zone: ZoneInfo) -> Any:
    """Read a number in a field of dates as days since the case opened; write TOML's own dates as JSON has them."""
    if name in INSTANTS + DATES and isinstance(value, int | float) and not isinstance(value, bool):
        instant = opened_at + timedelta(days=value)
        return instant.astimezone(UTC).isoformat() if name in INSTANTS else local_day(instant, zone).isoformat()
    if name == "exams" and isinstance(value, list):
        return [_in_days_within(exam, opened_at, zone) for exam in value]
    return _plain(value)


def _in_days_within(exam: Any, opened_at: datetime, zone: ZoneInfo) -> Any:
    """Read the dates of an exam likewise."""
    if not isinstance(exam, dict):
        return _plain(exam)
    return {name: _in_days(name, value, opened_at, zone) for name, value in exam.items()}


def _plain(value: Any) -> Any:
    match value:
        case date() | time():
            return value.isoformat()
        case dict():
            return {name: _plain(part) for name, part in value.items()}
        case list():
            return [_plain(part) for part in value]
    return value


def _paid(filled: dict[str, Any], owed: Sequence[Owed]) -> dict[str, Any]:
    """Return what stands for `$invoice` and `$due`; where nothing is due, an invoice that no case knows."""
    invoice, amount = filled.get("invoice"), filled.get("amount")
    if invoice == NEWEST_INVOICE:
        invoice = next((one.number for one in reversed(owed) if one.due > 0), NEWEST_INVOICE)
    if amount == ALL_DUE:
        due = next((one.due for one in owed if one.number == invoice), LEAST)
        amount = f"{max(due, LEAST):.2f}"
    given = {"invoice": invoice, "amount": amount}
    return {name: value for name, value in given.items() if name in filled}


def _vouched(given: Any, folder: Path) -> Any:
    """Make the address of a document absolute that is not at hand, where the scenario itself says its digest."""
    if isinstance(given, list):
        return [_vouched(one, folder) for one in given]
    if not isinstance(given, dict) or not isinstance(given.get("uri"), str) or not given.get("sha256"):
        return given
    path = folder / given["uri"]
    absent = not urlsplit(given["uri"]).scheme and not path.exists()
    return {**given, "uri": path.resolve().as_uri()} if absent else given


def _as_number(value: object) -> object:
    """Take a TOML integer or float and nothing else: text, dates and booleans are mistakes here."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("a number of days")
    return float(value)


def _as_date(value: object) -> object:
    """Take a TOML date, or one written as text; a date-time is a mistake, because a case opens at 09:00."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def _as_application(value: object) -> object:
    if isinstance(value, dict) or (isinstance(value, str) and value.strip()):
        return value
    raise ValueError("the name of an application's file, or the application itself as a table")


Days = Annotated[float, BeforeValidator(_as_number), Field(ge=0, le=36_500, allow_inf_nan=False)]
"""Days of 86,400 seconds since the case opened."""
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class EventForm(BaseModel):
    """Something that somebody sends to the case, at some instant of its life.

    Attributes:
        day: When, in days since the scenario's first case opened.
        send: The name of a message; to a designation also `accreditation_ended` or `accreditation_granted`.
        via: How it is sent; `choose_option` alone may be a signal.
        refused: The id of the rule that must refuse it; left out, it must be accepted.
        case: `renewal` sends it to the case that the renewal opened.
    """

    model_config = ConfigDict(extra="allow")

    day: Days
    send: Line
    via: Literal["update", "signal"] = "update"
    refused: Line | None = None
    case: Literal["renewal"] | None = None

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of the message."""
        return dict(self.model_extra or {})


class ScenarioForm(BaseModel):
    """A whole life, as it is written down.

    Attributes:
        title: What happens in it.
        application: The application's file, beside the scenario, or the application itself. It holds one unit.
        office: The office settings' file; left out, the settings in force.
        edition: The edition of the rules under which the case begins, for example 2021-03-08; left out, the one in
            force at the office on that day.
        opens: The day on which the case opens at 09:00 office time; left out, the next 09:00.
        until_day: Live on to this day, then stop; left out, until the case closes, at most 1500 days.
        event: What is sent, in time's order; events of one instant keep the order of the file.
    """

    model_config = ConfigDict(extra="forbid")

    title: Line
    application: Annotated[str | dict[str, Any], BeforeValidator(_as_application)]
    office: Line | None = None
    edition: Line | None = None
    opens: Annotated[date, BeforeValidator(_as_date)] | None = None
    until_day: Days | None = None
    event: list[EventForm] = []


FIELDS = {
    "accreditation_ended": ("facility", "modality", "outcome"),
    "accreditation_granted": ("facility", "modality"),
}
"""The signals, and what each of them says, in this order; the instant follows."""


@dataclass(frozen=True)
class ExternalEvent:
    """Something that another case tells the scenario's own.

    Attributes:
        number: Its place in the file, from 1.
        day: When, in days since the scenario's case opened.
        name: Which signal.
        said: What it says, in the order of `FIELDS`.
    """

    number: int
    day: float
    name: str
    said: tuple[str, ...]
    case: ClassVar[None] = None

    def __str__(self) -> str:
        return f"event {self.number} (day {self.day:g}, {self.name})"

    def instant(self, opened_at: datetime) -> datetime:
        """Return when the case hears it, on its own clock."""
        return opened_at + timedelta(days=self.day)


def read_external_event(
    number: int, written: EventForm, file: Path, application: Application | None, troubles: list[InputFault]
) -> ExternalEvent:
    """Read an external event; adds whatever is wrong with it."""
    where, fields = f"event {number} ({written.send})", written.fields
    expected = FIELDS[written.send]
    if application is not None and application.program != "dicoe":
        found = f"a scenario of {application.program}"
        troubles.append(InputFault(str(file), where, found, "a designation, which rests on accreditations"))
    for name in ("refused", "case"):
        if value := getattr(written, name):
            troubles.append(InputFault(str(file), f"{where}.{name}", value, "nothing: nobody judges it"))
    for name in sorted({*fields} - {*expected}):
        troubles.append(InputFault(str(file), f"{where}.{name}", "an unknown field", f"one of {', '.join(expected)}"))
    for name in expected:
        if not isinstance(fields.get(name), str) or not fields[name]:
            found = "nothing" if fields.get(name) is None else repr(fields[name])
            troubles.append(InputFault(str(file), f"{where}.{name}", found, "text"))
    if "outcome" in expected and fields.get("outcome") and fields["outcome"] not in (*Outcome, TAKEN_BACK):
        known = f"one of {', '.join((*Outcome, TAKEN_BACK))}"
        troubles.append(InputFault(str(file), f"{where}.outcome", repr(fields["outcome"]), known))
    return ExternalEvent(number, written.day, written.send, tuple(str(fields.get(name, "")) for name in expected))


OPENS = time(9, 0)
"""The hour at which a scenario's case opens, office time."""
LONGEST_LIFE = 1500.0
"""Days after which a life ends that has not closed by itself, where the scenario says nothing."""


@dataclass(frozen=True)
class Scenario:
    """An application that opens one case, and what is sent when.

    `opens` is null where the case opens at the next 09:00, `office` where the settings in force count, `edition` where
    the office's own does, `until_day` where the life goes on until the case closes. Events are in time's order.
    """

    file: Path
    title: str
    application: Application
    office: Path | None
    opens: date | None
    until_day: float | None
    events: tuple[Event | ExternalEvent, ...]
    edition: str | None = None

    @property
    def last_day(self) -> float:
        """The day after which nothing is sent and nothing is lived through."""
        return LONGEST_LIFE if self.until_day is None else self.until_day

    def opening(self, now: datetime, zone: ZoneInfo) -> datetime:
        """Return the instant (UTC) at which the case opens: 09:00 of its day, else the next 09:00.

        Raises:
            Unusable: That instant has passed.
        """
        day = self.opens or now.astimezone(zone).date()
        opens = datetime.combine(day, OPENS, zone).astimezone(UTC)
        if opens <= now and self.opens is None:
            opens = datetime.combine(day + timedelta(days=1), OPENS, zone).astimezone(UTC)
        if opens <= now:
            expected = f"a day whose 09:00 ({zone.key}) is still to come"
            raise Unusable([InputFault(str(self.file), "opens", str(self.opens), expected)])
        return opens
