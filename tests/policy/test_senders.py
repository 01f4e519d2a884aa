"""Who may speak, and as of when a message counts."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from policy.application import Medium
from policy.dates import MOMENT
from policy.messages import (
    CloseCase,
    Message,
    RecordPayment,
    ReturnImages,
    Role,
    SubmitAppealMaterials,
    ViewFinalReport,
)
from policy.rules import RULES
from policy.senders import counts_as_of, judge_sender
from policy.verdict import Refused
from tests.policy.cycles import SECOND, TERMS, a_ct_unit, a_cycle, et
from tests.policy.said import ACR, FACILITY, said
from tests.policy.spoken import FIELDS, OF_EITHER, OF_THE_FACILITY, message_of

FACILITY_WORDS = [
    *("facility", "supervising_physician", "medical_physicist", "administrator", "technologist"),
    "lead_interpreting_physician",
]
NOW = et("2027-03-12 15:00")


def refusal_of(message: Message, medium: Medium = Medium.UPLOAD) -> str | None:
    """Return the rule that turns the sender away."""
    try:
        judge_sender(a_cycle(a_ct_unit(medium)), message)
    except Refused as refused:
        return refused.rule
    return None


def as_of(now: datetime, **fields: Any) -> datetime:
    return counts_as_of(a_cycle(), said(ViewFinalReport, **fields), now, TERMS)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", sorted(set(FIELDS) - OF_EITHER))
def test_each_message_has_its_senders(name: str, role: Role) -> None:
    message = message_of(name, by={"name": "Sample", "role": role})
    allowed = role in FACILITY_WORDS if name in OF_THE_FACILITY else role == "acr"
    assert refusal_of(message) == (None if allowed else "actor.not_allowed")


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("medium", list(Medium))
def test_appeal_materials_are_uploaded_by_the_facility_and_recorded_by_the_office(medium: Medium, role: Role) -> None:
    message = said(SubmitAppealMaterials, by={"name": "Sample", "role": role})
    allowed = (role == "acr") is (medium is not Medium.UPLOAD)
    assert refusal_of(message, medium) == (None if allowed else "actor.not_allowed")


@pytest.mark.parametrize("role", FACILITY_WORDS)
def test_the_office_enters_a_facilitys_message_on_its_behalf_with_a_reason(role: str) -> None:
    fax = {"by": ACR, "on_behalf_of": {"name": "Sample", "role": role}}
    message = said(ViewFinalReport, **fax, reason="fax of 11 March")
    assert refusal_of(message) is None
    assert message.speaker().role == role
    for reason in ("", "  "):
        assert refusal_of(said(ViewFinalReport, **fax, reason=reason)) == "actor.not_allowed"


def test_nobody_but_the_office_speaks_for_somebody_else() -> None:
    for_doctor = {"on_behalf_of": {"name": "Sample", "role": "supervising_physician"}, "reason": "asked me to"}
    assert refusal_of(said(ViewFinalReport, by=FACILITY, **for_doctor)) == "actor.not_allowed"


def test_the_office_does_not_enter_its_own_messages_for_a_facility() -> None:
    fields = {"reason": "fax", "on_behalf_of": FACILITY, "invoice": "2027-0001", "amount": "1.00"}
    assert refusal_of(said(RecordPayment, **fields)) == "actor.not_allowed"


def test_nobody_makes_the_office_say_something() -> None:
    fields = {"by": FACILITY, "on_behalf_of": ACR, "reason": "they told me so"}
    assert refusal_of(said(CloseCase, **fields)) == "actor.not_allowed"


def test_whoever_is_turned_away_is_told_who_may_send_it() -> None:
    with pytest.raises(Refused) as office_only:
        judge_sender(a_cycle(), said(CloseCase, by=FACILITY, reason="done"))
    assert "the office" in office_only.value.instead[0]
    assert office_only.value.source == RULES["actor.not_allowed"]
    with pytest.raises(Refused) as facility_only:
        judge_sender(a_cycle(), said(ViewFinalReport, by=ACR))
    assert "on_behalf_of" in facility_only.value.instead[0]


def test_without_a_stamp_a_message_counts_when_it_is_handled() -> None:
    assert as_of(NOW) == NOW


@pytest.mark.parametrize(
    ("stamp", "believed"),
    [
        ("2027-03-12T15:00-05:00", True),
        ("2027-03-12T14:59:59-05:00", True),
        ("2027-03-09T15:00:01-05:00", True),
        ("2027-03-09T15:00-05:00", True),
        ("2027-03-09T14:59:59-05:00", False),
        ("2027-03-01T15:00-05:00", False),
        ("2027-03-09T20:00Z", True),
        ("2027-03-09T15:00", True),
        ("2027-03-09T14:59", False),
    ],
)
def test_a_stamp_is_believed_three_days_back(stamp: str, believed: bool) -> None:
    received = datetime.fromisoformat(stamp)
    instant = received if received.tzinfo else received.replace(tzinfo=TERMS.zone)
    assert as_of(NOW, received_at=stamp) == (instant if believed else NOW)


def test_three_days_are_72_hours_also_over_the_night_of_the_short_day() -> None:
    now = et("2027-03-15 15:00")
    assert as_of(now, received_at="2027-03-12T14:00-05:00") == et("2027-03-12 14:00")
    assert as_of(now, received_at="2027-03-12T13:59:59-05:00") == now


def test_a_bare_date_means_the_end_of_that_day_and_still_lies_on_it() -> None:
    assert as_of(NOW, received_at="2027-03-11") == et("2027-03-11 24:00") - MOMENT
    assert as_of(NOW, received_at="2027-03-09") == et("2027-03-09 24:00") - MOMENT
    assert as_of(NOW, received_at="2027-03-08") == NOW


LONG_AGO = "2027-01-20T09:00-05:00"


def test_the_office_enters_what_was_handed_in_as_of_its_receipt_with_a_reason() -> None:
    fax = {"by": ACR, "on_behalf_of": FACILITY, "received_at": LONG_AGO}
    assert as_of(NOW, **fax, reason="fax found today") == et("2027-01-20 09:00")
    money = said(RecordPayment, invoice="2027-0001", amount="1.00", received_at="2027-01-20", reason="letter")
    assert counts_as_of(a_cycle(), money, NOW, TERMS) == et("2027-01-20 24:00") - MOMENT
    for kind in (ReturnImages, SubmitAppealMaterials):
        receipt = said(kind, by=ACR, received_at=LONG_AGO, reason="entered late")
        assert counts_as_of(a_cycle(), receipt, NOW, TERMS) == et("2027-01-20 09:00")


@pytest.mark.parametrize(
    "name", sorted(set(FIELDS) - OF_THE_FACILITY - OF_EITHER - {"record_payment", "return_images"})
)
def test_what_the_office_itself_does_counts_from_when_it_is_entered(name: str) -> None:
    old = message_of(name, by=ACR, received_at=LONG_AGO, reason="done long ago")
    recent = message_of(name, by=ACR, received_at="2027-03-10T09:00-05:00", reason="done on Wednesday")
    assert counts_as_of(a_cycle(), old, NOW, TERMS) == NOW
    assert counts_as_of(a_cycle(), recent, NOW, TERMS) == et("2027-03-10 09:00")


@pytest.mark.parametrize("known", [{"adopting": True}, {"rules_revision": 2}])
def test_an_adoption_tells_true_past_dates_and_older_cases_go_on_as_they_began(known: dict[str, Any]) -> None:
    letter = said(CloseCase, received_at=LONG_AGO, reason="letter")
    facts = a_cycle().model_copy(update=known)
    assert counts_as_of(facts, letter, NOW, TERMS) == et("2027-01-20 09:00")


@pytest.mark.parametrize("reason", ["", "   "])
def test_the_office_without_a_reason_is_believed_like_anybody_else(reason: str) -> None:
    fields = {"invoice": "2027-0001", "amount": "1.00", "reason": reason}
    old, recent = "2027-01-20T09:00-05:00", "2027-03-10T09:00-05:00"
    assert counts_as_of(a_cycle(), said(RecordPayment, received_at=old, **fields), NOW, TERMS) == NOW
    assert counts_as_of(a_cycle(), said(RecordPayment, received_at=recent, **fields), NOW, TERMS) == et(
        "2027-03-10 09:00"
    )


def test_a_facilitys_reason_does_not_make_it_believed_further_back() -> None:
    assert as_of(NOW, received_at="2027-01-20T09:00-05:00", reason="we were closed") == NOW


@pytest.mark.parametrize("ahead", [timedelta(seconds=1), timedelta(minutes=5)])
def test_a_clock_may_run_five_minutes_ahead(ahead: timedelta) -> None:
    assert NOW <= as_of(NOW, received_at=(NOW + ahead).isoformat()) <= NOW + ahead


def test_what_comes_without_a_stamp_after_a_clock_that_ran_ahead_counts_from_after_it() -> None:
    """Else a choice would count from before the view that it needs, because the viewer's clock was ahead."""
    facts = a_cycle()
    first = said(ViewFinalReport, received_at=(NOW + timedelta(minutes=4)).isoformat())
    facts.seen_at = counts_as_of(facts, first, NOW, TERMS)
    a_minute_later = NOW + timedelta(minutes=1)
    for received_at in (None, "2027-03-12"):
        message = said(ViewFinalReport, received_at=received_at)
        assert counts_as_of(facts, message, a_minute_later, TERMS) == facts.seen_at
        assert counts_as_of(facts, message, NOW + timedelta(minutes=5), TERMS) == NOW + timedelta(minutes=5)


@pytest.mark.parametrize("fields", [{}, {"by": ACR, "on_behalf_of": FACILITY, "reason": "fax"}])
@pytest.mark.parametrize(
    ("stamp", "counts"),
    [
        ("2027-03-10 08:59", "2027-03-10 09:00"),
        ("2027-03-10 09:00", "2027-03-10 09:00"),
        ("2027-03-10 09:01", "2027-03-10 09:01"),
    ],
)
def test_nothing_counts_from_before_what_it_answers(stamp: str, counts: str, fields: dict[str, Any]) -> None:
    message = said(ViewFinalReport, received_at=et(stamp).isoformat(), **fields)
    in_a_stage, opened = a_cycle(), a_cycle()
    in_a_stage.stage_since = opened.opened_at = et("2027-03-10 09:00")
    assert counts_as_of(in_a_stage, message, NOW, TERMS) == et(counts)
    assert counts_as_of(opened, message, NOW, TERMS) == et(counts)


@pytest.mark.parametrize("by", [FACILITY, ACR])
def test_nothing_is_received_in_the_future(by: dict[str, str]) -> None:
    stamp = (NOW + timedelta(minutes=5) + SECOND).isoformat()
    for received_at in (stamp, "2027-03-13", "2028-03-12T15:00Z"):
        with pytest.raises(Refused) as refused:
            as_of(NOW, by=by, received_at=received_at, reason="a reason does not help")
        assert (refused.value.rule, refused.value.source) == ("message.in_future", RULES["message.in_future"])


@pytest.mark.parametrize("day", ["2027-03-12", "2027-03-14", "2027-11-07", "2028-02-29"])
@pytest.mark.parametrize("clock", ["00:00", "00:30", "12:00", "23:30", "23:59"])
def test_todays_date_means_now_however_long_the_day_is(day: str, clock: str) -> None:
    now = et(f"{day} {clock}")
    assert as_of(now, received_at=day) == now


@pytest.mark.parametrize("day", ["2027-03-12", "2027-03-14", "2027-11-07", "2028-02-29"])
@pytest.mark.parametrize("before", [SECOND, timedelta(minutes=6), timedelta(hours=1), timedelta(hours=12)])
def test_tomorrows_date_lies_in_the_future_until_its_midnight(day: str, before: timedelta) -> None:
    midnight = et(f"{day} 00:00")
    with pytest.raises(Refused, match=r"message\.in_future"):
        as_of(midnight - before, received_at=day)
