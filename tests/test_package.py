"""What is installed is whole and known: every file that the code reads, every package with its hash."""

import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.test_architecture import imports_of

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
DEPENDENCIES: list[str] = PYPROJECT["project"]["dependencies"]
EXTRAS: dict[str, list[str]] = PYPROJECT["project"]["optional-dependencies"]
PARTS: list[str] = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
LOCKS = ["requirements.lock", "requirements-dev.lock"]
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==\S+", re.MULTILINE)
COMES_WITH_ANOTHER = {
    "pydantic-core", "types-protobuf", "googleapis-common-protos", "opentelemetry-api", "opentelemetry-proto",
    "opentelemetry-exporter-http-transport", "opentelemetry-exporter-otlp-common", "opentelemetry-semantic-conventions",
    "opentelemetry-exporter-otlp-proto-common",
}  # fmt: skip
"""Parts of a declared package, under a name of their own; some share the module of another one."""
IMPORTED_WHERE_IT_IS_NEEDED = {
    "playwright", "pypdfium2", "opentelemetry-sdk", "opentelemetry-exporter-otlp-proto-http",
}  # fmt: skip
"""Dependencies of development, which only the tools ask for, and the extra `traces`, for whoever names a collector."""
USED_WITHOUT_IMPORT = {"psycopg", "tzdata", "python-multipart"}
"""Chosen by the address of a database; read by the standard library; by which starlette reads forms."""


def files_of(part: str) -> list[Path]:
    """Return the files of a package, or the one module that a part is."""
    files = [ROOT / part] if part.endswith(".py") else (ROOT / part).rglob("*")
    return [file for file in files if file.is_file() and "__pycache__" not in file.parts]


def normal(requirement: str) -> str:
    """Return the name in a requirement, as indexes compare it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=~! ]", requirement)[0]).lower()


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names in the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return set(zipfile.ZipFile(next(folder.glob("*.whl"))).namelist())


def test_the_wheel_holds_every_file_of_the_program_and_nothing_else(packed: set[str]) -> None:
    kept = {file.relative_to(ROOT).as_posix() for part in PARTS for file in files_of(part)}
    assert len(kept) > 100
    assert kept - packed == set()
    assert {name for name in packed - kept if ".dist-info/" not in name} == set()


def test_the_image_is_built_from_all_of_it() -> None:
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}
    assert let_in == {*PARTS, "pyproject.toml", "requirements.lock"}


def distributions_behind(code: Iterable[Path]) -> set[str]:
    """Return the packages that modules import, beside the standard library and the project's own."""
    own = {part.removesuffix(".py") for part in PARTS} | {"tests", "tools", "bench", "chaos"}
    modules = {name.partition(".")[0] for file in code for _, name in imports_of(file)} - own - sys.stdlib_module_names
    makers = packages_distributions()
    return {normal(maker) for module in modules for maker in makers[module]} - COMES_WITH_ANOTHER


def test_every_package_that_is_imported_is_declared_and_every_declared_one_is_used() -> None:
    imported = distributions_behind(file for part in PARTS for file in files_of(part) if file.suffix == ".py")
    declared = {normal(line) for line in DEPENDENCIES}
    assert imported - declared <= IMPORTED_WHERE_IT_IS_NEEDED
    assert declared - imported <= USED_WITHOUT_IMPORT


def test_every_package_that_tests_and_measurements_import_is_declared() -> None:
    parts = (ROOT / "tests", ROOT / "bench", ROOT / "chaos")
    imported = distributions_behind(file for part in parts for file in part.rglob("*.py"))
    assert imported - {normal(line) for line in DEPENDENCIES + EXTRAS["dev"] + EXTRAS["bench"]} == set()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address_and_a_hash_for_every_package(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    entries = [entry for entry in re.split(r"\n(?=[a-z0-9])", text) if PIN.match(entry)]
    assert len(entries) > 20
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in text
    assert "index" not in text


def test_the_locks_hold_every_dependency_and_agree() -> None:
    runs, develops = (dict(pins((ROOT / lock).read_text("utf-8"))) for lock in LOCKS)
    assert {normal(line) for line in DEPENDENCIES + EXTRAS["build"]} <= set(runs)
    assert {normal(line) for line in EXTRAS["dev"] + EXTRAS["bench"]} <= set(develops)
    assert {name: pin for name, pin in develops.items() if name in runs} == runs


def pins(text: str) -> list[tuple[str, str]]:
    """Return the packages of a lock, each with its version."""
    return [(normal(match[1]), match[0].partition("==")[2]) for match in PIN.finditer(text)]


def test_every_package_is_explained() -> None:
    explained = (ROOT / "docs" / "dependencies.md").read_text("utf-8").lower()
    declared = [normal(line) for line in [*DEPENDENCIES, *EXTRAS["build"], *EXTRAS["dev"], *EXTRAS["bench"]]]
    assert [name for name in declared if not re.search(rf"\b{re.escape(name)}\b", explained)] == []
