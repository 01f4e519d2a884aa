"""`accredit papers`: what was issued, with digests; copies of it; and what is said where one was lost."""

from pathlib import Path

import pytest

from activities.papers import press as pressing
from records.words import PaperKind
from services.errors import ExitCode
from tests.activities.papers.printed import words_of
from tests.records.rows import CASE
from tests.starter.office.papers import TWIN, PaperOffice
from tests.starter.office.papers import office as office


def test_papers_are_listed_with_number_case_day_and_digest(office: PaperOffice) -> None:
    paper = office.certificate()
    (one,) = office("papers", CASE, "--json").data
    assert (one["number"], one["kind"], one["case"], one["notice"]) == (paper.number, "certificate", CASE, 1)
    assert one["size"] == len(paper.content)
    assert len(one["sha256"]) == 64
    assert one["problem"] is None
    ran = office("papers")
    assert ran.code == ExitCode.DONE
    assert paper.number in ran.out
    assert one["sha256"][:12] in ran.out


def test_those_of_one_case_are_listed_alone(office: PaperOffice) -> None:
    first, second = office.certificate(), office.certificate(TWIN)
    assert [one["number"] for one in office("papers", "--json").data] == [first.number, second.number]
    assert [one["number"] for one in office("papers", TWIN, "--json").data] == [second.number]


def test_an_office_that_issued_nothing_is_told_so(office: PaperOffice) -> None:
    ran = office("papers")
    assert (ran.code, ran.out) == (ExitCode.DONE, "")
    assert "No papers." in ran.err


def test_an_unknown_case_is_exit_4(office: PaperOffice) -> None:
    assert office("papers", "accreditation.XX-1.ct.CT-1.1").code == ExitCode.NO_SUCH_CASE


def test_copies_are_the_very_files_that_were_issued(office: PaperOffice) -> None:
    paper = office.certificate()
    assert office("papers", "--save", "copies/of/papers").code == ExitCode.DONE
    assert (office.folder.parent / "copies/of/papers" / paper.file_name).read_bytes() == paper.content


def test_a_lost_file_is_printed_again_as_it_was(office: PaperOffice) -> None:
    paper = office.certificate()
    file = office.folder / CASE / paper.file_name
    file.unlink()
    assert office("papers", "--save", "copies").code == ExitCode.DONE
    assert file.read_bytes() == paper.content


def test_what_would_be_another_paper_now_is_named_and_the_rest_is_saved(
    office: PaperOffice, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lost, kept = office.certificate(), office.certificate(TWIN)
    (office.folder / CASE / lost.file_name).unlink()
    changed = tmp_path / "changed"
    changed.mkdir()
    for file in pressing.TEMPLATES.glob("*.typ"):
        (changed / file.name).write_text(file.read_text("utf-8").replace("Certificate", "Diploma"), "utf-8")
    monkeypatch.setattr(pressing, "TEMPLATES", changed)
    ran = office("papers", "--save", "copies", "--json")
    assert ran.code == ExitCode.NOT_AS_EXPECTED
    assert [bool(one["problem"]) for one in ran.data] == [True, False]
    assert f"paper {lost.number} is not in" in ran.err
    assert [path.name for path in (office.folder.parent / "copies").iterdir()] == [kept.file_name]


def test_a_folder_that_is_a_file_is_exit_2(office: PaperOffice) -> None:
    office.certificate()
    (office.folder.parent / "taken").write_text("a file")
    ran = office("papers", "--save", "taken")
    assert ran.code == ExitCode.UNUSABLE
    assert "taken: found" in ran.err


def test_papers_that_cannot_be_reached_are_exit_5(office: PaperOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    office.certificate()
    (office.folder.parent / "taken").write_text("a file")
    monkeypatch.setenv("ACCREDIT_PAPERS_FOLDER", str(office.folder.parent / "taken"))
    ran = office("papers", "--save", "copies")
    assert ran.code == ExitCode.NOT_REACHABLE
    assert "[papers] folder" in ran.err


def test_a_preview_prints_each_kind_as_a_sample_and_issues_nothing(office: PaperOffice) -> None:
    ran = office("papers", "--preview", "samples")
    assert ran.code == ExitCode.DONE, ran.err
    printed = sorted(Path("samples").iterdir())
    assert {path.stem.partition("-")[2].rpartition("-")[2] for path in printed} == {*map(str, PaperKind)}
    assert all("it proves nothing" in words_of(path.read_bytes()) for path in printed)
    assert office("papers", "--json").data == []
    assert office("verify", *map(str, printed)).code == ExitCode.NOT_AS_EXPECTED


def test_a_preview_names_the_mistake_in_a_template(
    office: PaperOffice, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    changed = tmp_path / "changed"
    changed.mkdir()
    for file in pressing.TEMPLATES.glob("*.typ"):
        text = file.read_text("utf-8")
        (changed / file.name).write_text(text + "#no-such-word" if file.stem == "receipt" else text, "utf-8")
    monkeypatch.setattr(pressing, "TEMPLATES", changed)
    ran = office("papers", "--preview", "samples")
    assert ran.code == ExitCode.UNUSABLE
    assert "receipt.typ" in ran.err
    assert "no-such-word" in ran.err
