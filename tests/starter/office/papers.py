"""An office that has issued papers, without a server: its books, its folder of papers, and its command line."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from activities.papers.issuing import IssuedPaper, papers_of
from records.books import Books, open_books
from records.queries import case_by_id
from services.clock import now
from services.settings import SAMPLE, load_settings
from tests.command import Command, Ran
from tests.records.rows import CASE, a_case, a_notice, an_invoice

TWIN = "accreditation.OH-0417.ct.CT-2.1"
PRACTICE = "dicoe.P-1.OH.1"


class PaperOffice:
    """An office with two cases. What it issues is granted a year ago and holds for two more, unless a test says so."""

    def __init__(self, books: Books, run: Command) -> None:
        self.books, self._run = books, run
        self.folder = run.folder / "papers"
        self.settings = load_settings(SAMPLE, {})
        self.notices = 0

    def __call__(self, *arguments: str) -> Ran:
        """Run `accredit` with these arguments."""
        return self._run(*arguments)

    def issue(self, kind: str, case_id: str = CASE, **facts: Any) -> IssuedPaper:
        """Issue the first paper that a notice announces, a year ago."""
        self.notices += 1
        with self.books.writing() as session:
            notice = a_notice(case_id=case_id, number=self.notices, kind=kind, at=years_ago(1), facts=facts)
            session.add(notice)
        with self.books.reading() as session:
            case = case_by_id(session, case_id)
        assert case is not None
        return papers_of(self.books, case, notice, self.settings, self.folder)[0]

    def certificate(self, case_id: str = CASE, *, expires_at: datetime | None = None) -> IssuedPaper:
        """Issue a certificate."""
        term = {"counts_from": years_ago(1).isoformat(), "expires_at": (expires_at or years_ago(-2)).isoformat()}
        return self.issue("accredited", case_id, areas=["chest"], **term)

    def designation(self) -> IssuedPaper:
        """Issue the document of a designation."""
        term = {"counts_from": years_ago(1).isoformat(), "expires_at": years_ago(-2).isoformat()}
        return self.issue("designated", PRACTICE, areas=["OH-1"], **term)

    def file(self, paper: IssuedPaper, name: str = "copy.pdf") -> str:
        """Put a copy of a paper beside the office's files, and return its name."""
        (self._run.folder / name).write_bytes(paper.content)
        return name

    def change(self, case_id: str = CASE, **columns: Any) -> None:
        """Have the books say something else of a case."""
        with self.books.writing() as session:
            case = case_by_id(session, case_id)
            assert case is not None
            for name, value in columns.items():
                setattr(case, name, value)


def years_ago(years: float) -> datetime:
    """Return an instant in the past, or ahead where the years are negative."""
    return now() - timedelta(days=365 * years)


@pytest.fixture
def office(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[PaperOffice]:
    """An office that can issue papers."""
    run = Command(monkeypatch, capsys, tmp_path)
    url = f"sqlite:///{tmp_path}/books.db"
    monkeypatch.setenv("ACCREDIT_DATABASE_URL", url)
    monkeypatch.setenv("ACCREDIT_PAPERS_FOLDER", str(tmp_path / "papers"))
    practice = {"program": "dicoe", "modality": None, "unit": None, "facility_name": "Sample Practice"}
    with closing(open_books(url)) as books:
        with books.writing() as session:
            session.add_all([a_case(), a_case(TWIN), a_case(PRACTICE, **practice)])
            session.flush()
            session.add(an_invoice())
        yield PaperOffice(books, run)
