"""One part after the other in one office: it happens, it is noticed, the page's commands are typed, all is whole."""

import asyncio
import json
import re
import time
from collections import Counter
from dataclasses import dataclass, field

from chaos.lives import invariants
from chaos.page import RUNBOOK, commands
from chaos.place.office import Office
from chaos.place.worker import ROOT
from chaos.runbook_drill.parts import Part, parts
from chaos.shell import run, with_programs
from records.queries import timeline
from services.clock import now
from services.errors import ExitCode
from services.security.keys import KeyRing
from tests.office import LivingOffice

PATIENCE = 300.0
"""Seconds until something must be noticed, or be whole again: letters are tried again every five minutes at most."""
LOOK_EVERY = 0.5
OTHERS = ("curl", "docker", "export", "pg_dump", "sqlite3")
"""Programs of the page that are drilled elsewhere, or cannot run here; a worker is started as the office has it."""
WHILE_AWAY = (ExitCode.DONE, ExitCode.NOT_AS_EXPECTED, ExitCode.NOT_REACHABLE)


class PartFailed(Exception):
    """A part did not go as the page has it. The message says what did not."""


@dataclass
class Rehearsed:
    """What came of a part.

    Attributes:
        part: Which.
        noticed: Seconds until `accredit doctor` named it; and what it said.
        said: That, in its words.
        typed: The commands of the page that were run, with the exit code of each.
        whole: Seconds from its end until doctor found nothing wrong, the message was answered and no letter waited.
    """

    part: Part
    noticed: float = 0.0
    said: str = ""
    typed: list[tuple[str, int]] = field(default_factory=list)
    whole: float = 0.0


class Drill:
    """An office in which the parts are gone through."""

    def __init__(self, office: Office) -> None:
        """Take an office that works; it has a case already."""
        self._office, self._notes = office, 0
        self.living = LivingOffice(office.client, office.books, office.folder)
        self.case_id = ""

    async def go_through(self) -> list[Rehearsed]:
        """Go through every part.

        Raises:
            PartFailed, CommandFailed: One did not go as the page has it.
            NotReady: Something does not come up again.
        """
        self.case_id = await self.living.start()
        await self._whole("the office before anything happened")
        disks = all(disk.can_be_full for disk in self._office.disks.values())
        return [await self._go_through(part) for part in parts(disks=disks)]

    async def _go_through(self, part: Part) -> Rehearsed:
        went, began = Rehearsed(part), time.monotonic()
        async with part.happens(self._office):
            if part.check:
                went.said = await self._noticed(part.check)
                went.noticed = time.monotonic() - began
            self._notes += 1
            await self._run(self._note(), WHILE_AWAY)  # no answer yet, or one: it is sent again
            begun = asyncio.create_task(self.living.start()) if part.letters else None
            for command in self._commands(part.heading):
                code, _ = await self._run(command, WHILE_AWAY if part.check else (ExitCode.DONE,))
                went.typed.append((command, code))
            began = time.monotonic()
        if begun:
            await begun
        await self._whole(part.heading)
        went.whole = time.monotonic() - began
        return went

    def _note(self) -> str:
        return f"accredit send {self.case_id} note text='Note {self._notes}' --id note-{self._notes}"

    def _commands(self, heading: str) -> list[str]:
        """Return the page's commands of a part that are run here, about this office's own key."""
        signing = KeyRing(self._office.folder / "keys").signing_key(now())
        assert signing is not None
        own = [re.sub(r"office-[0-9a-f]{12}", signing.kid, line) for line in commands(RUNBOOK, heading)]
        return [line for line in own if line.split()[0] not in OTHERS and "-m worker" not in line]

    async def _noticed(self, check: str) -> str:
        """Wait until doctor names something as wrong, and return its words."""
        stop = time.monotonic() + PATIENCE
        while time.monotonic() < stop:
            _, out = await self._run("accredit doctor --json", WHILE_AWAY)
            for one in json.loads(out):
                if one["name"] == check and one["state"] in ("wrong", "unreachable"):
                    return str(one["found"])
            await asyncio.sleep(LOOK_EVERY)
        raise PartFailed(f"`accredit doctor` never called {check!r} wrong")

    async def _whole(self, heading: str) -> None:
        """Wait until doctor finds nothing wrong, the last message is answered, no letter waits; and hold the books."""
        stop, trouble = time.monotonic() + PATIENCE, "it was not looked at"
        while time.monotonic() < stop:
            trouble = await self._trouble()
            if not trouble:
                return
            await asyncio.sleep(LOOK_EVERY)
        raise PartFailed(f"{heading}: the office is not whole again: {trouble}")

    async def _trouble(self) -> str:
        """Return what is not as it should be; empty: nothing."""
        code, out = await self._run("accredit doctor --json", WHILE_AWAY)
        if code:
            return "; ".join(f"{one['name']}: {one['found']}" for one in json.loads(out) if one["state"] != "ok")
        if self._notes:
            await self._run(self._note(), (ExitCode.DONE,))
        return await asyncio.to_thread(self._of_the_books)

    def _of_the_books(self) -> str:
        with self._office.books.reading() as session:
            notes = [
                entry.detail["message"]["text"] for entry in timeline(session, self.case_id) if entry.text == "note"
            ]
            letters = invariants.letters(session, self._office.postbox.taken())
            found = [*letters.breaches, *invariants.numbers(session), *invariants.papers(session, self._office.papers)]
        if Counter(notes) != Counter(f"Note {number}" for number in range(1, self._notes + 1)):
            return f"the case's timeline has {', '.join(notes) or 'no note'}"
        if letters.again:
            return f"{letters.again} letters went out again"
        return "; ".join(breach.what for breach in found)

    async def _run(self, command: str, codes: tuple[ExitCode, ...]) -> tuple[int, str]:
        """Type a command in the office's folder; return its exit code and what it printed.

        Raises:
            CommandFailed: It ended with another exit code.
            PartFailed: It wrote a traceback.
        """
        environment = with_programs({**self._office.variables, "PYTHONPATH": str(ROOT)})
        typed = await asyncio.to_thread(run, command, self._office.folder, environment, codes)
        if "Traceback" in typed.err:
            raise PartFailed(f"$ {command}\n{typed.out}{typed.err}")
        return typed.code, typed.out
