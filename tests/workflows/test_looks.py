"""What an accredited case sees to beside what it awaits, and what cases of before go on doing; without a server."""

from datetime import datetime, timedelta

import pytest

from policy.accreditation.annual_update import WINDOW
from policy.accreditation.cycle import AnnualUpdate, CycleFacts
from policy.edition import Edition
from policy.messages import SubmitAnnualUpdate
from tests.policy.cycles import TERMS
from tests.policy.said import said
from tests.policy.surveyed import FILED, ordered
from workflows.accreditation import annual_update, validation
from workflows.accreditation.workflow import TRANSITIONS
from workflows.case.case import Case
from workflows.case.stages import StageOrder

SILENT = timedelta(days=TERMS.silence.attention.value)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The instant at which a case is looked at."""
    monkeypatch.setattr("temporalio.workflow.now", lambda: FILED)


def a_case(facts: CycleFacts, at: datetime = FILED) -> Case[CycleFacts, Edition]:
    case: Case[CycleFacts, Edition] = Case(facts, TERMS, StageOrder(TRANSITIONS), lambda: None)
    case.at = at
    return case


def owing() -> CycleFacts:
    """An accredited unit that is asked for its annual update while a survey's report is awaited."""
    facts = ordered()
    facts.updates.append(AnnualUpdate(number=1, asked_at=FILED, date=0))
    return facts


def looks(facts: CycleFacts) -> list[datetime]:
    return [mark.at for mark in facts.marks if mark.item == WINDOW]


def test_a_case_looks_by_itself_for_an_update_that_stays_away_behind_something_else() -> None:
    facts = owing()
    for _ in range(2):
        annual_update.look_after(a_case(facts), awaited=True)
    assert looks(facts) == [FILED + SILENT]
    assert facts.attention == []
    annual_update.look_after(a_case(facts, FILED + SILENT), awaited=True)
    assert [one.item for one in facts.attention] == [WINDOW]
    assert looks(facts) == []


def test_an_update_that_comes_needs_no_look() -> None:
    facts = owing()
    annual_update.look_after(a_case(facts), awaited=True)
    annual_update.receive(a_case(facts), said(SubmitAnnualUpdate, confirmed=True))
    assert looks(facts) == []


def test_a_survey_that_is_called_off_takes_no_look_of_the_update_away() -> None:
    facts = owing()
    annual_update.look_after(a_case(facts), awaited=True)
    validation._forget_day(a_case(facts), facts.validations[-1])
    assert looks(facts) == [FILED + SILENT]
