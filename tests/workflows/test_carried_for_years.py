"""What a case has carried for years is read by today's models: every released edition, and the facts of every history.

A field that was renamed, a value that became another type or that has no default any more fails here, before it fails
an office's cases.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from temporalio.client import WorkflowHistory

from activities.contract import RENEWAL_RULES, TERMS_IN_FORCE, RenewalRules, Step
from policy.designation.edition import DicoeEdition
from policy.edition import Edition, Rules
from policy.terms.register import NAMED, kept_forms
from tests.histories.record import recorded
from workflows.case.opening import OpenCase
from workflows.designation.workflow import OpenDesignation

PROGRAMS: dict[str, type[Rules]] = {"accreditation": Edition, "dicoe": DicoeEdition}
OPENINGS: dict[str, type[OpenCase | OpenDesignation]] = {
    "AccreditationCycle": OpenCase,
    "DicoeDesignation": OpenDesignation,
}
KEPT = kept_forms()


def rules_of(values: dict[str, Any]) -> Rules:
    return PROGRAMS[values["program"]].model_validate(values)


def lost(carried: Any, read: Any, path: str = "") -> list[str]:
    """Return what was carried and does not stand in what was read; what is new there has a default and is no loss."""
    if isinstance(carried, dict) and isinstance(read, dict):
        return [one for key, value in carried.items() for one in lost(value, read.get(key, ...), f"{path}.{key}")]
    return [] if carried == read else [f"{path}: {carried!r} became {read!r}"]


@pytest.mark.parametrize("digest", KEPT)
def test_every_released_edition_is_read_by_todays_model_and_loses_nothing(digest: str) -> None:
    values = json.loads(KEPT[digest])
    rules = rules_of(values)
    assert lost(values, json.loads(rules.model_dump_json())) == []
    assert rules.digest() == digest, "a default has changed: cases that name this edition would carry another one"
    for name, provision in rules.provisions().items():
        assert rules.cite(provision), name
        assert rules.meanings()[name], name


def test_editions_that_a_history_holds_whole_are_read_and_lose_nothing() -> None:
    whole = 0
    for name, values in editions_in_histories():
        rules = rules_of(values)
        if values.keys() != NAMED:
            whole += 1
            assert lost(values, json.loads(rules.model_dump_json())) == [], name
    assert whole > 20  # those that began before editions were named by their digests


def test_the_facts_that_a_run_hands_to_the_next_are_read() -> None:
    carried = 0
    for name, history in recorded().items():
        started = history.events[0].workflow_execution_started_event_attributes
        values = json.loads(started.input.payloads[0].data)
        opening = OPENINGS[started.workflow_type.name].model_validate(values)
        assert (opening.opened_at is None) == (values.get("opened_at") is None), name
        if values.get("carried"):
            carried += 1
            facts = json.loads(opening.model_dump_json())["carried"]
            assert facts["case_id"] == values["carried"]["case_id"], name
            assert len(facts["deadlines"]) == len(values["carried"].get("deadlines", [])), name
    assert carried > 15


def test_every_step_that_was_handed_to_the_books_is_read() -> None:
    steps = 0
    for name, history in recorded().items():
        for event in history.events:
            scheduled = event.activity_task_scheduled_event_attributes
            for payload in scheduled.input.payloads:
                values = json.loads(payload.data)
                if isinstance(values, dict) and {"run_id", "number"} <= values.keys():
                    steps += 1
                    assert Step.model_validate(values).number == values["number"], name
    assert steps > 500


def editions_in_histories() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every edition that a history holds, whole or by its digest, with the history's name."""
    for name, history in recorded().items():
        started = history.events[0].workflow_execution_started_event_attributes
        if terms := json.loads(started.input.payloads[0].data).get("terms"):
            yield name, terms
        for activity, result in results_of(history):
            if activity == TERMS_IN_FORCE:
                yield name, result
            elif activity == RENEWAL_RULES:
                yield name, RenewalRules.model_validate(result).terms


def results_of(history: WorkflowHistory) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what local activities returned, with their names."""
    for event in history.events:
        details = event.marker_recorded_event_attributes.details
        if "data" in details and details["result"].payloads[0].data:  # none where no edition has the name
            activity = json.loads(details["data"].payloads[0].data)["activity_type"]
            yield activity, json.loads(details["result"].payloads[0].data)
