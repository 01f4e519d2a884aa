"""What was left open is closed, what others can get at is told, and what a person names stays the person's."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from policy.office import OfficeSettings
from services.security.private import open_to_others, tighten
from starter.operation.checks import check_privacy


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that everybody can reach, as those of a test are not."""
    place = Path(tempfile.mkdtemp(prefix="accredit-test-"))
    place.chmod(0o755)
    yield place
    shutil.rmtree(place)


def put(file: Path, mode: int = 0o644) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"")
    file.chmod(mode)
    return file


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_everything_in_a_folder_becomes_its_owners_and_nothing_that_a_link_leads_to(folder: Path) -> None:
    letter, program = put(folder / "var/mail/case/0001.eml"), put(folder / "var/program", 0o755)
    other = put(folder / "other")
    (folder / "var/link").symlink_to(other)
    for one in ("var", "var/mail", "var/mail/case"):
        (folder / one).chmod(0o755)

    tighten(folder / "var")
    tighten(folder / "missing")

    assert [mode_of(path) for path in (letter, program, other)] == [0o600, 0o700, 0o644]
    assert {mode_of(folder / one) for one in ("var", "var/mail", "var/mail/case")} == {0o700}


def test_what_lies_in_a_folder_that_is_closed_is_open_to_nobody(folder: Path) -> None:
    books = put(folder / "var/books.db")
    assert open_to_others([books, folder / "missing"]) == [books]

    (folder / "var").chmod(0o700)

    assert open_to_others([books]) == []


def test_the_doctor_names_what_others_can_get_at_and_settings_only_where_they_hold_a_secret(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, books = put(folder / "office.toml"), put(folder / "books.db")
    (folder / "mail").mkdir()
    (folder / "mail").chmod(0o700)
    places = {"mail": {"folder": str(folder / "mail")}, "papers": {"folder": str(folder / "papers")}}
    harmless = OfficeSettings.model_validate(places | {"database": {"url": f"sqlite:///{books}"}})
    secret = OfficeSettings.model_validate(places | {"database": {"url": "postgresql://u:p@host/books"}})
    monkeypatch.chdir(folder)

    told = [check_privacy(settings, office) for settings in (harmless, secret)]
    books.chmod(0o600)
    well = check_privacy(harmless, office)

    assert [check.state for check in (*told, well)] == ["warning", "warning", "ok"]
    assert [str(office) in check.found for check in told] == [False, True]
    assert [str(books) in check.mend for check in told] == [True, False]
