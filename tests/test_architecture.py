"""The house has floors: what is below imports nothing from above; the rules know no clock and no database."""

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from embedded import errors as embedded_errors
from services import errors
from tests.test_style import kept_files
from tools.house import FLOORS, House, Import, part_of, read_house

ROOT = Path(__file__).resolve().parent.parent
MOST_FILES = 28
"""In one folder: more are not seen at a glance."""
LARGEST_SHARE = 0.2
"""Of all code in one folder."""
STANDARD_LIBRARY = sys.stdlib_module_names
MAY_IMPORT = {
    "policy": {"policy", "pydantic", "pydantic_core"},
    "records": {"records", "policy", "pydantic", "sqlmodel", "sqlalchemy", "alembic"},
    "activities": {
        "activities", "records", "policy", "pydantic", "temporalio",
        "jinja2", "markdown_it", "markupsafe", "icalendar", "typst",
        "fsspec", "pypdf", "docx", "openpyxl", "pydicom", "PIL",
    },
    "workflows": {
        "workflows", "activities.contract", "activities.documents.contract", "policy", "pydantic", "temporalio",
    },
}  # fmt: skip
"""What the lower floors may import beside the standard library; the upper ones may import everything that is locked."""
CLOCKS_AND_WORLD = {"time", "random", "secrets", "os", "socket", "http", "urllib.request", "subprocess", "threading"}
"""Modules of the standard library that no rule and no workflow may use: a replay would come to another result."""


def modules_of(part: str) -> list[Path]:
    return sorted((ROOT / part).rglob("*.py"))


@cache
def imports_of(module: Path) -> tuple[tuple[int, str], ...]:
    """Return line and name of everything that a module imports, wherever in it; each module is read once."""
    return tuple(_imports_of(module))


def _imports_of(module: Path) -> Iterator[tuple[int, str]]:
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
def test_rules_and_workflows_know_no_clock_and_no_world(part: str) -> None:
    wrong = [
        f"{module.relative_to(ROOT)}:{line}: {name}"
        for module in modules_of(part)
        for line, name in imports_of(module)
        if within(name, CLOCKS_AND_WORLD)
    ]
    assert wrong == []


def test_workflows_import_only_the_contract_of_the_activities() -> None:
    from_activities = {
        name for module in modules_of("workflows") for _, name in imports_of(module) if within(name, {"activities"})
    }
    assert from_activities == {"activities.contract", "activities.documents.contract"}


def test_the_contract_imports_nothing_of_the_activities() -> None:
    documents = ROOT / "activities" / "documents"
    modules = [*modules_of("activities/contract"), documents / "__init__.py", documents / "contract.py"]
    imported = {name for module in modules for _, name in imports_of(module)}
    assert not [n for n in imported if not within(n, {"activities.contract", "policy", "pydantic"} | STANDARD_LIBRARY)]


@pytest.fixture(scope="module")
def house() -> House:
    """The house as it stands."""
    return read_house()


def test_every_part_of_the_code_stands_on_a_floor() -> None:
    parts = {part for floor in FLOORS for part in floor} | {"tests"}
    code = {path.relative_to(ROOT).parts[0].removesuffix(".py") for path in kept_files() if path.suffix == ".py"}
    assert code == parts


def test_every_import_points_down(house: House) -> None:
    assert [f"{house.files[one.importer]}:{one.line}: {one.imported}" for one in house.upward()] == []


def test_an_import_up_or_across_would_be_found(house: House) -> None:
    wrong = [Import("services.connect", "starter.cli", 1), Import("pictures.life", "intake.applications", 1)]
    assert House(house.files, house.lines, (*house.imports, *wrong)).upward() == wrong


def test_no_module_needs_one_that_needs_it(house: House) -> None:
    assert [module for module in house.files if module in house.reached_from(module)] == []


def test_no_room_needs_one_that_needs_it(house: House) -> None:
    assert house.circles() == []


def test_the_worker_reaches_nothing_of_the_command_line(house: House) -> None:
    assert [module for module in house.reached_from("worker") if part_of(module) == "starter"] == []


def test_no_room_is_too_large_to_be_known(house: House) -> None:
    whole = sum(house.lines.values())
    assert {room for room in house.rooms if house.size(room) > LARGEST_SHARE * whole} == set()
    assert {room for room, modules in house.rooms.items() if len(modules) > MOST_FILES} == set()


def test_services_print_nothing_and_know_no_terminal() -> None:
    wrong = [
        f"{module.relative_to(ROOT)}:{line}: {name}"
        for module in modules_of("services")
        for line, name in imports_of(module)
        if within(name, {"typer", "rich", "click"})
    ]
    assert wrong == []
    printing = [
        module
        for module in modules_of("services")
        if any(words in module.read_text("utf-8") for words in ("print(", "stdout.write(", "stderr.write("))
    ]
    assert printing == []


def test_the_drawing_of_the_problems_is_their_tree() -> None:
    for module in (name for part in ("services", "embedded", "intake") for name in modules_of(part)):
        import_module(".".join(module.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))
    drawn = {drawing.__name__: _drawn_tree(drawing.__doc__ or "") for drawing in (errors, embedded_errors)}
    assert drawn["services.errors"] == _tree_of(errors.ServiceError, leaving_out=embedded_errors.EmbeddedProblem)
    assert drawn["embedded.errors"] == {"EmbeddedProblem": "ServiceError"} | _tree_of(embedded_errors.EmbeddedProblem)


def _drawn_tree(drawing: str) -> dict[str, str]:
    """Return the classes of a drawing, each with the one that it stands under."""
    above: list[tuple[int, str]] = []
    tree: dict[str, str] = {}
    for drawn in re.finditer(r"^( {4}[ │├└─]*)([\w.]+)", drawing, re.MULTILINE):
        depth, name = len(drawn[1]), drawn[2].rpartition(".")[2]
        above = [*(one for one in above if one[0] < depth), (depth, name)]
        if len(above) > 1:
            tree[name] = above[-2][1]
    return tree


def _tree_of(problem: type[Exception], leaving_out: type[Exception] | None = None) -> dict[str, str]:
    """Return the classes below one, each with the one that it derives from."""
    tree: dict[str, str] = {}
    for below in problem.__subclasses__():
        if below.__module__.startswith(("services", "embedded", "intake")):
            tree |= {below.__name__: problem.__name__}
            tree |= {} if below is leaving_out else _tree_of(below, leaving_out)
    return tree


def test_nothing_that_is_shipped_imports_the_tests() -> None:
    shipped = [part for floor in FLOORS[:-1] for part in floor if part != "worker"]
    wrong = [
        f"{module.relative_to(ROOT)}:{line}: {name}"
        for part in shipped
        for module in modules_of(part)
        for line, name in imports_of(module)
        if within(name, {"tests"})
    ]
    assert wrong == []


def test_no_module_gives_one_name_to_two_things() -> None:
    twice = []
    for file in kept_files():
        if file.suffix == ".py" and file.exists():
            known = [name for statement in ast.parse(file.read_text("utf-8")).body for name in bound_by(statement)]
            twice += [f"{file}: {name}" for name in sorted(set(known)) if known.count(name) > 1]
    assert twice == []


def bound_by(statement: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement of a module gives a value, a function or a class."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield statement.name
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    if isinstance(statement, ast.AnnAssign) and statement.value is not None:
        targets = [statement.target]
    for target in targets:
        for one in target.elts if isinstance(target, ast.Tuple) else [target]:
            if isinstance(one, ast.Name):
                yield one.id
