"""The fonts of the papers, and the characters that none of them has.

The fonts that come with typst have Latin, Greek, Cyrillic and Hebrew letters and some others; an office adds a folder
with more of them (`[papers] fonts`), for example Noto Sans CJK. A character that no font has is never printed as an
empty box: the paper says how many characters stand there, and whom it is about by his number.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

if TYPE_CHECKING:
    import typst

OWN = ("Libertinus Serif", "New Computer Modern", "DejaVu Sans Mono")
"""The families that the house style asks for; any other one is taken where these lack a character."""
_KNOWN = re.compile(r"[\x00-\u024f\u2010-\u2027\u2030-\u205e\u20ac\ufffd]")
"""Characters that the fonts of typst have, so that nobody need ask."""
_DOCUMENT = '#set document(title: "a")\n#set text(font: {families}, lang: "en")\n#"{characters}"'


@cache
def fonts_of(folder: str) -> "typst.Fonts":
    """Return the fonts of typst, with those of a folder where one is named; never those of the machine."""
    import typst  # here, because most texts have characters that every font has

    return typst.Fonts(include_system_fonts=False, font_paths=[folder] if folder else [])


def without_font(text: str, folder: str = "") -> list[str]:
    """Return the characters of a text that no font has, each once, in their order.

    Args:
        text: What is to be printed.
        folder: The office's folder of further fonts, empty where there is none.
    """
    unknown = dict.fromkeys(one for one in text if not _KNOWN.match(one) and not one.isspace())
    return [one for one in unknown if not _is_drawn(one, folder)]


@cache
def _is_drawn(character: str, folder: str) -> bool:
    """Whether some font has a character: a PDF for archives cannot be made with one that none has."""
    import typst

    families = "(" + ", ".join(f'"{name}"' for name in OWN) + ")"
    source = _DOCUMENT.format(families=families, characters=f"\\u{{{ord(character):x}}}")
    try:
        typst.compile(source.encode(), font_paths=fonts_of(folder), format="pdf", pdf_standards=["a-2a"])
    except typst.TypstError:
        return False
    return True


def legible(value: Any, folder: str = "") -> Any:
    """Return JSON values with a word in place of each run of characters that no font has: `[6 characters]`."""
    if isinstance(value, str):
        return _legible(value, without_font(value, folder))
    if isinstance(value, dict):
        return {name: legible(one, folder) for name, one in value.items()}
    return [legible(one, folder) for one in value] if isinstance(value, list | tuple) else value


def _legible(text: str, missing: Iterable[str]) -> str:
    signs = "".join(re.escape(one) for one in missing)
    if not signs:
        return text

    def count(run: re.Match[str]) -> str:
        many = sum(not one.isspace() for one in run[0])
        return f"[{many} character{'s' if many > 1 else ''}]"

    return re.sub(rf"[{signs}](?:\s*[{signs}])*", count, text)


PRINTED = ("facility", "practice", "units", "locations")
"""The parts of an application that papers speak of."""


def not_printable(application: BaseModel, folder: str = "") -> list[str]:
    """Return a sentence for each word of an application with characters that no font has, with what helps."""
    told: dict[str, Any] = application.model_dump(mode="json", include=set(PRINTED))
    return [
        f"{where}: papers cannot print {'  '.join(missing)}: none of their fonts has it. They say how many characters "
        "stand there, and the id. Name a folder with fonts that have them in the office's settings ([papers] fonts)."
        for where, text in _texts(told, "")
        if (missing := without_font(text, folder))
    ]


def _texts(value: Any, where: str) -> Iterator[tuple[str, str]]:
    """Yield every text, with where it stands."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from _texts(one, f"{where}.{name}" if where else name)
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from _texts(one, f"{where}[{place}]")
