"""Messages that are dated back: which stamp is not believed, and which one would close a case at once."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from policy.accreditation.backdating import closes_after, judge_adoption, judge_dating
from policy.application import Medium
from policy.messages import (
    AcceptApplication,
    IssueAppealResult,
    IssueFinalReport,
    ResolveAttention,
    ReturnImages,
    ViewFinalReport,
)
from policy.rules import REFUSALS
from policy.senders import counts_as_of
from policy.verdict import Refused
from tests.policy.cycles import CHEST, TERMS, a_cycle, et, finding
from tests.policy.said import said

AT = et("2027-03-01 12:00")
INACTIVE = et("2027-04-29 24:00")
"""24:00 of the 45th day after 1 March, and 14 days of grace."""
CLOSED = et("2027-04-17 24:00")
"""The form opens after 48 hours, is due 15 days later, and the case closes 30 days after that."""


def report(acceptable: bool = False) -> IssueFinalReport:
    return said(IssueFinalReport, reviewers=["Sample Reviewer"], findings=[finding(CHEST, acceptable=acceptable)])


def result() -> IssueAppealResult:
    return said(IssueAppealResult, arbitrator="Sample Arbitrator", findings=[finding(CHEST, acceptable=False)])


def a_new_cycle(**known: Any) -> Any:
    facts = a_cycle()
    for name, value in known.items():
        setattr(facts, name, value)
    return facts


@pytest.mark.parametrize(
    ("message", "closes"),
    [(said(AcceptApplication), INACTIVE), (report(), CLOSED), (result(), CLOSED), (said(ReturnImages), CLOSED)],
)
def test_a_message_is_refused_from_the_instant_on_at_which_it_would_close_the_case(
    message: Any, closes: datetime
) -> None:
    assert closes_after(message, AT, TERMS) == closes
    assert judge_dating(a_new_cycle(), TERMS, message, AT, closes - timedelta(seconds=1)) == []
    with pytest.raises(Refused) as caught:
        judge_dating(a_new_cycle(), TERMS, message, AT, closes)
    assert (caught.value.rule, caught.value.source) == ("message.window_over", REFUSALS["message.window_over"])


@pytest.mark.parametrize("message", [report(acceptable=True), said(ViewFinalReport)])
def test_what_opens_no_window_closes_nothing(message: Any) -> None:
    assert closes_after(message, AT, TERMS) is None
    assert judge_dating(a_new_cycle(), TERMS, message, AT, AT + timedelta(days=900)) == []


def test_on_cd_and_film_no_form_runs_before_the_images_are_returned() -> None:
    assert closes_after(report(), AT, TERMS, Medium.FILM) is None
    assert closes_after(report(), AT, TERMS, Medium.UPLOAD) == CLOSED


def test_a_case_whose_past_is_being_entered_takes_it() -> None:
    facts = a_new_cycle(adopting=True)
    assert judge_dating(facts, TERMS, said(AcceptApplication), AT, INACTIVE + timedelta(days=300)) == []


def test_a_case_that_began_before_this_was_judged_goes_on_as_it_began() -> None:
    facts = a_new_cycle(rules_revision=1)
    assert judge_dating(facts, TERMS, said(AcceptApplication), AT, INACTIVE + timedelta(days=300)) == []


@pytest.mark.parametrize(
    ("message", "how"),
    [
        (said(ViewFinalReport, received_at="2027-02-20"), "on_behalf_of"),
        (said(AcceptApplication, received_at="2027-02-20"), "accredit import"),
        (said(AcceptApplication, received_at="2027-02-20", reason="done that day"), "accredit import"),
        (report().model_copy(update={"received_at": date(2027, 2, 20)}), "accredit import"),
        (said(ReturnImages, received_at="2027-02-20"), "`reason`"),
    ],
)
def test_a_message_whose_stamp_is_not_believed_is_refused_and_told_how_to_date_it(message: Any, how: str) -> None:
    with pytest.raises(Refused) as caught:
        judge_dating(a_new_cycle(), TERMS, message, AT, AT)
    refused = caught.value
    assert (refused.rule, refused.source) == (
        "message.stamp_not_believed",
        REFUSALS["message.stamp_not_believed"],
    )
    assert "3 days back" in refused.reason
    assert any(how in sentence for sentence in refused.instead)
    assert any("at most 3 days back" in sentence for sentence in refused.instead)


@pytest.mark.parametrize(("back", "believed"), [(2, True), (3, True), (4, False)])
def test_a_stamp_is_believed_on_the_day_before_the_third_and_on_it(back: int, believed: bool) -> None:
    stamp = AT - timedelta(days=back)
    message, facts = said(AcceptApplication, received_at=stamp.isoformat(), reason="entered late"), a_new_cycle()
    at = counts_as_of(facts, message, AT, TERMS)
    assert at == (stamp if believed else AT)
    if believed:
        assert judge_dating(facts, TERMS, message, at, AT) == []
        return
    with pytest.raises(Refused, match="stamp_not_believed"):
        judge_dating(facts, TERMS, message, at, AT)


def test_a_case_that_began_before_is_warned_of_a_stamp_that_is_not_believed() -> None:
    message = said(ViewFinalReport, received_at="2027-02-20")
    (warning,) = judge_dating(a_new_cycle(rules_revision=2), TERMS, message, AT, AT)
    assert warning.startswith("It counts as of now, not as of ")
    assert "3 days back" in warning


@pytest.mark.parametrize("received_at", [None, "2027-03-01", "2027-03-01T11:59:30-05:00"])
def test_a_stamp_of_now_or_of_today_needs_no_word(received_at: str | None) -> None:
    message = said(ViewFinalReport, received_at=received_at)
    assert judge_dating(a_new_cycle(), TERMS, message, AT, AT) == []


def test_while_its_past_is_entered_a_case_takes_nothing_of_today() -> None:
    facts = a_new_cycle(adopting=True)
    past = {"received_at": "2026-02-01", "reason": "entered from the list"}
    judge_adoption(facts, said(AcceptApplication, **past))
    judge_adoption(facts, said(ResolveAttention, item="adoption", action="skip", reason="all entered"))
    for message in (said(ViewFinalReport), said(AcceptApplication), said(AcceptApplication, reason="now")):
        with pytest.raises(Refused) as caught:
            judge_adoption(facts, message)
        assert (caught.value.rule, caught.value.source) == ("case.being_adopted", REFUSALS["case.being_adopted"])
    judge_adoption(a_new_cycle(), said(ViewFinalReport))


def test_a_stamp_is_believed_as_of_when_the_message_came_and_not_when_its_documents_were_read() -> None:
    stamp, arrived, now = et("2027-03-01 12:00"), et("2027-03-01 12:05"), et("2027-03-06 12:00")
    message = said(ViewFinalReport, received_at=stamp.isoformat())
    facts = a_new_cycle(opened_at=et("2027-01-01 12:00"), stage_since=et("2027-01-02 12:00"), asked=None)
    assert counts_as_of(facts, message, now, TERMS, arrived) == stamp
    assert judge_dating(facts, TERMS, message, stamp, now, arrived) == []
    assert counts_as_of(facts, said(ViewFinalReport), now, TERMS, arrived) == arrived
    assert counts_as_of(facts, message, now, TERMS) == now
