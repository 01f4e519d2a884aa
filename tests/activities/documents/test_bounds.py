"""What is made to take all memory, all time, or the reader with it, ends as an unreadable document, and soon."""

import io
import os
import select
import signal
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from activities.documents import reader
from activities.documents.contract import DocumentsRead
from activities.documents.kinds import COMES, Order
from activities.documents.reader import TRIES, Readers
from policy.office import Documents
from tests.activities.documents import files
from tests.activities.documents.asked import Folder, reading_processes, told
from tests.patience import WITHIN

UNREADABLE = "document.unreadable"
SMALL = Documents(memory=128, within=2)
PATIENT = Documents(memory=128, within=100)
SLOW_MACHINE = 60
"""Seconds that may go by beside the office's: fetching, and starting other processes, take their own."""


@pytest.fixture
def apart(tmp_path: Path) -> Iterator[tuple[Folder, Readers]]:
    """A folder with reading processes of its own."""
    readers = Readers()
    yield Folder(tmp_path / "apart", readers), readers
    readers.close()


def packed(**parts: bytes) -> bytes:
    """Return a DOCX whose parts are replaced."""
    made, file = zipfile.ZipFile(io.BytesIO(files.word(["A plan"]))), io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in made.namelist():
            archive.writestr(name, parts.get(Path(name).stem, made.read(name)))
    return file.getvalue()


def a_pdf(stream: bytes, *others: bytes) -> bytes:
    """Return a PDF of one page with that content, deflated, and other objects behind it."""
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>"
    content = b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream)
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", pages, page, content, font, *others]
    file, places = io.BytesIO(), []
    file.write(b"%PDF-1.7\n")
    for number, one in enumerate(objects, start=1):
        places.append(file.tell())
        file.write(b"%d 0 obj\n%s\nendobj\n" % (number, one))
    start = file.tell()
    file.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1))
    file.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    file.write(b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(places) + 1, start))
    return file.getvalue()


def a_png(width: int, height: int, colours: int = 0) -> bytes:
    """Return a PNG that says it is so large, and nearly empty."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, colours, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(9999))) + chunk(b"IEND", b"")


SPACES = b" " * 1024 * 1024
DEEP = b"<w:p>" * 200_000
BOMBS = {
    "a DOCX of 400 megabytes of spaces": lambda: packed(document=SPACES * 400),
    "a DOCX of 150 megabytes of elements": lambda: packed(document=b"<w:p/>" * (150 * 1024 * 1024 // 6)),
    "a DOCX of elements within elements": lambda: packed(document=DEEP),
    "a DOCX whose entities grow": lambda: packed(
        document=b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb">'
        + b"".join(b'<!ENTITY b%d "%s">' % (n, b"&b%d;" % (n - 1) * 10 if n else b"&b;" * 10) for n in range(12))
        + b"]><a>&b11;</a>"
    ),
    "a PDF page of 500 megabytes of spaces": lambda: a_pdf(zlib.compress(SPACES * 500, 9)),
    "a PDF page of 5 million texts": lambda: a_pdf(zlib.compress(b"BT (a) Tj ET\n" * 5_000_000, 9)),
    "a PDF whose pages hold themselves": lambda: a_pdf(zlib.compress(b"")).replace(b"[3 0 R]", b"[2 0 R]"),
    "a PDF without pages": lambda: files.pdf(["A plan"]).replace(b"/Kids", b"/Kidz"),
    "a PNG of 40000 by 40000": lambda: a_png(40_000, 40_000),
    "a PNG of 9000 by 9000, cut off": lambda: a_png(9_000, 9_000),
    "a DICOM file whose lengths lie": lambda: files.dicom({})[:200] + b"\x10\x00\x10\x00PN\xff\xff" + bytes(30),
    "a DOCX cut off": lambda: files.word(["A plan"])[:-200],
    "a PDF cut off": lambda: files.pdf(["A plan"])[:900],
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_an_unreadable_document_and_the_next_one_is_read(folder: Folder, bomb: str) -> None:
    content = BOMBS[bomb]()
    begin = time.monotonic()
    ((rule, reason),) = told(folder.read(content, settings=SMALL))
    assert rule == UNREADABLE, reason
    assert time.monotonic() - begin < TRIES * SMALL.within + SLOW_MACHINE
    assert folder.read(files.pdf(["A plan"])) == DocumentsRead()


def test_reading_ends_at_the_time_that_the_office_grants(folder: Folder) -> None:
    content = b"Patient was seen, patient was scanned, the patient and\n" * 400_000
    assert told(folder.read(content, settings=Documents(within=1))) == [
        (UNREADABLE, "Reading it takes more than 1 seconds.")
    ]


def test_reading_ends_at_the_memory_that_the_office_grants(folder: Folder) -> None:
    content = a_png(9_900, 9_900, colours=6)  # 392 million bytes
    assert told(folder.read(content, settings=PATIENT)) == [
        (UNREADABLE, "Reading it takes more than 128 megabytes of memory.")
    ]
    assert folder.read(b"A plan", settings=PATIENT) == DocumentsRead()


def test_a_process_that_was_killed_is_replaced(apart: tuple[Folder, Readers]) -> None:
    folder, _ = apart
    before = set(reading_processes())
    assert folder.read(b"A plan") == DocumentsRead()
    (mine,) = set(reading_processes()) - before
    os.kill(mine, signal.SIGKILL)
    assert folder.read(b"A plan") == DocumentsRead()
    assert mine not in reading_processes()


def test_a_process_is_used_again_and_outlives_the_signal_that_stops_the_worker(apart: tuple[Folder, Readers]) -> None:
    folder, readers = apart
    before = set(reading_processes())
    assert folder.read(b"A plan") == DocumentsRead()
    (mine,) = set(reading_processes()) - before
    os.kill(mine, signal.SIGTERM)
    assert folder.read(b"A plan") == DocumentsRead()
    assert set(reading_processes()) - before == {mine}
    readers.close()
    assert set(reading_processes()) <= before


def test_threads_read_side_by_side_and_each_hears_of_its_own_document(apart: tuple[Folder, Readers]) -> None:
    folder, _ = apart
    refs = [folder.put(f"{n}.txt", b"\n" * n + b"MRN: 48213377" if n % 2 else b"A plan") for n in range(24)]
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(folder.ask, refs))
    said = [told(answer) for answer in answers]
    rule = "document.contains_phi"
    assert said == [[(rule, f"It holds a medical record number in line {n + 1}.")] if n % 2 else [] for n in range(24)]


@pytest.mark.skipif(sys.platform != "linux", reason="waits for another process, as Linux can")
def test_a_process_that_has_nothing_to_read_is_ended_and_another_one_reads_on(
    apart: tuple[Folder, Readers], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, readers = apart
    monkeypatch.setattr(reader, "IDLE", 0.01)
    before = set(reading_processes())
    order = Order(screened=True, memory=256, within=100)
    with (folder.path / "plan.txt").open("w+b") as file:
        file.write(b"A plan")
        file.flush()
        for _ in range(2):
            assert not readers.read(file, order).trouble
            for one in set(reading_processes()) - before:
                with suppress(ProcessLookupError):
                    ended = select.poll()
                    ended.register(os.pidfd_open(one), select.POLLIN)
                    assert ended.poll(WITHIN * 1000)


def test_documents_are_read_right_while_every_process_ends_as_soon_as_it_rests(
    apart: tuple[Folder, Readers], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, readers = apart
    monkeypatch.setattr(reader, "IDLE", 0.0)
    order = Order(screened=True, memory=256, within=100)

    def read(number: int) -> bool:
        with tempfile.TemporaryFile() as file:
            file.write(b"MRN: 00123456" if number % 2 else b"A plan")
            file.flush()
            reading = readers.read(file, order)
            return reading.trouble is None and bool(reading.found) == bool(number % 2)

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(read, range(12)))


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes, as Linux shows them")
def test_documents_that_come_at_once_wait_for_one_process_rather_than_for_three_more(
    apart: tuple[Folder, Readers], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, readers = apart
    monkeypatch.setattr(reader, "SOON", float(WITHIN))
    monkeypatch.setattr(reader, "IDLE", float(WITHIN))
    before, order = set(reading_processes()), Order(screened=True, memory=256, within=100)

    def read(_: int) -> bool:
        with tempfile.TemporaryFile() as file:
            file.write(b"A plan")
            file.flush()
            return readers.read(file, order).trouble is None

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(read, range(8)))
    assert len(set(reading_processes()) - before) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="holds a process to its memory, as Linux can")
def test_a_parser_takes_neither_time_nor_memory_of_the_document_that_it_comes_for(
    apart: tuple[Folder, Readers], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, readers = apart
    comes = 0

    class Counting(reader._Reader):
        def _answer(self, within: float) -> bytes:
            nonlocal comes
            answer = super()._answer(within)
            comes += answer.startswith(COMES)
            return answer

    monkeypatch.setattr(reader, "_Reader", Counting)
    order = Order(screened=True, memory=128, within=100)
    for content in (files.word(["A plan"]), files.word(["Another plan"]), files.pdf(["A plan"])):
        with tempfile.TemporaryFile() as file:
            file.write(content)
            file.flush()
            assert readers.read(file, order).trouble is None
    assert comes == 1


ORPHAN = """
import io, os, signal, tempfile
from activities.documents.kinds import COMES, Order
from activities.documents.reader import Readers
from tests.activities.documents.asked import reading_processes
file = tempfile.TemporaryFile()
file.write(b"A plan"); file.flush()
readers = Readers()
readers.read(file, Order(screened=True, memory=256, within=10))
print(*reading_processes(), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="waits for another process's child, as Linux can")
def test_no_process_is_left_when_the_worker_is_killed() -> None:
    worker = subprocess.Popen([sys.executable, "-c", ORPHAN], stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None
    (left,) = map(int, worker.stdout.readline().split())
    try:
        handle = os.pidfd_open(left)
    except ProcessLookupError:
        handle = None
    worker.communicate()
    assert worker.returncode == -signal.SIGKILL
    if handle is not None:
        ended = select.poll()
        ended.register(handle, select.POLLIN)
        assert ended.poll(WITHIN * 1000)
        os.close(handle)
