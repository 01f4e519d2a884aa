"""Which source a case cites for a rule: that of its own program, also where both programs share the rule."""

import pytest

from policy.rules import OF_DESIGNATIONS, OFFICE, RULES, S1, TIME, source_of

OF_ACCREDITATION = (S1, TIME, "Fees and payments")


@pytest.mark.parametrize("rule", sorted(OF_DESIGNATIONS))
def test_a_designation_cites_no_page_of_accreditation_for_a_rule_that_both_share(rule: str) -> None:
    assert rule in RULES
    assert source_of(rule) == RULES[rule]
    cited = source_of(rule, "dicoe")
    assert cited != RULES[rule]
    assert not cited.startswith(OF_ACCREDITATION)


def test_every_other_rule_has_one_source() -> None:
    assert {rule for rule in RULES if source_of(rule, "dicoe") != source_of(rule)} == set(OF_DESIGNATIONS)
    assert source_of("nobody.knows") == OFFICE
