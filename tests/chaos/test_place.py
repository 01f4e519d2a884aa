"""What lives stand on can be taken away: wires are cut or silent, disks full, a mail server is killed."""

import asyncio
import errno
import os
import smtplib
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from chaos.__main__ import PREFIX, a_folder
from chaos.place.disk import MEGABYTE, Disk
from chaos.place.postbox import Postbox
from chaos.place.wire import Wire
from chaos.place.worker import WorkerProgram
from embedded.process import HOST, free_ports
from tests.patience import WITHIN


@asynccontextmanager
async def an_echo() -> AsyncIterator[int]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                writer.write(line)
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(answer, HOST, 0)
    async with server:
        yield int(server.sockets[0].getsockname()[1])


async def said_through(wire: Wire) -> bytes:
    reader, writer = await asyncio.open_connection(HOST, wire.port)
    try:
        writer.write(b"hello\n")
        if line := await reader.readline():
            return line
        raise ConnectionResetError("it was closed without an answer")
    finally:
        writer.transport.abort()


async def test_a_wire_that_is_cut_breaks_off_what_was_connected_and_lets_nobody_through_until_it_is_mended() -> None:
    async with an_echo() as port, Wire(port).laid() as wire:
        reader, writer = await asyncio.open_connection(HOST, wire.port)
        writer.write(b"hello\n")
        assert await reader.readline() == b"hello\n"
        cut = asyncio.create_task(wire.cut(0.3))
        with pytest.raises(ConnectionResetError):
            await asyncio.wait_for(reader.read(), WITHIN)
        with pytest.raises(ConnectionError):
            await said_through(wire)
        await cut
        assert await said_through(wire) == b"hello\n"
        writer.close()


async def test_on_a_silent_wire_nothing_arrives_and_nothing_is_broken_off_before_it_is_over() -> None:
    async with an_echo() as port, Wire(port).laid() as wire:
        reader, writer = await asyncio.open_connection(HOST, wire.port)
        silent = asyncio.create_task(wire.be_silent(0.3))
        await asyncio.sleep(0)
        writer.write(b"hello\n")
        answer = asyncio.create_task(reader.readline())
        done, _ = await asyncio.wait({answer, silent}, return_when=asyncio.FIRST_COMPLETED)
        assert answer not in done or silent in done
        await silent
        await asyncio.gather(answer, return_exceptions=True)
        assert await said_through(wire) == b"hello\n"
        writer.close()


async def test_a_full_disk_takes_nothing_and_has_room_again_afterwards(tmp_path: Path) -> None:
    with Disk(tmp_path / "disk", 2).mounted() as disk:
        if not disk.can_be_full:
            pytest.xfail("only root may mount a small disk, where the system lets it")
        full = asyncio.create_task(disk.be_full(WITHIN))
        paper = disk.folder / "paper"
        async with asyncio.timeout(WITHIN):
            while takes(paper) is None:  # noqa: ASYNC110 (a thread fills it)
                await asyncio.sleep(0.01)
        assert takes(paper) == errno.ENOSPC
        full.cancel()
        await asyncio.gather(full, return_exceptions=True)
        assert takes(paper) is None


def takes(paper: Path) -> int | None:
    """Write a megabyte, and return the number of the error where that fails."""
    try:
        paper.write_bytes(b"\0" * MEGABYTE)
    except OSError as error:
        return error.errno
    finally:
        paper.unlink(missing_ok=True)
    return None


async def test_a_mail_server_that_is_killed_has_what_it_said_it_took(tmp_path: Path) -> None:
    postbox = Postbox(tmp_path / "postbox", free_ports(1)[0])

    def send(number: int) -> None:
        with smtplib.SMTP(HOST, postbox.port, timeout=WITHIN) as server:
            server.sendmail("a@office.example.org", ["b@example.org"], f"Message-ID: <{number}.case@x>\r\n\r\nHi")

    try:
        await postbox.start()
        await asyncio.to_thread(send, 1)
        await postbox.kill()
        assert not await postbox.works()
        await postbox.start()
        for number in (2, 2):
            await asyncio.to_thread(send, number)
    finally:
        await postbox.close()
    assert postbox.taken() == ["<1.case@x>", "<2.case@x>", "<2.case@x>"]


def test_a_worker_gets_another_clock_only_while_it_is_to_be_wrong(tmp_path: Path) -> None:
    worker = WorkerProgram("worker", tmp_path / "workers", {"TEMPORAL_ADDRESS": "x"})
    assert "FAKETIME" not in worker.variables()


def test_what_a_run_has_left_that_was_killed_itself_is_cleared_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chaos.__main__.PLACE", tmp_path)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    mine, dead = tmp_path / f"{PREFIX}{os.getpid()}-a", tmp_path / f"{PREFIX}{ended.pid}-b"
    for folder in (mine, dead):
        (folder / "books").mkdir(parents=True)
    with a_folder() as new:
        assert {*tmp_path.iterdir()} == {mine, new}
    assert {*tmp_path.iterdir()} == {mine}
