"""What README and docs tell people to type, to follow, to look up exists: commands, options, fields, links, rules."""

import re
import shlex
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from policy.designation.edition import DicoeEdition
from policy.edition import Edition, Rules, edition_in_force
from policy.rules import RULES
from services.composition import message_named, read_fields
from services.message_fields import node_at, schema_of
from starter.cli import whole
from workflows.case import Case

ROOT = Path(__file__).resolve().parents[1]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
ACCREDIT, PYTHON = "accredit", "python"
OTHER_PROGRAMS = {"curl", "docker", "export", "pg_dump", "pg_restore", "printf", "sqlite3"}
"""What the pages use beside this project's own commands; an office has them or not."""
MAKE_TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
COMMAND: Any = whole()


class Line(NamedTuple):
    """A command as a page shows it; `typed`: as somebody would type it, not in a sentence that may stop at its name."""

    page: str
    number: int
    typed: bool
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.page}:{self.number}: {shlex.join(self.words)}"


def lines_of(page: Path) -> Iterator[Line]:
    """Yield every command that a page shows, each behind a pipe as one of its own; variables before it are left out."""
    for number, text in enumerate(page.read_text("utf-8").splitlines(), start=1):
        typed = text.strip().startswith("$ ")
        for command in [text.strip()[2:]] if typed else re.findall(r"`(accredit [a-z][^`]*)`", text):
            for part in _parts(command):
                words = [word for word in part if not re.fullmatch(r"[A-Z_]+=.*", word)]
                yield Line(page.name, number, typed, (Path(words[0]).name, *words[1:]))


def _parts(command: str) -> Iterator[list[str]]:
    """Yield the commands of a line: what a comment, a pipe or a redirection divides."""
    lexer = shlex.shlex(command, posix=True, punctuation_chars="|>")
    lexer.whitespace_split = True
    words: list[str] = []
    for word in lexer:
        if word == ">":
            break
        if word == "|":
            yield words
            words = []
        else:
            words.append(word)
    yield words


LINES = [line for page in PAGES for line in lines_of(page)]


def test_the_pages_show_commands_at_all() -> None:
    shown = {line.words[1] for line in LINES if line.words[0] == ACCREDIT}
    assert {name for name, command in COMMAND.commands.items()} - shown <= {"demo", "up", "quote"}


@pytest.mark.parametrize("line", LINES, ids=str)
def test_what_a_page_tells_to_type_can_be_typed(line: Line) -> None:
    program, *arguments = line.words
    if program == ACCREDIT:
        read_by_the_command(arguments, whole=line.typed)
    elif program == "make":
        assert arguments[0] in MAKE_TARGETS
    elif program == PYTHON:
        flag, module, *rest = arguments
        assert (flag, module) in {("-m", "worker"), ("-m", "pytest")}
        known = (ROOT / "worker.py").read_text("utf-8")
        assert [
            word for word in rest if module == "worker" and word.startswith("--") and f'"{word}"' not in known
        ] == []
        assert [word for word in rest if word.startswith("tests/") and not (ROOT / word).exists()] == []
    else:
        assert program in OTHER_PROGRAMS


def read_by_the_command(arguments: list[str], *, whole: bool) -> None:
    """Let the command line read the arguments, as it would before it does anything; a message's fields as well."""
    command, context = COMMAND, COMMAND.make_context(ACCREDIT, arguments, resilient_parsing=True)
    name, command, rest = COMMAND.resolve_command(context, arguments)
    while hasattr(command, "commands") and rest and not rest[0].startswith("-"):  # a group such as `scenario`
        name, command, rest = command.resolve_command(context, rest)
    if rest == ["--help"] or not (whole or rest):  # the command is there
        return
    read = command.make_context(name, rest, parent=context)
    if name == "send":
        known_message(read.params["message"], read.params["fields"] or [])


def known_message(name: str, pairs: list[str]) -> None:
    """Assert that a message, and each field that is given, exists (a page may stand for the rest by an ellipsis)."""
    if name == "MESSAGE":
        return
    model = message_named(name)
    fields = read_fields(model, pairs)
    assert [field for field in fields if node_at(schema_of(model), (field,)) is None] == []


def test_every_example_of_the_help_stands_on_a_line_of_its_own() -> None:
    """What follows the first paragraph loses its indentation where it is the whole rest: a sentence comes between."""
    run_on = []
    for name, command in COMMAND.commands.items():
        _, *rest = (command.help or "").split("\n\n")
        if rest and rest[0].strip() == "For example:":
            run_on.append(name)
    assert run_on == []


def headings_of(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as they are linked to."""
    titles = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    missing = []
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        path, _, anchor = target.partition("#")
        place = page.parent / path if path else page
        if path.startswith(("http:", "https:")):
            continue
        if not place.exists() or (anchor and anchor not in headings_of(place)):
            missing.append(target)
    assert missing == []


def values_of(kind: type[Rules]) -> set[str]:
    """Return the names of an edition's values, in whatever part of it they stand."""
    names = set(kind.model_fields)
    for part, field in kind.model_fields.items():
        for model in [field.annotation, *getattr(field.annotation, "__args__", ())]:
            names |= {f"{part}.{name}" for name in getattr(model, "model_fields", {})}
    return names


def findings_of_applications() -> set[str]:
    """Return the rules that speak of applications alone: they stand where they are judged."""
    modules = [module.read_text("utf-8") for module in (ROOT / "policy").rglob("*.py")]
    return {rule for module in modules for rule in re.findall(r'rule="([a-z_]+\.[a-z_]+)"', module)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_rule_that_a_page_names_exists(page: Path) -> None:
    known = {*RULES, *findings_of_applications()}
    others = values_of(Edition) | values_of(DicoeEdition) | {f"case.{verb}" for verb in [*dir(Case), "at"]}
    named = re.findall(r"`([a-z_]+\.[a-z_]+)`|\(([a-z_]+\.[a-z_]+)\)|by ([a-z_]+\.[a-z_]+):", page.read_text("utf-8"))
    subjects = {rule.partition(".")[0] for rule in known}
    rules = {rule for found in named for rule in found if rule.partition(".")[0] in subjects}
    files = {rule for rule in rules if rule.endswith((".py", ".toml", ".md"))}
    assert sorted(rules - files - known - others) == []


def test_the_values_of_an_edition_are_recognised() -> None:
    assert set(edition_in_force("accreditation", date(2027, 1, 1)).provisions()) <= values_of(Edition)
