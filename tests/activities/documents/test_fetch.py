"""Documents come from where the office allows, whole, no larger than it allows, and leave nothing behind."""

import hashlib
import os
import tempfile
from pathlib import Path

import pytest
from pydantic import ValidationError

from activities.documents.contract import DocumentRef, DocumentsRead, DocumentsToRead
from activities.documents.fetch import ANOTHER as OTHER
from activities.documents.reader import Readers
from activities.documents.reading import read_documents
from activities.documents.stores import NotOpened, note_named, open_file
from policy.office import Documents
from services.validation import input_faults
from tests.activities.documents.asked import Folder, told

UNREADABLE = "document.unreadable"
SUM = "0" * 64


def a_reference(uri: str) -> DocumentRef:
    return DocumentRef(name="plan.pdf", uri=uri, sha256=SUM)


def not_opened(largest: int = 50) -> tuple[str, str]:
    """Return what is said of every file that is not opened, whatever the reason."""
    said = (
        "This office does not open it: it must be a file that lies in one of the office's folders, may be read there, "
    )
    return UNREADABLE, f"{said}and has {largest} megabytes at most."


def test_one_sentence_answers_for_everything_that_is_not_opened(folder: Folder, tmp_path: Path) -> None:
    """Missing, elsewhere, no file, a link out or in a circle, too large, not to be read: nobody learns which."""
    (tmp_path / "secret.txt").write_text("secret")
    (folder.path / "link.txt").symlink_to(tmp_path / "secret.txt")
    (folder.path / "circle").symlink_to(folder.path / "circle")
    (folder.path / "out").symlink_to(tmp_path)
    (folder.path / "self").symlink_to("/proc/self")
    os.mkfifo(folder.path / "pipe")
    (folder.path / "large.txt").write_bytes(b"A plan. " * (1024 * 128) + b"!")
    (folder.path / "closed.txt").write_text("closed")
    (folder.path / "closed.txt").chmod(0)
    inside, root = folder.path.as_uri(), os.geteuid() == 0
    uris = [
        f"{inside}/none.pdf", f"{inside}/large.txt", f"{inside}/pipe", f"{inside}/circle", f"{inside}/link.txt",
        inside, f"{inside}/out/secret.txt", f"{inside}/../secret.txt", f"{inside}/%2e%2e/secret.txt",
        f"{inside}/none/../../secret.txt", f"{inside}/self/environ", (tmp_path / "secret.txt").as_uri(),
        "file:///etc/passwd", "file:///etc/shadow", "FILE:///etc/passwd", "file:///proc/self/environ",
        "file:///proc/self/ro%6Ft/etc/passwd", "file:///dev/null", "file:///dev/zero", "file:///sys/kernel",
        "file://localhost/etc/passwd", "file://files.example.org/plan.pdf",
        f"file://otherhost{folder.path}/large.txt", "documents/plan.pdf", "file:plan.pdf", "file:",
        "file:///plan%00.pdf", "file:///" + "a" * 300, f"{inside}/{'a' * 300}", "/etc/passwd", "~/.ssh/id_rsa",
        *([] if root else [f"{inside}/closed.txt"]),
    ]  # fmt: skip
    settings = Documents(largest=1)
    assert told(folder.ask(*map(a_reference, uris), settings=settings)) == [not_opened(1)] * len(uris)
    anywhere = Documents(largest=1, folders=("/",))
    never = [f"{inside}/self/environ", "file:///proc/self/environ", "file:///dev/null", "file:///sys/kernel/notes"]
    assert told(folder.ask(*map(a_reference, never), settings=anywhere)) == [not_opened(1)] * len(never)


def test_no_folder_set_is_the_folder_of_uploads_alone(
    folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reading: Readers
) -> None:
    monkeypatch.chdir(tmp_path)
    outside = folder.put("plan.txt", b"A plan")
    inside = Folder(tmp_path / "uploads", reading).put("plan.txt", b"A plan")
    settings = Documents(uploads="uploads")
    ask = DocumentsToRead(message="confirm", documents=(inside, outside), screened=True)
    (fault,) = read_documents(ask, settings, reading).faults
    assert (fault.rule, fault.reason) == not_opened()
    assert Documents().uploads == "var/uploads"
    assert Documents().folders == ()


def test_what_the_offices_command_named_is_opened_by_that_name_and_digest_alone(
    folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file, other = tmp_path / "plan.txt", tmp_path / "other.txt"
    for one in (file, other):
        one.write_bytes(b"A plan")
    plan = a_reference(file.as_uri()).model_copy(update={"sha256": hashlib.sha256(b"A plan").hexdigest()})
    settings = Documents()
    assert told(folder.ask(plan, settings=settings)) == [not_opened()]
    note_named(file, plan.sha256, settings)
    assert folder.ask(plan, settings=settings) == DocumentsRead()
    guessed = [plan.model_copy(update={"sha256": SUM}), plan.model_copy(update={"uri": other.as_uri()})]
    assert told(folder.ask(*guessed, settings=settings)) == [not_opened()] * 2
    notes = list((tmp_path / "var/uploads/named").iterdir())
    assert [(one.stat().st_size, one.stat().st_mode & 0o077) for one in notes] == [(0, 0)]
    assert {(tmp_path / one).stat().st_mode & 0o077 for one in ("var/uploads", "var/uploads/named")} == {0}
    assert plan.sha256 not in notes[0].name
    file.write_bytes(b"Another plan")
    assert told(folder.ask(plan, settings=settings)) == [("document.digest_differs", OTHER)]
    file.unlink()
    file.symlink_to(other)
    assert told(folder.ask(plan, settings=settings)) == [not_opened()]


def test_the_systems_own_is_never_opened_even_where_it_was_named(tmp_path: Path) -> None:
    settings = Documents(uploads=str(tmp_path), folders=("/",))
    note_named(Path("/proc/self/environ"), SUM, settings)
    with pytest.raises(NotOpened):
        open_file("file:///proc/self/environ", SUM, settings)


def test_what_becomes_a_link_while_it_is_looked_at_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at where a path leads and its opening, somebody puts a link in the place of a folder."""
    store, secret = tmp_path / "store", tmp_path / "secret"
    for one in (store / "case", secret):
        one.mkdir(parents=True)
        (one / "plan.txt").write_text("plan" if one != secret else "secret")
    resolved = Path.resolve

    def swapped(self: Path, strict: bool = False) -> Path:
        found = resolved(self, strict)
        if self.name == "plan.txt":
            (store / "case").rename(store / "before")
            (store / "case").symlink_to(secret)
        return found

    monkeypatch.setattr(Path, "resolve", swapped)
    with pytest.raises(NotOpened):
        open_file((store / "case" / "plan.txt").as_uri(), SUM, Documents(uploads=str(store)))


def test_a_digest_that_differs_is_told_to_nobody(folder: Folder) -> None:
    """Nor what kinds of identifiers stand in the file: who does not have it hears that it is another one."""
    held = folder.put("held.txt", b"Patient: Sample Quilvermon, MRN 00483921")
    asked = held.model_copy(update={"sha256": SUM})
    for screened in (True, False):
        read = folder.ask(asked, screened=screened)
        assert told(read) == [("document.digest_differs", OTHER)]
        assert held.sha256 not in read.model_dump_json()
    ((rule, _),) = told(folder.ask(held))
    assert rule == "document.contains_phi"


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
    said = f"plan.pdf: {not_opened()[1]} Nobody has opened it; a person must look at it."
    assert folder.ask(missing, screened=False) == DocumentsRead(warnings=(said,))


def test_a_name_with_spaces_and_accents_is_found_by_its_address(folder: Folder) -> None:
    assert folder.ask(folder.put("plan d'été 100%.txt", b"A plan")) == DocumentsRead()


def test_a_file_may_be_as_large_as_the_office_says_and_not_larger(folder: Folder) -> None:
    settings = Documents(largest=1)
    megabyte = b"A plan. " * (1024 * 1024 // 8)
    assert folder.read(megabyte, settings=settings) == DocumentsRead()
    assert told(folder.read(megabyte + b"!", settings=settings)) == [not_opened(1)]


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


@pytest.mark.parametrize("scheme", ["simplecache", "ZIP", "local", "reference", "file::http", "memory", "dir"])
def test_no_office_opens_a_scheme_that_leads_to_other_addresses(scheme: str) -> None:
    with pytest.raises(ValidationError, match="a store of documents"):
        Documents(schemes=("file", scheme))


@pytest.mark.parametrize(
    "uri", ["simplecache::s3://cases/plan.pdf", "zip://plan.pdf::https://h/x.zip", "s3://a::file:///etc/passwd"]
)
def test_an_address_that_leads_through_another_one_is_opened_by_nobody(folder: Folder, uri: str) -> None:
    settings = Documents(schemes=("file", "s3", "https"))
    assert told(folder.ask(a_reference(uri), settings=settings)) == [
        (UNREADABLE, "Its address leads through another one.")
    ]


def test_what_takes_no_settings_is_given_none() -> None:
    with pytest.raises(ValidationError, match="take none") as caught:
        Documents(storage={"https": {"headers": {"Authorization": "planted"}}})
    assert "planted" not in "".join(str(one) for one in input_faults(caught.value, Documents, "office.toml"))


def test_no_setting_of_a_store_is_shown() -> None:
    settings = Documents(storage={"s3": {"key": "planted", "secret": "planted"}})
    assert "planted" not in f"{settings} {settings!r}"
