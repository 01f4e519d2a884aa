"""What the books hold of one facility or practice, over all its cases: a statement or two for each question."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import defer
from sqlalchemy.orm.strategy_options import _AbstractLoad
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from records.facility.entered import EnteredReport, entered_reports
from records.money_queries import UNSETTLED, Bill, bill_of
from records.tables import CaseRecord, Deadline, Invoice, InvoiceLine, MessageRecord, Notice, Paper, TimelineEntry
from records.words import STARTING, NoticeStatus, PaperKind

REPORTS = (PaperKind.FINAL_REPORT.value, PaperKind.APPEAL_RESULT.value)
"""Papers that tell what came of the images."""
MONEY_PAPERS = (
    PaperKind.INVOICE.value, PaperKind.RECEIPT.value, PaperKind.CREDIT_NOTE.value, PaperKind.REFUND.value,
)  # fmt: skip
FORM, APPEAL, CLOSURE = "option_form", "appeal", "closure"
ISSUED = (
    "issue_final_report", "issue_appeal_result", "correct_final_report", "correct_appeal_result",
    "issue_supplemental_result", "decide_accreditation", "correct_accreditation_decision",
)  # fmt: skip
"""Messages that issue a report."""
VIEWED, CHOSEN, UNDONE = "view_final_report", "choose_option", "undo_option"


class ReportRecord(NamedTuple):
    """A final report or an appeal's result, with what the books know of what followed.

    Attributes:
        paper: The report as it was issued; what the office entered of it where that was before it adopted the case.
        case: Its case.
        form: The window of its option form; None: it has none, or none yet.
        appeal: The window of the right to appeal it.
        closure: The window after which the case closes without a form.
        viewed_at: When somebody of the facility viewed it; None: nobody has.
        chosen_at: When its option form came; None: it has not.
        newest: Whether no later report of the case was issued.
    """

    paper: Paper | EnteredReport
    case: CaseRecord
    form: Deadline | None
    appeal: Deadline | None
    closure: Deadline | None
    viewed_at: datetime | None
    chosen_at: datetime | None
    newest: bool


class CaseBooks(NamedTuple):
    """Everything that the books hold of one case."""

    row: CaseRecord
    entries: Sequence[TimelineEntry]
    windows: Sequence[Deadline]
    bills: Sequence[Bill]


def cases_of(session: Session, org: str, *, open_only: bool = False, whole: bool = False) -> list[CaseRecord]:
    """Return the cases of a facility or practice, open ones first, newest first; none that has not begun.

    Args:
        session: The books.
        org: The facility or practice.
        open_only: Without those that are closed.
        whole: With application and status, which most pages do not need, and which take the longest to read.
    """
    query = select(CaseRecord).where(col(CaseRecord.facility_id) == org, col(CaseRecord.stage) != STARTING)
    if open_only:
        query = query.where(col(CaseRecord.closed_at).is_(None))
    if not whole:
        query = query.options(*_light())
    found = list(session.exec(query.order_by(col(CaseRecord.opened_at).desc(), col(CaseRecord.case_id))))
    return sorted(found, key=lambda case: case.closed_at is not None)


def _light() -> list[_AbstractLoad]:
    """Return what leaves the application of cases in the database; their status says whether they are paused."""
    return [defer(col(CaseRecord.application), raiseload=True)]  # type: ignore[arg-type]


def running_windows(session: Session, case_ids: Collection[str]) -> dict[str, list[Deadline]]:
    """Return the windows of cases to which something can still happen, by case, in their order."""
    query = select(Deadline).where(col(Deadline.case_id).in_(case_ids), col(Deadline.over).is_(False))
    return _by_case(session.exec(query.order_by(col(Deadline.case_id), col(Deadline.number))).all())


def bills_of(session: Session, org: str, at: datetime) -> list[Bill]:
    """Return all invoices of a facility or practice with their lines, the newest first, as they stand at an instant."""
    mine = select(CaseRecord.case_id).where(col(CaseRecord.facility_id) == org)
    return _bills(session, mine, at)


def bills_of_cases(session: Session, case_ids: Collection[str], at: datetime) -> list[Bill]:
    """Return the invoices of cases with their lines, the newest first, as they stand at an instant."""
    return _bills(session, list(case_ids), at)


def unpaid_bills(session: Session, case_ids: Collection[str], at: datetime) -> list[Bill]:
    """Return the invoices of cases on which money is open, without their lines."""
    unpaid = select(Invoice).where(col(Invoice.case_id).in_(case_ids), col(Invoice.status).in_(UNSETTLED))
    return [bill_of(one, [], at) for one in session.exec(unpaid.order_by(col(Invoice.year), col(Invoice.sequence)))]


def _bills(session: Session, cases: object, at: datetime) -> list[Bill]:
    wanted = col(Invoice.case_id).in_(cases)  # type: ignore[arg-type]
    invoices = select(Invoice).where(wanted).order_by(col(Invoice.year).desc(), col(Invoice.sequence).desc())
    lines = select(InvoiceLine).join(Invoice, col(Invoice.number) == col(InvoiceLine.invoice)).where(wanted)
    of_invoice: dict[str, list[InvoiceLine]] = defaultdict(list)
    for line in session.exec(lines.order_by(col(InvoiceLine.invoice), col(InvoiceLine.position))):
        of_invoice[line.invoice].append(line)
    return [bill_of(one, of_invoice[one.number], at) for one in session.exec(invoices)]


def papers_of(session: Session, org: str, kinds: Collection[str]) -> list[Paper]:
    """Return the papers of some kinds of a facility or practice, the newest first."""
    return list(session.exec(_papers(org).where(col(Paper.kind).in_(kinds))))


def newest_papers(session: Session, org: str, most: int) -> list[Paper]:
    """Return so many papers of a facility or practice, the newest first, without what they say."""
    light = defer(col(Paper.facts))  # type: ignore[arg-type]  # a column, which SQLModel types as what it holds
    return list(session.exec(_papers(org).options(light).limit(most)))


def _papers(org: str) -> SelectOfScalar[Paper]:
    query = select(Paper).join(CaseRecord, col(CaseRecord.case_id) == col(Paper.case_id))
    query = query.where(col(CaseRecord.facility_id) == org)
    return query.order_by(col(Paper.issued_at).desc(), col(Paper.number).desc())


def letters_of(
    session: Session,
    kinds: Collection[str],
    *,
    org: str | None = None,
    case_id: str | None = None,
    most: int | None = None,
) -> list[Notice]:
    """Return the notices of some kinds that were sent, of a facility or of one case, the newest first."""
    query = select(Notice).where(col(Notice.status) == NoticeStatus.SENT.value, col(Notice.kind).in_(kinds))
    if org is not None:
        query = query.join(CaseRecord, col(CaseRecord.case_id) == col(Notice.case_id))
        query = query.where(col(CaseRecord.facility_id) == org)
    if case_id is not None:
        query = query.where(col(Notice.case_id) == case_id)
    return list(session.exec(query.order_by(col(Notice.at).desc(), col(Notice.number).desc()).limit(most)))


def paper_with_owner(session: Session, number: str) -> tuple[Paper, str] | None:
    """Return a paper and the id of the facility or practice that it was issued to."""
    query = select(Paper, CaseRecord.facility_id).join(CaseRecord, col(CaseRecord.case_id) == col(Paper.case_id))
    found = session.exec(query.where(col(Paper.number) == number)).first()
    return (found[0], found[1]) if found else None


def reports_of(session: Session, *, org: str | None = None, case_ids: Collection[str] = ()) -> list[ReportRecord]:
    """Return the final reports and appeal results of a facility, or of some cases, the newest first."""
    of_case = _issued(session, org, case_ids)
    cases = list(of_case)
    forms = select(Deadline).where(col(Deadline.case_id).in_(cases), col(Deadline.name).in_((FORM, APPEAL, CLOSURE)))
    windows = _by_case(session.exec(forms.order_by(col(Deadline.number))).all())
    judged = select(MessageRecord).where(
        col(MessageRecord.case_id).in_(cases),
        col(MessageRecord.accepted),
        col(MessageRecord.name).in_((VIEWED, CHOSEN, UNDONE, *ISSUED)),
    )
    told: dict[str, list[MessageRecord]] = defaultdict(list)
    for message in session.exec(judged.order_by(col(MessageRecord.at))):
        told[message.case_id].append(message)
    records = [
        _record(paper, case, windows.get(case_id, []), told[case_id], followed=_is_followed(paper, papers[number:]))
        for case_id, (case, papers) in of_case.items()
        for number, paper in enumerate(papers, 1)
    ]
    return sorted(records, key=lambda one: (one.paper.issued_at, one.paper.number), reverse=True)


def _issued(
    session: Session, org: str | None, case_ids: Collection[str]
) -> dict[str, tuple[CaseRecord, list[Paper | EnteredReport]]]:
    """Return cases, each with its reports: those of before it was adopted, and those that the office has issued."""
    wanted = col(CaseRecord.facility_id) == org if org else col(CaseRecord.case_id).in_(case_ids)
    cases = {one.case_id: one for one in session.exec(select(CaseRecord).where(wanted).options(*_light()))}
    papers = select(Paper).where(col(Paper.case_id).in_(cases), col(Paper.kind).in_(REPORTS))
    issued = session.exec(papers.order_by(col(Paper.issued_at), col(Paper.notice))).all()
    printed = {(one.case_id, one.issued_at) for one in issued}
    entered = [one for one in entered_reports(session, cases) if (one.case_id, one.issued_at) not in printed]
    every: list[Paper | EnteredReport] = [*entered, *issued]
    found: dict[str, tuple[CaseRecord, list[Paper | EnteredReport]]] = {}
    for one in every:
        found.setdefault(one.case_id, (cases[one.case_id], []))[1].append(one)
    return found


def _is_followed(paper: Paper | EnteredReport, later: Sequence[Paper | EnteredReport]) -> bool:
    """Whether a later one of a case's reports is of the same instant: what was entered has days, and no times."""
    return any(one.issued_at == paper.issued_at for one in later)


def _record(
    paper: Paper | EnteredReport,
    case: CaseRecord,
    windows: list[Deadline],
    told: list[MessageRecord],
    *,
    followed: bool,
) -> ReportRecord:
    """Return a report with what came between it and the next one; `followed`: that one is of the same instant."""
    since = paper.issued_at
    until = since if followed else min((one.at for one in told if one.name in ISSUED and one.at > since), default=None)
    seen, chosen, undone = (_last_between(told, name, since, until) for name in (VIEWED, CHOSEN, UNDONE))
    if chosen and undone and undone >= chosen:
        chosen = None
    forms = [one for one in windows if one.name == FORM and one.opens_at >= since]
    form = next((one for one in reversed(forms) if until is None or one.opens_at < until), None)
    appeal, closure = (_beside(form, windows, name) for name in (APPEAL, CLOSURE))
    return ReportRecord(paper, case, form, appeal, closure, seen, chosen, newest=until is None)


def _beside(form: Deadline | None, windows: list[Deadline], name: str) -> Deadline | None:
    """Return the window of a name that was opened with a form's: it has a number after that, and before the next's."""
    if form is None:
        return None
    following = min((one.number for one in windows if one.name == FORM and one.number > form.number), default=None)
    return next(
        (
            one
            for one in windows
            if one.name == name and one.number > form.number and (following is None or one.number < following)
        ),
        None,
    )


def _last_between(told: list[MessageRecord], name: str, since: datetime, until: datetime | None) -> datetime | None:
    found = [one.at for one in told if one.name == name and since <= one.at and (until is None or one.at < until)]
    return found[-1] if found else None


def books_of_cases(session: Session, rows: Sequence[CaseRecord], at: datetime) -> list[CaseBooks]:
    """Return everything that the books hold of cases, in their order."""
    ids = [row.case_id for row in rows]
    written = select(TimelineEntry).where(col(TimelineEntry.case_id).in_(ids)).order_by(col(TimelineEntry.id))
    entries: dict[str, list[TimelineEntry]] = defaultdict(list)
    for entry in session.exec(written):
        entries[entry.case_id].append(entry)
    every = select(Deadline).where(col(Deadline.case_id).in_(ids)).order_by(col(Deadline.number))
    windows = _by_case(session.exec(every).all())
    money: dict[str, list[Bill]] = defaultdict(list)
    for bill in bills_of_cases(session, ids, at):
        money[bill.invoice.case_id].append(bill)
    return [CaseBooks(row, entries[row.case_id], windows.get(row.case_id, []), money[row.case_id]) for row in rows]


def _by_case(windows: Sequence[Deadline]) -> dict[str, list[Deadline]]:
    found: dict[str, list[Deadline]] = defaultdict(list)
    for window in windows:
        found[window.case_id].append(window)
    return found
