"""What an accredited case sees to beside what it awaits, and what cases of before go on doing; without a server."""

from datetime import datetime, timedelta

import pytest

from policy.accreditation.annual_update import WINDOW
from policy.accreditation.cycle import AnnualUpdate, CycleFacts
from policy.edition import Edition
from policy.facts import Party, Stage
from policy.messages import SubmitAnnualUpdate
from tests.policy.cycles import TERMS
from tests.policy.said import said
from tests.policy.surveyed import FILED, ordered, standing, surveyed_early
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


def test_more_time_for_a_response_asks_anew_in_a_case_of_before_early_surveys_alone() -> None:
    for early in (True, False):
        facts = surveyed_early()
        facts.stage, facts.surveyed_early = Stage.REVIEW, early
        case = a_case(facts)
        case.await_party(Party.ACR, "the final report", "report.1")
        validation.window_extended(case)
        assert (facts.asked is not None) == early


def test_a_case_without_certificate_tells_of_an_open_survey_where_surveys_may_be_early_alone() -> None:
    for early in (True, False):
        facts = surveyed_early()
        facts.surveyed_early = early
        case = a_case(facts)
        validation.tell_of_open_survey(case)
        assert bool(facts.attention) == early
    facts = ordered()
    validation.tell_of_open_survey(a_case(facts))
    assert bool(facts.attention) == (standing().certificate is not None)
