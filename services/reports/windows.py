"""Windows met and missed: what had to come until when, and what was done in time."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from records.reports.windows import Fallen
from services.reports.figures import in_order, kind_of

BY_ITSELF = {"closure", "expiry", "mid_cycle", "renewal_notice"}
"""Dates on which something happens by itself: nobody meets or misses them."""
RIGHTS = {"appeal"}
"""What may be done until then, and need not be."""
OFFICE = {"appeal_result"}
"""Windows that the office has to meet; all others are the facilities'."""
FATES = ("met", "missed", "open", "dropped")


@dataclass
class Windows:
    """What came of the windows that were due in a period, by name and kind."""

    found: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def names(self, *, rights: bool) -> list[str]:
        """Return the windows that there are, rights or others, those of facilities first."""
        names = {name for name, _, _ in self.found if (name in RIGHTS) is rights}
        return sorted(names, key=lambda name: (name in OFFICE, name))

    def kinds(self, name: str) -> Iterable[str]:
        """Return the kinds of cases that had a window."""
        return in_order(kind for one, kind, _ in self.found if one == name)

    def of(self, name: str, kind: str | None = None) -> dict[str, int]:
        """Return how many windows came to each end; `kind`: of those cases alone."""
        counted = dict.fromkeys(FATES, 0)
        for (one, of_kind, fate), number in self.found.items():
            if one == name and kind in (None, of_kind):
                counted[fate] += number
        return counted

    def as_json(self) -> list[dict[str, Any]]:
        """Return the figures for a script."""
        return [
            {"window": name, "right": rights, "by": "acr" if name in OFFICE else "facility", "kind": kind,
             **self.of(name, kind)}
            for rights in (False, True)
            for name in self.names(rights=rights)
            for kind in self.kinds(name)
        ]  # fmt: skip


def windows_of(fallen: Iterable[Fallen]) -> Windows:
    """Return what came of windows, without the dates on which something happens by itself."""
    windows = Windows()
    for one in fallen:
        if one.name not in BY_ITSELF:
            windows.found[one.name, kind_of(one.program, one.modality), _fate(one)] += one.number
    return windows


def _fate(one: Fallen) -> str:
    if one.met is None:
        return "dropped" if one.over else "open"
    return "met" if one.met else "missed"
