"""Stories that begin alike are lived once up to where they part, and each is reported of as if it were lived alone."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from embedded.server import EmbeddedServer
from rehearsal.runner import Report
from tests.workflows.lives import alike, in_common, lived, went_as_told
from tests.workflows.stories import Story, chosen, deficient, paid, say, viewed

UNVIEWED = [*deficient(viewing=None), chosen(6, "repeat", refused="option_form.report_not_viewed"), viewed(7)]
REPEATED = Story([*UNVIEWED, chosen(8, "repeat"), paid(9)], until=10)
WITHDRAWN = Story([*UNVIEWED, chosen(8.5, "withdraw")], until=10)


def test_stories_part_after_a_message_that_was_accepted() -> None:
    assert in_common(REPEATED, WITHDRAWN) == len(UNVIEWED)
    late = chosen(30, "repeat", refused="option_form.past_due")
    again = [Story([*deficient(), late, say(31, "note", text=text)]) for text in ("one", "another")]
    assert in_common(*again) == len(deficient())


def test_lives_of_other_days_and_those_that_name_their_own_facility_are_lived_whole() -> None:
    later = replace(WITHDRAWN, opened_at=WITHDRAWN.opened_at + timedelta(days=1))
    renewed = replace(WITHDRAWN, said=[*WITHDRAWN.said, say(9, "start_renewal")])
    stories = {"repeated": REPEATED, "withdrawn": WITHDRAWN, "later": later, "renewed": renewed}
    assert alike(stories) == [["repeated", "withdrawn"], ["later"], ["renewed"]]


@pytest.mark.server
async def test_a_story_that_parts_from_another_is_told_of_as_if_it_were_lived_alone(
    temporal_server: EmbeddedServer, tmp_path: Path
) -> None:
    together = await lived(temporal_server, tmp_path / "two", {"repeated": REPEATED, "withdrawn": WITHDRAWN})
    alone = await lived(temporal_server, tmp_path / "one", {"repeated": WITHDRAWN})
    assert went_as_told(together["repeated"])["stage"] == "application"
    assert went_as_told(together["withdrawn"])["outcome"] == "withdrawn"
    assert told(together["withdrawn"]) == told(alone["repeated"])


def told(report: Report) -> dict[str, Any]:
    """Return what is reported, without when a message was handled."""
    status = {
        name: report["status"][name] for name in ("stage", "outcome", "areas", "options", "attention", "deadlines")
    }
    entries = [(one["day"], one["kind"], one["by"], one["text"]) for one in report["timeline"]]
    same = {name: report[name] for name in ("case", "invoices", "notices", "refusals", "deadlines", "lived_to_day")}
    return {**same, "status": status, "timeline": entries}
