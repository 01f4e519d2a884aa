"""A case whose notices announce papers: its rows in the books, and the papers of a notice, issued."""

from datetime import datetime
from pathlib import Path
from typing import Any

from activities.papers.issuing import IssuedPaper, papers_of
from policy.office import OfficeSettings
from records.books import Books
from records.papers import papers
from records.queries import case_by_id
from records.tables import CaseRecord, Notice, Paper
from tests.records.rows import CASE, NOON, a_case, a_notice

GRANT: dict[str, Any] = {
    "counts_from": "2027-06-01T16:00:00+00:00",
    "expires_at": "2030-06-01T04:00:00+00:00",
    "opens_at": "2029-10-01T12:00:00+00:00",
    "areas": ["chest", "head", "phantom"],
}
PRACTICE = "dicoe.P-1.OH.1"


class PaperDesk:
    """Where papers are issued: books, an office, and a folder."""

    def __init__(self, books: Books, office: OfficeSettings, folder: Path) -> None:
        self.books, self.office, self.folder = books, office, folder

    def open(self, case: CaseRecord | None = None, *others: Any) -> None:
        """Write a case into the books, and whatever belongs to it."""
        with self.books.writing() as session:
            session.add(case or a_case())
            session.flush()
            for one in others:
                session.add(one)
                session.flush()

    def notice(self, kind: str, number: int = 1, case_id: str = CASE, at: datetime = NOON, **facts: Any) -> Notice:
        """Put a notice into the books and return it."""
        with self.books.writing() as session:
            notice = a_notice(case_id=case_id, number=number, kind=kind, at=at, facts=facts)
            session.add(notice)
        return notice

    def issue(self, notice: Notice) -> list[IssuedPaper]:
        """Issue what a notice announces."""
        with self.books.reading() as session:
            case = case_by_id(session, notice.case_id)
        assert case is not None
        return papers_of(self.books, case, notice, self.office, self.folder)

    def told(
        self, kind: str, number: int = 1, case_id: str = CASE, at: datetime = NOON, **facts: Any
    ) -> dict[str, Any]:
        """Issue what a notice announces, and return by its kind what each paper says."""
        self.issue(self.notice(kind, number, case_id, at, **facts))
        return {paper.kind: paper.facts for paper in self.kept() if paper.notice == number}

    def kept(self) -> list[Paper]:
        """Return every paper of the books."""
        with self.books.reading() as session:
            return list(papers(session))

    def files(self) -> list[str]:
        """Return what lies in the folder."""
        return sorted(path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*") if path.is_file())
