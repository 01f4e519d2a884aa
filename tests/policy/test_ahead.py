"""What another edition would mean for an open case: only what it has still before it, and what is about it."""

from datetime import date

import pytest

from policy.edition import Edition, edition_named
from policy.editions.ahead import Scope, differences_ahead
from policy.facts import Stage

CT, ON_CD = Scope("ct"), Scope("ct", uploads=False)


def edition(name: str) -> Edition:
    found = edition_named("accreditation", name)
    assert found is not None
    return found


OLD, LATER, NEWEST = edition("2021-03-08"), edition("2022-11-09"), edition("2026-01-14")


def ahead(stage: Stage, tested: Scope = CT, *, carried: Edition = OLD, other: Edition = LATER) -> set[str]:
    return {one.name for one in differences_ahead(carried, other, stage, tested)}


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.CLOSED])
def test_what_only_an_opening_asks_for_is_told_of_no_open_case(stage: Stage) -> None:
    tables = {name.partition(".")[0] for name in ahead(stage)}
    assert not tables & {"modules", "patient_types", "published_fees"}
    assert "fees.expires" in ahead(Stage.APPLICATION)
    assert stage is Stage.APPLICATION or "fees.expires" not in ahead(stage)


def test_what_tables_of_a_later_edition_say_of_attempts_is_told_before_the_grant_alone() -> None:
    assert {"testing.clinical_age", "supplemental_review.offered", "withdrawal.parts"} <= ahead(Stage.OPTIONS)
    assert ahead(Stage.ACCREDITED) == set(), "nothing that is new there is before an accredited unit"


def test_the_age_of_a_phantom_s_images_is_told_where_there_is_a_phantom() -> None:
    assert ahead(Stage.TESTING, carried=LATER, other=NEWEST) == {"testing.phantom_age"}
    assert ahead(Stage.TESTING, Scope("ct", phantom=False), carried=LATER, other=NEWEST) == set()


def test_when_a_form_of_uploads_opens_is_told_of_uploads_alone() -> None:
    assert "option_form.opens_upload" in ahead(Stage.REVIEW)
    assert "option_form.opens_upload" not in ahead(Stage.REVIEW, ON_CD)
    assert "option_form.opens" not in ahead(Stage.REVIEW, ON_CD), "48 hours after the return in both"


def test_patient_types_that_are_withdrawn_together_are_told_of_their_modality() -> None:
    types = LATER.withdrawal.all_patient_types
    changed = types.model_copy(update={"value": [*types.value, "ct"]})
    withdrawal = LATER.withdrawal.model_copy(update={"all_patient_types": changed})
    other = LATER.model_copy(update={"withdrawal": withdrawal})
    assert ahead(Stage.OPTIONS, carried=LATER, other=other) == {"withdrawal.all_patient_types"}
    assert ahead(Stage.OPTIONS, Scope("mri"), carried=LATER, other=other) == set()


def test_an_edition_that_is_the_case_s_own_makes_no_difference() -> None:
    assert ahead(Stage.TESTING, carried=LATER, other=LATER) == set()
    assert LATER.effective == date(2022, 11, 9)
