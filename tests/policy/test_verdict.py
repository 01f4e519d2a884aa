"""The answer to a message: accepted, or refused by a rule that is named, explained and sourced."""

import pytest
from pydantic import ValidationError

from policy.verdict import Refused, Verdict

REFUSED = Refused("option.not_offered", "It is not offered.", source="S1", instead=("Choose another.",))


def test_a_refusal_becomes_a_verdict_with_everything_that_it_says() -> None:
    assert REFUSED.verdict("d1").model_dump(mode="json") == {
        "accepted": False,
        "rule": "option.not_offered",
        "reason": "It is not offered.",
        "source": "S1",
        "instead": ["Choose another."],
        "warnings": [],
        "digest": "d1",
    }


def test_an_acceptance_names_no_rule() -> None:
    assert Verdict(accepted=True, warnings=("Late.",), digest="d2").model_dump(mode="json") == {
        "accepted": True,
        "rule": None,
        "reason": None,
        "source": None,
        "instead": [],
        "warnings": ["Late."],
        "digest": "d2",
    }


@pytest.mark.parametrize("verdict", [REFUSED.verdict("d1"), Verdict(accepted=True, warnings=("Late.",))])
def test_a_verdict_survives_its_way_through_a_history(verdict: Verdict) -> None:
    assert Verdict.model_validate_json(verdict.model_dump_json()) == verdict


def test_a_verdict_is_not_changed_afterwards() -> None:
    verdict = REFUSED.verdict()
    with pytest.raises(ValidationError, match="frozen"):
        verdict.accepted = True  # type: ignore[misc]


def test_the_error_shows_rule_and_reason() -> None:
    assert str(REFUSED) == "option.not_offered: It is not offered."
