"""`accredit export`: everything about a case in one folder, for a subpoena, or for a facility that leaves."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from pictures.dossier import index_part, picture_parts
from pictures.life import Life
from policy.messages.proofs import OFFICE_ORG
from policy.office import OfficeSettings
from records.books import Books
from services.case_snapshot import CaseSnapshot
from services.clock import now
from services.errors import ExitCode, InputFault, Unusable
from services.export.gathering import Source, audit_part, parts_of
from services.export.history import history_parts
from services.export.parts import Audience, Manifest, Part, finish, new_folder, write_parts
from services.facility.entries import facility_entries, facility_status
from services.people.audit import note_act
from services.reconcile import HISTORIES
from services.settings import office_user
from starter.cases.timeline import life_of_snapshot
from starter.terminal.arguments import AsJson, CaseId
from starter.terminal.books import books_to_read, snapshot_of
from starter.terminal.context import office_of
from starter.terminal.output import note, say, show_json, under_way

To = Annotated[
    Path, typer.Option("--to", "--output", "-o", metavar="FOLDER", help="A new or empty folder; it is made if missing.")
]
Histories = Annotated[
    Path,
    typer.Option(
        "--histories", metavar="FOLDER", envvar="ACCREDIT_HISTORIES", help="Where histories were exported to."
    ),
]
For = Annotated[Audience, typer.Option("--for", help="facility: without what the portal does not show a facility.")]


def export(
    ctx: typer.Context,
    case: CaseId,
    to: To,
    audience: For = Audience.OFFICE,
    histories: Histories = HISTORIES,
    as_json: AsJson = False,
) -> None:
    """Put everything about a case into one folder: how it stands, timeline, money, messages, letters, papers, pictures.

    Of documents that were handed in, names and digests: the office keeps none. The Temporal history is there where it
    was exported, or the server still has it. A manifest names each file with its SHA-256, and index.html leads to all
    of them. It is the office's own answer, and names reviewers; with --for facility it holds what the facility itself
    may see. What could not be had is named, and the exit code is then 1. The audit notes who made it.

    For example:

        accredit export accreditation.OH-0417.ct.CT-1.1 --to answer-to-the-court
        accredit export accreditation.OH-0417.ct.CT-1.1 --to for-OH-0417 --for facility
        accredit export dicoe.PRACTICE-01.OH.1 --to practice-01 --json
    """
    settings = office_of(ctx, amounts=False)
    snapshot = snapshot_of(ctx, case)
    new_folder(to)
    manifest = Manifest(case, audience, now(), office_user() or "the office", snapshot.told_by)
    try:
        with books_to_read(ctx) as books, under_way(f"Exporting {case}") as tell:
            _write(books, snapshot, settings, manifest, to, histories, tell)
    except OSError as error:
        found = error.strerror or str(error)
        raise Unusable([InputFault(str(to), "", found, "folders that can be used")]) from None
    if as_json:
        show_json(manifest.as_json())
    else:
        size = sum(one.size for one in manifest.files)
        say(f"{case}: {len(manifest.files)} files, {size / 1e6:.1f} MB, in {to}")
        say(f"Begin with {to / 'index.html'}; {to / 'manifest.json'} names each file with its SHA-256.")
    for one in manifest.missing:
        note(f"Not in it: {one}.", style="bold yellow")
    if manifest.missing:
        raise typer.Exit(ExitCode.NOT_AS_EXPECTED)


def _write(
    books: Books,
    snapshot: CaseSnapshot,
    settings: OfficeSettings,
    manifest: Manifest,
    to: Path,
    histories: Path,
    tell: Callable[[str], None],
) -> None:
    """Write everything into the folder, the manifest last, and note in the audit that it was taken."""
    audience, case = manifest.audience, manifest.case_id
    life = life_of_snapshot(_seen(snapshot, audience), settings.zone, manifest.made_at)
    with books.reading() as session:
        source = Source(session, snapshot, settings, audience)
        for part in write_parts(to, _parts(source, life, manifest, histories), manifest):
            tell(f"Exporting {case}: {part.path}")
    finish(to, index_part(manifest, life), manifest)
    with books.writing() as session:
        act = "exported for the facility" if audience is Audience.FACILITY else "exported"
        note_act(session, at=manifest.made_at, name=manifest.made_by, org=OFFICE_ORG, act=act, about=case)


def _parts(source: Source, life: Life, manifest: Manifest, histories: Path) -> Iterator[Part]:
    """Yield everything that an export holds; the audit and the history are the office's alone."""
    yield from parts_of(source, manifest.missing)
    yield from picture_parts(life)
    if source.for_office:
        yield audit_part(source)
        yield from history_parts(source.case_id, source.settings.security, manifest.missing, histories)


def _seen(snapshot: CaseSnapshot, audience: Audience) -> CaseSnapshot:
    """Return a case as it is drawn: for a facility without what it may not see."""
    if audience is Audience.OFFICE:
        return snapshot
    case = facility_status(snapshot.case)
    return snapshot._replace(case=case, entries=facility_entries(case.case, snapshot.entries))
