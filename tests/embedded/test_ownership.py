"""A program that others could have changed is not run, and it is said who could."""

import os
import sys
from pathlib import Path

import pytest

from embedded import cli, go_modules
from embedded.errors import NotThisWay
from embedded.ownership import changeable_by

ANSWER = "temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)"
NOBODY = 65534


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `temporal` on the PATH that is nobody else's."""
    folder = tmp_path / "bin"
    folder.mkdir(mode=0o755)
    made = folder / "temporal"
    made.write_text(f"#!{sys.executable}\nprint({ANSWER!r})\n")
    made.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    return made


async def test_the_command_on_the_path_is_told_with_its_place_and_its_digest(program: Path) -> None:
    found = await cli.find_on_path()
    assert found.way.startswith(f"{cli.ON_PATH} ({program}, SHA-256 ")
    assert found.way.endswith("which is not one of those known here)")


@pytest.fixture
def open_to_all(program: Path) -> Path:
    """The same, which everybody may change."""
    program.chmod(0o777)
    return program


async def test_one_that_everybody_may_change_is_not_run(open_to_all: Path) -> None:
    with pytest.raises(NotThisWay, match=f"everybody may write to {open_to_all}") as caught:
        await cli.find_on_path()
    assert "Let it belong to you or to root" in caught.value.mend


def test_one_in_a_folder_that_others_may_change_is_not_run(program: Path) -> None:
    program.parent.chmod(0o777)
    assert changeable_by(program) == f"everybody may write to {program.parent}"
    program.parent.chmod(0o1777)  # where only an owner may replace a file, as in /tmp
    assert changeable_by(program) == ""
    program.parent.chmod(0o755)
    assert changeable_by(program) == ""


def test_behind_a_link_the_program_itself_counts(program: Path, tmp_path: Path) -> None:
    link = tmp_path / "temporal"
    link.symlink_to(program)
    program.chmod(0o757)
    assert changeable_by(link) == f"everybody may write to {program}"


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file to somebody else")
def test_one_of_somebody_else_or_of_a_group_is_not_run(program: Path) -> None:
    os.chown(program, NOBODY, -1)
    assert changeable_by(program).startswith(f"{program} belongs to ")
    os.chown(program, 0, NOBODY)
    program.chmod(0o775)
    assert changeable_by(program).startswith("the group ")


def test_a_digest_is_that_of_gos_checksum_database(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module example.org/a\n")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "c.go").write_text("package b\n")
    # by sha256sum: over a line for each file, its digest and its name behind the module's, sorted by name
    assert go_modules.digest(tmp_path, "example.org/a@v1.0.0") == "h1:QoI+tze5MPJxtL9LrAo04RJMh7NUexzdLcsYEH8r/KU="


def test_a_source_that_was_changed_is_not_built(tmp_path: Path) -> None:
    (tmp_path / "main.go").write_text("package main\n")
    with pytest.raises(NotThisWay, match=r"source of go\.temporal\.io/server@v1\.32\.0 is not .* expected h1:JQ"):
        go_modules.checked(go_modules.SERVER, f'{{"Dir": "{tmp_path}"}}')
    with pytest.raises(NotThisWay, match="was not downloaded"):
        go_modules.checked(go_modules.SERVER, '{"Error": "no such module"}')
