"""`accredit demo` and `accredit up` on a fresh machine: lives, links, and the same cases at the same addresses."""

import asyncio
import json
import re
import signal
from pathlib import Path
from urllib.request import urlopen

import pytest

from embedded.home import OFFICE_NAMESPACE
from embedded.process import free_ports
from records.books import open_books
from services.connect import connect
from services.paths import BOOKS, DEMO, DEMO_NAMESPACE, LIVES, MAIL, RECORD, SERVER, TIMELINES
from starter.rehearsals.demo import shipped_scenarios
from tests.applications import sample
from tests.command import Command
from tests.forked import Forked
from tests.rehearsal.rehearsing import WITHIN, accredit, begin, ended
from tests.rehearsal.scenarios import shipped

pytestmark = pytest.mark.server
SCREENFUL = 60
"""Lines that fit on the screen of somebody who tries the program for the first time."""
SHOWN = ("straight-life", "renewed-in-time", "withdrawn-early")
"""The scenario whose timeline a demonstration prints, one with a renewal, and a short one. All that it shows are lived
by `.ci/run`, and each of them by itself in tests/workflows/scenarios."""


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    """The command line, in this process and a folder of the test's own."""
    return Command(monkeypatch, capsys, tmp_path)


async def told(process: Forked, until: str) -> str:
    """Return what a process prints up to a line that contains some words."""
    lines = []
    async with asyncio.timeout(WITHIN):
        while line := (await process.stdout.readline()).decode():
            lines.append(line)
            if until in line:
                return "".join(lines)
    raise AssertionError("".join(lines))


def links(text: str) -> set[str]:
    return set(re.findall(r"http\S+/workflows/(?:accreditation|dicoe)\.\S+", text))


def after(words: str, text: str) -> str:
    """Return the word that follows some others."""
    found = re.search(rf"{words}(\S+)", text)
    assert found, text
    return found[1]


def lines_of_others() -> int:
    """Return how many more lines a demonstration of all scenarios prints: one for each life and one for its renewal."""
    others = [file for file in shipped_scenarios() if file.stem not in SHOWN]
    assert len(others) == len(shipped_scenarios()) - len(SHOWN)
    return sum(1 + ("start_renewal" in file.read_text("utf-8")) for file in others)


def choose_ports(folder: Path) -> None:
    """Let the server of a folder have ports that nobody else is likely to want, as if it had run there before."""
    port, ui_port = free_ports(2)
    (folder / SERVER).mkdir(parents=True)
    (folder / SERVER / RECORD).write_text(json.dumps({"port": port, "ui_port": ui_port}), "utf-8")


@pytest.mark.timeout(900)
async def test_the_demonstration_is_there_again_and_gives_way_to_an_offices_cases(tmp_path: Path) -> None:
    choose_ports(tmp_path)
    demo = await accredit(tmp_path, "demo", *map(shipped, SHOWN))
    assert demo.code == 0, demo.err
    lives = [json.loads(file.read_text("utf-8")) for file in sorted((tmp_path / LIVES).iterdir())]
    assert lives
    assert all(life["ok"] for life in lives)
    assert len(links(demo.out)) == len(lives) + sum(bool(life["status"]["renewal"]) for life in lives)
    assert "make up" in demo.out.splitlines()[-1]
    assert len(demo.out.splitlines()) + lines_of_others() <= SCREENFUL
    for life in lives:
        (its_line,) = [line for line in demo.out.splitlines() if f"/{life['case']}  " in line]
        assert its_line.startswith("OK")
        assert its_line.endswith(life["title"])
        timeline = (tmp_path / TIMELINES / f"{life['case']}.txt").read_text("utf-8")
        assert timeline.startswith(f"{life['title']}\n")
        assert timeline.endswith("OK\n")
        assert timeline.count("  notice     ") == sum(entry["kind"] == "notice" for entry in life["timeline"])
    assert sum((tmp_path / TIMELINES / f"{life['case']}.txt").read_text("utf-8") in demo.out for life in lives) == 1
    assert list((tmp_path / DEMO / MAIL).glob("*/*-invoice.eml"))

    up = await begin(tmp_path, "up")
    shown = await told(up, until="Ctrl-C")
    assert links(shown) <= links(demo.out)
    address, ui = after(r"Temporal server \S+: ", shown), after("Its UI: ", shown).partition("/namespaces")[0]
    page = await asyncio.to_thread(urlopen, f"{ui}/namespaces/{DEMO_NAMESPACE}/workflows")
    assert page.status == 200
    client = await connect(address, DEMO_NAMESPACE)
    for life in lives:
        status = await client.get_workflow_handle(life["case"]).query("status")
        assert (status["stage"], status["outcome"]) == (life["status"]["stage"], life["status"]["outcome"])

    office = await connect(address, OFFICE_NAMESPACE)
    await office.start_workflow(
        "AccreditationCycle", {"application": sample()}, id=lives[0]["case"], task_queue="accredit"
    )
    busy = await accredit(tmp_path, "demo")
    assert busy.code == 5
    assert "are in use by process" in busy.err
    up.send_signal(signal.SIGINT)
    stopped = await ended(up)
    assert stopped.code == 0, stopped.err
    refused = await accredit(tmp_path, "demo")
    assert refused.code == 3, refused.err
    assert "rehearsal.office_server" in refused.err
    assert len(list((tmp_path / LIVES).iterdir())) == len(lives)


async def test_a_second_demonstration_starts_afresh_at_the_same_addresses(tmp_path: Path) -> None:
    choose_ports(tmp_path)
    first = await accredit(tmp_path, "demo", shipped("withdrawn-early"), shipped("inactive-after-missed-package"))
    (tmp_path / DEMO / "left-over").write_text("from the last time", "utf-8")
    second = await accredit(tmp_path, "demo", "--all", shipped("withdrawn-early"))
    assert (first.code, second.code) == (0, 0), second.err
    assert len(links(second.out)) == 1
    assert links(second.out) < links(first.out)
    assert len(list((tmp_path / LIVES).iterdir())) == 1
    assert not (tmp_path / DEMO / "left-over").exists()


async def test_a_demonstration_leaves_an_offices_books_alone(tmp_path: Path) -> None:
    (tmp_path / DEMO).mkdir(parents=True)
    open_books(f"sqlite:///{tmp_path / DEMO / BOOKS}").close()
    ran = await accredit(tmp_path, "demo")
    assert ran.code == 3
    assert "rehearsal.office_server" in ran.err
    assert (tmp_path / DEMO / BOOKS).exists()


def test_scenarios_that_cannot_share_an_office_or_a_unit_are_refused(command: Command) -> None:
    twice = shipped("withdrawn-early")
    ran = command("demo", str(twice), str(shipped("fee-not-configured")), str(twice))
    assert ran.code == 2
    assert ran.err.count("a unit that no other scenario is about") == 2
    assert ran.err.count("a demonstration has one office") == 1
    assert not DEMO.exists()
