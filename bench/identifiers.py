"""`python -m bench.identifiers`: how well a search finds what identifies a patient, wherever a format can hide it.

Writes docs/measured-search.md: for each set of documents how many were refused, left to a person or missed, and how
many clean ones were refused. Prints what searching a message costs. The sets are made anew each time, always the same
ones; nothing in the page is typed by hand but what `FIRST` says.
"""

import io
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from activities.documents.look import look
from activities.documents.wording import to_look_at
from policy.phi.in_messages import judge_private
from starter.terminal.output import say, show_table
from tests.activities.documents.places import PLACES, placed_set
from tests.policy.spoken import FIELDS, data_of, message_of

PAGE = Path(__file__).resolve().parent.parent / "docs" / "measured-search.md"
PLANTED, CLEAN = 150, 100
SETS = ("places", "places_held_out", "places_unseen", "places_last")
"""In the order in which they were written; each but the first after everything was mended for those before it."""
FIRST = {
    "places_held_out": "145 of 150 told, no clean one refused",
    "places_unseen": "150 of 150 told, 1 clean one of 100 refused",
    "places_last": "150 of 150 told, no clean one refused",
}
"""What came of a set when it was measured for the first time, before anything was mended because of it."""
PAGE_TEXT = """# What the search for identifiers finds

Written by `python -m bench.identifiers`, which makes the documents and reads them. Each set has {planted} documents
with a patient's identifiers and {clean} clean ones, spread over {places} places: text, hidden text, comments,
properties, files within, earlier versions, pictures. The wordings stand in `tests/activities/documents/wordings`. A
picture with words in it counts as told where a person is asked to look at it; a clean one asks a person too, and is
not refused.

| set | first run | refused | left to a person | missed | told | clean ones refused |
| --- | --- | --- | --- | --- | --- | --- |
{rows}

These are sets of our own: invented people, in wordings that one project thought of. They show that every place is read,
not that every wording is known. A name that nothing marks as a patient's is not found, nor is a number without its
label.
"""
LONGEST = 4000
"""Characters of the longest text of a message."""


class Figures(NamedTuple):
    """What came of a set: documents with identifiers, and clean ones that were refused; which were missed."""

    found: int
    left: int
    missed: tuple[str, ...]
    refused: tuple[str, ...]


def measured(name: str) -> Figures:
    """Return what comes of reading a set of documents."""
    seen: Counter[str] = Counter()
    missed, refused = [], []
    for document in placed_set(name, PLANTED, CLEAN):
        reading = look(io.BytesIO(document.content), screened=True)
        if reading.trouble:
            raise RuntimeError(f"{document.place} {document.number}: {reading.trouble}")
        if not document.planted:
            refused += [f"{document.place} {document.number}"] if reading.found else []
        elif reading.found:
            seen["found"] += 1
        elif any(to_look_at(reading)):
            seen["left"] += 1
        else:
            missed.append(f"{document.place} {document.number}")
    return Figures(seen["found"], seen["left"], tuple(missed), tuple(refused))


def row_of(name: str, figures: Figures) -> str:
    """Return a set's row of the page."""
    told = figures.found + figures.left
    return (
        f"| `{name}` | {FIRST.get(name, 'the set that the search was mended by')} | {figures.found} | {figures.left}"
        f" | {len(figures.missed)} | {told / PLANTED:.0%} | {len(figures.refused)} of {CLEAN} |"
    )


def page_of(rows: list[str]) -> str:
    """Return the page."""
    return PAGE_TEXT.format(planted=PLANTED, clean=CLEAN, places=len(PLACES), rows="\n".join(rows))


def main() -> None:
    """Measure every set, write the page, and print what searching a message costs."""
    PAGE.write_text(page_of([row_of(name, measured(name)) for name in SETS]), "utf-8")
    say(f"Written: {PAGE}")
    costs = {name: _cost(name, data_of(name)) for name in sorted(FIELDS)}
    long = data_of("submit_corrective_action_plan")
    long |= {"actions": [{"area": "chest", "action": ("The protocol was changed on 5 March. " * 120)[:LONGEST]}] * 24}
    costs["submit_corrective_action_plan, 96 kB"] = _cost("submit_corrective_action_plan", long)
    show_table(["Message", "ms"], [[name, f"{cost * 1000:.2f}"] for name, cost in costs.items()])


def _cost(name: str, data: dict[str, object]) -> float:
    """Return seconds of processor time that searching a message takes."""
    message = type(message_of(name)).model_validate(data)
    judge_private(message)
    begin = time.process_time()
    for _ in range(10):
        judge_private(message)
    return (time.process_time() - begin) / 10


if __name__ == "__main__":
    main()
