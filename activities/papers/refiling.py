"""Write papers down again that were issued and that restored books lack: under the same number, as the same file.

The number and the file are those that went out with the letter (its copy has both) or that lie in the folder of papers.
What stands on it is composed again from the books, which hold by then what they held when it was issued.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from activities.mail.copies import PaperSent
from activities.papers import shelf
from activities.papers.cleaning import printable
from activities.papers.fonts import legible
from activities.papers.issuing import ANNOUNCED, SAYS
from activities.papers.making import Making
from activities.papers.press import template_digest
from activities.places import PlaceRefused, folder_of_case
from policy.office import OfficeSettings
from records.books import Session
from records.papers import paper_by_number, paper_of_notice, put_paper
from records.tables import CaseRecord, Notice, Paper
from records.words import PaperKind

_FILE = re.compile(r"([A-Z]{0,2}[0-9]{4}-[0-9]{6,})-([a-z_]+)\.pdf")


class Found(NamedTuple):
    """The file of a paper that was issued before."""

    number: str
    content: bytes


def refile(
    session: Session, case: CaseRecord, notice: Notice, office: OfficeSettings, sent: Sequence[PaperSent]
) -> list[str]:
    """Write down the papers of a notice whose letter went out; return the kinds that were found nowhere.

    Args:
        session: The books, for writing.
        case: The case.
        notice: The notice.
        office: Who issued them.
        sent: The papers that went with the letter, by its copy; empty where there is none.

    Raises:
        OSError: The folder of papers cannot be used.
    """
    return [
        kind.value
        for kind in ANNOUNCED.get(notice.kind, ())
        if not _refiled(session, kind, Making(session, case, notice, office), sent)
    ]


def _refiled(session: Session, kind: PaperKind, making: Making, sent: Sequence[PaperSent]) -> bool:
    case, notice, folder = making.case, making.notice, Path(making.office.papers.folder)
    if paper_of_notice(session, case.case_id, notice.number, kind) is not None:
        return True
    try:
        said = SAYS[kind](making)
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError):
        said = {}
    if said is None:
        return True
    number = said.get("number")
    if number is not None and paper_by_number(session, number) is not None:
        return True
    found = _by_letter(session, kind, number, sent) or _by_folder(session, kind, number, case.case_id, folder)
    if found is None or not said:
        return False
    put_paper(session, _written_down(kind, making, said, found))
    shelf.put(folder, _file(case.case_id, found.number, kind), found.content)
    return True


def _by_letter(session: Session, kind: PaperKind, number: str | None, sent: Sequence[PaperSent]) -> Found | None:
    """Return the paper that went with the letter; what was enclosed once more the books know by now."""
    fitting = (one for one in sent if one.kind == kind and number in (None, one.number))
    new = (one for one in fitting if paper_by_number(session, one.number) is None)
    return next((Found(one.number, one.content) for one in new), None)


def _by_folder(session: Session, kind: PaperKind, number: str | None, case_id: str, folder: Path) -> Found | None:
    """Return the first paper of a kind in the folder of its case that the books do not know."""
    try:
        place = folder_of_case(folder, case_id)
    except PlaceRefused:
        return None
    files = sorted(place.iterdir()) if place.is_dir() else []
    named = [(_FILE.fullmatch(file.name), file) for file in files if file.is_file() and not file.is_symlink()]
    for name, file in named:
        fits = name and name[2] == kind and number in (None, name[1])
        if name and fits and paper_by_number(session, name[1]) is None:
            return Found(name[1], file.read_bytes())
    return None


def _written_down(kind: PaperKind, making: Making, said: dict[str, Any], found: Found) -> Paper:
    facts = printable(said | {"number": found.number, "kind": kind.value})
    issued_at: datetime = making.notice.at
    return Paper(
        number=found.number,
        kind=kind.value,
        case_id=making.case.case_id,
        notice=making.notice.number,
        issued_at=issued_at,
        sha256=shelf.digest(found.content),
        size=len(found.content),
        file=_file(making.case.case_id, found.number, kind),
        facts=legible(facts, making.office.papers.fonts),
        template=template_digest(kind),
    )


def _file(case_id: str, number: str, kind: PaperKind) -> str:
    return shelf.name_of(case_id, f"{number}-{kind.value}.pdf")
