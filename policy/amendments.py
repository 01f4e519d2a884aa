"""What a correction of an application changes, field by field, for whoever reads the timeline later."""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from pydantic import BaseModel, ConfigDict

from policy.case_rules import merge_patch


class FieldChange(BaseModel):
    """A field of an application before and after a correction, as JSON values; null: there was, or is, none."""

    model_config = ConfigDict(frozen=True)

    field: str
    before: Any
    after: Any


def changes_of(before: Any, patch: Any) -> list[FieldChange]:
    """Return what a JSON merge patch changes in an application, each field by its dotted path."""
    return list(_differences(before, merge_patch(before, patch), ""))


def _differences(before: Any, after: Any, path: str) -> Iterator[FieldChange]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys([*before, *after]):
            yield from _differences(before.get(name), after.get(name), f"{path}.{name}" if path else name)
    elif isinstance(before, list) and isinstance(after, list):
        for number, (old, new) in enumerate(zip_longest(before, after)):
            yield from _differences(old, new, f"{path}.{number}")
    else:
        yield FieldChange(field=path, before=before, after=after)
