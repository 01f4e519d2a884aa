"""Issuing: a number without a gap, once for each notice, the same bytes for ever, whatever changes later."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from activities.notices.index import index_of
from activities.papers import issuing
from activities.papers import press as pressing
from activities.papers.cleaning import printable
from activities.papers.press import PaperNotMade
from policy.rules import RADIATION_ONCOLOGY
from records.counters import next_number
from records.papers import papers
from records.tables import Notice
from tests.activities.orders import an_office
from tests.activities.papers.office import GRANT, PaperDesk
from tests.activities.papers.printed import words_of
from tests.records.rows import CASE, NOON, a_case, an_invoice

THREADS = 6


def granted(terminal: PaperDesk, number: int = 1, at: datetime = NOON) -> Notice:
    return terminal.notice("accredited", number, at=at, **GRANT)


def test_a_notice_has_its_paper_with_number_file_and_digest(terminal: PaperDesk) -> None:
    terminal.open()
    (paper,) = terminal.issue(granted(terminal))
    assert paper[:3] == ("AC2027-000001", "AC2027-000001-certificate.pdf", "application/pdf")
    (kept,) = terminal.kept()
    assert (kept.kind, kept.case_id, kept.notice, kept.issued_at) == ("certificate", CASE, 1, NOON)
    assert (kept.sha256, kept.size) == (hashlib.sha256(paper.content).hexdigest(), len(paper.content))
    assert (terminal.folder / kept.file).read_bytes() == paper.content
    assert terminal.files() == [f"{CASE}/AC2027-000001-certificate.pdf"]


def test_the_same_notice_again_has_the_same_paper(terminal: PaperDesk) -> None:
    terminal.open()
    notice = granted(terminal)
    assert terminal.issue(notice) == terminal.issue(notice)
    assert len(terminal.kept()) == 1


def test_most_notices_announce_no_paper(terminal: PaperDesk) -> None:
    terminal.open()
    assert terminal.issue(terminal.notice("testing_reminder")) == []
    assert terminal.files() == []


def test_numbers_follow_each_other_in_each_series(terminal: PaperDesk) -> None:
    terminal.open()
    for number in (1, 2, 3):
        terminal.issue(granted(terminal, number))
    findings = [{"area": "chest", "acceptable": False, "comments": "Rescan."}]
    terminal.issue(terminal.notice("final_report", 4, findings=findings))
    assert sorted(paper.number for paper in terminal.kept()) == [
        "AC2027-000001",
        "AC2027-000002",
        "AC2027-000003",
        "FR2027-000001",
    ]


def test_the_year_is_that_of_the_offices_wall(terminal: PaperDesk) -> None:
    terminal.open()
    last_evening = datetime(2028, 1, 1, 4, 59, tzinfo=UTC)
    terminal.issue(granted(terminal, 1, last_evening))
    terminal.issue(granted(terminal, 2, last_evening + timedelta(minutes=1)))
    assert [paper.number for paper in terminal.kept()] == ["AC2027-000001", "AC2028-000001"]


def test_six_at_once_issue_one_paper(terminal: PaperDesk) -> None:
    terminal.open()
    notice, together = granted(terminal), Barrier(THREADS)

    def issue(_: int) -> bytes:
        together.wait()
        return terminal.issue(notice)[0].content

    with ThreadPoolExecutor(THREADS) as pool:
        contents = set(pool.map(issue, range(THREADS)))
    assert len(contents) == len(terminal.kept()) == 1
    assert terminal.files() == [f"{CASE}/AC2027-000001-certificate.pdf"]


def test_six_cases_at_once_leave_no_gap(terminal: PaperDesk) -> None:
    cases = [f"accreditation.OH-0417.ct.CT-{number}.1" for number in range(THREADS)]
    for case_id in cases:
        terminal.open(a_case(case_id))
    notices = [terminal.notice("accredited", case_id=case_id, **GRANT) for case_id in cases]
    together = Barrier(THREADS)

    def issue(notice: Notice) -> str:
        together.wait()
        return terminal.issue(notice)[0].number

    with ThreadPoolExecutor(THREADS) as pool:
        numbers = sorted(pool.map(issue, notices))
    assert numbers == [f"AC2027-{number:06d}" for number in range(1, THREADS + 1)]


def test_nobody_waits_for_the_press_and_a_number_that_is_taken_meanwhile_is_left_to_who_took_it(
    terminal: PaperDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.open()

    def press(name: str, facts: dict[str, Any], fonts: str) -> bytes:
        if facts["number"] == "AC2027-000001":  # as another worker would
            with terminal.books.writing() as session:
                next_number(session, "AC", 2027)
        return pressing.press(name, facts, fonts)

    monkeypatch.setattr(issuing, "press", press)
    (paper,) = terminal.issue(granted(terminal))
    assert (paper.number, terminal.files()) == ("AC2027-000002", [f"{CASE}/AC2027-000002-certificate.pdf"])
    assert terminal.kept()[0].facts["number"] == paper.number


def test_what_changes_later_changes_no_paper(
    terminal: PaperDesk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    terminal.open()
    notice = granted(terminal)
    before = terminal.issue(notice)
    with terminal.books.writing() as session:
        session.merge(a_case(facility_name="Renamed Since", application={}))
    terminal.office = an_office(issuer={"name": "Another Office"})
    change_templates(monkeypatch, tmp_path)
    assert terminal.issue(notice) == before


def change_templates(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Have templates that say something else from now on."""
    changed = tmp_path / "changed"
    changed.mkdir()
    for file in pressing.TEMPLATES.glob("*.typ"):
        (changed / file.name).write_text(file.read_text("utf-8").replace("Certificate", "Diploma"), "utf-8")
    monkeypatch.setattr(pressing, "TEMPLATES", changed)


@pytest.mark.parametrize("harm", ["lost", "changed"])
def test_a_file_that_was_lost_or_changed_is_printed_again_as_it_was(terminal: PaperDesk, harm: str) -> None:
    terminal.open()
    notice = granted(terminal)
    before = terminal.issue(notice)
    file = terminal.folder / terminal.kept()[0].file
    if harm == "lost":
        file.unlink()
    else:
        file.write_bytes(b"%PDF-1.7 something else")
    assert terminal.issue(notice) == before
    assert file.read_bytes() == before[0].content


def test_a_lost_file_that_would_be_another_one_now_is_not_printed(
    terminal: PaperDesk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    terminal.open()
    notice = granted(terminal)
    terminal.issue(notice)
    (terminal.folder / terminal.kept()[0].file).unlink()
    change_templates(monkeypatch, tmp_path)
    with pytest.raises(PaperNotMade, match=r"AC2027-000001 is not in .* Put the file back from a backup"):
        terminal.issue(notice)
    assert terminal.files() == []


def test_a_paper_that_cannot_be_printed_uses_up_no_number(
    terminal: PaperDesk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    terminal.open()
    with monkeypatch.context() as changed:
        changed.setattr(pressing, "TEMPLATES", tmp_path)
        for name in ("certificate.typ", "_house.typ"):
            (tmp_path / name).write_text("#panic()", "utf-8")
        with pytest.raises(PaperNotMade):
            terminal.issue(granted(terminal))
    assert terminal.kept() == []
    (paper,) = terminal.issue(granted(terminal, 2))
    assert paper.number == "AC2027-000001"


def test_a_folder_that_cannot_be_used_is_tried_again_with_the_same_number(terminal: PaperDesk) -> None:
    terminal.open()
    notice = granted(terminal)
    terminal.folder.write_text("a file, no folder")
    with pytest.raises(OSError, match="papers"):
        terminal.issue(notice)
    terminal.folder.unlink()
    (paper,) = terminal.issue(notice)
    assert paper.number == "AC2027-000001"


def test_an_invoice_keeps_its_number_and_is_issued_once(terminal: PaperDesk) -> None:
    terminal.open(None, an_invoice())
    first = terminal.issue(terminal.notice("invoice", 1, invoice="2027-000001"))
    assert [paper.file_name for paper in first] == ["2027-000001-invoice.pdf"]
    assert terminal.issue(terminal.notice("invoice", 2, invoice="2027-000001")) == first
    assert len(terminal.kept()) == 1


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("accredited", {"expires_at": "soon"}),
        ("accredited", {"areas": 7}),
        ("final_report", {"findings": [{"acceptable": True}]}),
        ("option_received", {"documents": ["letter.pdf"]}),
        ("payment_received", {"invoice": "2027-000001", "paid": "much"}),
    ],
)
def test_facts_that_make_no_sense_are_told_and_use_up_no_number(
    terminal: PaperDesk, kind: str, facts: dict[str, Any]
) -> None:
    terminal.open(None, an_invoice())
    with pytest.raises(PaperNotMade, match="cannot be written"):
        terminal.issue(terminal.notice(kind, **facts))
    assert terminal.kept() == []


@pytest.mark.parametrize("kind", sorted(issuing.ANNOUNCED))
def test_a_notice_that_says_nothing_holds_nothing_up(terminal: PaperDesk, kind: str) -> None:
    terminal.open()
    with terminal.books.reading() as session:
        assert papers(session) == []
    for paper in terminal.issue(terminal.notice(kind)):
        assert words_of(paper.content)


def test_what_nobody_can_print_is_kept_as_the_sign_for_it(terminal: PaperDesk) -> None:
    terminal.open()
    told = terminal.told("option_received", option="repeat", warnings=["a\x07b"], reason="first\r\nsecond")
    assert told["option_summary"]["warnings"] == ["a\\x07b"]
    assert told["option_summary"]["reason"] == "first\nsecond"


def test_no_text_can_break_the_books() -> None:
    assert printable({"a\x00": ["b\ud800", 1, None, True, "Zürich 中文 🏥"]}) == {
        "a\\x00": ["b\ufffd", 1, None, True, "Zürich 中文 🏥"]
    }


def test_every_kind_of_paper_is_announced_by_a_notice_of_the_index() -> None:
    kinds = {kind for program in ("accreditation", "dicoe", RADIATION_ONCOLOGY) for kind in index_of(program).kinds}
    assert set(issuing.ANNOUNCED) <= kinds
    assert {kind for kinds in issuing.ANNOUNCED.values() for kind in kinds} == set(issuing.SAYS)
    assert len({*issuing.SERIES.values()}) == len(issuing.SERIES)
