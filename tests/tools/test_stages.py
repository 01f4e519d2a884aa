"""The stages of a case: drawn from the tables beside `run`, which every recorded history keeps to."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest

from policy.facts import Stage
from policy.rules import RULES
from services.facility.entries import book_of_id
from tests.histories.record import names, recording
from tests.workflows.test_histories import payloads
from tools.stages import FILE, PROGRAMS, drawn
from workflows.accreditation.oncology.stages import TRANSITIONS as OF_ONCOLOGY
from workflows.accreditation.workflow import TRANSITIONS as OF_AN_ACCREDITATION
from workflows.case.stages import OutOfOrder, StageOrder, Transition
from workflows.designation.workflow import TRANSITIONS as OF_A_DESIGNATION

ORDERS = {
    "accreditation": StageOrder(OF_AN_ACCREDITATION),
    "radiation_oncology": StageOrder(OF_ONCOLOGY),
    "dicoe": StageOrder(OF_A_DESIGNATION),
}
ALL = [one for _, transitions in PROGRAMS.values() for one in transitions]


def test_the_page_is_what_the_command_draws() -> None:
    assert FILE.read_text("utf-8") == drawn(), "run `make stages`"


@pytest.mark.parametrize("one", ALL, ids=lambda one: f"{one.before}-{one.after}-{one.rule}")
def test_every_way_on_names_a_rule_that_has_a_source(one: Transition) -> None:
    assert one.rule in RULES


def test_every_stage_is_entered_and_left_but_the_last_one() -> None:
    assert {one.after for one in ALL} == set(Stage)
    assert {one.before for one in ALL} == {None, *Stage} - {Stage.CLOSED}


def entered(name: str) -> Iterator[tuple[str, Stage]]:
    """Yield the stages that a recorded case told its books of, in their order, each with the case's id."""
    for _, content in payloads(recording(name)):
        if isinstance(content, dict) and {"case_id", "entries"} <= content.keys():
            for entry in content["entries"]:
                if isinstance(entry, dict) and entry["kind"] == "stage":  # a notice's entry stands by its number
                    yield content["case_id"], Stage(entry["detail"]["stage"])


def stood(told: Any) -> Stage | None:
    """Return where a case stood whose recorded run goes on with it; None: it begins with it."""
    (opening,) = told["events"][0]["workflowExecutionStartedEventAttributes"]["input"]["payloads"]
    carried = json.loads(base64.b64decode(opening["data"])).get("carried")
    return Stage(carried.get("stage", Stage.APPLICATION)) if carried else None


def test_no_recorded_case_has_taken_another_way() -> None:
    taken = set[tuple[str, Stage | None, Stage]]()
    for name in names():
        stages = list(entered(name))
        before = stood(recording(name))
        if name == "reopened.run-2":  # opened again, it tells its stage anew
            del stages[0]
        if name == "closed-in-error":  # recorded was the run that goes on after the closing: it tells where it stands
            assert [stage for _, stage in stages] == [Stage.CORRECTIVE_ACTION]
            continue
        for case_id, stage in stages:
            assert stage in ORDERS[book_of_id(case_id)].follows[before], f"{name}: {stage} after {before}"
            taken.add((book_of_id(case_id), before, stage))
            before = stage
        assert stages or stood(recording(name)), name
    books = dict(zip(ORDERS, (OF_AN_ACCREDITATION, OF_ONCOLOGY, OF_A_DESIGNATION), strict=True))
    ways = {(book, one.before, one.after) for book, transitions in books.items() for one in transitions}
    assert ways - taken == set(), "ways on that no recorded case has taken"


@pytest.mark.parametrize("order", ORDERS.values(), ids=list(ORDERS))
def test_a_case_can_be_closed_in_every_stage_and_does_nothing_afterwards(order: StageOrder) -> None:
    assert all(Stage.CLOSED in after for after in order.follows.values())
    assert Stage.CLOSED not in order.follows


def test_a_stage_that_may_not_follow_fails_in_tests() -> None:
    assert StageOrder.strict
    ORDERS["accreditation"].check(Stage.REVIEW, Stage.OPTIONS)
    with pytest.raises(OutOfOrder, match="the stage testing may not follow options"):
        ORDERS["accreditation"].check(Stage.OPTIONS, Stage.TESTING)
    with pytest.raises(OutOfOrder, match="may not follow the opening"):
        ORDERS["dicoe"].check(None, Stage.SURVEY)
