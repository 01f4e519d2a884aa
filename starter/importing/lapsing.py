"""Which messages of an adopted case would close it before the next one can be entered.

A message counts as of the day on which it was received, and what was due since then happens as soon as it is in. Where
that closes the case (a testing package that was never submitted, an option form that was never filled in), the message
that says otherwise would come too late. So such a message is not sent at all.
"""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from policy.dates import as_instant, local_day
from policy.dating import closes_after
from policy.edition import Edition, EditionError, edition_in_force
from policy.identity import parse_accreditation_id
from policy.messages import Message
from policy.verdict import Finding
from policy.words import instant_in_words
from starter.importing.letters import MESSAGE, Letter

LAPSES = "adoption.window_over"
SOURCE = "What is due in a case happens on its day, also where the day is past when its message is entered"


def foresee(letters: Sequence[Letter], now: datetime, zone: ZoneInfo) -> None:
    """Mark every message after which its case would be closed before the next one could be entered."""
    following: dict[str, Letter] = {}
    for letter in reversed(letters):
        after = following.get(letter.case)
        following[letter.case] = letter
        message = letter.checked
        if after is None or message is None or parse_accreditation_id(letter.case) is None:
            continue
        closes = _closes(message, zone)
        if closes is not None and closes < now:
            reason = (
                f"Since {instant_in_words(closes, zone)} the case would close by itself once this message is in: "
                f"row {after.row}, which says how it went on, would come too late."
            )
            instead = "Leave this case out and start it with its next application, or adopt it where no window is over."
            letter.lapse = letter.found(Finding(rule=LAPSES, where=MESSAGE, reason=reason, source=SOURCE), [instead])


def _closes(message: Message, zone: ZoneInfo) -> datetime | None:
    """Return when a case closes after a message if nothing else comes; None where nothing closes it."""
    if message.received_at is None:
        return None
    at = as_instant(message.received_at, zone)
    try:
        terms: Edition = edition_in_force("accreditation", local_day(at, zone))
    except EditionError:
        return None
    return closes_after(message, at, terms)
