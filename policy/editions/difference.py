"""What differs between two editions of the rules, value by value."""

from typing import Any, NamedTuple

from policy.terms.edition import Rules
from policy.terms.provision import Provision

COMPARED = ("value", "unit", "effective", "source", "certainty", "note")
"""What a value is compared by."""


class Difference(NamedTuple):
    """A value that two editions do not have alike.

    Attributes:
        name: Its dotted name, for example `testing.package`.
        meaning: What it is for.
        before: What it is in the first edition; None where that has no such value.
        after: What it is in the second one.
        differs: In what: `value`, `unit`, `effective`, `source`, `certainty`, `note`.
    """

    name: str
    meaning: str
    before: Provision[Any] | None
    after: Provision[Any] | None
    differs: tuple[str, ...]

    @property
    def is_other_rule(self) -> bool:
        """Whether a case would be treated differently: the value itself is another one, not only where it stands."""
        return bool({"value", "unit"} & set(self.differs))


def differences(before: Rules, after: Rules) -> list[Difference]:
    """Return what differs between two editions, in the order in which the values stand."""
    ours, theirs = before.provisions(), after.provisions()
    meanings = after.meanings() | before.meanings()
    found = []
    for name in {**ours, **theirs}:
        one, other = ours.get(name), theirs.get(name)
        differs = _differs(one, other, before, after)
        if differs:
            found.append(Difference(name, meanings[name], one, other, differs))
    return found


def _differs(one: Provision[Any] | None, other: Provision[Any] | None, before: Rules, after: Rules) -> tuple[str, ...]:
    if one is None or other is None:
        return COMPARED
    fields = [field for field in COMPARED if field != "source" and getattr(one, field) != getattr(other, field)]
    if before.sources[one.source] != after.sources[other.source]:  # by what it is, not by what an edition calls it
        fields.append("source")
    return tuple(field for field in COMPARED if field in fields)
