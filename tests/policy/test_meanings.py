"""What a value of the rules is for stands with it, so that a person, a schema and a form read the same."""

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from policy.designation.edition import DicoeEdition, dicoe_edition_in_force, shipped_parts
from policy.edition import Edition, Provision, Rules, shipped_editions

SHIPPED = [
    *shipped_editions("accreditation"),
    *(dicoe_edition_in_force(part["effective"]) for part in shipped_parts()[1:]),
]


def provisions_of(model: type[BaseModel], path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every provision that a model of an edition has, set or not, with its description."""
    for name, field in model.model_fields.items():
        for kind in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if not isinstance(kind, type) or not issubclass(kind, BaseModel):
                continue
            if issubclass(kind, Provision):
                yield f"{path}{name}", field.description or ""
            else:
                yield from provisions_of(kind, f"{path}{name}.")


@pytest.mark.parametrize("model", [Edition, DicoeEdition])
def test_no_provision_lacks_its_meaning(model: type[BaseModel]) -> None:
    found = dict(provisions_of(model))
    assert len(found) > 20
    assert [name for name, meaning in found.items() if not meaning] == []
    assert [meaning for meaning in found.values() if meaning.endswith(".")] == []


@pytest.mark.parametrize("edition", SHIPPED, ids=lambda edition: f"{edition.program}-{edition.edition}")
def test_an_edition_gives_the_meaning_of_each_of_its_values(edition: Rules) -> None:
    assert edition.meanings().keys() == edition.provisions().keys()
    known = dict(provisions_of(type(edition)))
    assert all(known[name] == meaning for name, meaning in edition.meanings().items())


def test_the_schema_says_the_same() -> None:
    schema: dict[str, Any] = Edition.model_json_schema()
    assert schema["$defs"]["TestingTerms"]["properties"]["package"]["description"] == "The testing package is due"
