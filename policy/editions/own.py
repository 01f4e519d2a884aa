"""The editions of an office's own, beside those that ship.

From the day on which the first of its own editions of a program begins, an office is judged by its own alone: another
body's later revision does not take its place by itself. Before that day, and in a program of which it has none, the
shipped editions count. Of the designation's rules each part is an edition; the parts that it has not are the shipped.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from policy.designation.edition import DicoeEdition, merge, shipped_parts
from policy.edition import Edition, Rules, shipped_editions

DICOE = "dicoe"


@dataclass(frozen=True)
class OwnEditions:
    """An office's own editions.

    Attributes:
        accreditation: Those of accreditation, oldest first.
        parts: Those of the designation's parts, as they were read, oldest first.
        files: For each of them the file's name, by program and name.
    """

    accreditation: tuple[Edition, ...] = ()
    parts: tuple[dict[str, Any], ...] = ()
    files: Mapping[tuple[str, str], str] = field(default_factory=dict)
    _merged: dict[tuple[int, ...], DicoeEdition] = field(default_factory=dict, repr=False, compare=False)

    def accreditation_in_force(self, on: date, modality: str | None = None) -> Edition | None:
        """Return the own edition of accreditation that counts on a day; None where the shipped ones do.

        Args:
            on: The day, at the office.
            modality: Where one of those in force covers it, the newest of these; else the newest of all, by which the
                application is turned away.
        """
        in_force = [edition for edition in self.accreditation if edition.effective <= on]
        covering = [edition for edition in in_force if modality in edition.covers.value]
        found = covering or in_force
        return found[-1] if found else None

    def dicoe_in_force(self, on: date) -> DicoeEdition | None:
        """Return the designation's rules of a day with the office's own parts; None where it has none by then.

        They are named by the newest own part; by that and the newest shipped part, where that is a later one.
        """
        if not any(part["effective"] <= on for part in self.parts):
            return None
        shipped = {part["part"]: part for part in shipped_parts() if part["effective"] <= on}
        own = {part["part"]: part for part in self.parts if part["effective"] <= on}
        newest = max(own.values(), key=lambda part: part["effective"])
        parts = tuple((shipped | own).values())
        later = max(parts, key=lambda part: part["effective"])
        name: str = newest["edition"]
        if later["effective"] != newest["effective"]:
            name = f"{name}.{later['edition']}"
        return self._of(parts, name)

    def named(self, program: str, name: str) -> Rules | None:
        """Return the own edition of that name, of the designation the rules of that name; None: there is none."""
        if program != DICOE:
            return next((edition for edition in self.accreditation if edition.edition == name), None)
        days = sorted({part["effective"] for part in (*shipped_parts(), *self.parts)})
        return next((e for day in days if (e := self.dicoe_in_force(day)) and e.edition == name), None)

    def _of(self, parts: tuple[dict[str, Any], ...], name: str) -> DicoeEdition:
        key = tuple(id(part) for part in parts)
        if key not in self._merged:
            self._merged[key] = merge(parts).model_copy(update={"edition": name})
        return self._merged[key]


NONE = OwnEditions()
"""An office that has no editions of its own."""


def names_of(own: OwnEditions) -> Collection[tuple[str, str]]:
    """Return program and name of every edition that ships or is the office's own."""
    shipped = {("accreditation", edition.edition) for edition in shipped_editions("accreditation")}
    return shipped | {(DICOE, part["edition"]) for part in shipped_parts()} | own.files.keys()
