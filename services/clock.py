"""Real time, for whoever asks or sends something. Cases have clocks of their own."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return this instant, in UTC."""
    return datetime.now(UTC)
