"""A history names a shipped edition by the digest of its kept form; any other one it holds whole."""

import json
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from policy.designation.edition import DicoeEdition
from policy.edition import Edition, Rules, edition_in_force
from policy.terms.register import ON_THE_WIRE, digest_of, kept_forms
from tools.editions import KEPT, keep, shipped

SHIPPED = edition_in_force("accreditation", date(2027, 1, 1))
EVERY = list(shipped())
SINCE_THE_FIRST = frozenset(
    {
        "2bf06f2b1ea17709e4b0de45af238ca7d90a70b668ea3ac11541adda414309bc",
        "7be1c486ef88fb232199328b81dc3140801de127778858fc514e7995dc6f5909",
        "bb69b29a92021e33f3d9c97ff5fa45fbc5143fc594a0f1273cdad1e757b042c0",
        "ad01572dc3d96b16492142f3f70433b96e85b18ff2b95bcace7d16e4dabfa6fa",
        "e2d680f31b2357791546355f6a94ad229881cb5961a4c489adcec6ebce67db3e",
        "ed52100ed399cf681325a50f8de76fa6d0469d36823f3d176ea3ffc284fa9bed",
        "7d5d4e11d31d12b92d2a0cf8eab3a8c8c2891efa76dc70dae773fdbeefd75977",
        "855df0f6edfaeb3ed6cb9e93980c47c463c439a03456743334f97ba02c8e1d91",
        "3b5fede46c9cf8ac094f269a2b3ce9d184e6a39e1e8df20bdad467fb0375cfb6",
        "7d4b95486b3078fb78a452fdfc3d8a6bbbc0fb04617c602860932f8a24452908",
        "9a85960f1a7a3e6c9c22716ccccaf86da213bacfb3826fa78b0216a6d8e4258c",
        "9bcb605e697444bc520f2c4b9590d052509c353747a55e0db5d217dcb80638b4",
        "a56f6d217d844eda74dd31e1bece96bc6297df625eb59f11696667d363433062",
    }
)
"""Forms that cases name. A line is added for each new one; none is ever taken away."""


def written(edition: Rules) -> str:
    return edition.model_dump_json(exclude_defaults=True, context={**ON_THE_WIRE})


@pytest.mark.parametrize("edition", EVERY, ids=lambda edition: f"{edition.program}-{edition.edition}")
def test_every_shipped_edition_has_a_kept_form_and_is_named_by_it(edition: Rules) -> None:
    named = json.loads(written(edition))
    assert named == {"edition": edition.edition, "program": edition.program, "digest": edition.digest()}
    assert type(edition).model_validate(named) == edition
    assert type(edition).model_validate_json(written(edition)) is type(edition).model_validate(named)


def test_no_form_is_missing_and_none_was_ever_taken_away_or_changed(tmp_path: Path) -> None:
    assert keep(tmp_path) == []
    assert set(kept_forms()) >= SINCE_THE_FIRST
    for file in KEPT.glob("*.json"):
        assert file.stem.endswith(digest_of(file.read_bytes())), f"{file.name} was changed; cases name it"


def test_an_edition_of_ones_own_is_carried_whole() -> None:
    own = SHIPPED.model_copy(update={"title": "Another one"})
    assert Edition.model_validate_json(written(own)) == own
    assert json.loads(written(own))["title"] == "Another one"


def test_outside_histories_an_edition_is_written_whole() -> None:
    assert Edition.model_validate_json(SHIPPED.model_dump_json()) == SHIPPED
    assert json.loads(SHIPPED.model_dump_json())["title"] == SHIPPED.title


def test_a_form_that_is_not_kept_or_is_another_programs_is_not_read() -> None:
    named = json.loads(written(SHIPPED))
    with pytest.raises(ValidationError, match="edition_not_kept"):
        Edition.model_validate(named | {"digest": "0" * 64})
    with pytest.raises(ValidationError):
        DicoeEdition.model_validate(named)
