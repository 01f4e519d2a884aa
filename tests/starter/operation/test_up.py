"""`accredit up`: every command of its folder finds its server, whatever its port, and nobody else's."""

import asyncio
import json
import os
import re
import signal
import sys
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
import pytest_asyncio

from embedded.process import free_ports
from embedded.server import embedded_server
from services.errors import ExitCode
from services.paths import RECORD, SERVER, local_server, noted_portal
from services.settings import SAMPLE, SAMPLES
from tests.command import Ran
from tests.forked import Forked
from tests.rehearsal.rehearsing import WITHIN, begin, begin_anew, ended
from tests.starter.operation import planted

pytestmark = pytest.mark.server
CASE = "accreditation.OH-0417.ct.CT-1.1"
APPLICATION = str(SAMPLES / "ct-unit.json")
DIRECTLY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


KEYS = {"ACCREDIT_MAIL_PASSWORD": planted.MAIL}
"""What an office may have in its environment."""


class Up(NamedTuple):
    """A folder in which `accredit up` runs, on ports that are not the usual ones."""

    folder: Path
    process: asyncio.subprocess.Process
    port: int
    ui_port: int
    said: list[str]

    async def __call__(self, *arguments: str, **environ: str) -> Ran:
        """Run a command there, in a process of its own to which no server is named."""
        ran = await ended(await begin(self.folder, *arguments, **KEYS | environ))
        self.said.extend([ran.out, ran.err])
        return ran

    async def invoiced(self, case: str) -> dict[str, Any]:
        """Return what `accredit show` hears from a case, once its first invoice has a number: soon after it began."""
        async with asyncio.timeout(WITHIN):
            while True:
                shown = await self("show", case, "--json")
                assert (shown.code, shown.data["live"]) == (ExitCode.DONE, True), shown.err
                if shown.data["invoices"] and shown.data["invoices"][0]["number"]:
                    return dict(shown.data)

    async def doctor(self, **environ: str) -> dict[str, Any]:
        """Return what the doctor says about the server."""
        checks = (await self("doctor", "--json", **environ)).data
        return dict(next(check for check in checks if check["name"] == "server"))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def up(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Up]:
    folder = tmp_path_factory.mktemp("office")
    port, ui_port = free_ports(2)
    (folder / SERVER).mkdir(parents=True)
    (folder / SERVER / RECORD).write_text(json.dumps({"port": port, "ui_port": ui_port}), "utf-8")
    (folder / "office.toml").write_text(planted.office_with_secrets(SAMPLE.read_text("utf-8")), "utf-8")
    before = os.umask(0o022)
    process = await begin_anew(folder, "up", **KEYS, TEMPORAL_CODEC_AUTH=planted.API_KEY)
    os.umask(before)
    yield Up(folder, process, port, ui_port, [await until_it_is_up(process)])
    if process.returncode is None:
        process.send_signal(signal.SIGINT)
        await ended(process)


async def until_it_is_up(process: Forked | asyncio.subprocess.Process) -> str:
    """Wait until everything runs, and return what was told by then."""
    assert process.stdout
    told = b""
    async with asyncio.timeout(WITHIN):
        while b"Ctrl-C" not in (line := await process.stdout.readline()):
            assert line, "it ended"
            told += line
    return told.decode()


async def test_the_first_five_minutes_go_by_whatever_the_ports(up: Up) -> None:
    started = await up("start", APPLICATION)
    assert started.code == ExitCode.DONE, started.err
    assert f"http://127.0.0.1:{up.ui_port}/namespaces/default/workflows/{CASE}" in started.out
    invoice = (await up.invoiced(CASE))["invoices"][0]["number"]
    for command in (["pay", invoice, "due"], ["send", CASE, "accept_application"], ["timeline", CASE], ["worklist"]):
        ran = await up(*command, TEMPORAL_API_KEY=planted.API_KEY)
        assert ran.code == ExitCode.DONE, ran.err


async def test_its_portal_lets_a_sample_facility_and_the_office_in_by_the_links_that_it_prints(up: Up) -> None:
    links = re.findall(r"(http://localhost:\d+)(/sign-in/\S+)", up.said[0])
    assert len(links) == 2
    for (address, path), first in zip(links, ("What we owe", "Office Board"), strict=True):
        async with httpx.AsyncClient(base_url=address, follow_redirects=True) as browser:
            asked = await browser.get(path)
            token = re.search(r'name="form_token" value="(\w+)"', asked.text)
            assert token is not None, asked.text
            signed_in = await browser.post(path, data={"form_token": token[1]})
            assert f"<h1>{first}</h1>" in signed_in.text
    assert noted_portal(up.folder) == links[0][0]


@pytest.mark.skipif(sys.platform != "linux", reason="other processes are read from Linux's /proc")
async def test_what_it_has_started_knows_no_secret(up: Up) -> None:
    started = list(planted.descendants(up.process.pid))
    assert started
    assert planted.told_by([up.process.pid]), "the secrets are there to be found"
    assert planted.told_by(started) == []


async def test_everything_under_var_is_its_owners_and_what_a_person_names_is_the_persons(up: Up) -> None:
    before = os.umask(0o022)
    made = await up("template", "accreditation", "-o", "application.xlsx")
    os.umask(before)
    assert made.code == ExitCode.DONE, made.err
    assert (up.folder / "application.xlsx").stat().st_mode & 0o777 == 0o644
    names = {path.name for path in (up.folder / "var").rglob("*")}
    assert {"accredit.db", "temporal.db", "temporal.db-wal", "server.log", RECORD} <= names
    assert [name for name in names if name.endswith(".eml")]
    assert [name for name in names if name.endswith(".pdf")]
    assert planted.open_to_others(up.folder / "var") == []


async def test_the_doctor_says_which_server_it_is_why_and_how_its_program_came_here(up: Up) -> None:
    server, here = await up.doctor(), local_server(up.folder / SERVER)
    assert here is not None
    assert (server["state"], here.pid) == ("ok", up.process.pid)
    assert server["found"] == (
        f"127.0.0.1:{up.port}, version {here.version}: process {up.process.pid} (`make up`) runs it here, by {here.way}"
    )
    named = await up.doctor(TEMPORAL_ADDRESS=f"localhost:{up.port}")
    assert named["found"].startswith(f"localhost:{up.port}, version {here.version}: TEMPORAL_ADDRESS names it, and")


async def test_a_server_that_is_named_stands_above_the_one_that_runs_here(up: Up) -> None:
    away = await up.doctor(TEMPORAL_ADDRESS="127.0.0.1:9")
    assert away["state"] == "unreachable"
    assert "127.0.0.1:9" in away["found"]
    assert "TEMPORAL_ADDRESS names it" in away["mend"]

    async with embedded_server(use_configured=False) as other:
        (up.folder / "temporal.toml").write_text(f'[profile.other]\naddress = "{other.address}"\n', "utf-8")
        found = await up.doctor(TEMPORAL_CONFIG_FILE="temporal.toml", TEMPORAL_PROFILE="other")
    assert found["found"].startswith(f"{other.address}, version ")
    assert found["found"].endswith("the profile other of Temporal's client configuration names it")


async def test_a_server_that_has_ended_is_not_looked_for_where_it_was(up: Up) -> None:
    up.process.send_signal(signal.SIGINT)
    end = await ended(up.process)
    assert end.code == ExitCode.DONE
    up.said.extend([end.out, end.err])

    stranger = await asyncio.start_server(lambda _reader, _writer: called.append(1), "127.0.0.1", up.port)
    called: list[int] = []
    async with stranger:
        server = await up.doctor()
    assert "`make up` does not run in this folder" in server["found"]
    assert called == []


async def test_no_secret_stands_in_anything_that_was_written_or_shown(up: Up) -> None:
    said = "".join(up.said)
    assert "Its UI" in said
    assert planted.MARK not in said
    assert planted.in_files(up.folder) == [str(up.folder / "office.toml")]


def another_facility() -> dict[str, Any]:
    application: dict[str, Any] = json.loads(Path(APPLICATION).read_text("utf-8"))
    application["facility"] |= {"id": "OH-0999", "name": "Quiet Harbor Imaging"}
    return application


async def test_turned_on_for_an_office_with_open_cases_encryption_changes_nothing_that_commands_tell(up: Up) -> None:
    assert (await up("codec", "new-key")).code == ExitCode.DONE
    sample = SAMPLE.read_text("utf-8")
    (up.folder / "office.toml").write_text(sample.replace("[security]", "[security]\nencrypt = true"), "utf-8")
    (up.folder / "quiet.json").write_text(json.dumps(another_facility()), "utf-8")
    process = await begin(up.folder, "up")
    try:
        told = await until_it_is_up(process)
        (link,) = re.findall(r"http://127\.0\.0\.1:\d+/codec/sign-in\?code=\S+", told)
        with await asyncio.to_thread(DIRECTLY.open, link) as page:
            assert b"<h1>Signed in</h1>" in page.read()
        assert (await up("show", CASE, "--json")).data["live"] is True  # it began before
        assert (await up("start", "quiet.json")).code == ExitCode.DONE
        shown = await up.invoiced(CASE.replace("0417", "0999"))
        assert (await up("pay", shown["invoices"][0]["number"], "due")).code == ExitCode.DONE
        assert (await up("replay-check", "--json")).data == {"safe_to_deploy": True, "replayed": 2, "unsafe": {}}
        (key,) = (await up("codec", "list", "--used", "--json")).data["keys"]
        assert (key["use"], key["cases"] > 0) == ("encrypts", True)
    finally:
        process.send_signal(signal.SIGINT)
        assert (await ended(process)).code == ExitCode.DONE
    kept = b"".join(file.read_bytes() for file in (up.folder / SERVER).rglob("*") if file.is_file())
    assert b"Sample Imaging Center" in kept  # the case that began before
    assert b"Quiet Harbor Imaging" not in kept
