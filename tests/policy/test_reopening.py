"""A case that was closed in error is opened again: until when, and what stands in its way."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from policy.keeping.reopening import Closing, digest_of, judge_filled_in, judge_reopening, judge_said
from policy.messages import ReopenCase
from policy.messages.proofs import Sender
from policy.verdict import Refused
from tests.policy.cycles import SECOND, ZONE, a_cycle, et
from tests.policy.said import refused_by, said

CLOSED = et("2027-06-03 17:45")
WORD = Closing(at=CLOSED, outcome="closed_by_acr", by_word=True)


def rule(closing: Closing | None, at: datetime, days: int = 90) -> str | None:
    found: Refused | None = None
    try:
        judge_reopening(closing, at, ZONE, days)
    except Refused as refused:
        found = refused
    assert found is None or (found.reason.endswith(".") and found.source)
    return found.rule if found else None


def test_the_ninetieth_day_after_the_closing_is_in_time_to_its_end_and_the_next_is_not() -> None:
    assert rule(WORD, CLOSED) is None
    assert rule(WORD, et("2027-09-01 24:00") - SECOND) is None
    assert rule(WORD, et("2027-09-01 24:00")) == "reopening.past_term"
    assert rule(WORD, et("2027-06-04 24:00"), days=0) == "reopening.past_term"


def test_a_case_is_counted_by_the_days_of_the_office_over_a_change_of_the_clocks() -> None:
    autumn = WORD._replace(at=et("2027-10-30 23:30"))
    assert rule(autumn, et("2028-01-28 24:00") - timedelta(minutes=1)) is None
    assert rule(autumn, et("2028-01-29 00:00")) == "reopening.past_term"


@pytest.mark.parametrize(
    ("closing", "refused"),
    [
        (None, "reopening.not_closed"),
        (WORD._replace(by_word=False, outcome="not_granted"), "reopening.ended_by_rule"),
        (WORD._replace(by_word=False, outcome="expired"), "reopening.ended_by_rule"),
        (WORD._replace(next_cycle="accreditation.OH-1.ct.CT-1.2"), "reopening.already_followed"),
        (WORD._replace(renewed="accreditation.OH-1.ct.CT-1.1"), "reopening.already_followed"),
        (WORD._replace(joined="OH-2"), "reopening.already_followed"),
        (WORD._replace(outcome="withdrawn"), None),
    ],
)
def test_what_the_rules_ended_or_something_has_followed_from_stays_closed(
    closing: Closing | None, refused: str | None
) -> None:
    assert rule(closing, CLOSED) == refused


def test_an_open_case_is_not_opened_again() -> None:
    assert refused_by(a_cycle(), said(ReopenCase, reason="A mistake."), CLOSED) == "reopening.not_closed"


@dataclass
class Filled:
    run: str
    known: str


@pytest.mark.parametrize(
    ("found", "refused"), [(Filled("run", "ab"), False), (Filled("other", "ab"), True), (Filled("run", "cd"), True)]
)
def test_a_proof_stands_for_one_end_and_for_what_the_case_knew(found: Filled, refused: bool) -> None:
    message = said(ReopenCase, reason="A mistake.", closed_run="run", known="ab")
    if not refused:
        judge_filled_in(message, found.run, found.known)
        return
    with pytest.raises(Refused) as caught:
        judge_filled_in(message, found.run, found.known)
    assert caught.value.rule == "reopening.another_case"


def test_what_a_case_knew_has_one_digest_whatever_the_order_of_its_fields() -> None:
    assert digest_of({"a": 1, "b": "ü"}) == digest_of({"b": "ü", "a": 1}) != digest_of({"a": 1, "b": "u"})


@pytest.mark.parametrize(
    ("by", "org", "refused"),
    [("acr", "office", False), ("acr", None, False), ("facility", "OH-1", True), ("acr", "OH-1", True)],
)
def test_nobody_but_the_office_opens_a_case_again_whatever_the_case_is_said_to_have_known(
    by: str, org: str | None, refused: bool
) -> None:
    message = said(ReopenCase, reason="A mistake.", by={"name": "Ann Sample", "role": by})
    sender = Sender(person="Ann Sample", role=message.by.role, org=org, key="k") if org else None
    if not refused:
        judge_said(message, sender, ZONE)
        return
    with pytest.raises(Refused) as caught:
        judge_said(message, sender, ZONE)
    assert caught.value.rule == "actor.not_allowed"


def test_why_a_case_is_opened_again_names_no_patient() -> None:
    with pytest.raises(Refused) as caught:
        judge_said(said(ReopenCase, reason="The patient's name is Ada Quilvermon, MRN 483921."), None, ZONE)
    assert caught.value.rule == "message.contains_phi"
