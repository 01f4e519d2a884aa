"""Papers: what the office issues as PDF, numbered, kept in the books with its digest. `templates` holds their words."""

from activities.papers.issuing import IssuedPaper, issued_before, papers_of
from activities.papers.press import PaperNotMade
from activities.papers.statement import statement_pdf

__all__ = ["IssuedPaper", "PaperNotMade", "issued_before", "papers_of", "statement_pdf"]
