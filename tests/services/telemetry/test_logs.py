"""What the SDK has to say goes to stderr: what a script reads from stdout is JSON, also while a server goes away."""

import asyncio
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from embedded.server import EmbeddedServer
from records.books import open_books
from services.errors import ExitCode
from services.settings import SAMPLE
from tests.patience import WITHIN
from tests.services.telemetry.relay import breaking

ROOT = Path(__file__).resolve().parents[3]
MAKES_CLIENTS = {"services/connect.py", "embedded/server.py"}
APART = ("tests", "bench", "chaos", "tools", "var", "dist")


async def asked(folder: Path, address: str, *arguments: str) -> tuple[int | None, Any, str]:
    """Give a command to a process of its own, with `--json`; return its exit code, its data and what it said beside."""
    books = f"sqlite:///{folder}/books.db"
    open_books(books).close()
    environment = os.environ | {
        "TEMPORAL_ADDRESS": address, "ACCREDIT_OFFICE": str(SAMPLE), "ACCREDIT_DATABASE_URL": books,
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "starter", *arguments, "--json"),
        cwd=ROOT, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(WITHIN):
        out, err = await process.communicate()
    return process.returncode, json.loads(out), err.decode()


@pytest.mark.server
@pytest.mark.parametrize("arguments", [["reconcile"], ["deploy", "status"]])
async def test_a_server_that_goes_away_in_the_middle_of_a_command_leaves_json_alone_on_stdout(
    temporal_server: EmbeddedServer, tmp_path: Path, arguments: list[str]
) -> None:
    async with breaking(temporal_server.address, answers=1) as address:
        code, data, err = await asked(tmp_path, address, *arguments)
    assert code == ExitCode.NOT_REACHABLE
    assert address in data["problem"]
    assert "make up" in data["next_step"]
    assert "Traceback" not in err
    if arguments == ["reconcile"]:  # a list is asked for again and again, and the SDK says so
        assert re.search(r"gRPC call list_workflow_executions retried \d+ times", err)


def test_every_client_that_is_made_says_where_its_log_goes() -> None:
    """Whoever makes a client otherwise has the SDK's lines on stdout again."""
    rooms = [room for room in ROOT.iterdir() if room.name not in APART and not room.name.startswith(".")]
    files = [*ROOT.glob("*.py"), *(file for room in rooms for file in room.rglob("*.py"))]
    code = {file: file.read_text("utf-8") for file in files}
    makers = {str(file.relative_to(ROOT)) for file, text in code.items() if "Client.connect(" in text}
    assert makers == MAKES_CLIENTS
    assert all("runtime=runtime()" in (ROOT / maker).read_text("utf-8") for maker in makers)
    others = {str(file.relative_to(ROOT)) for file, text in code.items() if re.search(r"\bRuntime\(", text)}
    assert others == {"services/telemetry/runtime.py"}
