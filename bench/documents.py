"""`python -m bench.documents`: what reading a document costs, by format: milliseconds each, seconds per megabyte.

Searched for protected health information, as corrective actions are. Processor time of the reading itself, so that what
else the machine does does not count; the way to the reading process and back is told beside it. The size of a PDF or a
DOCX is that of the file; what is searched is their text, so both are told.
"""

import io
import random
import tempfile
import time
from typing import NamedTuple

from activities.documents.kinds import Order
from activities.documents.look import look
from activities.documents.reader import Readers
from starter.terminal.output import say, show_table
from tests.activities.documents import files
from tests.activities.documents.files import Block
from tests.activities.documents.labelled import FORMATS, clean_blocks, render, wordings
from tests.activities.documents.tags import clean_tags

SMALL, LARGE = 20, 3
PAGES = 60
"""Of a large document, each with what a short letter holds."""


class Cost(NamedTuple):
    """What documents of one format cost: how many, their bytes, the characters of their text, seconds of wall time."""

    number: int
    size: int
    characters: int
    seconds: float


def main() -> None:
    """Measure every format with short documents, and those that can be long with long ones, and print the table."""
    costs = {form: _measure(form, 1, SMALL) for form in FORMATS}
    costs |= {f"{form}, {PAGES} pages": _measure(form, PAGES, LARGE) for form in ("pdf", "docx", "text")}
    rows = [
        [
            name,
            f"{cost.size / cost.number / 1000:,.0f}",
            f"{cost.characters / cost.number / 1000:,.1f}" if cost.characters else "",
            f"{cost.seconds / cost.number * 1000:,.1f}",
            f"{cost.seconds / cost.size * 1e6:.2f}",
            f"{cost.seconds / cost.characters * 1e6:.2f}" if cost.characters else "",
        ]
        for name, cost in costs.items()
    ]
    show_table(["Format", "kB each", "k characters", "ms each", "s per MB", "s per M characters"], rows)
    start, way = _way()
    say(f"The first document of a worker waits {start:.2f} s for the reading process.")
    say(f"The way to it and back takes {way:.1f} ms.")


def _measure(form: str, pages: int, number: int) -> Cost:
    """Read documents of a format twice; the first time warms up and does not count."""
    draw, words = random.Random(form), wordings("labelled")
    made, characters = [], 0
    for _ in range(number):
        if form == "dicom":
            made.append(files.dicom(*clean_tags(draw)))
            continue
        blocks = [block for _ in range(pages) for block in clean_blocks(draw, words, form, [])]
        characters += sum(map(_length, blocks))
        made.append(render(form, blocks, draw))
    for content in made:
        look(io.BytesIO(content), screened=True)
    begin = time.process_time()
    for content in made:
        if (reading := look(io.BytesIO(content), screened=True)).trouble or reading.found:
            raise RuntimeError(f"a clean document of the format {form} was refused")
    return Cost(number, sum(map(len, made)), characters, time.process_time() - begin)


def _way() -> tuple[float, float]:
    """Return the seconds until the first document was read, and milliseconds for each further one, of wall time."""
    readers, order = Readers(), Order(screened=True, memory=1024, within=60)
    with tempfile.TemporaryFile() as file:
        file.write(b"A plan")
        file.flush()
        begin = time.perf_counter()
        readers.read(file, order)
        first = time.perf_counter()
        for _ in range(SMALL):
            readers.read(file, order)
        last = time.perf_counter()
    readers.close()
    return first - begin, (last - first) / SMALL * 1000


def _length(block: Block) -> int:
    return len(block) if isinstance(block, str) else sum(len(cell) for row in block for cell in row)


if __name__ == "__main__":
    main()
