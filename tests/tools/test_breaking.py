"""Changes that break old cases: each still fits the tree, and the page says which gate has caught it."""

from pathlib import Path

import pytest

from tests.histories.record import names
from tools.breaking.__main__ import GATES, PAGE, ROOT, TABLE, DoesNotApply, changed, edited, table, tried, uncaught
from tools.breaking.changes import CHANGES, Edit
from tools.breaking.gates import ORDER, REPLAYED, SHAPES


@pytest.mark.parametrize("name", CHANGES)
def test_each_change_fits_the_tree_and_makes_another_one_that_is_python(name: str) -> None:
    for file, text in edited(ROOT, CHANGES[name]).items():
        assert text != file.read_text("utf-8")
        compile(text, str(file), "exec")


def test_the_page_has_every_change_and_a_gate_that_caught_it() -> None:
    lines = PAGE.read_text("utf-8").partition(TABLE)[2].splitlines()[2:]
    caught = {name: gates.split(", ") for name, gates, _ in (line[2:].split(" | ", 2) for line in lines)}
    assert caught.keys() == CHANGES.keys(), "run `make breaking-changes`"
    assert {gate for gates in caught.values() for gate in gates} <= {*GATES}


def test_the_histories_that_are_replayed_are_recorded() -> None:
    assert {*REPLAYED} <= {*names()}


def test_a_tree_is_as_it_was_once_a_change_was_tried(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("days = 45\n", "utf-8")
    with changed(tmp_path, [Edit("a.py", "45", "46")]):
        assert file.read_text("utf-8") == "days = 46\n"
    assert file.read_text("utf-8") == "days = 45\n"
    with pytest.raises(DoesNotApply, match="does not have '46'"), changed(tmp_path, [Edit("a.py", "46", "47")]):
        pass


def test_what_nothing_catches_is_told() -> None:
    nothing: dict[str, list[str]] = {gate: [] for gate in GATES}
    failed = 'Failure { "[TMPRL1100] Nondeterminism | error", source: ""'
    found = {"a": nothing | {ORDER: [failed], SHAPES: []}, "b": nothing}
    assert uncaught(found) == ["b"]
    assert table(found).splitlines()[2:] == [
        "| a | replay | Nondeterminism \\| error |",
        "| b | **nothing** | nothing |",
    ]


@pytest.mark.server
@pytest.mark.drill
@pytest.mark.timeout(1500)
async def test_every_change_is_caught_by_a_gate() -> None:
    assert uncaught(await tried([*CHANGES])) == []
