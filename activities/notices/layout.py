"""From a filled text to what goes out: lines of plain text, and a page.

A text is plain words with two signs: a line that begins with `## ` is a heading, one that begins with `- ` an item of a
list. Only the text itself can say so, never a value that is filled in: a facility that is called `# <b>One*` stays what
it is. Therefore every value is marked when it is filled in (`as_value`), and the mark is taken out at the very end.
"""

import re
import textwrap
from functools import cache, lru_cache
from typing import Any, NamedTuple

from jinja2 import Environment
from markdown_it import MarkdownIt
from markupsafe import Markup

from policy.text.visible import visible

WIDTH = 76
"""Characters in a line, so that every mail program shows the lines as they are."""
VALUE, BREAK = "\ue000", "\ue001"
"""The mark before a value, and a line break within one: characters for private use, which no text has."""
HEADING = "## "
FRAME = "_frame.html"
_MARKS = re.compile(f"[{VALUE}{BREAK}]")
_ESCAPED = (("&lt;", "<"), ("&gt;", ">"), ("&#34;", '"'), ("&#39;", "'"), ("&amp;", "&"))


class Section(NamedTuple):
    """A part of a page: its heading, the same as a name for the style sheet, and what stands below it, as HTML."""

    title: str
    name: str
    content: Markup


def as_value(value: Any) -> Any:
    """Mark a value that is filled into a text, and let everything in it be seen; what macros have written is none."""
    if not isinstance(value, str) or isinstance(value, Markup) or not value:
        return value
    if value.isascii() and value.isprintable():
        return VALUE + value
    return VALUE + BREAK.join(_MARKS.sub("", visible(line)) for line in value.splitlines())


def unescaped(filled: str) -> str:
    """Return a filled text without the escapes by which values and macros are told apart."""
    for escape, character in _ESCAPED:
        filled = filled.replace(escape, character)
    return filled


def as_line(filled: str) -> str:
    """Return a filled text as one line."""
    return " ".join(filled.replace(VALUE, "").replace(BREAK, " ").split())


def as_text(filled: str) -> str:
    """Return a filled text in lines of at most `WIDTH` characters, with at most one empty line between paragraphs."""
    lines: list[str] = []
    for line in filled.replace(VALUE, "").split("\n"):
        if line.startswith(HEADING):
            lines.append(line.removeprefix(HEADING).upper())
            continue
        hanging = re.match(r"\s*(- )?", line)
        indent = " " * len(hanging[0]) if hanging else ""
        first, *more = line.split(BREAK)
        for part in (first, *(indent + one for one in more)):
            lines += _wrapped(part, indent)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def _wrapped(line: str, indent: str) -> list[str]:
    """Return a line of a text in lines of at most `WIDTH` characters; `indent`: what the further ones begin with."""
    if len(line) <= WIDTH and line.isprintable() and not line.endswith(" "):
        return [line]
    return textwrap.wrap(line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False) or [""]


def as_page(environment: Environment, filled: str, **context: Any) -> str:
    """Return a filled text as a page of HTML, in the office's frame.

    Args:
        environment: Where the frame is found.
        filled: The text.
        context: What the frame says beside it.
    """
    head, *parts = re.split(f"^{HEADING}", filled, flags=re.MULTILINE)
    sections = [_section(part) for part in parts]
    page = environment.get_template(FRAME).render(**context, head=_html(head), sections=sections)
    return page.replace(VALUE, "").replace(BREAK, "<br>\n")


def _section(part: str) -> Section:
    title, _, content = part.partition("\n")
    return Section(title, re.sub(r"\W+", "-", title).lower(), _html(content))


@lru_cache(maxsize=512)
def _html(text: str) -> Markup:
    """Return a text as HTML; what stands on a line of its own in an item does so on the page, too.

    Two of three parts of a letter stood in another one before: whom it is about, where to send, whom to call.
    """
    return Markup(_markdown().render(text))


@cache
def _markdown() -> MarkdownIt:
    """Return what makes paragraphs and lists, and nothing else: no emphasis, no links, no HTML."""
    return MarkdownIt("zero", {"breaks": True}).enable(["list", "newline"])
