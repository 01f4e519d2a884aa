"""What happens in each part of the runbook, how it is noticed, and what must hold when it is over."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import NamedTuple

from chaos.place.office import Office
from chaos.place.program import Program

Act = Callable[[Office], Awaitable[None]]


class Part(NamedTuple):
    """One part.

    Attributes:
        heading: Under which it stands in the runbook.
        check: The line of `accredit doctor` by which it is noticed; empty: nothing is wrong, the office only does it.
        occurs: Brings it about.
        ends: Brings back what was away.
        letters: Whether a case is begun meanwhile, whose letters must wait.
    """

    heading: str
    check: str
    occurs: Act
    ends: Act
    letters: bool = False


async def nothing(_office: Office) -> None:
    """Do nothing."""


def kill(programs: Callable[[Office], list[Program]]) -> Act:
    """Return what kills programs."""

    async def act(office: Office) -> None:
        await asyncio.gather(*(program.kill() for program in programs(office)))

    return act


def start(programs: Callable[[Office], list[Program]]) -> Act:
    """Return what starts programs again. It raises `NotReady` where one does not come up."""

    async def act(office: Office) -> None:
        await asyncio.gather(*(program.start() for program in programs(office)))

    return act


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


class FullDisk:
    """The disk of papers and letters, full until somebody makes room."""

    def __init__(self) -> None:
        self._filling: asyncio.Task[None] | None = None

    async def occurs(self, office: Office) -> None:
        """Let it be full."""
        self._filling = asyncio.create_task(office.disks["papers"].be_full(3_600))

    async def ends(self, _office: Office) -> None:
        """Make room."""
        if self._filling is not None:
            self._filling.cancel()
            with suppress(asyncio.CancelledError):
                await self._filling


def parts(*, disks: bool) -> list[Part]:
    """Return the parts that are rehearsed, in their order; `disks`: whether a disk can be full here."""
    full = FullDisk()
    found = [
        Part("Watching", "", nothing, nothing),
        Part("Key rotation", "", nothing, nothing),
        Part("Retention", "", nothing, nothing),
        Part("No worker", "worker", kill(workers), start(workers)),
        Part("Books away", "database", kill(books), start(books)),
        Part("Server away", "server", kill(server), start(server)),
        Part("Mail down", "mail server", kill(mail), start(mail), letters=True),
    ]
    return [*found, Part("Disk full", "mail folder", full.occurs, full.ends, letters=True)] if disks else found
