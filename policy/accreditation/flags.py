"""What the office is asked to look at when a facility reports a change, or a correction leaves no certificate."""

from datetime import date

from policy.messages import ReportAddedUnit, ReportLoanerUnit, ReportPersonnelChange, ReportReplacedUnit
from policy.words import day_in_words, spoken

CERTIFICATE_TAKEN_BACK = "certificate_taken_back"
"""The attention item of a certificate that a correction took back."""
TAKEN_BACK = "the certificate was taken back by a correction: look at designations that rest on it"
"""What a correction asks the office that leaves no certificate."""


def vacant(message: ReportPersonnelChange) -> str:
    """Say that a role has nobody."""
    return f"the {spoken(message.role)} {message.left} has left, and nobody is named in the place"


def moves(address: str, on: date | None) -> str:
    """Say where a unit moves, and on which day where one is known."""
    day = f" on {day_in_words(on)}" if on else ""
    return f"the unit moves{day}, to {address}"


def added(message: ReportAddedUnit) -> str:
    """Say that another unit is to be accredited."""
    return f"unit {message.unit} ({message.manufacturer}, {message.model}) is added by {spoken(message.way)}"


def replaced(message: ReportReplacedUnit, on: date | None) -> str:
    """Say that another unit takes the place; `on`: when the old one goes."""
    since = f"; the old one goes on {day_in_words(on)}" if on else ""
    unit = f"unit {message.unit} ({message.manufacturer}, {message.model})"
    told = f"{unit} takes the place of this one by {spoken(message.way)}"
    return f"{told}{since}; open its case, and decide on this certificate"


def loaner(message: ReportLoanerUnit) -> str:
    """Name a unit that is lent."""
    return f"loaner unit {message.unit} ({message.manufacturer}, {message.model})"


def lent(message: ReportLoanerUnit, begins: date, ends: date) -> str:
    """Say that a unit is lent, from when to when."""
    days = f"from {day_in_words(begins)} to {day_in_words(ends)}"
    return f"{loaner(message)} is at the facility {days}; whether it is tested is the office's to decide"


def corrections(texts: list[str]) -> str:
    """Say what an annual update corrects."""
    return f"the facility corrects: {'; '.join(one.rstrip('.') for one in texts)}"
