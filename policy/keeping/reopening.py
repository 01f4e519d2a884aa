"""A case that was closed in error is opened again: which, until when, and by what it is known that it is that case.

Nobody's word but the office's reopens a case, and none that stands on what has been overtaken: the next cycle of its
unit, or a case that was told of its end and awaits another renewal.
"""

import hashlib
import json
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from policy.arrival.judgement import judge_arriving
from policy.dates import local_day
from policy.facts import Outcome
from policy.messages import CloseCase, ReopenCase, WithdrawCase
from policy.messages.proofs import OFFICE_ORG, Sender
from policy.rules import refuse
from policy.senders import judge_speaker
from policy.verdict import Refused
from policy.words import day_in_words

CLOSED_BY_WORD = frozenset({CloseCase.NAME, WithdrawCase.NAME})
"""Messages that close a case. Whatever else ends one would end it again at once."""


class Closing(NamedTuple):
    """How a case was closed, as the books know it.

    Attributes:
        at: When (UTC).
        outcome: As what.
        by_word: Whether somebody's message closed it, and no rule.
        next_cycle: The next case of the same unit or practice, where there is one.
        renewed: The case that it was to renew, where that one is open still.
        joined: The id of the facility or practice that its own has become part of since.
    """

    at: datetime
    outcome: str
    by_word: bool
    next_cycle: str | None = None
    renewed: str | None = None
    joined: str | None = None


def judge_reopening(closing: Closing | None, at: datetime, zone: ZoneInfo, days: int) -> None:
    """Judge whether a case may be opened again.

    Args:
        closing: How it was closed; none: it is open.
        at: The instant as of which it is asked for (UTC).
        zone: The office's time zone.
        days: How many days after its closing a case may be opened again; the last one counts to its end.

    Raises:
        Refused: `reopening.not_closed`, `reopening.past_term`, `reopening.ended_by_rule` or
            `reopening.already_followed`.
    """
    if closing is None:
        raise not_closed()
    closed, today = local_day(closing.at, zone), local_day(at, zone)
    if (today - closed).days > days:
        raise refuse(
            "reopening.past_term",
            f"The case closed on {day_in_words(closed)}, and the office opens a case again within {days} days.",
            "A new application opens a new case.",
        )
    if not closing.by_word:
        raise refuse(
            "reopening.ended_by_rule",
            f"Nobody closed the case: it ended by the rules as {Outcome(closing.outcome).words}, and would so again.",
            "A new application opens a new case.",
        )
    if closing.next_cycle is not None:
        raise _followed(f"the next case of the same unit, {closing.next_cycle}, has begun")
    if closing.renewed is not None:
        raise _followed(f"{closing.renewed}, which it was to renew, was told of its end and awaits another application")
    if closing.joined is not None:
        raise _followed(
            f"its facility or practice has become part of {closing.joined}, and the case speaks for the old one"
        )


def judge_said(message: ReopenCase, sender: Sender | None, zone: ZoneInfo) -> None:
    """Judge who opens a case again, and the message as one that comes in; what the case knew speaks for nobody.

    Args:
        message: The message.
        sender: Who proved to have sent it; None: nobody needs to, or it has not been looked at yet.
        zone: The office's time zone.

    Raises:
        Refused: `actor.not_allowed`, or what `judge_arriving` refuses by.
    """
    judge_speaker(message.SENDERS, message)
    if sender is not None and sender.org != OFFICE_ORG:
        raise refuse("actor.not_allowed", "Nobody but the office opens a case again.", "Ask the office.")
    judge_arriving(message, zone)


def judge_open_case(_message: ReopenCase) -> None:
    """Judge the message as an open case does. Raises `Refused`: `reopening.not_closed`."""
    raise not_closed()


def not_closed() -> Refused:
    """Return the refusal of a case that is open."""
    return refuse("reopening.not_closed", "The case is open.", "Send it what it awaits.")


def not_on_server() -> Refused:
    """Return the refusal of a case whose closed run the server does not know any more."""
    return refuse(
        "reopening.not_on_server",
        "The server does not know the run any more with which the case closed, nor what the case knew.",
        "A new application opens a new case.",
    )


def _followed(what: str) -> Refused:
    return refuse("reopening.already_followed", f"Something has followed from the closing: {what}.", "Go on there.")


def digest_of(known: dict[str, Any]) -> str:
    """Return the SHA-256 of what a case knew (JSON values), for which the proof of its reopening stands."""
    text = json.dumps(known, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def judge_filled_in(message: ReopenCase, closed_run: str | None, known: str) -> None:
    """Judge that a message speaks of that end of that case, and of what it knew.

    Raises:
        Refused: `reopening.another_case`.
    """
    if message.closed_run != (closed_run or "") or message.known != known:
        raise refuse(
            "reopening.another_case",
            "What is to go on is not what the office has signed, or not the end that the books know.",
            "Send reopen_case anew.",
        )
