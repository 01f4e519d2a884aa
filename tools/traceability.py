"""`make traceability`: from each sentence of the sources to the rule that it states, and to where a person sees it.

The sources themselves are not kept in this repository. docs/traceability.toml holds the place and the first words of
each of their sentences, and a digest; `python -m tools.traceability FOLDER` holds that against the texts where somebody
has them.
"""

import ast
import hashlib
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from policy.designation.edition import DicoeEdition
from policy.edition import Edition, Provision
from policy.rules import RULES
from starter.cli import PLACES

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "docs" / "traceability.toml"
FILE = ROOT / "docs" / "traceability.md"
FIRST_WORDS = 4
"""Words of a sentence that are kept, so that it can be found in the source."""
_END_OF_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\"(])")
_RULE_ID = re.compile(r"\"([a-z_]+\.[a-z_]+)\"")
_BULLET = re.compile(r"(?:•|\d+\.)\s+")
INTRODUCTION = """# From the sources to the rules

Each sentence of the two sources that states a rule: by which value of an edition or function it is kept, by which rule
a person is told, which tests hold it, and where a person sees it. `make traceability` makes this page of
[traceability.toml](traceability.toml); a test holds that every name in it exists and that no sentence is left out.

A sentence is named by its paragraph (blank lines are not counted), its place in that, and its first words: the sources
themselves are not kept here. What states no rule of the cycle says why. A third text that is at hand, a description of
the organisation and a disclaimer, states no rule at all."""


class Topic(BaseModel):
    """What one rule says, and where it is kept.

    Attributes:
        says: The rule, in our words.
        values: Values of the editions, by their dotted names.
        code: Modules, or names in a module behind a colon.
        rules: Rule ids.
        tests: Tests, by file (below tests/) and name.
        seen: Where a person sees it: `letter`, `paper`, `page`, `command` or `scenario`, and its name.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    says: str
    values: tuple[str, ...] = ()
    code: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    tests: Annotated[tuple[str, ...], Field(min_length=1)]
    seen: Annotated[tuple[str, ...], Field(min_length=1)]


class Source(BaseModel):
    """A source: its title, what it is called by, and its sentences by place and first words.

    Attributes:
        title: Its title.
        digest: SHA-256 of its text, as far as it counts here: blanks folded, one paragraph a line.
        sentences: By `PARAGRAPH.SENTENCE first words`: the topics that keep it, or why it states no rule.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    digest: str
    sentences: dict[str, tuple[str, ...] | str]


class Traceability(BaseModel):
    """The whole of docs/traceability.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    topics: dict[str, Topic]
    sources: dict[str, Source]


class Place(NamedTuple):
    """A sentence: the number of its paragraph, its own in that, its first words."""

    paragraph: int
    sentence: int
    words: str

    def __str__(self) -> str:
        return f"{self.paragraph}.{self.sentence} {self.words}"


def read(text: str) -> Traceability:
    """Read the data."""
    return Traceability.model_validate(tomllib.loads(text))


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a source, blanks folded; bullets and ordinals before them are left out."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return [_BULLET.sub("", line, count=1) if _BULLET.match(line) else line for line in lines if line]


def places_in(text: str) -> list[Place]:
    """Return the sentences of a source."""
    return [
        Place(number, position, " ".join(sentence.split()[:FIRST_WORDS]))
        for number, paragraph in enumerate(paragraphs(text), 1)
        for position, sentence in enumerate(_END_OF_SENTENCE.split(paragraph), 1)
    ]


def digest_of(text: str) -> str:
    """Return the digest of a source."""
    return hashlib.sha256("\n".join(paragraphs(text)).encode()).hexdigest()


def place_of(key: str) -> Place:
    """Return the place that a key names."""
    number, _, words = key.partition(" ")
    paragraph, _, sentence = number.partition(".")
    return Place(int(paragraph), int(sentence), words)


def problems(known: Traceability) -> Iterator[str]:
    """Yield what is wrong: a name that does not exist, a sentence that is left out, a topic that no sentence states."""
    for name, topic in known.topics.items():
        for found in _problems_of(topic):
            yield f"topic {name}: {found}"
    used = set()
    for name, source in known.sources.items():
        yield from (f"{name}: {found}" for found in _gaps([place_of(key) for key in source.sentences]))
        for key, told in source.sentences.items():
            topics = () if isinstance(told, str) else told
            used |= set(topics)
            yield from (f"{name} {key}: no topic {topic}" for topic in topics if topic not in known.topics)
            if not told:
                yield f"{name} {key}: neither a topic nor why it states no rule"
    yield from (f"topic {name}: no sentence states it" for name in known.topics if name not in used)


def _gaps(places: Sequence[Place]) -> Iterator[str]:
    """Yield where sentences are left out or stand twice: paragraphs and sentences are numbered without a gap."""
    before = Place(0, 0, "")
    for place in places:
        next_one = (before.paragraph, before.sentence + 1)
        if (place.paragraph, place.sentence) not in (next_one, (before.paragraph + 1, 1)):
            yield f"after {before.paragraph}.{before.sentence} comes {place.paragraph}.{place.sentence}"
        before = place


def _problems_of(topic: Topic) -> Iterator[str]:
    yield from (f"no value {name}" for name in topic.values if name not in values())
    yield from (f"no code {name}" for name in topic.code if not _is_code(name))
    yield from (f"no rule {name}" for name in topic.rules if name not in rule_ids())
    yield from (f"no test {name}" for name in topic.tests if not _is_test(name))
    yield from (f"nothing called {name}" for name in topic.seen if not _is_seen(name))


@cache
def rule_ids() -> frozenset[str]:
    """Return every rule id: those of the table, and those of what is found in an application."""
    sources = (file.read_text("utf-8") for file in (ROOT / "policy").rglob("*.py"))
    return frozenset(RULES) | {one for source in sources for one in _RULE_ID.findall(source)}


@cache
def values() -> frozenset[str]:
    """Return the dotted names of all values that editions of either program can have."""
    return frozenset(name for kind in (Edition, DicoeEdition) for name in _values_of(kind))


def _values_of(kind: type[BaseModel], path: str = "") -> Iterator[str]:
    for name, field in kind.model_fields.items():
        for one in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(one, type) and issubclass(one, Provision):
                yield f"{path}{name}"
            elif isinstance(one, type) and issubclass(one, BaseModel):
                yield from _values_of(one, f"{path}{name}.")


def _is_code(name: str) -> bool:
    module, _, attribute = name.partition(":")
    try:
        return not attribute or hasattr(import_module(module), attribute)
    except ModuleNotFoundError:
        return False


@cache
def _tests_in(file: Path) -> frozenset[str]:
    if not file.is_file():
        return frozenset()
    nodes = ast.walk(ast.parse(file.read_text("utf-8")))
    return frozenset(node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _is_test(name: str) -> bool:
    file, _, test = name.partition("::")
    return test in _tests_in(ROOT / "tests" / file)


def _is_seen(name: str) -> bool:
    kind, _, what = name.partition(" ")
    texts = ROOT / "activities" / "notices" / "texts"
    match kind:
        case "letter":
            return (texts / f"{what}.txt").is_file() or (texts / "dicoe" / f"{what}.txt").is_file()
        case "paper":
            return (ROOT / "activities" / "papers" / "templates" / f"{what}.typ").is_file()
        case "page":
            return f"`{what}`" in (ROOT / "docs" / "portal-pages.md").read_text("utf-8")
        case "command":
            return what in PLACES
        case "scenario":
            return (ROOT / "scenarios" / f"{what}.toml").is_file()
    return False


def differences(source: Source, text: str) -> list[str]:
    """Return how a source's text and the data differ; nothing where they do not."""
    ours, theirs = [str(place_of(key)) for key in source.sentences], [str(place) for place in places_in(text)]
    found = [f"not in the text: {key}" for key in ours if key not in theirs]
    found += [f"not in the data: {place}" for place in theirs if place not in ours]
    if not found and digest_of(text) != source.digest:
        found = [f"another text: its digest is {digest_of(text)}"]
    return found


def drawn(known: Traceability) -> str:
    """Return the page, in Markdown."""
    parts = [INTRODUCTION]
    for name, source in known.sources.items():
        rules = sum(not isinstance(told, str) for told in source.sentences.values())
        parts.append(f"## {name}: {source.title}")
        parts.append(f"{len(source.sentences)} sentences, of which {rules} state or repeat a rule.")
        rows = [(key, _told(told)) for key, told in source.sentences.items()]
        parts.append(_table(("Sentence", "Rule"), rows))
    parts.append("## Where each rule is kept")
    parts += [_topic(name, topic) for name, topic in known.topics.items()]
    return "\n\n".join(parts) + "\n"


def _told(told: tuple[str, ...] | str) -> str:
    return f"*{told}*" if isinstance(told, str) else ", ".join(f"[{one}](#{one})" for one in told)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def _topic(name: str, topic: Topic) -> str:
    lines = [f"### {name}", "", f"{topic.says}.", ""]
    for title, found in (
        ("values", topic.values),
        ("code", topic.code),
        ("rules", topic.rules),
        ("tests", topic.tests),
        ("seen in", topic.seen),
    ):
        if found:
            lines.append(f"- {title}: {', '.join(f'`{one}`' for one in found)}")
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    """Make the page; with a folder, hold the data against the sources in it (files that begin as 000, 001 …)."""
    known = read(DATA.read_text("utf-8"))
    wrong = list(problems(known))
    if arguments:
        texts = [file.read_text("utf-8") for file in sorted(Path(arguments[0]).glob("0*.txt"))]
        for (name, source), text in zip(known.sources.items(), texts, strict=False):
            wrong += [f"{name}: {found}" for found in differences(source, text)]
    for one in wrong:
        print(one, file=sys.stderr)
    if not wrong:
        FILE.write_text(drawn(known), "utf-8")
        print(f"{FILE.relative_to(ROOT)}: {sum(len(one.sentences) for one in known.sources.values())} sentences")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
