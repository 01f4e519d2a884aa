"""A worker whose rules, lives, hands or books differ is another version, and only then."""

from collections.abc import Callable
from pathlib import Path

import pytest

from services.deployment import DIGITS, build_id, package_version


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small program of the same make."""
    for name in ("worker.py", "policy/rules.py", "policy/editions/2021.toml", "workflows/life.py", "activities/a.py"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"# {name}\n", "utf-8")
    return tmp_path


def test_a_build_id_tells_the_package_and_the_tree(tree: Path) -> None:
    number, _, digest = build_id(tree).rpartition("-")
    assert number == package_version()
    assert len(digest) == DIGITS
    assert build_id() == build_id() != build_id(tree)


CHANGES: dict[str, Callable[[Path], object]] = {
    "a rule": lambda tree: (tree / "policy/rules.py").write_text("# another\n"),
    "a value of an edition": lambda tree: (tree / "policy/editions/2021.toml").write_text("days = 16\n"),
    "a new module": lambda tree: (tree / "activities/b.py").write_text("# activities/a.py\n"),
    "a name": lambda tree: (tree / "workflows/life.py").rename(tree / "workflows/lives.py"),
    "a missing file": lambda tree: (tree / "activities/a.py").unlink(),
    "the composition": lambda tree: (tree / "worker.py").write_text("# another\n"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_a_case_could_notice_makes_another_version(tree: Path, change: str) -> None:
    before = build_id(tree)
    CHANGES[change](tree)
    assert build_id(tree) != before


def test_what_no_case_can_notice_makes_none(tree: Path) -> None:
    before = build_id(tree)
    for name in ("starter/cli.py", "tests/test_rules.py", "policy/__pycache__/rules.pyc", "README.md"):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text("anything", "utf-8")
    assert build_id(tree) == before
