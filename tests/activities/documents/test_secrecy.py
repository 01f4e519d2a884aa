"""What was found is nowhere in what comes out: no answer, no error, no log, no print, no file."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.activities.documents import files

SECRETS = ["Quilvermon", "48213377", "03/14/1957", "19570314", "123-45-6789", "KJ4471209", "ada.q@example.org"]
SAID = (
    "Patient name: Ada Quilvermon\nMRN: 48213377\nDOB: 03/14/1957\nSSN: 123-45-6789\nPassport no. KJ4471209\n"
    "Patient e-mail: ada.q@example.org"
)
TAGS: dict[int | str, object] = {
    "PatientName": "Quilvermon^Ada",
    "PatientID": "48213377",
    "PatientBirthDate": "19570314",
}

ASK = """
import json, logging, sys, warnings
logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
warnings.simplefilter("always")
from activities.documents.contract import DocumentsToRead
from activities.documents.reading import read_documents
from policy.office import Documents
read = read_documents(DocumentsToRead.model_validate_json(sys.argv[1]), Documents(memory=512, folders=("/",)))
print(read.model_dump_json(), repr(read))
"""
SERVE = """
import sys, warnings, logging
logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
from activities.documents import child
from activities.documents.look import look
child._hush()
for name in sys.argv[1:]:
    with open(name, "rb") as file:
        reading = look(file, screened=True)
    sys.__stdout__.write(reading.model_dump_json())
raise SystemExit(0)
"""


def documents() -> dict[str, bytes]:
    """Return documents of every kind that hold all of it, whole and damaged."""
    whole = {
        "a.pdf": files.pdf([SAID]),
        "a.docx": files.word([SAID]),
        "a.txt": SAID.encode(),
        "a.png": files.image([SAID]),
        "a.jpg": files.image([SAID], "JPEG"),
        "a.dcm": files.dicom(TAGS, [SAID]),
    }
    cut = {f"cut-{name}": content[: -len(content) // 5] for name, content in whole.items()}
    turned = {f"turned-{name}": content.replace(b"\n", b"\x00\n", 40) for name, content in whole.items()}
    odd = files.dicom(TAGS).replace(b"19570314", b"03/14/57")  # a value that the standard does not allow
    return {**whole, **cut, **turned, "odd.dcm": odd}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("secrets")
    for name, content in documents().items():
        (folder / name).write_bytes(content)
    return folder


def test_the_answer_and_all_that_the_worker_prints_hold_no_value(place: Path, tmp_path: Path) -> None:
    refs = [
        {"name": file.name, "uri": file.as_uri(), "sha256": files.sha256(file.read_bytes())}
        for file in sorted(place.iterdir())
    ]
    asked = json.dumps({"message": "confirm", "documents": refs, "screened": True})
    left = tmp_path / "left"
    left.mkdir()
    ran = subprocess.run(
        [sys.executable, "-X", "dev", "-c", ASK, asked],
        capture_output=True, text=True, check=True, env={**os.environ, "TMPDIR": str(left)},
    )  # fmt: skip
    assert ran.stdout.count("document.contains_phi") >= 2 * 6
    assert [secret for secret in SECRETS if secret in ran.stdout + ran.stderr] == []
    assert list(left.rglob("*")) == []


def test_the_reading_process_prints_nothing_whatever_a_parser_says(place: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "always", "-c", SERVE, *sorted(map(str, place.iterdir()))],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert ran.stdout + ran.stderr == ""
