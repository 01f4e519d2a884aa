"""The status of a case is one model: the query answers it, the books keep it, what cases said before reads the same."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from temporalio.client import WorkflowHistory

from policy.facts import Stage
from policy.status import CaseStatus
from starter.applications.check import schemas
from tests.histories.record import recorded
from tests.workflows.shipped import Life

AS_CASES_SAID_IT = {
    "case", "opened_at", "adopting", "closed_at", "stage", "outcome", "awaited_party", "awaited", "deficiencies",
    "areas", "certificate", "designation", "locations", "options", "deadlines", "attention", "invoices", "edition",
    "renewal", "application",
}  # fmt: skip
"""The names in a status before it had a model."""
SINCE = {"earlier_entries", "paused", "corrections", "follow_ups", "mqsa"}
"""What it says since then."""
WHILE_IT_HOLDS = {"validation", "annual_update", "correctable"}
"""What it says only while there is something to say: never at the end of a case."""
WHERE_THERE_IS_ANY = {"former", "missing_accreditations"}
"""What it says of those cases alone whose facility has changed, or that rest on something that does not stand."""


def last_words(history: WorkflowHistory) -> Iterator[dict[str, Any]]:
    """Yield the status that a case ended with, if it has ended."""
    for event in history.events:
        for payload in event.workflow_execution_completed_event_attributes.result.payloads:
            yield json.loads(payload.data)


def test_every_status_that_was_recorded_reads_and_says_the_same_again() -> None:
    statuses = [(name, status) for name, history in recorded().items() for status in last_words(history)]
    assert len(statuses) > 15
    for name, status in statuses:
        again = CaseStatus.model_validate(status).model_dump(mode="json")
        assert {key: again[key] for key in status} == _completed(status), name
        assert again["stage"] == Stage.CLOSED


def _completed(status: dict[str, Any]) -> dict[str, Any]:
    """Return a status with what its invoices did not say when it was recorded."""
    return {
        **status,
        "invoices": [{"credited": "0.00", "written_off": "0.00", **invoice} for invoice in status["invoices"]],
    }


@pytest.mark.server
def test_a_case_that_lives_now_says_the_same_names_in_the_same_form(
    shipped: dict[str, Life], designations: dict[str, Life]
) -> None:
    lived = [*shipped.values(), *designations.values()]
    statuses = [status for life in lived for history in life.histories for status in last_words(history)]
    assert len(statuses) > 10
    for status in statuses:
        assert status.keys() - WHERE_THERE_IS_ANY == AS_CASES_SAID_IT | SINCE
        assert CaseStatus.model_validate(status).model_dump(mode="json") == status
        assert status["opened_at"].endswith("+00:00")
        assert all(deadline.keys() == {"name", "opens_at", "due_at", "met", "over"} for deadline in status["deadlines"])


def test_the_schema_shows_what_a_status_is_made_of() -> None:
    shape = schemas()["status"].model_json_schema()
    names = AS_CASES_SAID_IT | SINCE | WHILE_IT_HOLDS | WHERE_THERE_IS_ANY
    assert set(shape["properties"]) == set(CaseStatus.model_fields) == names
    assert shape["properties"]["awaited_party"]["description"] == "Who must act next; null: nobody."
