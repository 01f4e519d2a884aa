"""An event of a scenario, and the message that is made of it when its day has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from policy.application import Medium
from policy.dates import local_day
from policy.messages import Message, Role
from starter.desk.documents import complete_documents

INVOICE = "$invoice"
DUE = "$due"
INSTANTS = ("until", "received_at")
"""Fields in which a number of days is that very instant."""
DATES = ("on", "received_on")
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
    return _plain(value)


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
    if invoice == INVOICE:
        invoice = next((one.number for one in reversed(owed) if one.due > 0), INVOICE)
    if amount == DUE:
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
