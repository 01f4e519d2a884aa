"""The house has one direction: what is below imports nothing from above; the rules know no clock and no database."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
STANDARD_LIBRARY = sys.stdlib_module_names
MAY_IMPORT = {
    "policy": {"policy", "pydantic", "pydantic_core"},
    "records": {"records", "policy", "pydantic", "sqlmodel", "sqlalchemy", "alembic"},
    "activities": {
        "activities", "records", "policy", "pydantic", "temporalio",
        "jinja2", "markdown_it", "markupsafe", "icalendar", "typst",
        "fsspec", "pypdf", "docx", "openpyxl", "pydicom", "PIL", "phonenumbers",
    },
    "workflows": {
        "workflows", "activities.contract", "activities.documents.contract", "policy", "pydantic", "temporalio",
    },
}  # fmt: skip
"""What each part may import beside the standard library; the front desk and the worker may import everything here."""
CLOCKS_AND_WORLD = {"time", "random", "secrets", "os", "socket", "http", "urllib.request", "subprocess", "threading"}
"""Modules of the standard library that no rule and no life may use: a replay would come to another result."""


def modules_of(part: str) -> list[Path]:
    return sorted((ROOT / part).rglob("*.py"))


def imports_of(module: Path) -> Iterator[tuple[int, str]]:
    """Yield line and name of everything that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module}:{node.lineno}: relative imports hide the direction"
            # `from activities import contract` imports activities.contract
            yield from ((node.lineno, _full_name(node.module or "", alias.name)) for alias in node.names)


def _full_name(package: str, name: str) -> str:
    inner = ROOT / package.replace(".", "/") / name
    return f"{package}.{name}" if inner.with_suffix(".py").exists() or inner.is_dir() else package


def within(name: str, allowed: set[str]) -> bool:
    return any(name == module or name.startswith(f"{module}.") for module in allowed)


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_each_part_imports_only_what_lies_below_it(part: str) -> None:
    allowed = MAY_IMPORT[part] | STANDARD_LIBRARY
    wrong = [
        f"{module.relative_to(ROOT)}:{line}: {name}"
        for module in modules_of(part)
        for line, name in imports_of(module)
        if not within(name, allowed)
    ]
    assert modules_of(part)
    assert wrong == []


@pytest.mark.parametrize("part", ["policy", "workflows"])
def test_rules_and_lives_know_no_clock_and_no_world(part: str) -> None:
    wrong = [
        f"{module.relative_to(ROOT)}:{line}: {name}"
        for module in modules_of(part)
        for line, name in imports_of(module)
        if within(name, CLOCKS_AND_WORLD)
    ]
    assert wrong == []


def test_lives_import_only_the_contract_of_the_hands() -> None:
    from_hands = {
        name for module in modules_of("workflows") for _, name in imports_of(module) if within(name, {"activities"})
    }
    assert from_hands == {"activities.contract", "activities.documents.contract"}


def test_the_contract_imports_nothing_of_the_hands() -> None:
    documents = ROOT / "activities" / "documents"
    modules = [*modules_of("activities/contract"), documents / "__init__.py", documents / "contract.py"]
    imported = {name for module in modules for _, name in imports_of(module)}
    assert not [n for n in imported if not within(n, {"activities.contract", "policy", "pydantic"} | STANDARD_LIBRARY)]


@pytest.mark.parametrize("part", ["policy", "records", "activities", "workflows", "starter"])
def test_nothing_that_is_shipped_imports_the_tests(part: str) -> None:
    above = {"tests", "bench"} if part == "starter" else {"tests", "bench", "starter", "worker"}
    wrong = [
        f"{module.relative_to(ROOT)}:{line}: {name}"
        for module in modules_of(part)
        for line, name in imports_of(module)
        if within(name, above)
    ]
    assert wrong == []
