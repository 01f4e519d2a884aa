"""How an application for a designation becomes a case, and how that is called."""

from typing import Any

import pytest

from policy.designation.cases import designation_part
from tests.policy.designation.practices import an_application


def case_id(**changes: Any) -> str:
    return str(designation_part(an_application(**changes)).case_id(1))


def test_a_practice_in_a_state_has_one_case_a_term() -> None:
    part = designation_part(an_application(7))
    assert str(part.case_id(1)) == "dicoe.SAMPLE-RAD.OH.1"
    assert str(part.case_id(12)) == "dicoe.SAMPLE-RAD.OH.12"
    assert part.case_id(1).subject == part.case_id(2).subject == "dicoe.SAMPLE-RAD.OH"
    assert (part.position, part.application) == (1, an_application(7))


@pytest.mark.parametrize("state", ["OH", "oh", " Oh "])
def test_a_state_is_the_same_case_however_it_is_written(state: str) -> None:
    assert case_id(state=state) == "dicoe.SAMPLE-RAD.OH.1"


@pytest.mark.parametrize(
    ("state", "country", "expected"),
    [
        ("New York", "US", "dicoe.SAMPLE-RAD.NEW-YORK.1"),
        ("ON", "CA", "dicoe.SAMPLE-RAD.ON.1"),
        (None, "DE", "dicoe.SAMPLE-RAD.INTL-DE.1"),
        (None, "Côte d'Ivoire", "dicoe.SAMPLE-RAD.INTL-C-TE-D-IVOIRE.1"),
        ("DE", "US", "dicoe.SAMPLE-RAD.DE.1"),
    ],
)
def test_any_state_and_country_make_an_id_of_their_own(state: str | None, country: str, expected: str) -> None:
    assert case_id(state=state, country=country) == expected


@pytest.mark.parametrize("changes", [{"practice": None}, {"practice": {}}, {"state": None, "country": None}])
def test_an_application_without_practice_or_place_names_no_case(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="named by its practice and state"):
        case_id(**changes)
