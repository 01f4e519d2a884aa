"""The relocation application of a mammography unit: complete within 10 calendar days after the move (AC/11000051013).

What a late one brings no text states: somebody at the office looks, and nothing else follows.
"""

from datetime import date, datetime, timedelta

from policy.dates import end_of_day
from policy.edition import Edition

WINDOW = "relocation_application"
"""The window in which it is completed."""
LATE = "the relocation application was not complete in time: look what has become of the move"


def relocation_due(moved: date, terms: Edition) -> datetime | None:
    """Return until when the application is complete (UTC); None: the edition knows no such window.

    Args:
        moved: The day of the move.
        terms: The edition that the case carries.
    """
    days = terms.mammography.relocation if terms.mammography else None
    return end_of_day(moved + timedelta(days=days.value), terms.zone) if days else None
