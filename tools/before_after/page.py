"""The page: a table of all moments, then each of them with what it changed."""

import re
from collections.abc import Iterator, Mapping
from difflib import ndiff
from pathlib import Path

from tools.before_after.looking import Letter, Seen, Sight
from tools.before_after.moments import MOMENTS, Moment

ROOT = Path(__file__).resolve().parent.parent.parent
FILE = ROOT / "docs" / "before-and-after.md"
PICTURES = ROOT / "docs" / "before-and-after"
INTRODUCTION = """# Before and after

What each correction changes, and each thing that happens to a facility or its money: a message in a shipped scenario,
and its case just before it and just after. `make before-and-after` lives the scenarios on a Temporal server and writes
this page of what is seen then. Tests hold that it is what the cases say today, and that no line of a timeline that
stood before is gone or changed afterwards.

- **Temporal UI**: the lines of the case's current details (tab *User Metadata*) that are gone (`-`) and new (`+`),
  below its first line. `accredit show` and the portal tell the same facts.
- **Timeline**: what was added. Everything before it stands as it was written.
- **Letters** that went out, each with its first sentences, and **papers** that were issued.

Times are cut to their hours."""
MINUTES = re.compile(r"\b(\d\d):\d\d ET")
"""Times of day. A case's clock goes on while it is looked at: only their hours are told, so that the page is the same
on a slow machine.
"""
NEVER = re.compile(r"\\(?=[-_.()#*>!|])")
"""What keeps a character from being Markdown, where the text stands as code."""


def page(sights: Mapping[Moment, Sight]) -> str:
    """Return the page, in Markdown."""
    parts = [INTRODUCTION]
    for point, moments in MOMENTS.items():
        parts += [f"## {point}", _table([sights[moment] for moment in moments])]
        parts += [part for moment in moments for part in section(sights[moment])]
    return MINUTES.sub(r"\1:00 ET", "\n\n".join(parts)) + "\n"


def section(sight: Sight) -> Iterator[str]:
    """Yield the parts of a moment."""
    moment, before, after = sight.moment, sight.before, sight.after
    yield f"### {moment.title}"
    yield f"`{moment.send}` on day {sight.day:g} of [{moment.scenario}](../scenarios/{moment.scenario}.toml)."
    if moment.pictured:
        yield _pictures(moment)
    changed = list(_changed(before, after))
    yield _block("diff", changed) if changed else "The lines in the Temporal UI stay as they were."
    yield _block("text", after.entries[len(before.entries) :])
    told = [
        f"- *{one.subject}*{' (sent again)' if number < len(before.letters) else ''}, to {_to(one)}: {one.says}"
        for number, one in enumerate(after.letters)
        if number >= len(before.letters) or before.letters[number] != one
    ]
    told += [f"- Paper: {paper}" for paper in after.papers[len(before.papers) :]]
    if before.owed != after.owed:
        told.append(f"- Owed on all invoices: {before.owed} before, {after.owed} after")
    yield "\n".join(told) if told else "No letter goes out."


def _table(sights: list[Sight]) -> str:
    rows = ["| what happens | message | scenario, day | in the UI before | after |", "| --- | --- | --- | --- | --- |"]
    for sight in sights:
        moment = sight.moment
        place = f"[{moment.scenario}](../scenarios/{moment.scenario}.toml), {sight.day:g}"
        stood = [_plain(seen.details[0]) for seen in (sight.before, sight.after)]
        rows.append(f"| [{moment.title}](#{anchor(moment.title)}) | `{moment.send}` | {place} | {' | '.join(stood)} |")
    return "\n".join(rows)


def anchor(title: str) -> str:
    """Return the address of a heading within its page, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def _changed(before: Seen, after: Seen) -> Iterator[str]:
    """Yield the lines of the details that are gone and new, below the first line where that one stays."""
    was, now = ([_plain(line) for line in seen.details] for seen in (before, after))
    if was == now:
        return
    lines = [line for line in ndiff(was, now) if not line.startswith("? ")]
    for number, line in enumerate(lines):
        if number == 0 or not line.startswith("  "):
            yield line


def _plain(line: str) -> str:
    """Return a line of Markdown as text."""
    return NEVER.sub("", line.removeprefix("### ").replace("**", ""))


def _block(kind: str, lines: "list[str] | tuple[str, ...]") -> str:
    return "\n".join([f"```{kind}", *lines, "```"])


def _to(letter: Letter) -> str:
    return letter.to[0] if len(letter.to) == 1 else f"{len(letter.to)} addresses"


def _pictures(moment: Moment) -> str:
    stem = moment.picture
    return "\n".join(
        f"![The Temporal UI {when} this: {moment.title}](before-and-after/{stem}-{when}.png)"
        for when in ("before", "after")
    )
