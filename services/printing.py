"""Which words of an application the papers cannot print, told before a certificate goes out without them."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from activities.papers.fonts import without_font
from policy.office import OfficeSettings

PRINTED = ("facility", "practice", "units", "locations")
"""The parts of an application that papers speak of."""


def not_printable(application: BaseModel, settings: OfficeSettings) -> list[str]:
    """Return a sentence for each word of an application with characters that no font of the papers has."""
    told: dict[str, Any] = application.model_dump(mode="json", include=set(PRINTED))
    return [
        f"{where}: papers cannot print {'  '.join(missing)}: none of their fonts has it. They say how many characters "
        "stand there, and the id. Name a folder with fonts that have them in the office's settings ([papers] fonts)."
        for where, text in _texts(told, "")
        if (missing := without_font(text, settings.papers.fonts))
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
