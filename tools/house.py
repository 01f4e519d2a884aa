"""`make house`: draws the house: its floors and rooms, how large each is, and which imports lead from room to room.

Everything is read from the code itself, nothing is run. A test holds the same picture: every import points down.
"""

import ast
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FLOORS = (
    ("policy",),
    ("records",),
    ("activities",),
    ("workflows",),
    ("services",),
    ("embedded", "pictures", "intake"),
    ("worker", "rehearsal"),
    ("portal",),
    ("starter",),
    ("tools", "bench", "chaos"),
)
"""From the ground up. An import leads to the same part or to a lower floor, never up and never across."""
WIDTH = 30
"""Of the largest room's bar, in characters."""


@dataclass(frozen=True)
class Import:
    """An import, wherever in a module it stands, of a module of the house."""

    importer: str
    imported: str
    line: int


@dataclass(frozen=True)
class House:
    """The code of a checkout.

    Attributes:
        files: The file of each module, by its dotted name.
        lines: How many lines each module has.
        imports: Every import of one module of the house by another.
    """

    files: Mapping[str, Path]
    lines: Mapping[str, int]
    imports: tuple[Import, ...]

    @cached_property
    def rooms(self) -> Mapping[str, list[str]]:
        """The modules of each room; a room is a folder."""
        rooms: dict[str, list[str]] = {}
        for module in self.files:
            rooms.setdefault(self.room(module), []).append(module)
        return rooms

    def room(self, module: str) -> str:
        """Return the room of a module, for example `policy/messages`; a file at the root is a room of its own."""
        folder = self.files[module].parent.as_posix()
        return module if folder == "." else folder

    def size(self, room: str) -> int:
        """Return the lines of a room."""
        return sum(self.lines[module] for module in self.rooms[room])

    def arrows(self) -> Counter[tuple[str, str]]:
        """Return how many imports lead from each room to another."""
        return Counter(
            (here, there)
            for one in self.imports
            if (here := self.room(one.importer)) != (there := self.room(one.imported))
        )

    def upward(self) -> list[Import]:
        """Return the imports that lead up, or across to another part of the same floor."""
        return [one for one in self.imports if _leads_up(part_of(one.importer), part_of(one.imported))]

    def reached_from(self, module: str) -> set[str]:
        """Return every module that a module needs, by whatever way."""
        needs: dict[str, set[str]] = {}
        for one in self.imports:
            needs.setdefault(one.importer, set()).add(one.imported)
        return _reached(module, needs)

    def circles(self) -> list[list[str]]:
        """Return the rooms that need each other, each circle once.

        A folder and what lies within it are one: that each uses the other is no circle.
        """
        goes: dict[str, set[str]] = {}
        for here, there in self.arrows():
            if not _within(here, there):
                goes.setdefault(here, set()).add(there)
        needs = {room: _reached(room, goes) for room in goes}
        found = {frozenset(other for other in needs[room] if room in needs.get(other, ())) for room in goes}
        return sorted(sorted(circle) for circle in found if circle)


def _within(here: str, there: str) -> bool:
    return f"{here}/".startswith(f"{there}/") or f"{there}/".startswith(f"{here}/")


def _reached(start: str, goes: Mapping[str, set[str]]) -> set[str]:
    """Return everything that is reached from a place, by whatever way; the place itself only by a circle."""
    reached, ahead = set[str](), [start]
    while ahead:
        fresh = goes.get(ahead.pop(), set()) - reached
        reached |= fresh
        ahead += fresh
    return reached


def part_of(module: str) -> str:
    """Return the part of the house that a module belongs to: the first part of its name."""
    return module.partition(".")[0]


def floor_of(part: str) -> int:
    """Return the floor of a part, 0 on the ground."""
    return next(number for number, parts in enumerate(FLOORS) if part in parts)


def _leads_up(here: str, there: str) -> bool:
    return here != there and floor_of(there) >= floor_of(here)


def read_house(root: Path = ROOT) -> House:
    """Read the house that stands in a folder."""
    files = {_dotted(file.relative_to(root)): file.relative_to(root) for file in _modules(root)}
    texts = {module: (root / file).read_text("utf-8") for module, file in files.items()}
    imports = tuple(one for module, text in texts.items() for one in _imports(module, text, files))
    return House(files, {module: len(text.splitlines()) for module, text in texts.items()}, imports)


def _modules(root: Path) -> Iterator[Path]:
    for part in (part for floor in FLOORS for part in floor):
        alone = root / f"{part}.py"
        yield from [alone] if alone.exists() else sorted((root / part).rglob("*.py"))


def _dotted(file: Path) -> str:
    return ".".join(file.with_suffix("").parts).removesuffix(".__init__")


def _imports(module: str, text: str, known: Iterable[str]) -> Iterator[Import]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name if name in known else node.module for name in inner]
        else:
            continue
        yield from (
            Import(module, name, node.lineno) for name in dict.fromkeys(names) if name in known and name != module
        )


def drawn(house: House) -> Iterator[str]:
    """Yield the drawing, line by line, from the top floor down."""
    total = sum(house.lines.values())
    largest = max(house.rooms, key=house.size)
    arrows = house.arrows()
    for number, parts in reversed(list(enumerate(FLOORS))):
        yield f"floor {number}  {' · '.join(parts)}"
        for room in sorted(room for room in house.rooms if part_of(room.replace("/", ".")) in parts):
            size, files = house.size(room), len(house.rooms[room])
            bar = "█" * max(1, round(WIDTH * size / house.size(largest)))
            yield f"  {room:<28} {size:>6} lines {files:>3} files {size / total:>6.1%}  {bar}"
            below = [f"{there} {count}" for (here, there), count in sorted(arrows.items()) if here == room]
            if below:
                yield f"      -> {', '.join(below)}"
    upward, reached = house.upward(), house.reached_from("worker")
    yield ""
    yield f"{total:,} lines in {len(house.files)} files and {len(house.rooms)} rooms"
    yield f"largest room: {largest}, {house.size(largest) / total:.1%} of the code"
    yield f"most files in a room: {max(len(modules) for modules in house.rooms.values())}"
    yield f"arrows up: {len(upward)}"
    yield from (f"  {house.files[one.importer]}:{one.line} imports {one.imported}" for one in upward)
    yield f"circles: {len(house.circles())}"
    yield from (f"  {' <-> '.join(circle)}" for circle in house.circles())
    yield f"files of starter reached from worker.py: {sum(part_of(module) == 'starter' for module in reached)}"


if __name__ == "__main__":
    sys.stdout.write("\n".join(drawn(read_house())) + "\n")
