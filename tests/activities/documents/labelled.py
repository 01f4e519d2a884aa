"""Labelled sets of documents: half of them clean, half with identifiers planted in them, always the same ones.

What they say stands in `wordings/`. The clean half is hard on purpose: letterheads, signers, measurements, serial
numbers, protocol names, and sentences that speak *about* identifiers.
"""

import random
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from policy.phi.kinds import Kind
from tests.activities.documents import files
from tests.activities.documents.damage import damaged
from tests.activities.documents.files import Block
from tests.activities.documents.people import filled, last, person
from tests.activities.documents.tags import clean_tags, planted_tags

FORMATS = ("pdf", "docx", "text", "image", "dicom")
PARAGRAPHS = {"pdf": 7, "docx": 7, "text": 7, "image": 2}


class Labelled(NamedTuple):
    """A document and what was planted in it (nothing: it is clean)."""

    form: str
    number: int
    content: bytes
    planted: tuple[Kind, ...]


def wordings(name: str) -> dict[str, Any]:
    """Return the wordings of a set: `letterheads`, `clean`, and `planted` by kind."""
    return tomllib.loads((Path(__file__).with_name("wordings") / f"{name}.toml").read_text("utf-8"))


def labelled_set(name: str, each: int) -> Iterator[Labelled]:
    """Yield so many documents of each format, every second one clean.

    Args:
        name: The set's wordings; the same ones make the same documents.
        each: Documents of each format, an even number.
    """
    words = wordings(name)
    for form in FORMATS:
        for number in range(each):
            draw = random.Random(f"{name}.{form}.{number}")
            kinds = draw.sample(list(Kind), draw.randint(1, 4)) if number % 2 else []
            said = [(kind, _planted(draw, words["planted"][kind], form)) for kind in kinds]
            if form == "dicom":
                tags, private = clean_tags(draw)
                planted_tags(draw, said, tags, private)
                content = files.dicom(tags, private)
            else:
                content = render(form, clean_blocks(draw, words, form, [block for _, block in said]), draw)
            yield Labelled(form, number, content, tuple(kinds))


def clean_blocks(draw: random.Random, words: dict[str, Any], form: str, planted: list[Block]) -> list[Block]:
    """Return a document's blocks, with those that were planted put anywhere among them."""
    texts = [one for one in words["clean"] if form != "image" or isinstance(one, str)]
    blocks: list[Block] = [filled(draw, one) for one in draw.sample(texts, PARAGRAPHS[form])]
    for block in planted:
        blocks.insert(draw.randint(0, len(blocks)), block)
    if form == "image":
        return [*blocks, [["Software", "Sample Viewer 4.0"], ["Artist", person(draw)], ["Copyright", last(draw)]]]
    return [filled(draw, draw.choice(words["letterheads"])), *blocks]


def render(form: str, blocks: list[Block], draw: random.Random) -> bytes:
    """Return the content as a document of that form."""
    if form == "image":
        return files.image(blocks, draw.choice(["PNG", "JPEG", "TIFF", "WEBP"]))
    makers: dict[str, Callable[[list[Block]], bytes]] = {"pdf": files.pdf, "docx": files.word, "text": files.text}
    return makers[form](blocks)


def _planted(draw: random.Random, ways: list[Any], form: str) -> Block:
    """Return an identifier in one of its wordings, now and then damaged; metadata have no tables."""
    chosen: Block = filled(
        draw, draw.choice([way for way in ways if isinstance(way, str) or form in files.WITH_TABLES])
    )
    return damaged(draw, chosen, form) if isinstance(chosen, str) else chosen
