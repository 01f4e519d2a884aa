"""What is uploaded lies under a name of our own, is read before anything is sent, and what may not be is removed."""

import asyncio
import io
import os
import struct
import zipfile
import zlib
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfWriter
from sqlmodel import select

from records.books import Session
from records.tables import Upload
from services.forms.uploads import KEPT, let_go, plain_name
from tests.activities.documents import files as made
from tests.office import LivingOffice
from tests.portal.conftest import LivingPortal, a_living_portal
from tests.portal.forms import PHYSICIAN, browser_of, hidden_of, org_of, send, words_of

pytestmark = pytest.mark.server
LETTER = made.pdf(["To the office.", "We appeal: the wrong images were selected.", "Sample Supervising Physician"])
PDF = "application/pdf"
APPEAL = {"option": "appeal", "attested": "yes", "additional_images": "no", "letter_signer": PHYSICIAN}
MEGABYTE = 1024 * 1024


def uploads_of(portal: LivingPortal, case_id: str) -> list[Upload]:
    def look(session: Session) -> list[Upload]:
        return list(session.exec(select(Upload).where(Upload.case_id == case_id)))

    with portal.world.books.reading() as session:
        return look(session)


def files_below(portal: LivingPortal, case_id: str) -> list[Path]:
    folder = portal.office.folder / "uploads" / "portal" / org_of(case_id)
    return [one for one in folder.rglob("*") if one.is_file()]


async def entries(office: LivingOffice, case_id: str, text: str) -> list[dict[str, Any]]:
    timeline = await office.client.get_workflow_handle(case_id).query("timeline")
    return [one for one in timeline if one["text"] == text]


def memory() -> int:
    """Return the bytes of memory that this process has, the portal in it."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.fixture(scope="module")
def png_bomb() -> bytes:
    """A picture of 60,000 × 60,000 points in some kilobytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(MEGABYTE), 9))
        + chunk(b"IEND", b"")
    )


def docx_bomb(megabytes: int) -> bytes:
    """A DOCX whose text unpacks to so many megabytes."""
    plain = io.BytesIO(made.word(["Sample."]))
    bomb = io.BytesIO()
    with zipfile.ZipFile(plain) as before, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            if name == "word/document.xml":
                with after.open(name, "w") as entry:
                    for _ in range(megabytes):
                        entry.write(b" " * MEGABYTE)
            else:
                after.writestr(name, before.read(name))
    return bomb.getvalue()


async def test_a_letter_lies_under_a_name_of_our_own_for_the_owner_alone_and_the_case_is_told_its_digest(
    office: LivingOffice, portal: LivingPortal
) -> None:
    case_id = await office.start()
    await office.report(case_id)
    async with browser_of(portal, case_id) as ann:
        sent = await send(
            ann,
            f"/cases/{case_id}/option?other=1",
            APPEAL,
            [("letter", ("../../etc/Letter \u202egnp.pdf", LETTER, PDF))],
        )
    assert sent.status_code == 303, words_of(sent.text)
    (row,) = uploads_of(portal, case_id)
    (file,) = files_below(portal, case_id)
    assert (row.name, row.size, row.sha256, row.fault, row.removed_at) == (
        "Letter gnp.pdf", len(LETTER), made.sha256(LETTER), None, None
    )  # fmt: skip
    assert (file.name, file.stat().st_mode & 0o777, file.read_bytes()) == (row.upload_id, 0o600, LETTER)
    assert {one.stat().st_mode & 0o077 for one in (file.parent, file.parent.parent)} == {0}
    timeline = await office.client.get_workflow_handle(case_id).query("timeline")
    (letter,) = next(one for one in reversed(timeline) if one["text"] == "choose option")["detail"]["message"][
        "letters"
    ]
    assert letter == {
        "name": row.name, "uri": file.as_uri(), "sha256": row.sha256,
        "signed_by": {"role": "supervising_physician", "name": "Sample Supervising Physician"},
    }  # fmt: skip


async def test_a_double_click_uploads_and_sends_once(office: LivingOffice, portal: LivingPortal) -> None:
    case_id = await office.start()
    await office.report(case_id)
    async with browser_of(portal, case_id) as ann:
        page = (await ann.get(f"/cases/{case_id}/option?other=1")).text
        form = [("letter", ("letter.pdf", LETTER, PDF))]
        twice = await asyncio.gather(
            *(send(ann, f"/cases/{case_id}/option", APPEAL, form, page) for _ in range(2)),
        )
    assert [one.status_code for one in twice] == [303, 303]
    assert len(uploads_of(portal, case_id)) == len(files_below(portal, case_id)) == 1
    assert [one["kind"] for one in await entries(office, case_id, "choose option")] == ["message"]


async def test_a_refused_form_keeps_its_letter_and_what_was_typed_and_the_next_attempt_needs_no_upload(
    office: LivingOffice, portal: LivingPortal
) -> None:
    case_id = await office.start()
    await office.report(case_id)
    address = f"/cases/{case_id}/option"
    async with browser_of(portal, case_id) as ann:
        files = [("letter", ("letter.pdf", LETTER, PDF))]
        refused = await send(ann, f"{address}?other=1", APPEAL | {"attested": "", "grounds": "other"}, files)
        said = words_of(refused.text)
        assert refused.status_code == 422
        assert "The attestation box is not checked." in said
        assert "Rule option_form.not_attested" in said
        assert "Check the attestation box and send it again." in said
        assert f"Kept: letter.pdf ({len(LETTER) / 1000:.0f} kB)" in said
        for typed in ('value="appeal" checked', 'value="other" selected', f'value="{PHYSICIAN}" selected'):
            assert typed in refused.text
        again = await send(ann, address, APPEAL, page=refused.text)
        assert again.status_code == 303, words_of(again.text)
    assert len(files_below(portal, case_id)) == 1


async def test_a_kept_document_can_be_removed_and_another_facilitys_cannot_be_named(
    office: LivingOffice, portal: LivingPortal
) -> None:
    ours, theirs = await office.start(), await office.start()
    for one in (ours, theirs):
        await office.report(one)
    async with browser_of(portal, ours) as ann, browser_of(portal, theirs, "Bob Sample") as bob:
        files = [("letter", ("letter.pdf", LETTER, PDF))]
        kept = await send(ann, f"/cases/{ours}/option?other=1", APPEAL | {"attested": ""}, files)
        (upload_id,) = hidden_of(kept.text, "kept_letter")
        stolen = await send(bob, f"/cases/{theirs}/option?other=1", APPEAL, kept_letter=upload_id)
        assert "appeal.letter_missing" in stolen.text
        dropped = await send(ann, f"/cases/{ours}/option", APPEAL | {"drop_letter": upload_id}, page=kept.text)
        assert "appeal.letter_missing" in dropped.text
        assert hidden_of(dropped.text, "kept_letter") == []
    assert files_below(portal, ours) == []
    assert uploads_of(portal, ours)[0].removed_at is not None


def refused_files(png_bomb: bytes) -> Iterator[tuple[str, str, bytes, str]]:
    """Yield what is refused: a name for the test, the file's name, its content, what is said."""
    letter, jar = LETTER, io.BytesIO()
    with zipfile.ZipFile(jar, "w") as packed:
        packed.writestr("program.class", b"\xca\xfe\xba\xbe")
    yield "empty", "letter.pdf", b"", "It is empty."
    yield "an archive by another name", "letter.pdf", jar.getvalue(), "no letter but an archive"
    yield "a program by another name", "letter.pdf", b"\x7fELF" + bytes(100), "It is a program."
    yield "a picture", "letter.pdf", made.image(["Sample"]), "no letter but an image"
    yield "an image bomb", "letter.pdf", png_bomb, "no letter but an image"
    yield "a web page", "letter.txt", b"<!doctype html><script>alert(1)</script>", "It is a web page"
    yield "a broken PDF", "letter.pdf", letter[:700], "It is broken or incomplete."
    yield "a zip bomb in DOCX", "letter.docx", docx_bomb(400), "It unpacks to more than a document may have."


async def test_what_cannot_be_a_letter_is_refused_beside_its_field_and_its_content_removed(
    office: LivingOffice, portal: LivingPortal, png_bomb: bytes
) -> None:
    case_id = await office.start()
    await office.report(case_id)
    async with browser_of(portal, case_id) as ann:
        for what, name, content, said in refused_files(png_bomb):
            answer = await send(ann, f"/cases/{case_id}/option?other=1", APPEAL, [("letter", (name, content, PDF))])
            words = words_of(answer.text)
            assert answer.status_code == 422, what
            assert said in words, f"{what}: {words}"
            assert "Not taken, and its content is removed." in words
            assert 'role="alert"' in answer.text
            assert 'id="letter-wrong"' in answer.text
            assert files_below(portal, case_id) == [], what
    rows = uploads_of(portal, case_id)
    assert len(rows) == len(list(refused_files(png_bomb)))
    assert all(row.fault and row.removed_at for row in rows)
    assert await entries(office, case_id, "choose option") == []


async def test_a_polyglot_is_refused_whichever_of_its_kinds_comes_first(
    office: LivingOffice, portal: LivingPortal
) -> None:
    case_id = await office.start()
    await office.report(case_id)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("scan.dcm", bytes(128) + b"DICM")
    twofold = {
        "a PDF, then an archive": LETTER + packed.getvalue(),
        "a picture, then a PDF": b"GIF89a" + LETTER,
        "DICOM whose preamble is a PDF's": b"%!x\n" + LETTER[:100].ljust(124) + b"DICM" + LETTER,
        "a picture, then an archive": made.image(["Sample"]) + packed.getvalue(),
    }
    async with browser_of(portal, case_id) as ann:
        for what, content in twofold.items():
            files = [("letter", ("letter.pdf", content, PDF))]
            answer = await send(ann, f"/cases/{case_id}/option?other=1", APPEAL, files)
            assert answer.status_code == 422, what
            assert "letter.pdf can be read as two kinds of file at once" in words_of(answer.text), what
            assert files_below(portal, case_id) == []


async def test_what_cannot_be_read_is_refused_in_every_form(
    office: LivingOffice, portal: LivingPortal, png_bomb: bytes
) -> None:
    case_id = await office.start()
    await office.pay_and_accept(case_id)
    await office.until(case_id, "its package", lambda told: told["stage"] == "testing")
    locked = io.BytesIO()
    writer = PdfWriter(clone_from=io.BytesIO(LETTER))
    writer.encrypt("secret")
    writer.write(locked)
    refused = {
        "locked.pdf": (locked.getvalue(), "locked.pdf: It is protected by a password."),
        "bomb.png": (png_bomb, "bomb.png: It unpacks to more than a document may have."),
        "program.txt": (b"#!/bin/sh\nexit 1\n", "program.txt: It is a program."),
    }
    async with browser_of(portal, case_id) as ann:
        files = [("documents", (name, content, PDF)) for name, (content, _) in refused.items()]
        answer = await send(ann, f"/cases/{case_id}/testing-package", {"do": "draft", "medium": "upload"}, files)
        words = words_of(answer.text)
        assert answer.status_code == 422
        for _, said in refused.values():
            assert said in words, words
    assert files_below(portal, case_id) == []


async def test_two_gigabytes_are_refused_in_words_before_they_are_read_and_memory_stays_flat(
    office: LivingOffice, portal: LivingPortal
) -> None:
    case_id = await office.start()
    await office.report(case_id)

    async def endless(pieces: int) -> AsyncIterator[bytes]:
        for _ in range(pieces):
            yield bytes(MEGABYTE)

    before = memory()
    async with browser_of(portal, case_id) as ann:
        kind = {"content-type": "multipart/form-data; boundary=x"}
        announced = kind | {"content-length": str(2048 * MEGABYTE)}
        told = await ann.post(
            f"/cases/{case_id}/option",
            content=endless(2048),
            headers=announced,
        )
        assert told.status_code == 413
        assert "All documents of a form together have at most 50 MB" in told.text
        chunked = await ann.post(f"/cases/{case_id}/option", content=endless(120), headers=kind)
        assert chunked.status_code in (400, 413)
    assert memory() - before < 60 * MEGABYTE
    assert files_below(portal, case_id) == []


async def test_a_document_that_is_larger_than_one_may_be_is_refused_with_the_limit_named(office: LivingOffice) -> None:
    case_id = await office.start()
    await office.report(case_id)
    async with a_living_portal(office, documents={"largest": 1}) as small, browser_of(small, case_id) as ann:
        assert "1 MB at most" in (await ann.get(f"/cases/{case_id}/option?other=1")).text
        large = LETTER + b"%" * MEGABYTE
        answer = await send(ann, f"/cases/{case_id}/option?other=1", APPEAL, [("letter", ("letter.pdf", large, PDF))])
        assert answer.status_code == 422
        assert "letter.pdf is larger than a document may be: 1 MB." in words_of(answer.text)
        assert files_below(small, case_id) == []


async def test_what_is_old_is_let_go(office: LivingOffice, portal: LivingPortal) -> None:
    case_id = await office.start()
    await office.report(case_id)
    async with browser_of(portal, case_id) as ann:
        files = [("letter", ("letter.pdf", LETTER, PDF))]
        await send(ann, f"/cases/{case_id}/option?other=1", APPEAL | {"attested": ""}, files)
    documents, at = portal.world.settings.documents, datetime.now(UTC)
    assert len(files_below(portal, case_id)) == 1
    let_go(portal.world.books, documents, at + KEPT - timedelta(minutes=1))
    assert len(files_below(portal, case_id)) == 1
    assert let_go(portal.world.books, documents, at + KEPT + timedelta(minutes=1)) >= 1
    assert files_below(portal, case_id) == []
    assert uploads_of(portal, case_id)[0].removed_at is not None


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("letter.pdf", "letter.pdf"),
        ("C:\\fakepath\\letter.pdf", "letter.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\x00b\r\n.pdf", "ab.pdf"),
        ("\u202efdp.exe", "fdp.exe"),
        ("..", "document"),
        ("/", "document"),
        (".pdf", "pdf"),
        ("x" * 500 + ".pdf", "x" * 146 + ".pdf"),
    ],
)
def test_a_files_name_loses_its_folders_and_what_works_unseen(given: str, kept: str) -> None:
    assert plain_name(given) == kept
