"""What a case carries into a new run: all that it knows, as long as there is room, else what it needs to go on.

A new run begins with the facts as its input, and the server takes two million bytes of it. The books have the whole
life; so what is only told (old entries of the timeline, the words of old reports) is left to them, and what is judged
by (deadlines, money, tokens of patients, who reviewed) is always carried. Of an answer that is left to the books a
mark is carried: a message that comes again is not judged anew, its answer is asked for there.

The arithmetic, in thousands of bytes, where every message is as large as may be:

    application, twice (the case's own, and in its facts)                  2 x 100
    what a designation has added to it                                         100
    the edition of the rules                                                    60
    timeline                                                                   300
    answers, and marks of older ones                                           275
    attention items: 50 of 2,000 characters, four bytes each                   400
    the attempt with the newest report: package, report, form, appeal          400
    the attempt that follows it: its package                                   100
                                                                             1,835

A correction or addition that would make the application larger is turned away (`judge_room`).
Deadlines, invoices and payments are the office's to enter and small (300 bytes each). Each attempt before these two
keeps areas, exams and tokens of its package. A case that does not fit all the same stays in its run, which the server
ends at 50 MB: it is told to the worker's log, answers, and takes messages meanwhile.
"""

import hashlib
from collections.abc import Set as AbstractSet
from typing import Any, TypeVar

from pydantic import BaseModel

from policy.accreditation.cycle import CycleFacts
from policy.accreditation.rounds import Form, Round
from policy.bounds import LARGEST
from policy.case_rules import merge_patch
from policy.designation.facts import DesignationFacts
from policy.facts import Answer, CaseFacts
from policy.incoming import size_of, too_large
from policy.messages import AddLocations, AmendApplication, Message, Role
from policy.rules import refuse

FactsT = TypeVar("FactsT", bound=CaseFacts)

CARRIED_WHOLE = 1_000_000
"""Bytes up to which a case carries everything: half of what the server takes."""
LARGEST_CARRIED = 2_000_000
"""Bytes that a run may begin with; the server takes 2,097,152."""
TIMELINE, ANSWERS = 3 * LARGEST, 2 * LARGEST
"""Bytes of the timeline and of the answers that are carried, where not everything is."""
ENTRY, VALUE = 8_000, 500
"""Bytes of an entry that is carried as it is; of a longer one the values up to so many bytes are."""
ROOM_BYTES, ROOM_EVENTS = 20_000_000, 20_000
"""Of a run's history, from which on it takes nothing more from a facility; from twice as much on not from the office
either. The server ends a run at 52,428,800 bytes or 51,200 events; a case continues as new at a tenth of that, but only
at rest: not while its books are away, or before it has begun.
"""
REASON, WARNINGS = 1000, 10
"""Characters of a verdict's reason, and how many of its warnings, that are carried."""
REMEMBERED, MARK = 5_000, 12
"""Messages of which a case still knows that they were answered, by marks of so many characters: 75 kB."""


def size_of_model(model: BaseModel) -> int:
    """Return how many bytes a model has as JSON."""
    return len(model.model_dump_json().encode())


def lean(facts: FactsT) -> FactsT:
    """Return what a case needs to go on, with at most so much of everything else that there is room."""
    wanted = {item.item for item in facts.attention}
    timeline = newest(facts.timeline, wanted)
    earlier = facts.earlier_entries + len(facts.timeline) - len(timeline)
    answers = _newest_answers(facts.answers)
    left = [key for accepted in (False, True) for key in _left(facts.answers, answers, accepted=accepted)]
    changed: dict[str, Any] = {
        "timeline": timeline,
        "earlier_entries": earlier,
        "answers": answers,
        "left_to_books": [*facts.left_to_books, *(mark_of(key) for key in left)][-REMEMBERED:],
    }
    if isinstance(facts, CycleFacts):
        changed["rounds"] = _rounds(facts)
    return facts.model_copy(update=changed)


def newest(timeline: list[dict[str, Any]], wanted: AbstractSet[str] = frozenset()) -> list[dict[str, Any]]:
    """Return the newest entries of a timeline, as many as there is room for; all, where all fit.

    Args:
        timeline: Its entries as JSON values, oldest first.
        wanted: Attention items; the entry of a notice that one of them is about is kept, however old it is, because
            the notice can be sent again.
    """
    if size_of(timeline) <= TIMELINE:
        return timeline
    kept: list[dict[str, Any]] = []
    room = TIMELINE - len("[]")
    for entry in reversed(timeline):
        short = _shortened(entry)
        room -= size_of(short) + len(",")
        if room >= 0 or f"notice.{entry['detail'].get('notice')}" in wanted:
            kept.append(short)
    return kept[::-1]


def _shortened(entry: dict[str, Any]) -> dict[str, Any]:
    """Return an entry without the long values of its detail, which the books have."""
    if size_of(entry) <= ENTRY:
        return entry
    detail = {name: _short(value) for name, value in entry["detail"].items()}
    kept = {name: value for name, value in detail.items() if size_of(value) <= ENTRY // 2}
    return {**entry, "text": entry["text"][: ENTRY // 8], "detail": {**kept, "shortened": True}}


def _short(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {name: inner for name, inner in value.items() if size_of(inner) <= VALUE}


def _newest_answers(answers: dict[str, Answer]) -> dict[str, Answer]:
    """Return the newest answers: before all those to messages that were accepted, which must not count twice."""
    kept: set[str] = set()
    short = {key: _in_short(answer) for key, answer in answers.items()}
    room = ANSWERS
    for accepted in (True, False):
        for key in reversed(short):
            if short[key].verdict.accepted is accepted and room > 0:
                room -= len(key.encode()) + size_of_model(short[key])
                kept.add(key)
    return {key: answer for key, answer in short.items() if key in kept}


def _left(answers: dict[str, Answer], kept: dict[str, Answer], *, accepted: bool) -> list[str]:
    """Return the keys whose answers are not carried, of those to accepted messages or of the others."""
    return [key for key, one in answers.items() if key not in kept and one.verdict.accepted is accepted]


def mark_of(key: str) -> str:
    """Return by what a case knows that it answered a message whose answer the books have."""
    return hashlib.sha256(key.encode()).hexdigest()[:MARK]


def _in_short(answer: Answer) -> Answer:
    verdict = answer.verdict
    cut = {
        "reason": verdict.reason and verdict.reason[:REASON],
        "instead": tuple(text[:REASON] for text in verdict.instead[:WARNINGS]),
        "warnings": tuple(text[:VALUE] for text in verdict.warnings[:WARNINGS]),
    }
    return answer.model_copy(update={"verdict": verdict.model_copy(update=cut)})


def _rounds(facts: CycleFacts) -> list[Round]:
    """Return the attempts; of those before the newest report only what later ones are judged by."""
    reported = facts.reported
    whole = facts.rounds.index(reported) if reported else 0
    return [_old(one) for one in facts.rounds[:whole]] + facts.rounds[whole:]


def _old(one: Round) -> Round:
    """Return an attempt that is over: areas, tokens and who judged; words and documents stand in the books."""
    form: Form | None = one.form
    if form and form.choice:
        choice = form.choice.model_copy(update={"letters": (), "documents": (), "withdrawal_form": None, "reason": ""})
        form = form.model_copy(update={"choice": choice})
    bare = {"comments": "", "equipment_concern": ""}
    changed: dict[str, Any] = {
        "form": form,
        "findings": one.findings and [finding.model_copy(update=bare) for finding in one.findings],
    }
    if one.appeal:
        found = one.appeal.findings and [finding.model_copy(update=bare) for finding in one.appeal.findings]
        changed["appeal"] = one.appeal.model_copy(update={"letters": [], "findings": found})
    return one.model_copy(update=changed)


def judge_room(
    facts: CycleFacts | DesignationFacts, message: Message, *, history_bytes: int = 0, history_events: int = 0
) -> None:
    """Judge that a case can hold what a message would add for good, and that its run has room for the message.

    For validators alone: what is turned away leaves no trace, and no replay asks again.

    Args:
        facts: What is known of the case.
        message: The message.
        history_bytes: What the present run of the case has written so far.
        history_events: The same in events.

    Raises:
        Refused: `message.too_large` or `case.full`.
    """
    share = 2 if message.by.role is Role.ACR else 1
    if history_bytes > share * ROOM_BYTES or history_events > share * ROOM_EVENTS:
        raise refuse(
            "case.full",
            "The case has been sent more than it can write down now.",
            "Send it again later: the case makes room as soon as its books have taken what it has.",
        )
    before = facts.application.model_dump(mode="json")
    if isinstance(message, AmendApplication):
        after = size_of(merge_patch(before, message.changes))
        if after > max(LARGEST, size_of(before)):
            raise too_large("application with what is corrected", after, LARGEST)
    if isinstance(message, AddLocations) and isinstance(facts, DesignationFacts):
        added = [place.model_dump(mode="json") for one in facts.additions for place in one.locations]
        whole = size_of(before) + size_of([*added, *message.locations])
        if whole > 2 * LARGEST:
            raise too_large("application with all locations that were added", whole, 2 * LARGEST)
