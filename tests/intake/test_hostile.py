"""Nothing that a reader is given takes more than 200 MB or 5 s for a megabyte, or ends in a traceback."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.intake.hostile import MEGABYTE, readers, write

ROOT = Path(__file__).resolve().parents[2]
AT_MOST = 200 * MEGABYTE
SECONDS = 5
"""Of the processor, for each megabyte of a file and for one that is smaller."""
HARMLESS = {
    "many keys",
    "objects",
    "half a sign",
    "many tables",
    "lists of tables",
    "rows",
    "wide signs",
    "zeros",
    "texts",
}
"""What may be read as what it is, where the reader can hold it."""
READS_FILES = re.compile(
    r"\.read_text\(|\.read_bytes\(|\bjson\.loads?\(|\btomllib\.|csv\.reader\(|load_workbook\(|\.stdin\b"
)
OWN = {
    "intake/batch/grid.py": "reads what `services.input.files` has read",
    "intake/workbook/upload_limits.py": "bounds workbooks itself",
    "services/composition.py": "a value on the command line, looked at before",
    "services/deployment.py": "the program's own code",
    "rehearsal/sample/copying.py": "rows of the program's own lives",
    "services/export/archive.py": "the office's own files, and what it has just written",
    "services/export/gathering.py": "the office's own letters",
    "services/export/history.py": "the office's own exports",
    "services/input/files.py": "the one place",
    "services/restore/histories.py": "the office's own exports",
    "services/security/converter.py": "a payload of a history, bounded by the server",
    "services/replays/said.py": "what a history holds",
    "services/paths.py": "the program's own note of its server",
    "services/people/passkeys.py": "what a browser answers, bounded there",
    "services/people/samples.py": "a sample that is shipped",
    "services/people/sealed.py": "what the portal itself has sealed",
    "services/security/history_keys.py": "the office's own keys",
    "services/security/keys.py": "the office's own keys, bounded there",
    "services/security/proofs.py": "a proof, bounded as a part of its message",
    "starter/cases/send.py": "standard input, by `services.input.files`",
    "starter/cli.py": "the program's own code",
    "starter/office/facility.py": "whether there is somebody to ask",
    "starter/office/notice_preview.py": "a sample that is shipped",
    "starter/office/papers.py": "a sample that is shipped",
    "starter/operation/keys.py": "whether there is somebody to ask",
    "starter/operation/up.py": "the program's own report",
    "starter/rehearsals/demo.py": "the index of the shipped scenarios",
}
"""Modules of the rooms that people's files come to in which something is read, and why that is no file of a person."""


@pytest.mark.parametrize("ending", sorted({ending for _, ending, _ in readers().values()}))
def test_a_hostile_file_is_refused_with_a_sentence_in_little_memory_and_time(ending: str, tmp_path: Path) -> None:
    write(ending, tmp_path)
    command = [sys.executable, "-m", "tests.intake.hostile", str(tmp_path)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)
    assert ran.returncode == 0, ran.stderr[-2000:]
    found = json.loads(ran.stdout)
    assert [f"{name}: {told}" for name, told in found["told"].items() if told.startswith("TRACEBACK")] == []
    assert {name.partition(": ")[2] for name, told in found["told"].items() if told == "read"} <= HARMLESS
    assert found["grown"] < AT_MOST, f"{found['grown'] / MEGABYTE:.0f} MB"
    assert found["seconds"] < SECONDS, f"{found['slowest']}: {found['seconds']:.1f} s"


def test_every_file_of_a_person_is_read_in_one_place() -> None:
    rooms = ("services", "intake", "rehearsal", "starter")
    files = [file for room in rooms for file in (ROOT / room).rglob("*.py")]
    reading = {str(file.relative_to(ROOT)) for file in files if READS_FILES.search(file.read_text("utf-8"))}
    assert reading - set(OWN) == set()
