"""The ways to a Temporal server: their order, and what is said when one of them, or all of them, lead nowhere."""

import io
import os
import shutil
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from rich.console import Console

from embedded import build, cli, packaged
from embedded.cache import UNFINISHED, cache_folder, unfinished
from embedded.errors import NoServer, NotThisWay
from embedded.obtain import CHOICE, WAYS, obtain
from embedded.progress import Progress
from tests.embedded.ways import never_run

FULL_PATH = os.environ["PATH"]
DEAD_PROXY = "http://127.0.0.1:1"
"""Nothing listens there, so that no download succeeds, whatever the machine can reach."""


@pytest.fixture
def told() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def progress(told: io.StringIO) -> Progress:
    return Progress(Console(file=told, width=400))


@pytest.fixture
def bin_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An otherwise empty PATH, on a machine that downloads nothing and for which there is no package."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr("embedded.packaged.sys.path", [str(folder)])
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, DEAD_PROXY)
    return folder


@pytest.fixture
def real_go() -> str:
    found = shutil.which("go", path=FULL_PATH)
    if found is None:
        never_run("the build by Go was never run here: there is no Go toolchain")
    assert found is not None
    return str(Path(found).resolve())


def a_program(path: Path, answer: str, exit_code: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!{sys.executable}\nprint({answer!r})\nraise SystemExit({exit_code})\n")
    path.chmod(0o755)
    return path


async def test_when_no_way_works_each_is_named_with_its_reason_and_what_would_mend_it(
    bin_folder: Path, tmp_path: Path, progress: Progress, told: io.StringIO
) -> None:
    with pytest.raises(NoServer) as caught:
        await obtain(progress, cache=tmp_path / "cache")

    attempts = caught.value.attempts
    assert [attempt.way for attempt in attempts] == [*WAYS.values()]
    reasons = {attempt.way: attempt.reason for attempt in attempts}
    assert "no command temporal" in reasons[cli.ON_PATH]
    assert reasons[packaged.WAY] == "it is not installed"
    assert "https://temporal.download" in reasons[cli.DOWNLOAD]
    assert "no command go" in reasons[build.WAY]
    assert all(attempt.mend for attempt in attempts)
    message = "\n".join(caught.value.lines)
    assert all(attempt.way in message and attempt.reason in message for attempt in attempts)
    assert caught.value.code == 5
    assert "Downloading Temporal" in told.getvalue()


async def test_a_command_on_the_path_that_is_too_old_is_refused_with_its_version(bin_folder: Path) -> None:
    old = a_program(bin_folder / "temporal", "temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)")

    with pytest.raises(NotThisWay, match=r"version 1\.5\.1 with server 1\.29\.1, and .* needs server 1\.32") as caught:
        await cli.find_on_path()

    assert str(old) in caught.value.reason
    assert "1.9 or newer" in caught.value.mend


async def test_another_program_called_temporal_is_refused_with_its_words(bin_folder: Path) -> None:
    a_program(bin_folder / "temporal", "a diary for the command line")

    with pytest.raises(NotThisWay, match="not Temporal's command; it answers 'a diary"):
        await cli.find_on_path()


async def test_a_command_that_cannot_be_run_is_refused(bin_folder: Path) -> None:
    (bin_folder / "temporal").write_bytes(b"\x7fELF of another machine")
    (bin_folder / "temporal").chmod(0o755)

    with pytest.raises(NotThisWay, match="does not run"):
        await cli.find_on_path()


async def test_a_new_command_on_the_path_comes_before_what_was_obtained_before(
    bin_folder: Path, tmp_path: Path, progress: Progress
) -> None:
    found = a_program(bin_folder / "temporal", "temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)")
    a_program(cli.home(tmp_path) / "temporal", "")

    program = await obtain(progress, cache=tmp_path)

    assert (program.server, program.kind, program.version) == (found, "cli", "1.32.0")


async def test_the_package_comes_before_what_was_obtained_before_and_any_way_can_be_chosen(
    tmp_path: Path, progress: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not packaged.is_installed():
        never_run(f"{packaged.WAY} was never tried here: there is no wheel for this system")
    monkeypatch.setenv("PATH", str(tmp_path))
    downloaded = a_program(cli.home(tmp_path) / "temporal", "")
    for name in ("server", "ui"):
        a_program(build.home(tmp_path) / name / "server", "")

    by_itself = await obtain(progress, cache=tmp_path)
    monkeypatch.setenv(CHOICE, "download, go")
    by_download = await obtain(progress, cache=tmp_path)
    monkeypatch.setenv(CHOICE, "go")
    by_go = await obtain(progress, cache=tmp_path)

    assert by_itself == await packaged.find_packaged()
    assert by_download.server == downloaded
    assert by_go.way == build.WAY


async def test_what_was_obtained_before_is_used_without_a_word(
    bin_folder: Path, tmp_path: Path, progress: Progress, told: io.StringIO
) -> None:
    for name in ("server", "ui"):
        a_program(build.home(tmp_path) / name / "server", "")
    built = await obtain(progress, cache=tmp_path)
    downloaded = a_program(cli.home(tmp_path) / "temporal", "")
    preferred = await obtain(progress, cache=tmp_path)

    assert (built.kind, built.way) == ("go", build.WAY)
    assert (preferred.server, preferred.way) == (downloaded, cli.DOWNLOAD)
    assert told.getvalue() == ""


async def test_a_download_that_fails_is_reported_and_the_next_way_is_tried(
    bin_folder: Path, tmp_path: Path, progress: Progress, told: io.StringIO
) -> None:
    a_program(bin_folder / "go", "go version go1.25.3 linux/amd64")

    with pytest.raises(NoServer) as caught:
        await obtain(progress, cache=tmp_path / "cache")

    assert f"Not by {cli.DOWNLOAD}: failed to download" in told.getvalue()
    assert "is Go 1.25.3, and the server needs 1.26.8" in caught.value.attempts[-1].reason
    assert [path.name for path in (tmp_path / "cache").iterdir() if path.is_dir()] == []


async def test_go_that_cannot_fetch_the_modules_says_so_in_its_own_words(
    bin_folder: Path, tmp_path: Path, progress: Progress, monkeypatch: pytest.MonkeyPatch, real_go: str
) -> None:
    (bin_folder / "go").symlink_to(real_go)
    monkeypatch.setenv("GOPROXY", "off")
    monkeypatch.setenv("GOMODCACHE", str(tmp_path / "no-modules"))

    with pytest.raises(NotThisWay, match=r"go mod download .*go\.temporal\.io/server.* failed: .*GOPROXY=off"):
        await build.build(tmp_path / "cache", progress)

    assert not list((tmp_path / "cache").iterdir())


@pytest.fixture
def download_site() -> str:
    """Temporal's download site, where this machine reaches it."""
    site = "https://temporal.download"
    try:
        urllib.request.urlopen(site, timeout=3).close()
    except urllib.error.HTTPError:
        return site  # it answers, although it has no page there
    except OSError as error:
        reason = f"the SDK's download was never run here: {site} cannot be reached ({error})"
        never_run(reason)
    return site


async def test_the_sdk_downloads_the_command_where_its_site_can_be_reached(
    download_site: str, tmp_path: Path, progress: Progress
) -> None:
    program = await cli.download(tmp_path, progress)

    assert program == cli.find_downloaded(tmp_path)
    assert program.version == "1.32.0"


def test_a_program_appears_under_its_name_only_when_it_is_whole(tmp_path: Path) -> None:
    home = tmp_path / "program-1"
    (tmp_path / f"{UNFINISHED}of-a-set-up-that-was-killed").mkdir()
    with pytest.raises(ZeroDivisionError), unfinished(home) as making:
        (making / str(1 // 0)).touch()
    assert list(tmp_path.iterdir()) == []

    with unfinished(home) as making:
        (making / "program").touch()
        assert not home.exists()

    assert [path.name for path in home.iterdir()] == ["program"]


def test_the_cache_is_the_users_own_unless_another_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("ACCREDIT_CACHE", raising=False)
    own = cache_folder()
    monkeypatch.setenv("ACCREDIT_CACHE", str(tmp_path))

    assert own.name == "accredit"
    assert Path.home() in own.parents
    assert cache_folder() == tmp_path
