"""The desk's clock: real time, for whoever stands at the desk. Cases have their own."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return this instant, in UTC."""
    return datetime.now(UTC)
