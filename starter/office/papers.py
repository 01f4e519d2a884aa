"""`accredit papers` and `accredit verify`: what the office issued as PDF, and whether a file is one of these papers."""

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

from activities.billing import payer_of
from activities.notices.previews import programs_of, sample_case, sample_notice
from activities.papers.issuing import ANNOUNCED, IssuedPaper, content_of, papers_of
from activities.papers.press import PaperNotMade
from activities.places import file_in
from policy.dates import local_day
from policy.office import OfficeSettings
from records.books import Books, open_books
from records.papers import papers as issued_papers
from records.tables import CaseRecord, CreditNote, Invoice, InvoiceLine, Notice, Paper, Payment, Refund
from records.words import BooksPurpose
from services.case_snapshot import known_case
from services.clock import now
from services.errors import ExitCode, InputFault, NotReachable, Unusable
from services.security.private import as_the_person_would
from services.settings import SAMPLES
from services.verification import Authenticity, Judgement, examine
from starter.office.notice_preview import SAMPLE_OF
from starter.terminal.arguments import AsJson, OfCase
from starter.terminal.books import reading
from starter.terminal.context import office_of
from starter.terminal.output import note, say, show_json, show_table
from starter.terminal.saving import save as save_file

PAYMENT_TERM = timedelta(days=30)


def sample_papers(office: OfficeSettings) -> Iterator[IssuedPaper]:
    """Print one paper of each kind, with the templates and the office's settings as they are, marked as samples.

    Raises:
        Unusable: A template cannot be filled; the trouble names it.
    """
    marked = office.model_copy(update={"sample": True})
    with (
        TemporaryDirectory() as place,
        closing(open_books(f"sqlite:///{place}/books.db", BooksPurpose.REHEARSAL)) as books,
    ):
        cases = {program: _open(books, program) for program in SAMPLE_OF}
        seen: set[str] = set()
        for number, kind in enumerate(ANNOUNCED, start=1):
            case = cases[programs_of(kind)[0]]
            notice = _announce(books, case, kind, number)
            try:
                issued = papers_of(books, case, notice, marked, Path(place) / "papers")
            except PaperNotMade as error:
                expected = "a template that can be filled"
                raise Unusable([InputFault("activities/papers/templates", "", str(error), expected)]) from None
            for paper in issued:
                if paper.file_name not in seen:
                    seen.add(paper.file_name)
                    yield paper


def _open(books: Books, program: str) -> CaseRecord:
    """Write the case that a shipped application would open into the books."""
    application = json.loads((SAMPLES / SAMPLE_OF[program]).read_text("utf-8"))
    case = sample_case(application["program"], application)
    with books.writing() as session:
        session.add(case)
    return case


def _announce(books: Books, case: CaseRecord, kind: str, number: int) -> Notice:
    """Write a sample of a notice into the books, with the money and the windows that it speaks of."""
    notice, windows = sample_notice(case, kind)
    notice.number = number
    with books.writing() as session:
        session.add(notice)
        for row in (*windows, *_money(case, notice)):
            session.merge(row)
            session.flush()
    return notice


def _money(case: CaseRecord, notice: Notice) -> Iterator[Any]:
    """Yield the invoice that a notice speaks of, with its lines and what was paid or credited."""
    facts, at = notice.facts, notice.at
    if "invoice" not in facts:
        return
    number = facts["invoice"]
    about: dict[str, Any] = {"case_id": case.case_id, "year": at.year, "sequence": 1, "issued_at": at}
    money: dict[str, Any] = {"total": Decimal(facts["total"]), "paid": Decimal("0.00"), "status": "open"}
    named: dict[str, Any] = {"purpose": facts["purpose"], "occurrence": 1, "payer": payer_of(case)}
    yield Invoice(number=number, due_at=at + PAYMENT_TERM, **about, **money, **named)
    for position, line in enumerate(facts.get("lines") or [], start=1):
        amounts = {name: Decimal(line[name]) for name in ("unit_price", "amount")}
        yield InvoiceLine(invoice=number, position=position, **line | amounts)
    amount = Decimal(facts.get("amount") or "0.00")
    if "payment" in facts:
        paid: dict[str, Any] = {"case_id": case.case_id, "received_at": at, "method": "check"}
        yield Payment(key=facts["payment"], invoice=number, amount=amount, **paid)
    if "refund" in facts:
        sent: dict[str, Any] = {"case_id": case.case_id, "at": at, "method": "check", "reference": ""}
        yield Refund(key=facts["refund"], invoice=number, amount=amount, reason=facts["reason"], **sent)
    if "credit_note" in facts:
        note: dict[str, Any] = {"number": facts["credit_note"], "key": "sample", "reason": facts["reason"]}
        yield CreditNote(invoice=number, amount=amount, **about, **note)


Save = Annotated[
    Path | None, typer.Option("--save", metavar="FOLDER", help="Put copies into this folder; it is made if missing.")
]
Preview = Annotated[
    Path | None,
    typer.Option(
        "--preview", metavar="FOLDER", help="Print a sample of each kind into this folder; nothing is issued."
    ),
]
Files = Annotated[
    list[Path], typer.Argument(metavar="FILE…", help="The PDF files to verify; or the number of a paper.")
]
STYLES = {
    Authenticity.GENUINE: "green",
    Authenticity.ISSUED: "green",
    Authenticity.ALTERED: "bold red",
    Authenticity.UNKNOWN: "yellow",
}


def papers(
    ctx: typer.Context, case: OfCase = None, save: Save = None, preview: Preview = None, as_json: AsJson = False
) -> None:
    """List the papers that the office issued: invoices, receipts, certificates, reports, with their digests.

    Of one case, or of all of them. The files lie in the office's folder of papers (var/papers, or what [papers] folder
    in office.toml says), and --save puts copies elsewhere. Copies are the very files that were issued:
    `accredit verify` knows them again. A paper whose file was lost is printed again from the books; one that would not
    be the same as before is named, and the exit code is then 1. A preview shows the templates with the office's
    settings, marked as a sample across each page.

    For example:

        accredit papers
        accredit papers accreditation.OH-0417.ct.CT-1.1 --save papers-of-the-case
        accredit papers --json
        accredit papers --preview samples-of-papers
    """
    settings = office_of(ctx, amounts=False)
    if preview is not None:
        _preview(preview, settings)
        return
    with reading(ctx) as session:
        if case is not None:
            known_case(session, case)
        found = issued_papers(session, case)
    lost = _save(found, save, settings) if save is not None else {}
    if as_json:
        show_json([_as_json(paper, lost) for paper in found])
    elif not found:
        note("No papers.")
    else:
        rows = [
            [
                paper.number,
                paper.kind.replace("_", " "),
                str(local_day(paper.issued_at, settings.zone)),
                paper.sha256[:12],
                paper.file,
                paper.case_id,
            ]
            for paper in found
        ]
        show_table(["Number", "Kind", "Issued", "Digest", "File", "Case"], rows)
        note(f"The files lie in {settings.papers.folder}{f', copies of them in {save}' if save else ''}.")
    for problem in lost.values():
        note(f"Not saved: {problem}.", style="bold yellow")
    if lost:
        raise typer.Exit(ExitCode.NOT_AS_EXPECTED)


def verify(ctx: typer.Context, files: Files, as_json: AsJson = False) -> None:
    """Verify copies of papers: is this file, byte for byte, one that the office issued, and does it still hold?

    The file's SHA-256 is held against the books. An altered copy is known by the number in it. A number in the place of
    a file tells what was issued under it. Exit code 0: every file is genuine (whether a certificate is still in force
    stands beside it); 1: one is not, or not known; 2: one cannot be read.

    For example:

        accredit verify AC2028-000003-certificate.pdf
        accredit verify copies/*.pdf --json
        accredit verify AC2028-000003
    """
    settings, at = office_of(ctx, amounts=False), now()
    judgements: list[Judgement] = []
    troubles: list[InputFault] = []
    with reading(ctx) as session:
        for file in files:
            try:
                judgements.append(examine(session, file, at, settings.zone))
            except OSError as error:
                expected = f"a file that can be read (the office's own lie in {settings.papers.folder})"
                troubles.append(InputFault(str(file), "", error.strerror or str(error), expected))
    if as_json:
        show_json([judgement.as_json() for judgement in judgements])
    else:
        for judgement in judgements:
            say(f"{judgement.file}: {judgement.text}", style=STYLES[judgement.authenticity])
    if troubles:
        raise Unusable(troubles)
    if any(judgement.authenticity in {Authenticity.ALTERED, Authenticity.UNKNOWN} for judgement in judgements):
        raise typer.Exit(ExitCode.NOT_AS_EXPECTED)


def _save(found: Sequence[Paper], folder: Path, settings: OfficeSettings) -> dict[str, str]:
    """Put copies of papers into a folder, and return by its number what could not be saved and why.

    Raises:
        Unusable: The folder cannot be written.
        NotReachable: Nor can that in which the office keeps its papers.
    """
    lost: dict[str, str] = {}
    _make(folder)
    for paper in found:
        try:
            content = content_of(paper, Path(settings.papers.folder), settings.papers.fonts)
        except PaperNotMade as error:
            lost[paper.number] = str(error)
        except OSError as error:
            next_step = "Mend [papers] folder in office.toml, or who may read and write there."
            raise NotReachable("folder", settings.papers.folder, next_step, error.strerror or str(error)) from None
        else:
            save_file(content, file_in(folder, Path(paper.file).name))
    return lost


def _preview(folder: Path, settings: OfficeSettings) -> None:
    """Put a sample of each kind of paper into a folder."""
    _make(folder)
    for paper in sample_papers(settings):
        place = file_in(folder, paper.file_name)
        save_file(paper.content, place)
        note(f"Written: {place}")


def _make(folder: Path) -> None:
    try:
        with as_the_person_would():
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        found = error.strerror or str(error)
        raise Unusable([InputFault(str(folder), "", found, "a folder that can be written")]) from None


def _as_json(paper: Paper, lost: dict[str, str]) -> dict[str, Any]:
    columns = {"number", "kind", "notice", "issued_at", "sha256", "size", "file"}
    told: dict[str, Any] = {"case": paper.case_id, **paper.model_dump(mode="json", include=columns)}
    return told | {"problem": lost.get(paper.number)}
