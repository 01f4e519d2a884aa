"""From each sentence of the sources to the rule that it states: every name exists, and no sentence is left out."""

import tomllib
from typing import Any

import pytest

from policy.designation.edition import DicoeEdition
from tools.traceability import DATA, FILE, Source, differences, digest_of, drawn, places_in, problems, read

TEXT = DATA.read_text("utf-8")
KNOWN = read(TEXT)
SOURCE = "A heading\n\n  1. First sentence of it.  Second (one) here. \n• Bulleted words of a list\n"


def test_the_page_is_what_the_data_say_and_the_data_are_in_order() -> None:
    assert list(problems(KNOWN)) == []
    assert FILE.read_text("utf-8") == drawn(KNOWN), "make traceability"


def test_both_sources_stand_there_with_all_their_sentences() -> None:
    assert {name: len(source.sentences) for name, source in KNOWN.sources.items()} == {"S0": 120, "S1": 112}
    rules = [
        told for source in KNOWN.sources.values() for told in source.sentences.values() if not isinstance(told, str)
    ]
    assert len(rules) > 150


WRONG = [
    ("a value", '"option_form.due"', '"option_form.dew"', "topic form_due: no value option_form.dew"),
    ("a function", "windows:appeal_due", "windows:appeal_do", "no code policy.accreditation.windows:appeal_do"),
    ("a module", "policy.accreditation.windows:testing_due", "policy.windows:testing_due", "no code policy.windows"),
    ("a rule", '"appeal.past_due"]', '"appeal.passed"]', "topic appeal_due: no rule appeal.passed"),
    ("a test", "::test_both_pledges_are_made", "::test_one_pledge_is_made", "no test policy/designation"),
    ("a letter", '"letter withdrawn"', '"letter drawn"', "topic withdraw_entirely: nothing called letter drawn"),
    ("a page", '"page /reports"', '"page /report"', "nothing called page /report"),
    ("a command", '"command quote"', '"command quota"', "nothing called command quota"),
    ("a topic", '= ["term"]', '= ["terms"]', "S0 51.1 A DICOE Designation period: no topic terms"),
    ("a topic that nothing states", '= ["term"]', '= ["tiers"]', "topic term: no sentence states it"),
    ("a sentence", '"10.2 Please review your final" = ["consult_physician"]\n', "", "S1: after 10.1 comes 10.3"),
    ("a paragraph", '"1.1 Revision History" = "about the article itself"\n', "", "S1: after 0.0 comes 2.1"),
    (
        "a reason",
        '"1.1 Revision History" = "about the article itself"',
        '"1.1 Revision History" = ""',
        "neither a topic",
    ),
]


@pytest.mark.parametrize(("right", "wrong", "told"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_what_is_missing_is_told(right: str, wrong: str, told: str) -> None:
    assert right in TEXT
    assert [one for one in problems(read(TEXT.replace(right, wrong, 1))) if told in one]


def test_a_text_is_held_against_its_sentences_and_its_digest() -> None:
    assert [str(place) for place in places_in(SOURCE)] == [
        "1.1 A heading",
        "2.1 First sentence of it.",
        "2.2 Second (one) here.",
        "3.1 Bulleted words of a",
    ]
    source = Source(title="x", digest=digest_of(SOURCE), sentences={str(one): "x" for one in places_in(SOURCE)})
    assert differences(source, SOURCE) == []
    assert differences(source, SOURCE.replace("  Second", "\nSecond")) == [
        "not in the text: 2.2 Second (one) here.",
        "not in the text: 3.1 Bulleted words of a",
        "not in the data: 3.1 Second (one) here.",
        "not in the data: 4.1 Bulleted words of a",
    ]
    assert differences(source, SOURCE.replace("of a list", "of a song"))[0].startswith("another text")


def test_every_value_that_a_source_states_is_traced_to_a_sentence() -> None:
    """What an edition calls stated in the two sources stands in one of their sentences."""
    from policy.designation.edition import dicoe_edition_in_force, shipped_parts
    from policy.edition import Certainty, edition_named

    accreditation = edition_named("accreditation", "2021-03-08")
    assert accreditation is not None
    designation: DicoeEdition = dicoe_edition_in_force(shipped_parts()[-1]["effective"])
    traced = {name for topic in KNOWN.topics.values() for name in topic.values}
    stated = {
        name
        for rules in (accreditation, designation)
        for name, one in rules.provisions().items()
        if one.certainty is Certainty.STATED and one.source.rpartition(".")[2] in ("S0", "S1")
    }
    assert stated - traced == set()


def test_the_data_are_small_words_and_no_copy_of_the_sources() -> None:
    data: dict[str, Any] = tomllib.loads(TEXT)
    longest = max(len(key.split()) for source in data["sources"].values() for key in source["sentences"])
    assert longest <= 5
