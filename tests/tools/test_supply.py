"""What an installation is made of is named by digests: images where they were pinned, the bill of materials whole."""

import hashlib
from pathlib import Path

import pytest

from embedded import go_modules
from embedded.program import ServerProgram
from tools.images import DIGEST, images, pinned
from tools.sbom import bill

FILE = """services:
  a:
    image: postgres:16.15
  b:
    image: temporalio/ui:2.54.1@sha256:{old}
FROM python:3.11.15-slim-bookworm AS build
"""


def test_an_image_is_pinned_to_the_digest_of_its_version_and_pinned_anew() -> None:
    asked: list[str] = []

    def digest_of(image: str) -> str:
        asked.append(image)
        return f"sha256:{hashlib.sha256(image.encode()).hexdigest()}"

    written = pinned(FILE.format(old="0" * 64), digest_of)
    assert asked == ["postgres:16.15", "temporalio/ui:2.54.1", "python:3.11.15-slim-bookworm"]
    assert [image.partition("@")[0] for image in images(written)] == asked
    assert all(DIGEST.fullmatch(image.partition("@")[2]) for image in images(written))
    assert "0" * 64 not in written
    assert "slim-bookworm@sha256:" in written
    assert " AS build" in written


def test_what_is_no_digest_is_not_written() -> None:
    with pytest.raises(ValueError, match=r"postgres:16\.15: expected sha256"):
        pinned(FILE.format(old="0" * 64), lambda image: "latest")


def test_the_bill_names_packages_the_servers_program_modules_and_images(tmp_path: Path) -> None:
    program = tmp_path / "temporal"
    program.write_bytes(b"a program")
    whole = bill(ServerProgram("cli", "a way", "1.32.0", program))
    assert whole["bomFormat"] == "CycloneDX"
    by_ref = {one["bom-ref"]: one for one in whole["components"]}
    assert by_ref["temporal-server"]["hashes"] == [
        {"alg": "SHA-256", "content": hashlib.sha256(b"a program").hexdigest()}
    ]
    assert {f"go:{go_modules.SERVER}", f"go:{go_modules.UI}"} <= {*by_ref}
    assert {f"image:{image}" for image in images()} <= {*by_ref}
    assert {"temporalio", "pydantic", "cryptography"} <= {one["name"] for one in whole["components"]}
