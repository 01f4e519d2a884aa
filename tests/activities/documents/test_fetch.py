"""Documents come from where the office allows, whole, no larger than it allows, and leave nothing behind."""

import os
import tempfile
from pathlib import Path

import pytest

from activities.documents.contract import DocumentRef, DocumentsRead
from policy.office import Documents
from tests.activities.documents.asked import Folder, told

UNREADABLE = "document.unreadable"
SUM = "0" * 64


def a_reference(uri: str) -> DocumentRef:
    return DocumentRef(name="plan.pdf", uri=uri, sha256=SUM)


@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        ("file:///no/such/plan.pdf", "There is no such file."),
        ("file:///dev/null/plan.pdf", "There is no such file."),
        ("file:///plan%00.pdf", "There is no such file."),
        ("file://files.example.org/plan.pdf", "It lies on another machine."),
        ("documents/plan.pdf", "Its address is not whole: it must begin at the root of the disk."),
        ("file:///dev/zero", "It is no file."),
        ("file:///" + "a" * 300, "Its address cannot be followed."),
    ],
)
def test_an_address_that_leads_nowhere_is_told(folder: Folder, uri: str, reason: str) -> None:
    assert told(folder.ask(a_reference(uri))) == [(UNREADABLE, reason)]


@pytest.mark.parametrize("scheme", ["s3", "HTTP"])
@pytest.mark.parametrize("screened", [True, False])
def test_what_lies_where_this_office_opens_nothing_is_left_to_a_person(
    folder: Folder, scheme: str, screened: bool
) -> None:
    assert folder.ask(a_reference(f"{scheme}://files.example.org/plan.pdf"), screened=screened) == DocumentsRead(
        warnings=(
            f"plan.pdf: Its address begins with {scheme.lower()}:, and this office opens file only."
            " Nobody has opened it; a person must look at it.",
        )
    )


def test_a_document_that_need_not_be_searched_may_be_missing_and_a_person_is_told(folder: Folder) -> None:
    missing = a_reference("file:///no/such/plan.pdf")
    said = "plan.pdf: There is no such file. Nobody has opened it; a person must look at it."
    assert folder.ask(missing, screened=False) == DocumentsRead(warnings=(said,))


def test_a_folder_a_pipe_and_a_link_in_a_circle_are_no_files(folder: Folder) -> None:
    os.mkfifo(folder.path / "pipe")
    (folder.path / "circle").symlink_to(folder.path / "circle")
    assert told(folder.ask(a_reference(folder.path.as_uri()))) == [(UNREADABLE, "It is no file.")]
    assert told(folder.ask(a_reference((folder.path / "pipe").as_uri()))) == [(UNREADABLE, "It is no file.")]
    circle = a_reference((folder.path / "circle").as_uri())
    assert told(folder.ask(circle)) == [(UNREADABLE, "Its address cannot be followed.")]


def test_only_the_offices_folders_are_opened_and_no_link_leads_out_of_them(folder: Folder, tmp_path: Path) -> None:
    inside, outside = folder.put("in.txt", b"A plan"), tmp_path / "out.txt"
    outside.write_bytes(b"A plan")
    (folder.path / "link.txt").symlink_to(outside)
    settings = Documents(folders=(str(folder.path),))
    assert folder.ask(inside, settings=settings) == DocumentsRead()
    refused = [(UNREADABLE, "It lies outside the folders that this office opens.")]
    for uri in (outside.as_uri(), (folder.path / "link.txt").as_uri(), f"{folder.path.as_uri()}/../out.txt"):
        assert told(folder.ask(inside.model_copy(update={"uri": uri}), settings=settings)) == refused


def test_a_name_with_spaces_and_accents_is_found_by_its_address(folder: Folder) -> None:
    assert folder.ask(folder.put("plan d'été 100%.txt", b"A plan")) == DocumentsRead()


def test_a_file_may_be_as_large_as_the_office_says_and_not_larger(folder: Folder) -> None:
    settings = Documents(largest=1)
    megabyte = b"A plan. " * (1024 * 1024 // 8)
    assert folder.read(megabyte, settings=settings) == DocumentsRead()
    assert told(folder.read(megabyte + b"!", settings=settings)) == [(UNREADABLE, "It has more than 1 megabytes.")]


def test_a_store_that_nothing_here_opens_is_told_with_what_to_install(folder: Folder) -> None:
    settings = Documents(schemes=("file", "gs", "nonsense"))
    assert told(folder.ask(a_reference("gs://bucket/plan.pdf"), a_reference("nonsense://a"), settings=settings)) == [
        (UNREADABLE, "This worker cannot open gs: addresses. Install what fsspec needs for gs."),
        (UNREADABLE, "Nothing is known that opens nonsense: addresses."),
    ]


def test_nothing_is_left_on_the_disk(folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    clean = folder.put("plan.txt", b"A plan")
    assert folder.ask(clean, clean.model_copy(update={"sha256": SUM}), folder.put("a.pdf", b"%PDF-")).faults
    assert list(place.iterdir()) == []
