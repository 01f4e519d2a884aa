"""Editions: read strictly from their file, carried tolerantly by a case, every value with its source."""

import json
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

import pytest

from policy.edition import (
    Adopted,
    Certainty,
    Edition,
    EditionError,
    edition_in_force,
    edition_named,
    read_edition,
    shipped_editions,
)

NAME = "accreditation-2021-03-08.toml"
TEXT = (files("policy") / "editions" / NAME).read_text("utf-8")
DIAGNOSTIC = edition_in_force("accreditation", date(2027, 1, 1))

VALUES: dict[str, tuple[Any, str]] = {
    "testing.package": (45, "days"),
    "testing.reminders": ([10, 2], "days"),
    "fees.reminders": ([7, 21], "days after the due date"),
    "documents.screened": (["submit_corrective_action_plan", "confirm_corrective_actions"], "messages"),
    "testing.grace": (14, "days"),
    "option_form.opens": (48, "hours"),
    "option_form.due": (15, "days"),
    "option_form.reminders": ([5, 1], "days"),
    "option_form.closure": (30, "days"),
    "appeal.due": (15, "days"),
    "appeal.result_earliest": (30, "days"),
    "appeal.result_latest": (45, "days"),
    "repeat.requested": (15, "days"),
    "survey.team": (["radiologist", "medical_physicist", "acr_staff_technologist"], "roles"),
    "withdrawal.all_patient_types": ([], "modalities"),
    "certificate.term": (36, "months"),
    "certificate.renewal_notice": (8, "months"),
    "certificate.renewal_application": (60, "days"),
    "certificate.renewal_reminders": ([14], "days"),
    "units.added_above": (13, "months left on the certificate"),
    "silence.reminder": (30, "days"),
    "silence.attention": (90, "days"),
    "backdating.believed": (3, "days"),
    "fees.payment_term": (30, "days"),
    "dates.earliest": (2000, "year (the first that a message's dates may name)"),
    "dates.latest": (20, "years ahead of the message"),
    "dates.far": (12, "months ahead of the message"),
    "time_zone": ("America/New_York", "time zone"),
    "facility_based": (["ultrasound", "breast_ultrasound"], "modalities"),
    "covers": (
        ["ct", "mri", "nuclear_medicine", "pet", "ultrasound", "breast_ultrasound", "stereotactic_breast_biopsy"],
        "modalities",
    ),
}

MATERIALS = 'unit = "days after the materials are complete"'
MISTAKES = [
    ("no TOML", "value = 45\n", "value = = 45\n", "no TOML"),
    ("a value left out", "value = 45\n", "", r"testing\.package\.value"),
    ("a unit left out", 'unit = "days after acceptance"\n', "", r"testing\.package\.unit"),
    ("a value's date left out", "effective = 2019-12-12\n", "", r"certificate\.term\.effective"),
    ("a certainty left out", 'certainty = "inferred"\n', "", r"time_zone\.certainty"),
    ("a value under a wrong name", "[testing.grace]", "[testing.graze]", r"testing\.grace"),
    ("a value too many", "[testing.grace]", "[testing.patience]\nvalue = 1\n[testing.grace]", r"testing\.patience"),
    ("a part too many", "[testing.grace]", "[tasting]\nvalue = 1\n[testing.grace]", "tasting"),
    ("a misspelt field", 'note = "two weeks', 'nota = "x"\nnote = "two weeks', r"certificate\.renewal_reminders\.nota"),
    ("a misspelt field of a source", "revised = 2021-03-08", "revisd = 2021-03-08", r"sources\.S1\.revisd"),
    ("a source that is not listed", 'source = "dicoe"', 'source = "dico"', "time_zone.*'dico'"),
    ("a certainty of its own", 'certainty = "inferred"', 'certainty = "guessed"', r"time_zone\.certainty"),
    ("a decision without a reason", 'note = "two weeks are enough to fill in a renewal"', "", "reminders.*note"),
    ("a date in words", "effective = 2021-03-08", 'effective = "soon"', "effective"),
    ("a number in quotes", "value = 45\n", 'value = "45"\n', r"testing\.package\.value"),
    ("a number in quotes in a list", "[10, 2]", '["10", 2]', r"testing\.reminders\.value"),
    ("a fraction of a day", "value = 45\n", "value = 45.5\n", r"testing\.package\.value"),
    ("yes for a number", "value = 45\n", "value = true\n", r"testing\.package\.value"),
    ("days below zero", "value = 45\n", "value = -45\n", r"testing\.package"),
    ("a zone that does not exist", "America/New_York", "America/New_Yorck", r"time_zone"),
    ("a modality that does not exist", '["ct", "mri"', '["cat", "mri"', r"covers"),
    ("a surveyor that does not exist", '["radiologist"', '["radiologst"', r"survey\.team"),
    ("a result due before it is expected", f"value = 30\n{MATERIALS}", f"value = 60\n{MATERIALS}", "appeal"),
]


@pytest.mark.parametrize(("right", "wrong", "told"), [row[1:] for row in MISTAKES], ids=[row[0] for row in MISTAKES])
def test_a_broken_edition_is_refused_by_file_and_field(right: str, wrong: str, told: str) -> None:
    assert right in TEXT
    with pytest.raises(EditionError, match=rf"broken\.toml: .*{told}"):
        read_edition(TEXT.replace(right, wrong, 1), "broken.toml")


@pytest.mark.parametrize(
    ("right", "other"),
    [("value = 14\n", "value = 0\n"), (f"value = 30\n{MATERIALS}", f"value = 45\n{MATERIALS}"), ("[10, 2]", "[]")],
)
def test_an_edition_may_leave_no_time_and_no_reminder(right: str, other: str) -> None:
    assert right in TEXT
    assert read_edition(TEXT.replace(right, other, 1), "changed.toml") != DIAGNOSTIC


def test_every_mistake_is_told_at_once() -> None:
    text = TEXT.replace("value = 45\n", "", 1).replace("value = 14\n", "", 1).replace('certainty = "inferred"\n', "", 1)
    with pytest.raises(EditionError) as told:
        read_edition(text, "broken.toml")
    assert [name for name in ("testing.package", "testing.grace", "time_zone") if name not in str(told.value)] == []


@pytest.mark.parametrize("name", ["edition", "program", "effective", "title"])
def test_an_edition_says_what_it_is(name: str) -> None:
    lines = [line for line in TEXT.splitlines() if not line.startswith(f"{name} =") or "[" in TEXT.split(line)[0]]
    with pytest.raises(EditionError, match=rf"broken\.toml: .*{name}: Field required"):
        read_edition("\n".join(lines), "broken.toml")


def test_the_diagnostic_edition_says_what_the_articles_and_the_office_say() -> None:
    provisions = DIAGNOSTIC.provisions()
    assert {name: p.value for name, p in provisions.items()} == {name: value for name, (value, _) in VALUES.items()}
    wrong_units = [name for name, (_, unit) in VALUES.items() if not provisions[name].unit.startswith(unit)]
    assert wrong_units == []
    assert (DIAGNOSTIC.zone.key, DIAGNOSTIC.form_opens_after) == ("America/New_York", timedelta(hours=48))


@pytest.mark.parametrize("edition", shipped_editions("accreditation"), ids=lambda edition: edition.edition)
def test_every_shipped_value_names_a_listed_source_and_how_sure_it_is(edition: Edition) -> None:
    for name, provision in edition.provisions().items():
        assert provision.source in edition.sources, name
        assert provision.note, f"{name}: where it stands, or why it was decided"
        assert provision.unit, name
        assert (provision.source == "office") <= (provision.certainty is Certainty.DECIDED), name
    unused = set(edition.sources) - {provision.source for provision in edition.provisions().values()}
    assert unused == set()


def test_what_the_articles_state_is_not_called_a_decision() -> None:
    stated = {name for name, p in DIAGNOSTIC.provisions().items() if p.certainty is Certainty.STATED}
    assert stated == {
        "covers", "testing.package", "option_form.opens", "option_form.due", "appeal.due", "appeal.result_earliest",
        "appeal.result_latest", "repeat.requested", "survey.team", "certificate.term", "certificate.renewal_notice",
        "certificate.renewal_application", "documents.screened", "units.added_above",
    }  # fmt: skip


def test_a_citation_says_where_a_value_stands_and_how_sure_it_is() -> None:
    stated = DIAGNOSTIC.cite(DIAGNOSTIC.option_form.opens)
    assert stated == "Options following a failure or deficiency (revised 03-08-2021), 48 hours, exactly"
    assert DIAGNOSTIC.cite(DIAGNOSTIC.time_zone).endswith(" (inferred)")
    assert DIAGNOSTIC.cite(DIAGNOSTIC.testing.grace).endswith(" (decided by the office, because the source is silent)")


def test_an_edition_is_in_force_from_its_day() -> None:
    with pytest.raises(EditionError, match="2021-03-07"):
        edition_in_force("accreditation", date(2021, 3, 7))
    assert edition_in_force("accreditation", date(2021, 3, 8)).edition == "2021-03-08"
    assert edition_in_force("accreditation", date(2021, 3, 9)).edition == "2021-03-08"
    assert edition_in_force("accreditation", date(2099, 1, 1)).edition == "2021-03-08"


SHIPPED = {"2022-11-09": date(2022, 11, 9), "2026-01-14": date(2026, 1, 14)}
LATER = date(2027, 1, 1)


@pytest.mark.parametrize(
    ("adopted", "on", "name"),
    [
        ({}, date(2026, 12, 31), "2021-03-08"),
        ({"2022-11-09": LATER}, date(2026, 12, 31), "2021-03-08"),
        ({"2022-11-09": LATER}, LATER, "2022-11-09"),
        ({"2022-11-09": date(2000, 1, 1)}, date(2022, 11, 8), "2021-03-08"),
        ({"2022-11-09": date(2000, 1, 1)}, date(2022, 11, 9), "2022-11-09"),
        (SHIPPED, date(2026, 1, 13), "2022-11-09"),
        (SHIPPED, date(2026, 1, 14), "2026-01-14"),
        ({"2021-03-08": LATER, "2022-11-09": LATER}, LATER, "2022-11-09"),
        ("2021-03-08", LATER, "2021-03-08"),
        ("2022-11-09", LATER, "2022-11-09"),
        ("2022-11-09", date(2022, 11, 8), "2021-03-08"),
    ],
)
def test_a_newer_edition_is_in_force_where_the_office_has_adopted_it(adopted: Adopted, on: date, name: str) -> None:
    """The seeds hold the revision of 2021: that is what an office works under until it adopts another one."""
    assert edition_in_force("accreditation", on, "ct", adopted).edition == name


def test_what_one_modality_adopts_bounds_no_other_modality() -> None:
    """An edition that does not cover a modality says nothing of which of that one's editions are in force."""
    others = [edition for edition in shipped_editions("accreditation") if "ct" not in edition.covers.value]
    for edition in others:
        found = edition_in_force("accreditation", date(2027, 1, 1), edition.covers.value[0], "2021-03-08")
        assert found.edition == edition_in_force("accreditation", date(2027, 1, 1), edition.covers.value[0]).edition


def test_a_modality_that_no_edition_covers_is_turned_away_by_that_of_the_diagnostic_ones() -> None:
    day = date(2027, 1, 1)
    assert edition_in_force("accreditation", day, "ct") is edition_in_force("accreditation", day)
    assert edition_in_force("accreditation", day, "submarines") is edition_in_force("accreditation", day)


def test_an_edition_is_found_by_its_name_and_its_program() -> None:
    assert edition_named("accreditation", "2021-03-08") is DIAGNOSTIC
    assert edition_named("accreditation", "2021-03-09") is None
    assert edition_named("submarines", "2021-03-08") is None
    with pytest.raises(EditionError, match="submarines"):
        edition_in_force("submarines", date(2027, 1, 1))


@pytest.mark.parametrize("edition", shipped_editions("accreditation"), ids=lambda edition: edition.edition)
def test_the_file_is_named_after_its_program_and_edition(edition: Edition) -> None:
    text = (files("policy") / "editions" / f"{edition.program}-{edition.edition}.toml").read_text("utf-8")
    assert read_edition(text, "again") == edition
    assert edition.edition.endswith(edition.effective.isoformat())


def test_a_case_carries_its_edition_unchanged() -> None:
    assert Edition.model_validate_json(DIAGNOSTIC.model_dump_json()) == DIAGNOSTIC


def test_an_edition_that_was_carried_for_years_still_decodes() -> None:
    """Fields that a later version dropped are left out, at every depth."""
    carried = json.loads(DIAGNOSTIC.model_dump_json())
    later = {"value": 9, "unit": "days", "effective": "2020-01-01", "source": "S9", "certainty": "stated"}
    carried |= {"motto": "as it was", "fax": later}
    carried["testing"]["patience"] = later
    carried["testing"]["package"]["page"] = 3
    carried["sources"]["S1"]["pages"] = 4
    assert Edition.model_validate_json(json.dumps(carried)) == DIAGNOSTIC
