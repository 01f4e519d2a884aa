"""Steps that a case has taken and that restored books lack: written again, as the case was told that they were.

The history has each step with its answer. So invoices get the numbers that their cases know, whatever the fees are by
now, and letters that went out do not go out again: their copies say to whom they went and which papers went with them.
"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from activities.billing import payer_of
from activities.contract import (
    CreditOrder,
    InvoiceIssued,
    InvoiceOrder,
    NoticeOrder,
    Problem,
    Step,
    StepTaken,
)
from activities.mail.copies import Copy, copy_of
from activities.papers.refiling import refile
from activities.settling import credit_notice
from activities.steps import (
    case_of,
    follow,
    keep,
    put_deadlines,
    stand,
    write_money,
    write_words,
)
from policy.dates import local_day
from policy.office import OfficeSettings
from policy.words import spoken
from records.books import Books, Session
from records.counters import CREDIT_NOTES, next_number
from records.locks import lock_case
from records.outbox import DeliveryFault, Sent, mark_sent, mark_undeliverable
from records.queries import case_by_id, step_taken
from records.restore.numbers import NumberTaken, parsed, put_back_credit_note, put_back_invoice
from records.restore.steps import newest_number, put_unmended
from records.tables import CaseRecord, CreditNote, Invoice, Notice


class Told(NamedTuple):
    """A step as a history has it.

    Attributes:
        step: What the case told, with the run that the case began with.
        taken: What it was answered.
        at: When it was told, by the server's clock.
    """

    step: Step
    taken: StepTaken
    at: datetime


def retake(books: Books, told: Told, office: OfficeSettings, now: datetime) -> list[str]:
    """Write a step that the books lack, as it was taken; one that they have is left alone.

    Args:
        books: The books.
        told: The step, and what the case was answered.
        office: Who issues invoices and papers; where its letters and papers lie.
        now: The present instant (UTC), for what cannot be mended.

    Returns:
        What a person has to look at, in words; it is kept in the books too, and the case is told of it.

    Raises:
        UnknownCase: The books lack the case's first step too.
        OSError: The folder of letters or that of papers cannot be read.
    """
    step = told.step
    with books.writing() as session:
        lock_case(session, step.case_id)
        if step_taken(session, step.case_id, step.run_id, step.number) is not None:
            return []
        is_newest = newest_number(session, step.case_id) < step.number
        before = case_by_id(session, step.case_id)
        case = case_of(session, step, before)
        writing = _Writing(session, case, told, office)
        writing.write(again=before is not None)
        if is_newest:
            stand(case, step)
            put_deadlines(session, step)
        session.flush()
        writing.deliver()
        follow(session, case, step)
        keep(session, step, told.taken, None)
        put_unmended(session, step.case_id, writing.left, now)
        return [text for _, text in writing.left]


class _Writing:
    """One step on its way into the books, with what is left for people."""

    def __init__(self, session: Session, case: CaseRecord, told: Told, office: OfficeSettings) -> None:
        self.session, self.case, self.told, self.office = session, case, told, office
        self.left: list[tuple[str, str]] = []
        self._copies: dict[int, Copy | None] = {}

    def write(self, *, again: bool) -> None:
        """Write money, notices, timeline and messages."""
        step, session = self.told.step, self.session
        money = write_money(session, step, crediting=self._credit, issuing=self._put_back)
        self._differ(money.problems)
        words = write_words(session, self.case, step, money, again=again)
        self._differ(words.problems)
        self._numbers = [order.number for order in words.orders]

    def deliver(self) -> None:
        """Note what became of the step's letters: they went out when the step was taken, or a problem was told."""
        troubled = {problem.item: problem for problem in self.told.taken.problems}
        for number in self._numbers:
            notice = self.session.get_one(Notice, (self.case.case_id, number))
            if notice.status != "pending":
                continue
            if (problem := troubled.get(f"notice.{number}")) is not None:
                mark_undeliverable(self.session, notice, DeliveryFault(problem.rule, problem.text))
            else:
                self._sent(notice)

    def _put_back(self, order: InvoiceOrder) -> InvoiceIssued | None:
        """Write the invoice that was issued then, by its number."""
        was = (order.purpose, order.occurrence)
        known = next((one for one in reversed(self.told.taken.invoices) if (one.purpose, one.occurrence) == was), None)
        return known if known is not None and self._invoice(known) else None

    def _invoice(self, known: InvoiceIssued) -> bool:
        try:
            put_back_invoice(
                self.session,
                self.case.case_id,
                known.number,
                purpose=known.purpose,
                occurrence=known.occurrence,
                lines=known.lines,
                total=known.total,
                issued_at=known.issued_at,
                due_at=known.due_at,
                issuer=self.office.issuer_of(self.case.program).model_dump(mode="json"),
                payer=payer_of(self.case),
            )
        except NumberTaken as taken:
            text = f"After a restore {taken}. Write to the payer which of the two numbers stands, and credit the other."
            self.left.append((f"restored.invoice.{known.number}", text))
            return False
        return True

    def _credit(self, order: CreditOrder) -> NoticeOrder | None:
        """Write a credit note; its number is on the paper that went with its letter. None: no letter goes out."""
        if any(problem.item == f"credit.{order.key}" for problem in self.told.taken.problems):
            return None
        number = self._number_of_note(order)
        said = parsed(number)
        if said is None or self.session.get(Invoice, order.invoice) is None:
            return None
        note = CreditNote(
            number=number,
            year=said.year,
            sequence=said.sequence,
            case_id=self.case.case_id,
            key=order.key,
            invoice=order.invoice,
            amount=order.amount,
            reason=order.reason,
            issued_at=order.issued_at,
        )
        try:
            put_back_credit_note(self.session, note)
        except NumberTaken as taken:
            text = f"After a restore {taken}, and went out for {order.amount:.2f} USD of invoice {order.invoice} too."
            self.left.append((f"restored.credit.{order.key}", f"{text} Credit the invoice again, and tell its payer."))
            return None
        return credit_notice(order, note, self.session.get_one(Invoice, order.invoice))

    def _number_of_note(self, order: CreditOrder) -> str:
        copy = self._copy(order.notice, "credit_note") if order.notice else None
        for paper in copy.papers if copy else ():
            if paper.kind == "credit_note":
                return paper.number
        year = local_day(order.issued_at, self.office.zone).year
        number = next_number(self.session, CREDIT_NOTES, year).text
        text = (
            f"The credit note of {order.amount:.2f} USD on invoice {order.invoice} has the number {number} since a "
            "restore: no copy of its letter says under which one it went out. Ask its payer, and send it anew."
        )
        self.left.append((f"restored.credit.{order.key}", text))
        return number

    def _sent(self, notice: Notice) -> None:
        copy = self._copy(notice.number, notice.kind)
        missing = refile(self.session, self.case, notice, self.office, copy.papers if copy else ())
        sent = Sent(
            at=self.told.step.at,
            recipients=list(copy.recipients) if copy else [],
            subject=copy.subject if copy else "",
            body=copy.body if copy else "",
            file=copy.file if copy else "",
            attachments=list(copy.attachments) if copy else [],
            mailed=copy is not None and bool(self.office.mail.host),
        )
        mark_sent(self.session, notice, sent)
        for kind in missing:
            text = (
                f"The {spoken(kind)} that went out with letter {notice.number} is not in the books since a restore: "
                "neither the letter's copy nor the folder of papers has it. Put them back from a backup, and run "
                "`accredit reconcile --after-restore` again; else ask its recipient for a copy."
            )
            self.left.append((f"restored.paper.{notice.number}.{kind}", text))

    def _copy(self, number: int, kind: str) -> Copy | None:
        if number not in self._copies:
            self._copies[number] = copy_of(Path(self.office.mail.folder), self.case.case_id, number, kind)
        return self._copies[number]

    def _differ(self, problems: Iterable[Problem]) -> None:
        """What could not be done, and was done or told otherwise then, is left for people."""
        known = {problem.item for problem in self.told.taken.problems}
        self.left += [
            (f"restored.{problem.item}", f"After a restore: {problem.text}")
            for problem in problems
            if problem.item not in known
        ]
