"""`accredit start` as a person runs it: a process of its own, a real server, exit codes and what it leaves behind."""

import asyncio
import json
import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from google.protobuf.duration_pb2 import Duration
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest

from embedded.server import EmbeddedServer
from services.connect import connect
from services.namespace import prepare_namespace
from services.settings import SAMPLES
from tests.applications import sample
from tests.command import Ran
from tests.patience import WITHIN

pytestmark = pytest.mark.server


class Desk:
    """A folder with an office's settings, its books and its mail, and a server with a namespace."""

    def __init__(self, folder: Path, address: str, namespace: str) -> None:
        self.folder, self.facility = folder, f"F-{uuid4().hex[:10]}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ACCREDIT_", "TEMPORAL_"))}
        self.environ = kept | {
            "PYTHONPATH": str(SAMPLES.parent),
            "TEMPORAL_ADDRESS": address,
            "TEMPORAL_NAMESPACE": namespace,
            "ACCREDIT_UI": "http://ui.example.org",
        }
        fees = '[fees.accreditation.ct]\napplication = "2900.00"\n'
        (folder / "office.toml").write_text(f'[database]\nurl = "sqlite:///books.db"\n{fees}', "utf-8")

    async def start(self, *options: str, **changes: Any) -> Ran:
        """Hand an application in, from the command line."""
        data = sample() | changes
        data["facility"]["id"] = self.facility
        (self.folder / "a.json").write_text(json.dumps(data), "utf-8")
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "starter", "start", "a.json", *options),
            cwd=self.folder,
            env=self.environ,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await asyncio.wait_for(process.communicate(), WITHIN)
        return Ran(process.returncode or 0, out.decode(), err.decode())


async def test_the_command_starts_a_case_once_and_prints_where_it_is(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    await prepare_namespace(temporal_server.address, "front-desk")
    terminal = Desk(tmp_path, temporal_server.address, "front-desk")
    case_id = f"accreditation.{terminal.facility}.ct.CT-1.1"
    link = f"http://ui.example.org/namespaces/front-desk/workflows/{case_id}"

    first = await terminal.start("--opened-at", "2028-02-28", "--json")
    assert (first.code, first.err) == (0, "")
    assert first.data == {
        "cases": [{"case": case_id, "link": link, "opened_at": "2028-02-28T14:00:00+00:00", "new": True}]
    }
    again = await terminal.start()
    assert again.code == 0
    assert f"{case_id}  2028-02-28  {link}" in again.out
    assert "0 case(s) started." in again.out
    assert "nothing was started twice" in again.err

    other = await terminal.start("--json", application_id="APP-2")
    assert (other.code, other.data["rule"], other.data["where"]) == (3, "case.already_open", case_id)
    incomplete = await terminal.start(medium="")
    assert incomplete.code == 3
    assert "medium: How images are submitted is missing" in incomplete.err

    client = await connect(temporal_server.address, "front-desk")
    description = await client.get_workflow_handle(case_id).describe()
    assert await description.static_summary() == f"{case_id} · Sample Imaging Center · CT"


async def test_a_server_that_is_not_set_up_is_told_with_the_next_step(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    nowhere = await Desk(tmp_path, temporal_server.address, "nowhere").start()
    assert nowhere.code == 5
    assert "Namespace nowhere is not found" in nowhere.err

    client = await connect(temporal_server.address, "bare")
    request = RegisterNamespaceRequest(namespace="bare")
    request.workflow_execution_retention_period.CopyFrom(_days(1))
    await client.workflow_service.register_namespace(request)
    terminal = Desk(tmp_path, temporal_server.address, "bare")
    bare = await _once_the_namespace_is_known(terminal)
    assert bare.code == 5
    assert "search attributes" in bare.err
    assert "accredit doctor" in bare.err

    await prepare_namespace(temporal_server.address, "bare")
    mended = await terminal.start("--json")
    assert mended.code == 0, mended.err
    assert mended.data["cases"][0]["new"], "the case that was announced before is started now"


async def _once_the_namespace_is_known(terminal: Desk) -> Ran:
    """Start until the server has noticed the new namespace (it remembers for a while that there was none)."""
    async with asyncio.timeout(WITHIN):
        while "is not found" in (ran := await terminal.start()).err:
            pass
    return ran


def _days(days: int) -> Duration:
    duration = Duration()
    duration.FromTimedelta(timedelta(days=days))
    return duration
