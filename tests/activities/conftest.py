"""Fixtures of the tests of the hands: books, a mail folder, and what carries out a case's orders."""

from pathlib import Path

import pytest

from activities.case_activities import CaseActivities
from activities.mail import MailFolder
from policy.office import OfficeSettings
from records.books import Books
from tests.activities.orders import an_office
from tests.books import books as books
from tests.books import url as url


@pytest.fixture
def office(tmp_path: Path) -> OfficeSettings:
    """An office that has set its fees."""
    return an_office(papers={"folder": str(tmp_path / "papers")})


@pytest.fixture
def mail(tmp_path: Path) -> MailFolder:
    """A folder for letters."""
    return MailFolder(tmp_path / "mail")


@pytest.fixture
def activities(books: Books, mail: MailFolder, office: OfficeSettings) -> CaseActivities:
    """The hands of that office."""
    return CaseActivities(books, lambda: office, mail)
