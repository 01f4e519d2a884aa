"""`accredit archive`: files of cases that closed long ago go into one compressed file each."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from policy.dates import local_day, start_of_day
from policy.messages.proofs import OFFICE_ORG
from records.books import Books
from services.case_snapshot import known_case
from services.clock import now
from services.errors import ExitCode, InputFault, Unusable
from services.export.archive import Archived, Candidate, archive_case, candidates
from services.people.audit import note_act
from services.reconcile import HISTORIES
from services.settings import office_user
from starter.terminal.arguments import AsJson
from starter.terminal.books import books_of
from starter.terminal.completion import cases as known_cases
from starter.terminal.context import office_of
from starter.terminal.output import note, say, show_json, show_table
from starter.terminal.period import read_day

Cases = Annotated[
    list[str] | None,
    typer.Argument(metavar="[CASE…]", help="Only these cases.", autocompletion=known_cases),
]
Before = Annotated[str, typer.Option("--closed-before", metavar="DATE", help="Cases that closed before this day.")]
To = Annotated[Path, typer.Option("--to", metavar="FOLDER", help="Where the archives lie.")]
Histories = Annotated[
    Path,
    typer.Option(
        "--histories", metavar="FOLDER", envvar="ACCREDIT_HISTORIES", help="Where histories were exported to."
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do it; left out, it is only told what would be done.")]
ARCHIVE = Path("var/archive")
COLUMNS = ["Case", "Closed", "Files", "MB", "Stays, because"]


def archive(
    ctx: typer.Context,
    closed_before: Before,
    cases: Cases = None,
    to: To = ARCHIVE,
    histories: Histories = HISTORIES,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Move letters, papers and histories of cases that closed before a day into one compressed file for each case.

    How long they must lie open to hand is the office's to say: it names the day. First it is only told what would be
    done; --yes does it. A file is taken away once its archive was read back and every digest in it was right. What is
    open, unpaid, unsent or not exported stays. The books keep all that they hold: `show`, `timeline`, `verify` and
    `report` answer as before, and a paper that is asked for is printed again from them.

    For example:

        accredit archive --closed-before 2024-01-01
        accredit archive --closed-before 2024-01-01 --yes
        accredit archive accreditation.OH-0417.ct.CT-1.1 --closed-before 2030-01-01 --to archive --json
    """
    settings = office_of(ctx, amounts=False)
    day = read_day("--closed-before", closed_before)
    before = start_of_day(day, settings.zone) if day else now()
    with books_of(ctx) as books:
        with books.reading() as session:
            for case in cases or ():
                known_case(session, case)
            found = [*candidates(session, settings, histories, before=before, named=cases or ())]
        going = [one for one in found if not one.against and one.files]
        done = _archive(books, going, to) if yes else []
    if as_json:
        show_json({"archived": [one.as_json() for one in done], "cases": [one.as_json() for one in found if not yes]})
    else:
        if not yes:
            show_table(COLUMNS, [_row(one, settings.zone) for one in found], right=COLUMNS[2:4])
        _tell(found, going, done, to, yes=yes)
    if cases and len(going) < len(cases):
        raise typer.Exit(ExitCode.NOT_AS_EXPECTED)


def _row(one: Candidate, zone: ZoneInfo) -> list[str]:
    closed = str(local_day(one.closed_at, zone))
    return [one.case_id, closed, str(len(one.files)), f"{one.size / 1e6:.1f}", one.against]


def _archive(books: Books, going: Sequence[Candidate], folder: Path) -> list[Archived]:
    """Archive cases, and note it in the audit; what was done before something failed stays done.

    Raises:
        Unusable: A file cannot be read, written or taken away.
    """
    from starter.applications.import_cases import progress  # here, because it reads what most commands do not need

    by, done = office_user() or "the office", []
    with progress("Archiving", len(going)) as advance:
        for one in going:
            at = now()
            try:
                done.append(archive_case(one, folder, {"made_at": at.isoformat(), "made_by": by}))
            except OSError as error:
                expected = f"a file that can be moved; {len(done)} cases are archived, and a further run goes on"
                raise Unusable([InputFault(one.case_id, "", error.strerror or str(error), expected)]) from None
            with books.writing() as session:
                note_act(session, at=at, name=by, org=OFFICE_ORG, act="archived", about=one.case_id)
            advance()
    return done


def _tell(
    found: Sequence[Candidate], going: Sequence[Candidate], done: Sequence[Archived], to: Path, *, yes: bool
) -> None:
    stay = len(found) - len(going)
    if yes:
        before, after = sum(one.before for one in done), sum(one.after for one in done)
        say(f"{len(done)} cases archived in {to}: {before / 1e6:.1f} MB became {after / 1e6:.1f} MB. {stay} stay.")
        return
    size = sum(one.size for one in going) / 1e6
    note(f"{len(going)} cases with {size:.1f} MB would go into {to}; {stay} stay. Nothing was moved: --yes does it.")
