"""Letters that came back: which the books know, what an open case is told, and what is kept of a closed one.

An open case hears of it by a message, so that its timeline, its worklist and its page tell it. No code of a closed case
runs: the books keep there that its letter came back, and `accredit notices CASE --resend` sends it again.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from activities.mail.letter import Undeliverable, with_ascii_domain
from policy.bounds import NAME
from policy.messages import Message, ReportBouncedLetter
from records.cases import LETTER_BACK
from records.outbox import BOUNCED, mark_bounced
from records.queries import case_by_id
from records.tables import CaseRecord, Notice, TimelineEntry
from records.words import NoticeStatus
from services.composition import compose
from services.errors import InputFault, Unusable
from services.upkeep.delivery_reports import PassedOver, ReportedFailure


class CameBack(NamedTuple):
    """A letter that came back from an address. `closed`: its case is, and hears of nothing."""

    case_id: str
    notice: int
    address: str
    said: str
    closed: bool = False

    def identity(self) -> str:
        """Return what the message about it is called: the same letter from the same address is reported once."""
        said = f"{self.case_id}\n{self.notice}\n{self.address.lower()}"
        return f"bounced-{hashlib.sha256(said.encode()).hexdigest()[:20]}"


def matched(
    session: Session, found: Iterable[ReportedFailure | PassedOver], sender: str
) -> tuple[list[CameBack], list[PassedOver]]:
    """Hold reports against the books: letters of ours that came back, each once, and what is passed over and why.

    Args:
        session: Of the books.
        found: What mail servers report.
        sender: The address that the office's letters come from.
    """
    ours: dict[str, CameBack] = {}
    others: list[PassedOver] = []
    for one in found:
        if isinstance(one, PassedOver):
            others.append(one)
        elif why := _not_ours(session, one, sender):
            others.append(PassedOver(one.file, why))
        else:
            row = session.get_one(CaseRecord, one.case_id)
            came = CameBack(one.case_id, one.notice, one.address, one.said, closed=row.closed_at is not None)
            if not _known(session, came):
                ours.setdefault(came.identity(), came)
            else:
                others.append(PassedOver(one.file, f"{one.case_id}, letter {one.notice}: reported before"))
    return list(ours.values()), others


def _not_ours(session: Session, one: ReportedFailure, sender: str) -> str:
    """Return why a report is not about a letter of this office; empty where it is."""
    letter = session.get(Notice, (one.case_id, one.notice))
    if letter is None:
        return f"the books have no letter {one.name[:NAME]}"
    if one.name.rpartition("@")[2].rstrip(">").lower() != _domain(sender):
        return f"{one.name[:NAME]} is not what this office calls its letters"
    if one.address.casefold() not in {address.casefold() for address in letter.recipients}:
        return f"{one.case_id}, letter {one.notice}: it did not go to the address that is named"
    return ""


def _domain(sender: str) -> str:
    try:
        return with_ascii_domain(sender).rpartition("@")[2].lower()
    except Undeliverable:
        return ""


def _known(session: Session, came: CameBack) -> bool:
    """Whether that letter came back from there before, and was not sent again since."""
    letter = session.get_one(Notice, (came.case_id, came.notice))
    before = [one["address"].casefold() for one in letter.bounces or []]
    return letter.problem is not None and came.address.casefold() in before


def named_by_hand(session: Session, case_id: str, notice: int, address: str | None, said: str) -> CameBack:
    """Return what somebody at the office reports of a letter, by its case and number.

    Raises:
        Unusable: The case has no such letter, it went to several addresses and none is named, or not to that one.
    """
    case = case_by_id(session, case_id)
    letter = session.get(Notice, (case_id, notice))
    if case is None or letter is None:
        found, expected = f"letter {notice} of {case_id}", "a letter that the case has sent (`accredit notices CASE`)"
        raise Unusable([InputFault("ID", "", found, expected)])
    went_to = letter.recipients
    if address is None and len(went_to) != 1:
        listed = ", ".join(went_to) or "nobody"
        expected = f"--address, one of those that it went to: {listed}"
        raise Unusable([InputFault("--address", "", "nothing", expected)])
    chosen = next((one for one in went_to if one.casefold() == (address or went_to[0]).casefold()), None)
    if chosen is None:
        expected = f"one of those that it went to: {', '.join(went_to) or 'nobody'}"
        raise Unusable([InputFault("--address", "", repr(address), expected)])
    return CameBack(case_id, notice, chosen, said, closed=case.closed_at is not None)


def message_of(came: CameBack, user: str | None, number: int = 1) -> Message:
    """Return what an open case is told. `number`: how often that letter came back from there, with this time."""
    again = f"-{number}" if number > 1 else ""
    fields: dict[str, Any] = {
        "notice": came.notice,
        "recipient": came.address,
        "said": came.said,
        "message_id": came.identity() + again,
    }
    return compose(ReportBouncedLetter, fields, folder=Path.cwd(), user=user)


def times_before(session: Session, came: CameBack) -> int:
    """Return how often a letter came back from an address before."""
    letter = session.get_one(Notice, (came.case_id, came.notice))
    return sum(one["address"].casefold() == came.address.casefold() for one in letter.bounces or [])


def keep_for_closed(session: Session, came: CameBack, at: datetime) -> None:
    """Keep with a closed case that its letter came back, in its timeline too."""
    if not mark_bounced(session, came.case_id, came.notice, address=came.address, said=came.said, at=at):
        return
    text = f"Needs attention: letter {came.notice} came back; send it again (accredit notices {came.case_id} --resend)"
    place = _next_place(session, came.case_id)
    session.add(
        TimelineEntry(
            case_id=came.case_id,
            run_id=LETTER_BACK,
            step=0,
            position=place,
            at=at,
            kind="attention",
            by="acr",
            text=text,
            detail={"rule": "notice.bounced", "notice": came.notice},
        )
    )


def _next_place(session: Session, case_id: str) -> int:
    own = col(TimelineEntry.case_id) == case_id, col(TimelineEntry.run_id) == LETTER_BACK, col(TimelineEntry.step) == 0
    newest = select(TimelineEntry.position).where(*own).order_by(col(TimelineEntry.position).desc()).limit(1)
    last = session.exec(newest).first()
    return 0 if last is None else last + 1


def letter_state(letter: Notice) -> str:
    """Return what became of a letter: only a mail server sends it, without one it is a file."""
    if letter.status != NoticeStatus.SENT:
        return letter.status
    if letter.problem_rule == BOUNCED:
        return "came back"
    how = "sent" if letter.reached else "written to a file, not mailed"
    return f"{how}, again" if letter.bounces else how


def bounces_in_words(letter: Notice) -> Sequence[str]:
    """Return from where a letter came back, for whoever reads about it: `ann@example.org: 550 no such user`."""
    return [": ".join(part for part in (one["address"], one.get("said") or "") if part) for one in letter.bounces or []]
