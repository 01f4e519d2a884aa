"""One form for all code, and nothing in it that belongs to one machine only."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOMEBODYS_HOME = re.compile(r"(?:/home|/Users|/root)/\w|[A-Z]:\\\\?Users")


def kept_files() -> list[Path]:
    """Return every file that is committed or would be."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [path for name in listed.splitlines() if (path := ROOT / name).is_file()]


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)


def test_ruff_finds_nothing() -> None:
    found = run("ruff", "check", "--output-format=concise", ".")
    assert found.returncode == 0, found.stdout + found.stderr


def test_every_file_has_the_one_form() -> None:
    found = run("ruff", "format", "--check", ".")
    assert found.returncode == 0, found.stdout + found.stderr


def test_every_module_says_what_it_is() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in kept_files()
        if path.suffix == ".py" and not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert silent == []


def test_no_file_names_a_place_on_this_machine() -> None:
    places = [SOMEBODYS_HOME, re.compile("|".join(map(re.escape, [f"{ROOT}/", *hosts_of_this_machine()])))]
    leaks = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in kept_files()
        if path != Path(__file__)
        for place in places
        if (match := place.search(path.read_text("utf-8", errors="ignore")))
    ]
    assert leaks == []


def hosts_of_this_machine() -> list[str]:
    """Return the hosts that this machine's own settings name for downloads."""
    settings = run("pip", "config", "list").stdout + " ".join(
        value for name, value in os.environ.items() if name.endswith(("_URL", "_INDEX", "PROXY", "proxy"))
    )
    hosts = set(re.findall(r"https?://(?:[^/@\s'\"]+@)?([A-Za-z0-9.-]+)", settings))
    return sorted(hosts - {"localhost", "127.0.0.1"})
