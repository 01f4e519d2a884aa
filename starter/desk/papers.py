"""`accredit papers` and `accredit verify`: what the office issued as PDF, and whether a file is one of these papers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from activities.papers import PaperNotMade
from activities.papers.issuing import content_of
from policy.dates import local_day
from policy.office import OfficeSettings
from records.papers import papers as issued_papers
from records.tables import Paper
from starter.desk.arguments import AsJson
from starter.desk.books import known_case, reading
from starter.desk.clock import now
from starter.desk.paper_preview import sample_papers
from starter.desk.saving import save as save_file
from starter.desk.verifying import Finding, Judgement, examine
from starter.front import office_of
from starter.output import note, say, show_json, show_table
from starter.problems import ExitCode, NotReachable, Trouble, Unusable

MaybeCase = Annotated[str | None, typer.Argument(metavar="CASE", help="Only this case's.")]
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
STYLES = {Finding.GENUINE: "green", Finding.ISSUED: "green", Finding.ALTERED: "bold red", Finding.UNKNOWN: "yellow"}


def papers(
    ctx: typer.Context, case: MaybeCase = None, save: Save = None, preview: Preview = None, as_json: AsJson = False
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
    troubles: list[Trouble] = []
    with reading(ctx) as session:
        for file in files:
            try:
                judgements.append(examine(session, file, at, settings.zone))
            except OSError as error:
                expected = f"a file that can be read (the office's own lie in {settings.papers.folder})"
                troubles.append(Trouble(str(file), "", error.strerror or str(error), expected))
    if as_json:
        show_json([judgement.as_json() for judgement in judgements])
    else:
        for judgement in judgements:
            say(f"{judgement.file}: {judgement.text}", style=STYLES[judgement.finding])
    if troubles:
        raise Unusable(troubles)
    if any(judgement.finding in {Finding.ALTERED, Finding.UNKNOWN} for judgement in judgements):
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
            content = content_of(paper, Path(settings.papers.folder))
        except PaperNotMade as error:
            lost[paper.number] = str(error)
        except OSError as error:
            next_step = "Mend [papers] folder in office.toml, or who may read and write there."
            raise NotReachable("folder", settings.papers.folder, next_step, error.strerror or str(error)) from None
        else:
            save_file(content, folder / Path(paper.file).name)
    return lost


def _preview(folder: Path, settings: OfficeSettings) -> None:
    """Put a sample of each kind of paper into a folder."""
    _make(folder)
    for paper in sample_papers(settings):
        save_file(paper.content, folder / paper.file_name)
        note(f"Written: {folder / paper.file_name}")


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        found = error.strerror or str(error)
        raise Unusable([Trouble(str(folder), "", found, "a folder that can be written")]) from None


def _as_json(paper: Paper, lost: dict[str, str]) -> dict[str, Any]:
    columns = {"number", "kind", "notice", "issued_at", "sha256", "size", "file"}
    told: dict[str, Any] = {"case": paper.case_id, **paper.model_dump(mode="json", include=columns)}
    return told | {"problem": lost.get(paper.number)}
