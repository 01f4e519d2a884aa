"""The packet to the arbitrator carries the previous reviews and the letter of appeal, or says what is missing."""

import hashlib
import socket
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from activities.enclosures import LARGEST, enclosures_of
from activities.notices.compose import compose
from policy.office import OfficeSettings
from records.books import Books
from records.tables import Notice
from tests.activities.orders import an_office
from tests.activities.papers.office import PaperDesk
from tests.records.rows import CASE, NOON, a_case

FAILED = [{"area": "chest", "acceptable": False, "comments": "Centre the patient.", "equipment_concern": ""}]
TEXT = b"We disagree with the finding on the chest."


@pytest.fixture
def packet(books: Books, office: OfficeSettings, tmp_path: Path) -> Any:
    """Make the packet of a case whose report was issued, with the letters of these facts."""
    desk = PaperDesk(books, office, tmp_path / "papers")
    desk.open()
    desk.issue(desk.notice("final_report", 1, findings=FAILED, deficiencies=1))
    desk.office = desk.office.model_copy(
        update={"papers": desk.office.papers.model_copy(update={"folder": str(desk.folder)})}
    )

    def make(*letters: dict[str, Any], kind: str = "appeal_packet", schemes: tuple[str, ...] = ("file",)) -> Any:
        notice = Notice(case_id=CASE, number=2, run_id="", step=0, kind=kind, at=NOON, facts={"letters": list(letters)})
        opened = {"schemes": schemes, "folders": (str(tmp_path),), "private_addresses": True}
        documents = desk.office.documents.model_copy(update=opened)
        return enclosures_of(desk.books, a_case(), notice, desk.office.model_copy(update={"documents": documents}))

    return make


def a_letter(folder: Path, content: bytes = TEXT, **changes: Any) -> dict[str, Any]:
    file = folder / "appeal-letter.pdf"
    file.write_bytes(content)
    signed = {"role": "supervising_physician", "name": None}
    told = {"name": file.name, "uri": file.as_uri(), "sha256": hashlib.sha256(content).hexdigest(), "signed_by": signed}
    return told | changes


def test_it_carries_the_reports_and_the_letter(packet: Any, tmp_path: Path) -> None:
    enclosed = packet(a_letter(tmp_path))
    report, letter = enclosed.attachments
    assert report.name.endswith("-final_report.pdf")
    assert report.content.startswith(b"%PDF-")
    assert (letter.name, letter.content) == ("appeal-letter.pdf", TEXT)
    assert enclosed.facts["enclosed"] == ["appeal-letter.pdf"]
    assert enclosed.facts["missing"] == {}


MISSING = [
    ({"sha256": "00" * 32}, "It is not the file whose SHA-256 the message says."),
    ({"uri": "file:///there/is/none.pdf"}, "This office does not open it"),
    ({"uri": "https://files.example.org/letter.pdf"}, "this office opens file only"),
]


@pytest.mark.parametrize(("changes", "reason"), MISSING)
def test_a_letter_that_cannot_be_had_is_named_with_the_reason_and_the_packet_goes_all_the_same(
    packet: Any, tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    letter = a_letter(tmp_path, **changes)
    enclosed = packet(letter)
    assert len(enclosed.attachments) == 1
    assert reason in enclosed.facts["missing"]["appeal-letter.pdf"]
    known = {"rule": "appeal.packet", "source": "S1", "letters": [letter]} | enclosed.facts
    told = " ".join(compose("appeal_packet", a_case(), known, NOON, an_office()).body.split())
    assert "appeal-letter.pdf, signed by the supervising physician: NOT attached." in told


def test_a_letter_too_large_for_a_mail_is_named_and_left_out(packet: Any, tmp_path: Path) -> None:
    enclosed = packet(a_letter(tmp_path, b"x" * (LARGEST + 1)))
    assert enclosed.facts["missing"] == {"appeal-letter.pdf": "It is too large for a mail."}


def test_stores_that_hang_hold_the_packet_up_once_and_not_for_each_letter(
    packet: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that never answers: ten letters wait together as long as one, and the report goes all the same."""
    monkeypatch.setattr("activities.enclosures.WITHIN", 2.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        letters = [a_letter(tmp_path, name=f"{n}.pdf", uri=f"{address}/{n}.pdf") for n in range(10)]
        begun = monotonic()
        enclosed = packet(*letters, schemes=("http",))
    assert monotonic() - begun < 15  # one after the other they would take 20
    assert len(enclosed.attachments) == 1
    assert set(enclosed.facts["missing"].values()) == {"Where it lies cannot be reached now."}
    assert len(enclosed.facts["missing"]) == 10


def test_no_other_notice_encloses_anything(packet: Any, tmp_path: Path) -> None:
    assert packet(a_letter(tmp_path), kind="final_report") == ((), {})
