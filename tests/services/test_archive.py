"""The archive of a case: a damaged one is told, and a file that is written again meanwhile is not lost."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from activities.places import write_whole
from services.export import archive
from services.export.archive import LETTERS, Candidate, Kept, NotWhole, archive_case
from tests.records.rows import CASE

CLOSED = datetime(2028, 1, 1, tzinfo=UTC)


def a_candidate(folder: Path) -> Candidate:
    letter = folder / "mail" / "0001-letter.eml"
    letter.parent.mkdir(exist_ok=True)
    letter.write_bytes(b"the letter")
    return Candidate(CASE, CLOSED, [Kept(LETTERS, letter)])


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut off": lambda whole: whole[:40],
    "other bytes in a file": lambda whole: whole.replace(b"letter.eml", b"letter.eml\xff\xff\xff\xff", 1),
    "empty": lambda _: b"",
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_archive_is_told_and_nothing_is_taken_away(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    done = archive_case(a_candidate(tmp_path), tmp_path / "archive", {})
    done.file.write_bytes(damage(done.file.read_bytes()))
    again = a_candidate(tmp_path)
    with pytest.raises(NotWhole, match="is damaged"):
        archive_case(again, tmp_path / "archive", {})
    assert again.files[0].file.read_bytes() == b"the letter"


def test_a_file_that_is_written_again_meanwhile_stays_for_a_further_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, folder = a_candidate(tmp_path), tmp_path / "archive"
    file = found.files[0].file

    def written_meanwhile(place: Path, content: bytes) -> None:
        write_whole(place, content)
        file.write_bytes(b"another letter")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(archive, "write_whole", written_meanwhile)
        with pytest.raises(NotWhole, match="written again"):
            archive_case(found, folder, {})
    assert file.read_bytes() == b"another letter"
    assert archive_case(found, folder, {}).files == 1
    assert not file.exists()
