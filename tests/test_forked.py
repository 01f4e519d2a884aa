"""A command that is forked off a process that has read the program does what one does that starts anew."""

import os
import re
import signal
from pathlib import Path

import pytest

from services.settings import SAMPLES
from tests.forked import forked
from tests.rehearsal.rehearsing import accredit, begin, begin_anew, ended

TYPED = [("show", "no-such-case"), ("keys", "new", "--first"), ("nonsense",)]
KEY = re.compile(r"office-\w{12}")


@pytest.mark.parametrize("arguments", TYPED, ids=" ".join)
async def test_it_ends_prints_says_and_writes_as_one_does_that_starts_anew(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    found = []
    before = os.umask(0o027)
    try:
        for start in (begin, begin_anew):
            folder = tmp_path / start.__name__
            folder.mkdir()
            ran = await ended(await start(folder, *arguments))
            modes = sorted(path.stat().st_mode for path in folder.rglob("*"))
            found.append((ran.code, KEY.sub("KEY", ran.out), ran.err.replace(str(folder), "FOLDER"), modes))
    finally:
        os.umask(before)
    assert found[0] == found[1]


async def test_no_command_finds_what_an_earlier_one_was_given(tmp_path: Path) -> None:
    application = SAMPLES / "ct-unit.json"
    named = await ended(await begin(tmp_path, "quote", application, ACCREDIT_OFFICE=tmp_path / "gone.toml"))
    assert "gone.toml" in named.err
    assert (await accredit(tmp_path, "quote", application)).code == 0


async def test_a_signal_that_ends_it_is_its_exit_code(tmp_path: Path) -> None:
    worker = await forked("worker", folder=tmp_path, environ=os.environ)
    worker.kill()
    await worker.communicate()
    assert worker.returncode == -signal.SIGKILL
    with pytest.raises(ProcessLookupError):
        os.kill(worker.pid, 0)
