"""What is lost and what is there twice is found, in a life and in the numbers of an office."""

from collections import Counter

from chaos.lives.facts import difference
from chaos.lives.invariants import Breach, gaps
from chaos.run import Outcome


def test_a_fact_that_is_missing_is_lost_and_one_too_many_is_twice() -> None:
    undisturbed = Counter({"invoice 1": 1, "letter": 2})
    assert difference(undisturbed, Counter({"invoice 1": 1, "letter": 2})) == (Counter(), Counter())
    assert difference(undisturbed, Counter({"invoice 1": 2, "letter": 1})) == (
        Counter({"letter": 1}),
        Counter({"invoice 1": 1}),
    )


def test_a_gap_in_a_series_of_numbers_is_a_loss_and_a_number_given_out_twice_is_not() -> None:
    given = ["invoice 2035-1", "invoice 2035-3", "paper R-2035-000001", "paper R-2035-000001", "invoice 2036-1"]
    assert list(gaps(given)) == [
        Breach(True, "invoice 2035-2 is missing"),
        Breach(False, "paper R-2035-1 was given out 2 times"),
    ]


def test_the_last_line_counts_lives_and_what_does_not_hold_of_the_office() -> None:
    outcome = Outcome(lives=3, kills=7)
    assert (outcome.last_line, outcome.good) == ("lost 0, twice 0 of 3 lives, 7 kills", True)
    for breach in (Breach(True, "one"), Breach(True, "two"), Breach(False, "three")):
        outcome.breach("a-life", breach)
    outcome.breach("the office", Breach(False, "a number"))
    assert (outcome.last_line, outcome.good) == ("lost 1, twice 2 of 3 lives, 7 kills", False)
