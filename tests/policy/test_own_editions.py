"""An office's own editions: every mistake is told at once, by its line; which of them counts on a day."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from policy.edition import Edition, edition_in_force, edition_named, shipped_editions
from policy.editions.checking import CheckedEdition, check_edition
from policy.editions.lines import line_of, lines_of
from policy.editions.own import NONE, OwnEditions, names_of

ROOT = Path(__file__).parents[2]
SAMPLE = (ROOT / "samples" / "imaging-council" / "editions" / "accreditation-sic-2025.toml").read_text("utf-8")
PART = (ROOT / "policy" / "editions" / "dicoe-payment-2019-01-01.toml").read_text("utf-8")
MISTAKES: list[dict[str, Any]] = tomllib.loads((ROOT / "tests" / "policy" / "broken_editions.toml").read_text("utf-8"))[
    "mistake"
]


def checked(text: str, taken: set[tuple[str, str]] | None = None) -> CheckedEdition:
    return check_edition(tomllib.loads(text), text, taken or set())


def told(found: CheckedEdition) -> list[str]:
    return [f"line {line}: {field}: found {said}, expected {right}" for line, field, said, right in found.problems]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: str(mistake["kind"]))
def test_each_kind_of_mistake_is_told_with_its_line_what_was_found_and_what_is_expected(
    mistake: dict[str, Any],
) -> None:
    right = PART if mistake.get("part") else SAMPLE
    assert mistake["right"] in right
    taken = set() if mistake.get("part") else set(names_of(NONE))
    found = checked(right.replace(mistake["right"], mistake["wrong"], 1), taken)
    assert told(found) == mistake["told"]
    assert found.rules is None


def test_there_are_many_kinds_of_mistakes_and_the_manual_shows_each() -> None:
    assert len({mistake["kind"] for mistake in MISTAKES}) == len(MISTAKES) >= 20
    manual = (ROOT / "docs" / "editions.md").read_text("utf-8")
    assert [one for mistake in MISTAKES for one in (mistake["kind"], *mistake["told"]) if one not in manual] == []


def test_all_mistakes_of_a_file_are_told_at_once_in_the_order_of_its_lines() -> None:
    text, expected = SAMPLE, []
    for mistake in MISTAKES:
        text = text.replace(mistake["right"], mistake["wrong"], 1) if mistake["kind"] in SEVERAL else text
        expected += [one.partition(": ")[2] for one in mistake["told"] if mistake["kind"] in SEVERAL]
    found = told(checked(text))
    assert sorted(one.partition(": ")[2] for one in found) == sorted(expected)
    lines = [problem.line for problem in checked(text).problems]
    assert lines == sorted(lines)


SEVERAL = {
    "no title",
    "a misspelt field",
    "a decision without a reason",
    "a time zone that does not exist",
    "a place for a rule that does not exist",
    "what new editions must say",
}


@pytest.mark.parametrize("file", sorted((ROOT / "policy" / "editions").glob("*.toml")), ids=lambda file: file.stem)
def test_what_ships_has_no_mistake_either(file: Path) -> None:
    assert told(checked(file.read_text("utf-8"))) == []


def test_the_sample_is_an_edition_of_another_body_with_other_windows_and_words() -> None:
    rules = checked(SAMPLE).rules
    assert isinstance(rules, Edition)
    assert (rules.edition, rules.words.body, rules.zone.key) == ("sic-2025", "SIC", "America/Chicago")
    ours, theirs = rules.provisions(), edition_in_force("accreditation", date(2027, 1, 1)).provisions()
    assert ours.keys() == theirs.keys()
    assert sum(one.value != theirs[name].value for name, one in ours.items()) > 15
    assert Edition.model_validate_json(rules.model_dump_json(exclude_defaults=True)) == rules


def test_lines_are_found_whatever_stands_between_them() -> None:
    text = 'a = """\n[not.a.table]\nb = 1\n"""\nlist = [\n  1,\n  2,\n]\n'
    text += '[first.one]\n"quoted" = 2  # x\n[first]\nlast = 3\n'
    lines = lines_of(text)
    assert lines == {"a": 1, "list": 5, "first.one": 9, "first.one.quoted": 10, "first": 11, "first.last": 12}
    assert [line_of(name, lines) for name in ("first.one.gone", "first.two", "gone", "list")] == [9, 11, 1, 5]


def own_of(*editions: Edition) -> OwnEditions:
    return OwnEditions(tuple(editions), files={("accreditation", one.edition): "x.toml" for one in editions})


def sample(name: str, effective: date) -> Edition:
    rules = checked(SAMPLE).rules
    assert isinstance(rules, Edition)
    return rules.model_copy(update={"edition": name, "effective": effective})


OWN = own_of(sample("sic-2025", date(2025, 7, 1)), sample("sic-2030", date(2030, 1, 1)))


@pytest.mark.parametrize(
    ("on", "counts"),
    [
        (date(2025, 6, 30), None),
        (date(2025, 7, 1), "sic-2025"),
        (date(2029, 12, 31), "sic-2025"),
        (date(2030, 1, 1), "sic-2030"),
    ],
)
def test_an_edition_that_is_announced_counts_from_its_day_on(on: date, counts: str | None) -> None:
    found = OWN.accreditation_in_force(on, "ct")
    assert (found.edition if found else None) == counts


def test_what_no_own_edition_covers_is_turned_away_by_the_newest_and_not_judged_by_somebody_elses() -> None:
    found = OWN.accreditation_in_force(date(2027, 1, 1), "ultrasound")
    assert found is not None
    assert (found.edition, "ultrasound" in found.covers.value) == ("sic-2025", False)


def test_own_editions_are_found_by_their_names() -> None:
    assert OWN.named("accreditation", "sic-2030") == OWN.accreditation[1]
    assert OWN.named("accreditation", "2021-03-08") is None
    assert OWN.named("dicoe", "sic-2030") is None
    assert {name for program, name in names_of(OWN) if program == "accreditation"} >= {
        "sic-2025",
        "sic-2030",
        *(one.edition for one in shipped_editions("accreditation")),
    }
    assert edition_named("accreditation", "sic-2025") is None  # it does not ship


def test_an_own_part_of_the_designations_rules_takes_the_place_of_the_shipped_one() -> None:
    text = PART.replace('edition = "2019-01-01"', 'edition = "ours"', 1).replace(
        "effective = 2019-01-01", "effective = 2020-01-01", 1
    )
    text = text.replace('value = "300.00"', 'value = "450.00"', 1)
    assert told(checked(text)) == []
    own = OwnEditions(parts=(tomllib.loads(text),), files={("dicoe", "ours"): "x.toml"})
    assert own.dicoe_in_force(date(2019, 12, 31)) is None
    names = {}
    for day in (date(2020, 1, 1), date(2020, 7, 1), date(2021, 1, 1)):
        rules = own.dicoe_in_force(day)
        assert rules is not None
        assert rules.additions.fee.value == "450.00"
        assert own.named("dicoe", rules.edition) == rules
        names[rules.edition] = rules.survey.reviewed.value if rules.survey.reviewed else None
    assert names == {"ours": [], "ours.2020-07-01": [], "ours.2021-01-01": ["xray", "fluoroscopy"]}
