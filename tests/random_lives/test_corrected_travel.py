"""A corrected survey report without travel expenses voids the invoice of them; nothing stands in its place."""

from random import Random
from typing import Any

from tests.random_lives.lives import RandomLife
from tests.random_lives.test_largest_in_every_stage import SITES, SURVEYED, tell
from tests.workflows.stories import findings, say

FLIGHTS = [{"description": "Flights", "amount": "812.50"}]


def test_travel_expenses_that_were_none_are_invoiced_no_more_and_may_be_again() -> None:
    life = RandomLife("radiation oncology", Random(1), paper={"name": "a.pdf"})
    found: dict[str, Any] = {"findings": findings(SITES), "satisfactory": True, "reason": "Mixed up."}
    said = [
        *SURVEYED[:-1],
        say(30, "file_survey_report", **found, travel_expenses=FLIGHTS),
        say(31, "correct_survey_report", **found, travel_expenses=[]),
    ]
    for number, one in enumerate(said):
        fields = {
            name: value for name, value in one.fields.items() if (one.name, name) != ("file_survey_report", "reason")
        }
        tell(life, number, one._replace(fields=fields))
    assert [(one.purpose, one.status) for one in life.status().invoices][1:] == [("travel_expenses", "void")]
    tell(life, len(said), say(32, "correct_survey_report", **found, travel_expenses=FLIGHTS))
    travel = [one for one in life.status().invoices if one.purpose == "travel_expenses"]
    assert [(one.status, str(one.total)) for one in travel] == [("void", "812.50"), ("open", "812.50")]
    life.core.close()
