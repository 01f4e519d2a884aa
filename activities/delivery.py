"""Hand the notices of a case's outbox to the mail. What is wrong with one notice holds nothing else up."""

from collections.abc import Sequence
from datetime import datetime

from activities.contract import Problem
from activities.mail import Letter, Mailer, Sender, Undeliverable
from activities.notices.compose import NotWritten, compose
from activities.recipients import recipients
from activities.terms import DICOE
from policy.office import OfficeSettings
from records.books import Books
from records.outbox import Sent, Trouble, mark_sent, mark_undeliverable, pending_notices, troubled_notices
from records.queries import case_by_id, deadlines
from records.tables import Case, Deadline, Notice


def deliver(books: Books, mailer: Mailer, office: OfficeSettings, case_id: str, at: datetime) -> None:
    """Deliver what waits in a case's outbox, one notice after the other, and note what became of each.

    A notice that the mail took just before a crash is handed over once more, as the same letter.

    Args:
        books: Where the outbox is.
        mailer: Where letters go.
        office: Who writes.
        case_id: The case.
        at: The instant, on the case's clock, at which they are sent.

    Raises:
        OSError: The mail cannot be reached; what was not delivered waits for the next try.
    """
    with books.reading() as session:
        case = case_by_id(session, case_id)
        waiting = pending_notices(session, case_id)
        running = deadlines(session, case_id)
    if case is None:
        return
    for notice in waiting:
        try:
            letter, trouble = write(case, notice, running, office)
            file = mailer.deliver(letter) if letter else None
        except NotWritten as error:
            letter, file, trouble = None, None, Trouble("notice.not_rendered", f"Notice {notice.number}: {error}.")
        except Undeliverable as error:
            letter, file, trouble = None, None, Trouble("notice.undeliverable", f"Notice {notice.number}: {error}.")
        with books.writing() as session:
            if letter and file:
                sent = Sent(at, letter.recipients, letter.subject, letter.body, file)
                mark_sent(session, notice, sent, trouble)
            elif trouble:
                mark_undeliverable(session, notice, trouble)


def write(
    case: Case, notice: Notice, running: Sequence[Deadline], office: OfficeSettings
) -> tuple[Letter | None, Trouble | None]:
    """Write the letter of a notice: trouble where the facility has no address, and no letter where nobody has one.

    Raises:
        NotWritten: Its text cannot be filled.
    """
    words = compose(notice.kind, case, notice.facts, notice.at, office, running)
    to, cc, missed = recipients(notice.kind, case, notice.facts, office)
    trouble = None
    if missed:
        reached = " It went to the office alone." if to else ""
        trouble = Trouble(
            "notice.no_recipient",
            f"Notice {notice.number} ({words.subject}): no contact of the application has an e-mail address.{reached} "
            "Amend the application, then retry.",
        )
    if not to:
        return None, trouble
    replies = office.office.dicoe_email if case.program == DICOE else office.issuer.email
    sender = Sender(office.issuer.name, office.mail.sender, replies)
    at = notice.at.astimezone(office.zone)
    return Letter(case.case_id, notice.number, notice.kind, at, sender, to, cc, words.subject, words.body), trouble


def problems_of_step(books: Books, case_id: str, run_id: str, step: int) -> tuple[Problem, ...]:
    """Return what the office must mend about the notices of a step."""
    with books.reading() as session:
        return tuple(
            Problem(item=f"notice.{notice.number}", rule=notice.problem_rule or "", text=notice.problem or "")
            for notice in troubled_notices(session, case_id, run_id, step)
        )
