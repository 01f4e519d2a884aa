"""Issue the papers that a notice announces: number them, print them, write them down, keep them.

What a paper says is kept in the books as it stood when it was issued, with the digest of its file, so that no later
amendment, template or edition changes it. A file that was lost is printed again from that, and must be the same.
"""

from collections.abc import Callable, Collection
from contextlib import nullcontext
from pathlib import Path
from typing import Any, NamedTuple

from activities.papers import grants, letters, money, shelf
from activities.papers.cleaning import printable
from activities.papers.fonts import legible
from activities.papers.making import Making
from activities.papers.press import PaperNotMade, press, template_digest
from activities.turns import turn_of
from policy.dates import local_day
from policy.office import OfficeSettings
from records.books import Books, Session
from records.counters import likely_number, next_number
from records.locks import lock_case
from records.papers import paper_by_number, paper_of_notice, papers, put_paper
from records.tables import CaseRecord, Notice, Paper
from records.words import PaperKind

ANNOUNCED: dict[str, tuple[PaperKind, ...]] = {
    "invoice": (PaperKind.INVOICE,),
    "invoice_reminder": (PaperKind.INVOICE,),
    "payment_received": (PaperKind.RECEIPT,),
    "credit_note": (PaperKind.CREDIT_NOTE,),
    "refund": (PaperKind.REFUND,),
    "accredited": (PaperKind.CERTIFICATE, PaperKind.FINAL_REPORT),
    "designated": (PaperKind.DESIGNATION,),
    "locations_added": (PaperKind.DESIGNATION,),
    "certificate_reissued": (PaperKind.CERTIFICATE,),
    "designation_reissued": (PaperKind.DESIGNATION,),
    "final_report": (PaperKind.FINAL_REPORT,),
    "deferred": (PaperKind.FINAL_REPORT,),
    "denied": (PaperKind.FINAL_REPORT,),
    "appeal_result": (PaperKind.APPEAL_RESULT,),
    "supplemental_review_result": (PaperKind.APPEAL_RESULT,),
    "option_received": (PaperKind.OPTION_SUMMARY,),
}
"""The papers that go out with each kind of notice."""
SERIES: dict[PaperKind, str] = {
    PaperKind.RECEIPT: "R",
    PaperKind.REFUND: "RF",
    PaperKind.CERTIFICATE: "AC",
    PaperKind.DESIGNATION: "DC",
    PaperKind.FINAL_REPORT: "FR",
    PaperKind.APPEAL_RESULT: "AR",
    PaperKind.OPTION_SUMMARY: "OS",
}
"""What the numbers of a kind begin with; invoices and credit notes have theirs from the books."""
SAYS: dict[PaperKind, Callable[[Making], dict[str, Any] | None]] = {
    PaperKind.INVOICE: money.invoice,
    PaperKind.RECEIPT: money.receipt,
    PaperKind.CREDIT_NOTE: money.credit_note,
    PaperKind.REFUND: money.refund,
    PaperKind.CERTIFICATE: grants.certificate,
    PaperKind.DESIGNATION: grants.designation,
    PaperKind.FINAL_REPORT: letters.final_report,
    PaperKind.APPEAL_RESULT: letters.appeal_result,
    PaperKind.OPTION_SUMMARY: letters.option_summary,
}
"""Who says what is on it; None: there is nothing to issue."""
PDF = "application/pdf"


class IssuedPaper(NamedTuple):
    """A paper, ready to be attached to the letter of its notice."""

    number: str
    file_name: str
    media_type: str
    content: bytes


def papers_of(
    books: Books, case: CaseRecord, notice: Notice, office: OfficeSettings, folder: Path
) -> list[IssuedPaper]:
    """Return the papers that a notice announces, issued now or before: the same notice again gives the same bytes.

    Args:
        books: Where they are written down, in a transaction of their own.
        case: The case.
        notice: The notice, as it lies in the outbox.
        office: Who issues them.
        folder: Where they are kept.

    Raises:
        PaperNotMade: A paper cannot be made, or was lost and cannot be made again as it was.
        OSError: The folder cannot be used; trying again may help.
    """
    found = [_issued(books, case, notice, kind, office, folder) for kind in ANNOUNCED.get(notice.kind, ())]
    fonts = office.papers.fonts
    return [
        IssuedPaper(paper.number, Path(paper.file).name, PDF, content or content_of(paper, folder, fonts))
        for paper, content in filter(None, found)
    ]


def issued_before(
    books: Books, case_id: str, notice: int, kinds: Collection[PaperKind], office: OfficeSettings
) -> list[IssuedPaper]:
    """Return the papers of some kinds that a case's notices before one announced, in their order.

    Raises:
        PaperNotMade: One was lost and cannot be made again as it was.
        OSError: The folder cannot be used; trying again may help.
    """
    with books.reading() as session:
        found = [one for one in papers(session, case_id) if one.kind in kinds and one.notice < notice]
    folder, fonts = Path(office.papers.folder), office.papers.fonts
    return [IssuedPaper(one.number, Path(one.file).name, PDF, content_of(one, folder, fonts)) for one in found]


def content_of(paper: Paper, folder: Path, fonts: str = "") -> bytes:
    """Return the file of a paper that was issued, printed again where it is missing or was changed.

    Raises:
        PaperNotMade: It cannot be printed again as it was: its template, or typst, has changed since.
        OSError: The folder cannot be used.
    """
    content = shelf.get(folder, paper.file, paper.sha256)
    if content is None:
        content = press(paper.kind, paper.facts, fonts)
        if shelf.digest(content) != paper.sha256:
            raise PaperNotMade(
                f"paper {paper.number} is not in {paper.file} as it was issued, and cannot be printed again as it was: "
                "its template or typst has changed since. Put the file back from a backup"
            )
        shelf.put(folder, paper.file, content)
    return content


class _Draft(NamedTuple):
    """A paper that is printed, under the number that is likely to be its own."""

    paper: Paper
    content: bytes


def _issued(
    books: Books, case: CaseRecord, notice: Notice, kind: PaperKind, office: OfficeSettings, folder: Path
) -> tuple[Paper, bytes | None] | None:
    """Return the paper of a kind that a notice announces; one that is not in the books yet is issued.

    Its content comes with it where it was printed just now. The press takes longer than all that is written of a step:
    it works before the transaction that takes the number, so that no other case waits for it with its own step.
    """
    with turn_of(f"papers {SERIES[kind]}") if kind in SERIES else nullcontext():
        with books.reading() as session:
            if paper := paper_of_notice(session, case.case_id, notice.number, kind):
                return paper, None
            facts = _said(Making(session, case, notice, office), kind)
            if facts is None:
                return None
            if kind not in SERIES and (issued := paper_by_number(session, facts["number"])) is not None:
                return issued, None
        draft = _printed(case, notice, facts, office)
        with books.writing() as session:
            lock_case(session, case.case_id)
            return _written_down(session, case, notice, draft, office, folder)


def _said(making: Making, kind: PaperKind) -> dict[str, Any] | None:
    """Return what a paper will say, with the number that is likely to be its own; None: there is nothing to issue."""
    try:
        said = SAYS[kind](making)
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as error:
        # The facts of a notice are data: whatever cannot be made sense of in them is a mistake there.
        raise PaperNotMade(
            f"the {kind.replace('_', ' ')} cannot be written: {type(error).__name__}: {error}"
        ) from error
    if said is None:
        return None
    number = said.get("number")
    if number is None:
        number = likely_number(making.session, SERIES[kind], _year(making.notice, making.office))
    return said | {"number": number, "kind": kind.value}


def _printed(case: CaseRecord, notice: Notice, said: dict[str, Any], office: OfficeSettings) -> _Draft:
    """Print a paper."""
    facts = legible(printable(said), office.papers.fonts)
    number, kind = said["number"], said["kind"]
    template = template_digest(kind)
    content = press(kind, facts, office.papers.fonts)
    paper = Paper(
        number=number,
        kind=kind,
        case_id=case.case_id,
        notice=notice.number,
        issued_at=notice.at,
        sha256=shelf.digest(content),
        size=len(content),
        file=shelf.name_of(case.case_id, f"{number}-{kind}.pdf"),
        facts=facts,
        template=template,
    )
    return _Draft(paper, content)


def _written_down(
    session: Session, case: CaseRecord, notice: Notice, draft: _Draft, office: OfficeSettings, folder: Path
) -> tuple[Paper, bytes | None]:
    """Take a paper's number and write it down, in the transaction that holds its number.

    Its file is there before its number is: what the books know of can always be found. Where another process has issued
    a paper meanwhile, that one holds: its number was taken from the draft, or it is the one that this notice announces.
    """
    kind = PaperKind(draft.paper.kind)
    issued = paper_of_notice(session, case.case_id, notice.number, kind) or (
        None if kind in SERIES else paper_by_number(session, draft.paper.number)
    )
    if issued:
        return issued, None
    number = _number_of(session, draft, notice, office)
    if number != draft.paper.number:
        draft = _printed(case, notice, draft.paper.facts | {"number": number}, office)
    shelf.put(folder, draft.paper.file, draft.content)
    put_paper(session, draft.paper)
    return draft


def _number_of(session: Session, draft: _Draft, notice: Notice, office: OfficeSettings) -> str:
    """Take the number of a paper from its series; one that the books gave out before is its own."""
    series = SERIES.get(PaperKind(draft.paper.kind))
    return next_number(session, series, _year(notice, office)).text if series else draft.paper.number


def _year(notice: Notice, office: OfficeSettings) -> int:
    return local_day(notice.at, office.zone).year
