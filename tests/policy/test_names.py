"""When two names are one."""

import pytest

from policy.names import folded, folded_by, same_token, token_by


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dr. Ann Sample", "dr. ann sample"),
        ("Ann  Sample ", " Ann Sample"),
        ("Ann\u00a0Sample", "Ann Sample"),
        ("Pat O'Sample", "Pat O\u2019Sample"),
        ("Pat O\u00b4Sample", "Pat O`Sample"),
        ("Ren\u00e9 Sample", "Rene\u0301 Sample"),
        ("\uff21\uff4e\uff4e Sample", "Ann Sample"),
        ("Jo Stra\u00dfe", "JO STRASSE"),
    ],
)
def test_one_person_written_in_two_ways_is_one_person(one: str, other: str) -> None:
    assert folded(one) == folded(other)
    assert same_token(one, other)
    assert folded(folded(one)) == folded(one)


@pytest.mark.parametrize(("one", "other"), [("Ann Sample", "Anne Sample"), ("Ann Sample", "Sample Ann")])
def test_another_name_is_another_person(one: str, other: str) -> None:
    assert not same_token(one, other)


def test_a_case_that_began_before_goes_on_comparing_case_and_spaces_alone() -> None:
    assert folded_by(3, "Pat  O\u2019Sample") == folded_by(2, "PAT O'Sample") == "pat o'sample"
    assert folded_by(2, "Pat O\u2019Sample") != folded_by(2, "Pat O'Sample")


def test_a_case_that_began_before_goes_on_comparing_tokens_as_they_are_written() -> None:
    assert token_by(3, "S-17") == token_by(3, "s-17")
    assert token_by(2, "S-17") != token_by(2, "s-17")
