"""What happens in each part of the runbook, how it is noticed, and what must hold when it is over."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import NamedTuple

from chaos.place.office import Office
from chaos.place.program import Program

Happening = Callable[[Office], AbstractAsyncContextManager[None]]
"""Brings something about for as long as a block lasts, and brings back at its end what was away."""


class Part(NamedTuple):
    """One part.

    Attributes:
        heading: Under which it stands in the runbook.
        check: The line of `accredit doctor` by which it is noticed; empty: nothing is wrong, the office only does it.
        happens: Brings it about.
        letters: Whether a case is begun meanwhile, whose letters must wait.
    """

    heading: str
    check: str
    happens: Happening
    letters: bool = False


@asynccontextmanager
async def nothing(_office: Office) -> AsyncIterator[None]:
    """Let nothing happen."""
    yield


def away(programs: Callable[[Office], list[Program]]) -> Happening:
    """Return what kills programs, and starts them again. It raises `NotReady` where one does not come up."""

    @asynccontextmanager
    async def killed(office: Office) -> AsyncIterator[None]:
        await asyncio.gather(*(program.kill() for program in programs(office)))
        try:
            yield
        finally:
            await asyncio.gather(*(program.start() for program in programs(office)))

    return killed


def workers(office: Office) -> list[Program]:
    """Return its workers."""
    return [*office.workers]


def books(office: Office) -> list[Program]:
    """Return the database of the books."""
    return [office.books_database] if office.books_database else []


def server(office: Office) -> list[Program]:
    """Return the server."""
    return [office.server]


def mail(office: Office) -> list[Program]:
    """Return the mail server."""
    return [office.postbox]


@asynccontextmanager
async def full_disk(office: Office) -> AsyncIterator[None]:
    """Let the disk of papers and letters be full until somebody makes room."""
    filling = asyncio.create_task(office.disks["papers"].be_full(3_600))
    try:
        yield
    finally:
        filling.cancel()
        with suppress(asyncio.CancelledError):
            await filling


def parts(*, disks: bool) -> list[Part]:
    """Return the parts that are rehearsed, in their order; `disks`: whether a disk can be full here."""
    found = [
        Part("Watching", "", nothing),
        Part("Key rotation", "", nothing),
        Part("Retention", "", nothing),
        Part("No worker", "worker", away(workers)),
        Part("Books away", "database", away(books)),
        Part("Server away", "server", away(server)),
        Part("Mail down", "mail server", away(mail), letters=True),
    ]
    return [*found, Part("Disk full", "mail folder", full_disk, letters=True)] if disks else found
