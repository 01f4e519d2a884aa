"""`python -m bench.uploads`: what the portal does with uploads that are made to harm, and what that costs it.

A portal as an office runs it, a process of its own, is sent two gigabytes, bombs and polyglots by a person of a
facility. Told is what it answers, the bytes that it let itself be sent, the seconds until the answer, and its memory at
the most beside what it held before: with the processes that open what comes. In the end it must still answer.
"""

import asyncio
import html
import io
import re
import tempfile
import time
import zipfile
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import httpx

from bench.measuring.machine import memory
from bench.parts.portal import NAMESPACE, portal
from bench.peers.ledger import BOOKS_QUERY, Tail
from bench.peers.product import Office, open_one
from bench.peers.staging import furnish, office_worker, server_in
from intake.batch.columns import LAYOUTS
from intake.batch.template import xlsx_template
from policy.messages import Role
from policy.office import Security
from portal.visit import SESSION
from records.books import open_books
from records.words import SignInWay
from services.clock import now
from services.connect import connect
from services.namespace import prepare_namespace
from services.people.people import invite
from services.people.sessions import begin_session
from services.security.signing import office_signs
from services.settings import SAMPLE, load_settings
from starter.terminal.output import show_table
from tests.activities.documents import files
from tests.activities.documents.test_bounds import a_pdf

MEGABYTE = 1024 * 1024
TWO_GIGABYTES = 2048 * MEGABYTE
FACILITY = "OH-000001"
LOOK_EVERY = 0.05
"""Seconds between two looks at the memory."""
SHOWN = 110
"""Characters of a reason that the table has."""
FORM = "multipart/form-data; boundary=x"
BEGINS = b'--x\r\nContent-Disposition: form-data; name="documents"; filename="plan.pdf"\r\n\r\n'
WORKBOOK, BODY = "xl/worksheets/sheet1.xml", "word/document.xml"


class Attack(NamedTuple):
    """Something that is uploaded.

    Attributes:
        what: What it is.
        name: What the browser calls the file; empty: the body is sent as it is, without end.
        content: The file.
        announced: Of an endless body: whether its length is told.
    """

    what: str
    name: str = ""
    content: bytes = b""
    announced: bool = False


class Told(NamedTuple):
    """What came of it: the answer's status and words, bytes sent, seconds, MiB at the most beside before."""

    status: int
    words: str
    sent: int
    seconds: float
    grown: float


def attacks() -> Iterator[Attack]:
    """Yield everything that is tried."""
    yield Attack("2 GB, its length told", announced=True)
    yield Attack("2 GB in pieces, no length told")
    yield Attack("DOCX that unpacks to 2 GB", "plan.docx", _bomb(files.word(["A plan"]), BODY))
    yield Attack("PDF of which a stream unpacks to 2 GB", "plan.pdf", a_pdf(_spaces()))
    yield Attack("PNG of 400 million pixels", "plan.png", _png(20_000, 20_000))
    yield Attack("workbook that unpacks to 2 GB", "sheet.xlsx", _bomb(_workbook(), WORKBOOK))
    packed = _archive({"scan.dcm": bytes(128) + b"DICM"})
    yield Attack("PDF with an archive behind it", "plan.pdf", files.pdf(["A plan"]) + packed)
    yield Attack("picture with a PDF behind it", "plan.pdf", b"GIF89a" + files.pdf(["A plan"]))
    yield Attack("picture with an archive behind it", "plan.png", files.image(["A plan"]) + packed)


def _archive(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def _workbook() -> bytes:
    return xlsx_template(LAYOUTS)


def _bomb(sound: bytes, part: str) -> bytes:
    """Return an Office file of which a part unpacks to two gigabytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sound)) as made, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in made.namelist():
            if name != part:
                archive.writestr(name, made.read(name))
        with archive.open(part, "w", force_zip64=True) as filled:
            for _ in range(TWO_GIGABYTES // MEGABYTE):
                filled.write(bytes(MEGABYTE))
    return file.getvalue()


def _spaces() -> bytes:
    """Return two gigabytes of spaces, deflated."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(b" " * MEGABYTE) for _ in range(TWO_GIGABYTES // MEGABYTE)) + packer.flush()


def _png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)

    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(1 + width // 8)) for _ in range(height)) + packer.flush()
    size = width.to_bytes(4) + height.to_bytes(4) + bytes((1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@asynccontextmanager
async def watching(pid: int) -> AsyncIterator[list[float]]:
    """Look at the memory of a process and of what it starts, as long as something goes on; the last is the most."""
    most = [memory(pid)]

    async def look() -> None:
        while True:
            most.append(max(most[-1], await asyncio.to_thread(memory, pid)))
            await asyncio.sleep(LOOK_EVERY)

    looking = asyncio.create_task(look())
    try:
        yield most
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)


async def upload(browser: httpx.AsyncClient, address: str, token: str, one: Attack, pid: int) -> Told:
    """Upload something, and return what came of it."""
    before, begun, sent = memory(pid), time.perf_counter(), len(one.content)
    async with watching(pid) as most:
        if one.name:
            field = "sheet" if one.name.endswith(".xlsx") else "documents"
            do = {"sheet": "upload", "documents": "draft"}[field]
            fields = {"form_token": token, "do": do, "program": "accreditation", "draft": uuid4().hex}
            page = "/applications/new" if field == "sheet" else address
            answer = await browser.post(page, data=fields, files={field: (one.name, one.content)})
            status, text = answer.status_code, answer.text
        else:
            status, text, sent = await _endless(browser, address, announced=one.announced)
    return Told(status, _reason(text), sent, time.perf_counter() - begun, max(most) - before)


async def _endless(browser: httpx.AsyncClient, address: str, *, announced: bool) -> tuple[int, str, int]:
    """Send a form of two gigabytes as a program does that looks for no answer before its end, until it is cut off."""
    host, port = str(browser.base_url.host), browser.base_url.port
    length = f"Content-Length: {TWO_GIGABYTES}" if announced else "Transfer-Encoding: chunked"
    lines = (
        f"POST {address} HTTP/1.1", f"Host: {host}:{port}", f"Cookie: {SESSION}={browser.cookies[SESSION]}",
        f"Content-Type: {FORM}", length, "", "",
    )  # fmt: skip
    reader, writer = await asyncio.open_connection(host, port)
    writer.write("\r\n".join(lines).encode())
    answer, sent = asyncio.create_task(reader.read(64_000)), 0
    with suppress(ConnectionError):
        while sent < TWO_GIGABYTES and not answer.done():
            piece = BEGINS if not sent else bytes(64 * 1024)
            writer.write(piece if announced else b"%x\r\n%s\r\n" % (len(piece), piece))
            await writer.drain()
            sent += len(piece)
            await asyncio.sleep(0)
    said = (await answer).decode(errors="replace")
    writer.close()
    return int(said.split()[1]), said, sent


WHY = (r'id="[^"]+-wrong"[^>]*>(.*?)</(?:p|span|div)>', r'role="alert">(.*?)</div>', r"</h1>(.*?)</main>")
"""Where a page says why something was not taken: beside its field, above the form, or as all that it says."""


def _reason(text: str) -> str:
    """Return what a page says of why something was not taken, as far as it goes without what to do instead."""
    found = next((one for pattern in WHY if (one := re.search(pattern, text, re.DOTALL))), None)
    words = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found[1])).split()) if found else "taken"
    return (
        words.rpartition("its content is removed. ")[2]
        .partition(" (Rule ")[0]
        .partition(" Nothing was taken")[0][:SHOWN]
    )


async def measure(folder: Path) -> list[tuple[Attack, Told]]:
    """Serve a portal and upload everything, one after the other."""
    async with server_in(folder, fast=True) as server:
        await prepare_namespace(server.address, NAMESPACE)
        letter = await furnish(folder)
        async with office_worker(server.address, NAMESPACE, folder):
            with closing(open_books(f"sqlite:///{folder / 'books.db'}")) as books:
                client, settings = await connect(server.address, NAMESPACE), load_settings(SAMPLE, {})
                tail = Tail(str(folder / "books.db"), BOOKS_QUERY)
                sign = office_signs(Security(keys=str(folder / "keys")))
                case_id = await open_one(Office(client, settings, tail, books, sign, letter), FACILITY)
                with books.writing() as session:
                    person = invite(
                        session, email="ann@example.org", name="Ann Sample", org=FACILITY, role=Role.ADMINISTRATOR,
                        manages=True, by="the bench", at=now(),
                    )  # fmt: skip
                    secret = begin_session(session, person, FACILITY, SignInWay.LINK, now())
                async with portal(server.address, folder) as (serving, address):
                    return await _all(serving.pid, address, secret, f"/cases/{case_id}/corrective-action")


async def _all(pid: int, base: str, secret: str, address: str) -> list[tuple[Attack, Told]]:
    async with httpx.AsyncClient(base_url=base, cookies={SESSION: secret}, timeout=600) as browser:
        page = (await browser.get(address)).text
        token = page.partition('name="form_token" value="')[2].partition('"')[0]
        sound = Attack("a PDF of one page, which is taken", "plan.pdf", files.pdf(["A plan"]))
        await upload(browser, address, token, sound, pid)  # starts the reading process, which stays for the others
        told = [(one, await upload(browser, address, token, one, pid)) for one in (sound, *attacks())]
        if (status := (await browser.get("/")).status_code) != 200:
            raise RuntimeError(f"the portal answers {status} afterwards")
    return told


def main() -> None:
    """Measure, and print the table."""
    with tempfile.TemporaryDirectory(prefix="accredit-bench-") as folder:
        told = asyncio.run(measure(Path(folder)))
    rows = [
        [one.what, str(of.status), of.words, f"{of.sent / 1e6:,.1f}", f"{of.seconds:.2f}", f"{max(of.grown, 0):.0f}"]
        for one, of in told
    ]
    show_table(["Upload", "Answer", "Why", "MB sent", "Seconds", "MiB more"], rows)


if __name__ == "__main__":
    main()
