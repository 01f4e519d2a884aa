"""Write one step of a case into the books, in one transaction, and say what came of it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias

from activities.billing import issue
from activities.contract import (
    CreditOrder,
    InvoiceIssued,
    InvoiceOrder,
    NoticeOrder,
    Problem,
    Step,
    StepTaken,
    digest_of_step,
    invoice_entries,
)
from activities.links import designations_to_tell, is_taken_back
from activities.settling import credit, settle_in_order
from policy.office import OfficeSettings
from policy.rules import rulebook_of, source_of
from policy.words import listed, spoken
from records.books import Books, Session
from records.cases import (
    UnknownCase,
    earliest_start,
    open_case,
    put_application,
    put_entries,
    put_messages,
    put_step,
)
from records.facility.changes import end_sign_in_but_of_last_managers
from records.invoices import void_invoice
from records.locks import lock_application, lock_case
from records.outbox import mark_bounced, put_notice
from records.provenance import keep_to_first_run, refuse_repetition
from records.queries import deadlines, is_judged, step_taken
from records.restore.steps import entries_told, found_at, next_position, untold
from records.tables import CaseRecord, Deadline, Notice, Signature, StepRecord

IssuedOrder: TypeAlias = tuple[InvoiceOrder, InvoiceIssued]
RESTORED = "books.restored"
"""The rule of what a restore has left behind."""
RULE_OF = {"site_survey": "survey.base_fee", "travel_expenses": "survey.travel"}
"""The rule that an invoice rests on, by its purpose; of every other purpose it is `fee.due`."""


class Took(NamedTuple):
    """A step that was taken.

    Attributes:
        taken: What came of it.
        anew: Whether it was taken now; else it was before, and nothing was written.
        case: The case's row after it, as the books have it; null: they must be asked.
    """

    taken: StepTaken
    anew: bool
    case: CaseRecord | None


def take(books: Books, step: Step, office: OfficeSettings) -> StepTaken:
    """Take a step once, as `take_once` does, and return what came of it."""
    return take_once(books, step, office).taken


def take_once(books: Books, step: Step, office: OfficeSettings) -> Took:
    """Take a step once: the same step again writes nothing and gets the same answer.

    Another step of the same number, or any step of a case that began anew, means that the server was restored to an
    earlier moment and the case lives through the same days again: what the books have stays, what they lack is added.

    Raises:
        UnknownCase: The case's first step is missing from these books.
        AnotherRun: The books know the case as another run's, or the step as one that was taken before.
    """
    with books.writing() as session:
        lock_case(session, step.case_id)
        known = keep_to_first_run(session, step.case_id, step.first_run_id)
        found = found_at(session, step.case_id, step.run_id, step.number)
        kept = step_taken(session, step.case_id, step.run_id, step.number) if found.taken else None
        if kept and is_the_same(kept, step):
            return Took(StepTaken.model_validate(kept.taken), anew=False, case=None)
        if step.first_run_id and kept is None:
            refuse_repetition(known, step.number, opens=step.opening is not None, passed=found.passed)
        again = kept is not None or found.began_anew
        case = case_of(session, step, known)
        stage_before = case.stage
        money = write_money(
            session,
            step,
            crediting=lambda order: credit(session, step.case_id, order, office),
            issuing=lambda order: issue(session, case, order, office),
        )
        problems = [*money.problems, *follow(session, case, step)]
        problems += write_words(session, case, step, money, again=again).problems
        put_deadlines(session, step)
        stand(case, step)
        taken = StepTaken(
            invoices=tuple(invoice for _, invoice in money.issued),
            problems=(*problems, *(_unmended(session, step) if found.has_untold else ())),
            shared_start=_shared_start(session, case, step),
            designations=designations_to_tell(session, case, stage_before),
            taken_back=is_taken_back(case, stage_before),
            missed_before=step.row.as_before is not None and not found.followed,
        )
        keep(session, step, taken, kept)
    is_as_written = step.opening is None and step.application is None
    return Took(taken, anew=kept is None, case=case if is_as_written else None)


class Money(NamedTuple):
    """What a step has done to invoices: those it issued, the notices of its credit notes, and what was not possible."""

    issued: list[IssuedOrder]
    credited: list[NoticeOrder]
    problems: list[Problem]


class Words(NamedTuple):
    """What a step has told: its notices with those about money, and what of them was not possible."""

    orders: list[NoticeOrder]
    problems: list[Problem]


def write_money(
    session: Session,
    step: Step,
    *,
    crediting: Callable[[CreditOrder], NoticeOrder | Problem | None],
    issuing: Callable[[InvoiceOrder], InvoiceIssued | Problem | None],
) -> Money:
    """Settle invoices in the order in which it came, issue those of the step, and void what is not owed any more.

    Args:
        session: Of the books.
        step: The step.
        crediting: Issues a credit note, or again the one that was issued before.
        issuing: Issues an invoice, or again the one that was issued before; null: neither.
    """
    problems, credited = settle_in_order(session, step, crediting)
    issued: list[IssuedOrder] = []
    for order in step.invoices:
        result = issuing(order)
        if isinstance(result, Problem):
            problems.append(result)
        elif result is not None:
            issued.append((order, result))
    for number in step.void:
        void_invoice(session, step.case_id, number)
    return Money(issued, credited, problems)


def write_words(session: Session, case: CaseRecord, step: Step, money: Money, *, again: bool) -> Words:
    """Put the notices of a step into the outbox, and write its entries and messages."""
    rulebook = rulebook_of(case.program, case.modality)
    orders = [*step.notices, *invoice_notices(rulebook, money.issued), *money.credited]
    problems = put_notices(session, step, orders, again=again)
    record(session, step, money.issued, again=again)
    return Words(orders, list(problems))


def is_the_same(kept: StepRecord, step: Step) -> bool:
    """Whether the books have this very step under its number; one from before has no digest, but its instant."""
    return kept.digest == digest_of_step(step) if kept.digest else kept.at == step.at


def follow(session: Session, case: CaseRecord, step: Step) -> list[Problem]:
    """Note from whom letters came back, and end the sign-in of people who have left; return whose could not end."""
    for one in step.bounces:
        mark_bounced(session, step.case_id, one.notice, address=one.recipient, said=one.said, at=one.at)
    if not step.departures:
        return []
    kept = end_sign_in_but_of_last_managers(session, case.facility_id, step.departures, step.at)
    if not kept:
        return []
    text = (
        f"{listed(kept)} signs in for {case.facility_id} still, because nobody else manages its people; "
        "let somebody else manage them, and end it then"
    )
    return [Problem(item="contact.sign_in", rule="contact.left", text=text)]


def _unmended(session: Session, step: Step) -> list[Problem]:
    """Return what a restore has left behind, of which the case is told now, once."""
    found = untold(session, step.case_id)
    for one in found:
        one.told_at = step.at
    return [Problem(item=one.item, rule=RESTORED, text=one.text) for one in found]


def case_of(session: Session, step: Step, case: CaseRecord | None) -> CaseRecord:
    """Return the case's row, opened or amended where the step says so; `case`: the row as it stands, if there is one.

    Raises:
        UnknownCase: There is none, and the step does not open the case.
    """
    if opening := step.opening:
        return open_case(
            session,
            step.case_id,
            program=opening.program,
            application=opening.application,
            opened_at=opening.opened_at,
            edition=opening.edition,
            position=opening.position,
            predecessor=opening.predecessor,
        )
    if case is None:
        raise UnknownCase(
            f"Step {step.number} came for {step.case_id}, which these books do not hold: its first step is missing. "
            "Was the database replaced? Restore it, and the step is taken when it is tried again."
        )
    if step.application is not None:
        put_application(case, step.application)
    return case


def put_notices(session: Session, step: Step, orders: Sequence[NoticeOrder], *, again: bool = False) -> list[Problem]:
    """Put a step's notices into the outbox, with those of the invoices and credit notes that it issued.

    Args:
        session: The books.
        step: The step.
        orders: Its notices.
        again: Whether the case lives through days that the books have: a notice that went out then stays as it is.

    Returns:
        Letters that cannot go out, because their number was another letter's then.
    """
    problems = []
    for order in orders:
        facts = order.model_dump(mode="json")["facts"]
        before = session.get(Notice, (step.case_id, order.number)) if again else None
        if before is None or before.problem is not None:
            put_notice(
                session,
                step.case_id,
                order.number,
                run_id=step.run_id,
                step=step.number,
                kind=order.kind,
                at=order.at,
                facts=facts,
            )
        elif before.kind != order.kind or (before.at != order.at and before.facts != facts):
            problems.append(_another_letter(before, order))
    return problems


def _another_letter(before: Notice, order: NoticeOrder) -> Problem:
    text = (
        f"The letter {spoken(order.kind)} (number {order.number}) does not go out: before the server was restored "
        f"to an earlier moment, {spoken(before.kind)} went out under that number. Tell its recipients yourself what it "
        "says."
    )
    return Problem(item=f"restored.notice.{order.number}", rule=RESTORED, text=text)


def invoice_notices(book: str, issued: list[IssuedOrder]) -> list[NoticeOrder]:
    """Return the notices that go out with invoices."""
    return [
        _invoice_notice(book, order, order.notice, invoice) for order, invoice in issued if order.notice is not None
    ]


def _invoice_notice(book: str, order: InvoiceOrder, number: int, invoice: InvoiceIssued) -> NoticeOrder:
    facts = invoice.model_dump(mode="json", include={"purpose", "lines", "total", "due_at"})
    rule = RULE_OF.get(invoice.purpose, "fee.due")
    cited = {"rule": rule, "source": source_of(rule, book)}
    return NoticeOrder(
        number=number, kind="invoice", at=order.issued_at, facts=cited | facts | {"invoice": invoice.number}
    )


def record(session: Session, step: Step, issued: Sequence[IssuedOrder], *, again: bool = False) -> None:
    """Write the timeline, the messages, and who signed what; `again`: as in `put_notices`."""
    told = [entry for order, invoice in issued for entry in invoice_entries(invoice, order.notice)]
    entries = [*step.entries, *told]
    first = 0
    if again:
        known = entries_told(session, step.case_id)
        entries = [entry for entry in entries if (entry.at, entry.kind, entry.text) not in known]
        first = next_position(session, step.case_id, step.run_id, step.number)
    put_entries(
        session,
        [
            {"case_id": step.case_id, "run_id": step.run_id, "step": step.number, "position": position}
            | entry.model_dump(exclude={"detail"})
            | entry.model_dump(mode="json", include={"detail"})
            for position, entry in enumerate(entries, first)
        ],
    )
    judged = {one.key: one for one in reversed(step.judged) if not is_judged(session, step.case_id, one.key)}
    put_messages(
        session,
        [
            {"case_id": step.case_id, "name": key.partition(":")[0]} | one.model_dump()
            for key, one in reversed(judged.items())
        ],
    )
    for signed in step.signatures:
        if session.get(Signature, (step.case_id, signed.key, signed.position)) is None:
            session.add(Signature(case_id=step.case_id, **signed.model_dump()))


def put_deadlines(session: Session, step: Step) -> None:
    """Write the deadlines as the step says that they stand."""
    known = {one.number: one for one in deadlines(session, step.case_id)} if step.deadlines else {}
    for deadline in step.deadlines:
        kept = known.get(deadline.number)
        if kept is None:
            session.add(Deadline(case_id=step.case_id, **deadline.model_dump()))
        else:
            _set(kept, deadline.model_dump())


def stand(case: CaseRecord, step: Step) -> None:
    """Write where the case stands after the step."""
    _set(case, step.row.model_dump(exclude={"status", "edition", "as_before"}))
    kept = {name: case.status[name] for name in step.row.as_before or () if name in case.status}
    case.status = kept | step.row.model_dump(mode="json")["status"]
    if step.first_run_id:
        case.first_run_id, case.run_id = step.first_run_id, step.run_id
    case.edition = step.row.edition or case.status.get("edition") or case.edition


def _set(row: CaseRecord | Deadline, values: dict[str, Any]) -> None:
    """Set what has changed of a row: to have the ORM find out costs more than to look."""
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def _shared_start(session: Session, case: CaseRecord, step: Step) -> datetime | None:
    if step.shared_start is None:
        return None
    if case.application_id is None:
        return step.shared_start
    session.flush()
    lock_application(session, case.facility_id, case.application_id)
    return earliest_start(session, case, step.shared_start)


def keep(session: Session, step: Step, taken: StepTaken, before: StepRecord | None) -> None:
    """Keep the answer, for the case that the same step comes again; `before`: what the books have under its number."""
    row: dict[str, Any] = {
        "case_id": step.case_id,
        "run_id": step.run_id,
        "number": step.number,
        "at": step.at,
        "taken": taken.model_dump(mode="json"),
        "digest": digest_of_step(step),
    }
    if before is None:
        put_step(session, row)
    else:
        session.merge(StepRecord(**row))
