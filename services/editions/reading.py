"""Reads the editions that an office has written: a file strictly, and the whole folder that its settings name."""

from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from policy.edition import Edition
from policy.editions.checking import CheckedEdition, Problem, check_edition
from policy.editions.own import NONE, OwnEditions, names_of
from services.errors import InputFault, Unusable
from services.input.files import read_text, toml_values

EDITION_LIMIT = 64 * 1024
"""Bytes of an edition's file: the largest that ships has 8,000, and a case carries one of an office's own whole."""
MOST_EDITIONS = 100
"""Files in a folder of editions: the worker looks at each before every step of a case."""
EXPECTED = "an edition of the rules in TOML"
FOLDER = "[editions] folder"


class EditionFile(NamedTuple):
    """A file that was checked: where it lies, and what became of it."""

    path: Path
    checked: CheckedEdition

    @property
    def faults(self) -> list[InputFault]:
        """Every mistake, with the line that it stands in."""
        return [fault_of(self.path, problem) for problem in self.checked.problems]


def fault_of(path: Path, problem: Problem) -> InputFault:
    """Return a mistake as commands tell it: `FILE, line 12: testing.package.value: found …, expected …`."""
    return InputFault(f"{path}, line {problem.line}", problem.field, problem.found, problem.expected)


def check_file(path: Path, taken: Collection[tuple[str, str]] = ()) -> EditionFile:
    """Check a file by everything that an edition must be; its mistakes are returned, all of them.

    Args:
        path: The file.
        taken: Program and name of the other editions that are known.

    Raises:
        Unusable: It cannot be read at all: there is none, it is too large, no text, or no TOML.
    """
    text = read_text(path, EDITION_LIMIT, EXPECTED)
    return EditionFile(path, check_edition(toml_values(text, str(path), EXPECTED), text, taken))


def own_editions(folder: Path) -> OwnEditions:
    """Read an office's own editions; what has not changed since is not read again.

    Raises:
        Unusable: There is no such folder, or a file in it is wrong: every mistake of every file is named.
    """
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix == ".toml" and not path.name.startswith("."))
        stamps = tuple((path, path.stat().st_mtime_ns, path.stat().st_size) for path in files)
    except OSError as error:
        found = f"{folder} ({error.strerror or error})"
        raise Unusable([InputFault(FOLDER, "", found, "a folder with the office's own editions")]) from None
    if len(stamps) > MOST_EDITIONS:
        found = f"{len(stamps)} files in {folder}"
        raise Unusable([InputFault(FOLDER, "", found, f"{MOST_EDITIONS} editions at most")])
    return _read(stamps)


@lru_cache(maxsize=8)
def _read(stamps: tuple[tuple[Path, int, int], ...]) -> OwnEditions:
    faults: list[InputFault] = []
    names: dict[tuple[str, str], str] = {}
    accreditation: list[Edition] = []
    parts: list[dict[str, Any]] = []
    for path, _, _ in stamps:
        try:
            file = check_file(path, names_of(NONE) | names.keys())
        except Unusable as unusable:
            faults += unusable.troubles
            continue
        faults += file.faults
        if file.checked.rules is None:
            continue
        values = file.checked.values
        names[values["program"], values["edition"]] = path.name
        if isinstance(file.checked.rules, Edition):
            accreditation.append(file.checked.rules)
        else:
            parts.append(values)
    if faults:
        raise Unusable(faults, next_step="`accredit edition check FILE` looks at one file; nothing begins before that.")
    return OwnEditions(
        tuple(sorted(accreditation, key=lambda edition: edition.effective)),
        tuple(sorted(parts, key=lambda part: part["effective"])),
        names,
    )
