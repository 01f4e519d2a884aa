"""Hand the notices of a case's outbox to the mail. What is wrong with one notice holds nothing else up.

Once and only once: a notice waits in the outbox until the mail has taken it, and is then marked as sent. Between the
two lies the one window that nobody can close: a worker that is killed after the mail server has said "250" and before
the mark is written hands the same letter over once more. It has the same Message-ID, by which mailboxes tell; nothing
is ever lost. What a mail server took for some recipients only is noted (`reached`), and goes to the others alone.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from activities.contract import Problem
from activities.enclosures import enclosures_of
from activities.mail import Attachment, Delivered, Letter, MailAway, Mailer, Sender, Undeliverable
from activities.mail.letter import without_addresses
from activities.notices.compose import NotWritten, Words, compose
from activities.notices.dates import dates_of
from activities.papers.issuing import papers_of
from activities.papers.press import PaperNotMade
from activities.recipients import recipients
from activities.turns import turn_of
from policy.office import OfficeSettings
from records.books import Books
from records.outbox import (
    DeliveryFault,
    Sent,
    dates_told,
    mark_reached,
    mark_sent,
    mark_undeliverable,
    pending_notices,
    troubled_notices,
    waits,
)
from records.queries import case_by_id, deadlines
from records.tables import CaseRecord, Deadline, Notice, TimelineEntry

BEGIN_WITHIN = 8.0
"""Seconds after which no further letter is begun: a step has 40 in all, then another attempt begins beside this one."""
HOLDS_FOR = 0.25
"""Seconds after the outbox was read within which its first letter goes out without asking again whether it still waits:
while a letter is handed over, which may take longer, an attempt elsewhere is not seen either."""
NOBODY = Delivered("", ())
"""What becomes of a letter that cannot be written, or that the mail never takes."""


class Known(NamedTuple):
    """What the books know of a case beside its notices."""

    case: CaseRecord
    deadlines: Sequence[Deadline]
    told: Sequence[TimelineEntry]


def deliver(
    books: Books, mailer: Mailer, office: OfficeSettings, case_id: str, at: datetime, case: CaseRecord | None = None
) -> bool:
    """Deliver what waits in a case's outbox, one notice after the other, and note what became of each.

    Args:
        books: Where the outbox is.
        mailer: Where letters go.
        office: Who writes.
        case_id: The case.
        at: The instant, on the case's clock, at which they are sent.
        case: Its row, where it is known; else the books are asked.

    Returns:
        Whether all that waited went out from here, and nothing was wrong with any of it.

    Raises:
        OSError: The mail cannot be reached; what was not delivered waits for the next try.
    """
    # Temporal may have begun another attempt while the last one still waits for a slow database or mail server.
    with turn_of(case_id):
        return _deliver_all(books, mailer, office, case_id, at, case)


def _deliver_all(
    books: Books, mailer: Mailer, office: OfficeSettings, case_id: str, at: datetime, case: CaseRecord | None
) -> bool:
    """Deliver what waits, now that nobody else in this process does; return whether all went well."""
    begun, well = monotonic(), True
    holds_until = begun + HOLDS_FOR
    with books.reading() as session:
        waiting = pending_notices(session, case_id)
        if not waiting:
            return False
        case = case or case_by_id(session, case_id)
        if case is None:
            return False
        known = Known(case, deadlines(session, case_id), dates_told(session, case_id))
    for left, notice in zip(range(len(waiting), 0, -1), waiting, strict=True):
        if monotonic() - begun > BEGIN_WITHIN:
            raise MailAway(
                f"The mail is slow: {left} letter(s) of the case still wait.", "They go out with a later try."
            )
        well = _deliver_one(books, mailer, office, known, notice, at, holds_until) and well
        holds_until = 0.0
    return well


def _deliver_one(
    books: Books, mailer: Mailer, office: OfficeSettings, known: Known, notice: Notice, at: datetime, holds_until: float
) -> bool:
    """Write a notice's letter, hand it over, and note what became of it; return whether it is out, and all is well.

    `holds_until`: until when, by `monotonic`, nobody need ask whether it still waits.

    Raises:
        OSError: It has to wait.
    """
    try:
        letter, trouble = write(books, known, notice, office)
        if monotonic() > holds_until and not _waits(books, notice):
            return False
        delivered = mailer.deliver(letter, notice.reached) if letter else NOBODY
    except (NotWritten, PaperNotMade) as error:
        letter, delivered, trouble = None, NOBODY, _trouble("notice.not_rendered", notice, error)
    except Undeliverable as error:
        letter, delivered, trouble = None, NOBODY, _trouble("notice.undeliverable", notice, error)
    if letter and delivered.refused:
        trouble = _refused(notice, letter, delivered.refused)
    with books.writing() as session:
        if delivered.later:
            mark_reached(session, notice, delivered.reached)
        elif letter and delivered.reached:
            names = [attachment.name for attachment in letter.attachments]
            reached, mailed = list(delivered.reached), delivered.mailed
            sent = Sent(at, reached, letter.subject, letter.body, delivered.file, names, mailed)
            mark_sent(session, notice, sent, trouble)
        elif trouble:
            mark_undeliverable(session, notice, trouble)
    if delivered.later:
        raise _again(notice, delivered.later)
    return trouble is None


def _waits(books: Books, notice: Notice) -> bool:
    """Whether a notice still waits: an attempt elsewhere may have sent it while the letters before it were sent."""
    with books.reading() as session:
        return waits(session, notice)


def _trouble(rule: str, notice: Notice, error: Exception) -> DeliveryFault:
    """Return what the office must mend about a notice that cannot be written or sent as it is."""
    some = " Some recipients have it already." if notice.reached else ""
    return DeliveryFault(rule, f"Notice {notice.number}: {error}.{some}")


def _refused(notice: Notice, letter: Letter, refused: Mapping[str, str]) -> DeliveryFault:
    """Return what the office must mend where a mail server refuses a recipient."""
    said = "; ".join(f"{address}: {answer}" for address, answer in refused.items())
    others = " The others have it." if len(refused) < len(letter.recipients) else ""
    return DeliveryFault(
        "notice.undeliverable",
        f"Notice {notice.number} ({letter.subject}): the mail server refuses {said}.{others} "
        "Correct the address (amend the application), then retry.",
    )


def _again(notice: Notice, later: Mapping[str, str]) -> MailAway:
    """Return why a notice waits, without anybody's address: everybody who sees the case in the Temporal UI reads it."""
    answers = "; ".join(dict.fromkeys(without_addresses(answer) for answer in later.values()))
    return MailAway(
        f"The mail server puts off {len(later)} recipient(s) of notice {notice.number}: {answers}.",
        "It is tried again, for them alone.",
    )


def write(
    books: Books, known: Known, notice: Notice, office: OfficeSettings
) -> tuple[Letter | None, DeliveryFault | None]:
    """Write the letter of a notice: trouble where the facility has no address, and no letter where nobody has one.

    Raises:
        NotWritten: Its text cannot be filled.
        PaperNotMade: A paper that it announces cannot be made.
        OSError: The folder of the papers cannot be used.
    """
    case = known.case
    enclosed = enclosures_of(books, case, notice, office)
    words = compose(notice.kind, case, notice.facts | enclosed.facts, notice.at, office, known.deadlines)
    to, cc, missed, lacking = recipients(notice.kind, case, notice.facts, office)
    trouble = None
    if missed:
        reached = " It went to the office alone." if to else ""
        trouble = DeliveryFault(
            lacking.rule,
            f"Notice {notice.number} ({words.subject}): {lacking.what}{reached} {lacking.remedy}",
        )
    if not to:
        return None, trouble
    own = papers_of(books, case, notice, office, Path(office.papers.folder))
    attachments = (
        *(Attachment(paper.file_name, paper.media_type, paper.content) for paper in own),
        *enclosed.attachments,
        *dates_of(case, notice, words, known.deadlines, known.told, office),
    )
    return a_letter(case, notice, words, office, to=to, cc=cc, attachments=attachments), trouble


def a_letter(
    case: CaseRecord,
    notice: Notice,
    words: Words,
    office: OfficeSettings,
    *,
    to: tuple[str, ...],
    cc: tuple[str, ...] = (),
    attachments: tuple[Attachment, ...] = (),
) -> Letter:
    """Return a notice as a letter of the office; answers go to the program's own address."""
    return Letter(
        case_id=case.case_id,
        number=notice.number,
        kind=notice.kind,
        at=notice.at.astimezone(office.zone),
        sender=Sender(office.issuer.name, office.mail.sender, office.issuer_of(case.program).email),
        to=to,
        cc=cc,
        subject=words.subject,
        body=words.body,
        html=words.html,
        attachments=attachments,
        thread=case.case_id,
    )


def problems_of_step(books: Books, case_id: str, run_id: str, step: int) -> tuple[Problem, ...]:
    """Return what the office must mend about the notices of a step."""
    with books.reading() as session:
        return tuple(problem_of(notice) for notice in troubled_notices(session, case_id, run_id, step))


def problem_of(notice: Notice) -> Problem:
    """Return what the office must mend about a notice; whose address it is, `accredit notices --troubled` says."""
    return Problem(
        item=f"notice.{notice.number}", rule=notice.problem_rule or "", text=without_addresses(notice.problem or "")
    )
