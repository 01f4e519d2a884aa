"""Write one step of a case into the books, in one transaction, and say what came of it."""

from datetime import datetime

from activities.billing import issue
from activities.contract import (
    InvoiceIssued,
    InvoiceOrder,
    NoticeOrder,
    Problem,
    Step,
    StepTaken,
    invoice_entries,
)
from activities.links import designations_to_tell
from activities.notices.index import book_of
from activities.settling import settle_in_order
from policy.office import OfficeSettings
from policy.rules import source_of
from records.books import Books, Session
from records.cases import UnknownCase, earliest_start, open_case, put_application
from records.invoices import void_invoice
from records.locks import lock_application, lock_case
from records.outbox import put_notice
from records.provenance import keep_to_first_run, refuse_repetition
from records.queries import case_by_id, deadlines, step_taken
from records.tables import CaseRecord, Deadline, MessageRecord, Signature, StepRecord, TimelineEntry

type_Issued = tuple[InvoiceOrder, InvoiceIssued]
RULE_OF = {"site_survey": "survey.base_fee", "travel_expenses": "survey.travel"}
"""The rule that an invoice rests on, by its purpose; of every other purpose it is `fee.due`."""


def take(books: Books, step: Step, office: OfficeSettings) -> StepTaken:
    """Take a step once: the same step again writes nothing and gets the same answer.

    Raises:
        UnknownCase: The case's first step is missing from these books.
        AnotherRun: The books know the case as another run's, or the step as one that was taken before.
    """
    with books.writing() as session:
        lock_case(session, step.case_id)
        known = keep_to_first_run(session, step.case_id, step.first_run_id)
        if kept := step_taken(session, step.case_id, step.run_id, step.number):
            return StepTaken.model_validate(kept.taken)
        if step.first_run_id:
            refuse_repetition(session, known, step.run_id, step.number, opens=step.opening is not None)
        case = _case(session, step)
        stage_before = case.stage
        problems, credited = settle_in_order(session, step, office)
        issued: list[type_Issued] = []
        for order in step.invoices:
            result = issue(session, case, order, office)
            if isinstance(result, Problem):
                problems.append(result)
            else:
                issued.append((order, result))
        for number in step.void:
            void_invoice(session, step.case_id, number)
        _tell(session, step, [*_invoice_notices(book_of(case), issued), *credited])
        _record(session, step, issued)
        _stand(case, step)
        taken = StepTaken(
            invoices=tuple(invoice for _, invoice in issued),
            problems=tuple(problems),
            shared_start=_shared_start(session, case, step),
            designations=designations_to_tell(session, case, stage_before),
            missed_before=_missed_before(session, step),
        )
        _keep(session, step, taken)
        return taken


def _case(session: Session, step: Step) -> CaseRecord:
    """Return the case's row, opened or amended where the step says so."""
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
    case = case_by_id(session, step.case_id)
    if case is None:
        raise UnknownCase(
            f"Step {step.number} came for {step.case_id}, which these books do not hold: its first step is missing. "
            "Was the database replaced? Restore it, and the step is taken when it is tried again."
        )
    if step.application is not None:
        put_application(case, step.application)
    return case


def _tell(session: Session, step: Step, of_money: list[NoticeOrder]) -> None:
    """Put the step's notices into the outbox, with those of the invoices and credit notes that it issued."""
    for order in (*step.notices, *of_money):
        put_notice(
            session,
            step.case_id,
            order.number,
            run_id=step.run_id,
            step=step.number,
            kind=order.kind,
            at=order.at,
            facts=order.model_dump(mode="json")["facts"],
        )


def _invoice_notices(book: str, issued: list[type_Issued]) -> list[NoticeOrder]:
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


def _record(session: Session, step: Step, issued: list[type_Issued]) -> None:
    """Write the timeline, the messages, who signed what, and the deadlines."""
    told = [entry for order, invoice in issued for entry in invoice_entries(invoice, order.notice)]
    for position, entry in enumerate((*step.entries, *told)):
        session.add(
            TimelineEntry(
                case_id=step.case_id,
                run_id=step.run_id,
                step=step.number,
                position=position,
                **entry.model_dump(exclude={"detail"}),
                detail=entry.model_dump(mode="json")["detail"],
            )
        )
    for judged in step.judged:
        if session.get(MessageRecord, (step.case_id, judged.key)) is None:
            name = judged.key.partition(":")[0]
            session.add(MessageRecord(case_id=step.case_id, name=name, **judged.model_dump()))
    for signed in step.signatures:
        if session.get(Signature, (step.case_id, signed.key, signed.position)) is None:
            session.add(Signature(case_id=step.case_id, **signed.model_dump()))
    known = {one.number: one for one in deadlines(session, step.case_id)} if step.deadlines else {}
    for deadline in step.deadlines:
        kept = known.get(deadline.number)
        if kept is None:
            session.add(Deadline(case_id=step.case_id, **deadline.model_dump()))
        else:
            kept.sqlmodel_update(deadline.model_dump())


def _stand(case: CaseRecord, step: Step) -> None:
    """Write where the case stands after the step."""
    for name, value in step.row.model_dump(exclude={"status", "edition", "as_before"}).items():
        setattr(case, name, value)
    kept = {name: case.status[name] for name in step.row.as_before or () if name in case.status}
    case.status = kept | step.row.model_dump(mode="json")["status"]
    if step.first_run_id:
        case.first_run_id, case.run_id = step.first_run_id, step.run_id
    case.edition = step.row.edition or case.status.get("edition") or case.edition


def _missed_before(session: Session, step: Step) -> bool:
    """Whether a step builds on what its run has told before, and the books lack the step that told it last."""
    builds_on = step.row.as_before is not None
    return builds_on and step_taken(session, step.case_id, step.run_id, step.number - 1) is None


def _shared_start(session: Session, case: CaseRecord, step: Step) -> datetime | None:
    if step.shared_start is None:
        return None
    if case.application_id is None:
        return step.shared_start
    session.flush()
    lock_application(session, case.facility_id, case.application_id)
    return earliest_start(session, case, step.shared_start)


def _keep(session: Session, step: Step, taken: StepTaken) -> None:
    """Keep the answer, for the case that the same step comes again."""
    answer = taken.model_dump(mode="json")
    session.add(StepRecord(case_id=step.case_id, run_id=step.run_id, number=step.number, at=step.at, taken=answer))
