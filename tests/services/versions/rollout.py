"""A new version comes, is ramped, taken back, made current, and the old one takes back: cases go on all the while.

Two real workers of different trees, the commands that people give, a real server. `python -m
tests.services.versions.rollout --cases 100` prints how it went, and is what docs/runbook.md tells.
"""

import argparse
import asyncio
import json
import shutil
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlmodel import col, func, select
from temporalio.client import Client

from embedded.server import embedded_server
from policy.application import AccreditationApplication
from policy.cases import CasePart
from records.books import open_books
from records.tables import MessageRecord
from services.composition import compose, message_named
from services.connect import connect
from services.deployment import PARTS, build_id
from services.errors import CaseFailing
from services.namespace import prepare_namespace
from services.opening import start_case
from services.sending import send_update
from services.settings import SAMPLE, load_settings
from services.versions.standing import standing_of
from starter.cli import command
from tests.applications import sample
from tests.patience import WITHIN
from tests.worker_process import WorkerProcess, a_worker, until, worker_environment

ROOT = Path(__file__).resolve().parents[3]
AT_ONCE = 6
"""Messages that are under way side by side."""


@dataclass
class Rollout:
    """A server's cases, two trees, and what was seen."""

    client: Client
    folder: Path
    cases: list[str] = field(default_factory=list)
    said: int = 0
    told: list[tuple[str, dict[str, int], float]] = field(default_factory=list)

    @property
    def books(self) -> str:
        return f"sqlite:///{self.folder}/books.db"

    def tree(self, name: str, change: str = "") -> Path:
        """Copy what a worker is made of, with a line more in it: another version."""
        place = self.folder / name
        for part in PARTS:
            source = ROOT / part
            if source.is_dir():
                shutil.copytree(source, place / part, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                place.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, place / part)
        with (place / "workflows" / "__init__.py").open("a") as code:
            code.write(change)
        return place

    def worker(self, tree: Path, *flags: str) -> AbstractAsyncContextManager[WorkerProcess]:
        """Run the worker of a tree; gone at the block's end."""
        return a_worker(self.client, self.books, self.folder, *flags, tree=tree)

    async def accredit(self, *arguments: str) -> tuple[int, Any, str]:
        """Give a command as a person does, with `--json`; returns its exit code, its data and what it said beside."""
        out, err = StringIO(), StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            for name, value in worker_environment(self.client, self.books, self.folder).items():
                patch.setenv(name, value)
            patch.setattr(sys, "argv", ["accredit", *arguments, "--json"])
            code = await asyncio.to_thread(command)
        return code, json.loads(out.getvalue()), err.getvalue()

    async def deploy(self, *arguments: str) -> Any:
        """Give a command of `accredit deploy`, which must be taken."""
        code, data, err = await self.accredit("deploy", *arguments)
        assert code == 0, (data, err)
        return data

    async def open(self, number: int) -> None:
        """Start cases, each of a facility of its own; the same ids each time, for by these the server chooses."""
        zone = load_settings(SAMPLE, {}).zone
        for place in range(number):
            data = sample() | {"application_id": f"APP-{place:04}"}
            data["facility"] = data["facility"] | {"id": f"OH-{place:04}"}
            application = AccreditationApplication.model_validate(data)
            part = CasePart(application.units[0].id, 1, application)
            case_id = str(part.case_id(1))
            await start_case(self.client, case_id, part, datetime.now(UTC), zone)
            self.cases.append(case_id)

    async def everybody_answers(self, step: str) -> dict[str, int]:
        """Send a message to each case, wait for each verdict, and return how many cases each version carried on."""
        begun, by = time.monotonic(), Counter[str]()
        self.said += 1
        left = iter(self.cases)

        async def take_turns() -> None:
            for case_id in left:
                await self.tell(case_id)
                by[await self.version_of(case_id)] += 1

        await asyncio.gather(*[take_turns() for _ in range(AT_ONCE)])
        self.told.append((step, dict(by), time.monotonic() - begun))
        return dict(by)

    async def tell(self, case_id: str) -> None:
        """Send the message of this round; where a busy machine kept the worker from it, the same message again."""
        fields = {"text": f"Note {self.said}", "message_id": f"note-{self.said}"}
        note = compose(message_named("note"), fields, folder=self.folder, user="Sample Officer")
        stop = time.monotonic() + WITHIN
        while True:
            try:
                verdict = await send_update(self.client, case_id, note, timedelta(seconds=WITHIN))
            except CaseFailing:
                assert time.monotonic() < stop, f"{case_id} never took {note.message_id}"
            else:
                assert verdict.accepted, verdict
                return

    async def version_of(self, case_id: str) -> str:
        """Return the version that carried a case on last."""
        raw = (await self.client.get_workflow_handle(case_id).describe()).raw_description
        return raw.workflow_execution_info.versioning_info.deployment_version.build_id

    async def until_seen(self, version: str) -> None:
        """Wait until the server has seen a worker of a version ask for tasks."""

        async def workers() -> int:
            standing = await standing_of(self.client)
            found = standing.version(version) if standing else None
            return found.workers if found else 0

        await until(workers, bool)

    async def written(self) -> Counter[int]:
        """Return how many messages the books have of how many cases, once nothing is under way any more."""
        books = open_books(self.books)
        query: Any = select(MessageRecord.case_id, func.count()).group_by(col(MessageRecord.case_id))

        def count() -> Counter[int]:
            with books.reading() as session:
                return Counter(number for _, number in session.exec(query))

        async def ask() -> Counter[int]:
            return await asyncio.to_thread(count)

        try:
            return await until(ask, lambda found: found.get(self.said) == len(self.cases))
        finally:
            books.close()


async def rolled_out(rollout: Rollout, number: int, percent: int) -> None:
    """Go through a ramp, its end, a new current version, and the way back, and see that every case goes on."""
    old, new = rollout.tree("old"), rollout.tree("new", "# another version\n")
    v1, v2 = build_id(old), build_id(new)
    assert v1 != v2
    async with AsyncExitStack() as workers:
        first = await workers.enter_async_context(rollout.worker(old))
        await first.says("works in namespace")
        await rollout.open(number)
        assert await rollout.everybody_answers("the old version alone") == {v1: number}
        second = await workers.enter_async_context(rollout.worker(new, "--not-current"))
        await second.says("works in namespace")
        await rollout.until_seen(v2)
        assert await rollout.everybody_answers("a worker of the new version waits") == {v1: number}

        ramping = await rollout.deploy("ramp", str(percent), v2)
        assert (ramping["current"], ramping["ramping"], ramping["percent"]) == (v1, v2, percent)
        shares = await rollout.everybody_answers(f"ramp of {percent} %")
        assert sum(shares.values()) == number
        moved = [case_id for case_id in rollout.cases if await rollout.version_of(case_id) == v2]
        assert 0 < len(moved) < number
        assert await rollout.everybody_answers("the same once more") == shares
        assert moved == [case_id for case_id in rollout.cases if await rollout.version_of(case_id) == v2]

        assert (await rollout.deploy("back"))["ramping"] is None
        assert await rollout.everybody_answers("the ramp is taken back") == {v1: number}
        assert (await rollout.deploy("current", v2))["current"] == v2
        assert await rollout.everybody_answers("the new version is current") == {v2: number}
        assert (await rollout.deploy("back"))["current"] == v1
        assert await rollout.everybody_answers("back to the old version") == {v1: number}
        await rollout.deploy("current", v2)
        await rollout.everybody_answers("the new version is current again")

        first.process.kill()
        first = await workers.enter_async_context(rollout.worker(old))
        assert v2 in await first.says("does not take back by itself")
        await first.says("works in namespace")
        assert await rollout.everybody_answers("the old worker comes again by itself") == {v2: number}
        third = await workers.enter_async_context(rollout.worker(old, "--take-back"))
        await third.says("works in namespace")
        assert await rollout.everybody_answers("the old worker takes back") == {v1: number}
        assert await rollout.written() == {rollout.said: number}


async def main(arguments: Sequence[str] | None = None) -> None:
    """Go through it on a server of its own, and print the table."""
    reads = argparse.ArgumentParser(prog="python -m tests.services.versions.rollout", description=__doc__)
    reads.add_argument("--cases", type=int, default=100)
    reads.add_argument("--percent", type=int, default=30)
    asked = reads.parse_args(arguments)
    with TemporaryDirectory() as folder:
        async with embedded_server(use_configured=False) as server:
            await prepare_namespace(server.address, "default")
            rollout = Rollout(await connect(server.address, "default"), Path(folder))
            begun = time.monotonic()
            await rolled_out(rollout, asked.cases, asked.percent)
        names: dict[str, str] = {}
        for step, by, seconds in rollout.told:
            for version in by:
                names.setdefault(version, ("old", "new")[min(len(names), 1)])
            told = ", ".join(f"{number} {names[version]}" for version, number in sorted(by.items()))
            sys.stdout.write(f"{step:<45} {told:<20} {seconds:6.1f} s\n")
        total = time.monotonic() - begun
        sys.stdout.write(f"lost 0, twice 0 of {rollout.said * asked.cases} messages; {total:.0f} s in all\n")


if __name__ == "__main__":
    asyncio.run(main())
