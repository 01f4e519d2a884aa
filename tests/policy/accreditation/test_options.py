"""The option form: its clocks to the second, what it is closed by, and what a choice is warned of."""

from datetime import datetime, timedelta

import pytest

from policy.accreditation.cycle import CycleFacts
from policy.accreditation.options import Offer, offered_options, offers
from policy.application import Medium
from policy.facts import Stage
from policy.rules import RULES
from tests.policy.cycles import (
    CHEST,
    REPORTED,
    SECOND,
    TERMS,
    a_ct_unit,
    a_cycle,
    a_cycle_after_a_failed_reinstatement,
    a_cycle_with_a_deficient_report,
    chosen,
    et,
    report,
    return_images,
    submit,
    take_choice,
)
from tests.policy.onward import decide_appeal, under_appeal
from tests.policy.said import a_choice, a_withdrawal_form, refusal, refused_by, taken

OPENS = et("2027-03-03 10:00")
ALL_OPTIONS = ["appeal", "repeat", "reinstate", "withdraw_areas", "withdraw"]
ONTO_THE_SHORT_DAY = et("2027-02-25 09:00")
"""A report whose form is due on 14 March, a day of 23 hours."""
ONTO_THE_LONG_DAY = et("2027-10-21 09:00")
"""A report whose form is due on 7 November, a day of 25 hours."""
LATE_EVENING, AFTER_MIDNIGHT = et("2027-03-01 23:59"), et("2027-03-02 00:00")


def reported(at: datetime, medium: Medium = Medium.UPLOAD) -> CycleFacts:
    facts = report(a_cycle(a_ct_unit(medium)), [CHEST], at)
    return facts if medium is Medium.UPLOAD else return_images(facts, at)


def verdict(facts: CycleFacts, option: str, at: datetime) -> str | None:
    """Return the rule against an option, None where it is open; the case must say the same of itself."""
    offer = next(offer for offer in offers(facts, TERMS, at) if offer.option == option)
    if offer.refusal is None:
        taken(facts, a_choice(option), at)
        return None
    assert refused_by(facts, a_choice(option), at) == offer.refusal.rule
    return offer.refusal.rule


def test_the_form_opens_48_hours_after_the_report_to_the_second() -> None:
    facts = reported(REPORTED)
    assert verdict(facts, "repeat", REPORTED + timedelta(hours=24)) == "option_form.not_yet_open"
    assert verdict(facts, "repeat", OPENS - SECOND) == "option_form.not_yet_open"
    assert verdict(facts, "repeat", OPENS) is None
    assert verdict(facts, "repeat", OPENS + timedelta(days=1)) is None


DUE = [
    ("over the night of the short day", REPORTED, "2027-03-18"),
    ("on the short day", ONTO_THE_SHORT_DAY, "2027-03-14"),
    ("over the night of the long day", et("2027-10-25 10:00"), "2027-11-11"),
    ("on the long day", ONTO_THE_LONG_DAY, "2027-11-07"),
    ("after a report in the last minute of a day", LATE_EVENING, "2027-03-18"),
    ("after a report at midnight", AFTER_MIDNIGHT, "2027-03-19"),
    ("over a leap day", et("2028-02-20 10:00"), "2028-03-08"),
    ("on a leap day", et("2028-02-12 10:00"), "2028-02-29"),
    ("over the end of a year", et("2027-12-20 10:00"), "2028-01-06"),
]


@pytest.mark.parametrize(("report_at", "day"), [row[1:] for row in DUE], ids=[row[0] for row in DUE])
@pytest.mark.parametrize("medium", list(Medium))
def test_the_form_is_due_at_the_end_of_the_fifteenth_day_after_it_opened(
    report_at: datetime, day: str, medium: Medium
) -> None:
    facts, midnight = reported(report_at, medium), et(f"{day} 24:00")
    assert verdict(facts, "repeat", et(f"{day} 00:00") - SECOND) is None
    assert verdict(facts, "repeat", et(f"{day} 12:00")) is None
    assert verdict(facts, "repeat", midnight - SECOND) is None
    assert verdict(facts, "repeat", midnight) is None
    assert verdict(facts, "repeat", midnight + SECOND) == "option_form.past_due"
    assert verdict(facts, "repeat", midnight + timedelta(days=1)) == "option_form.past_due"


APPEALS = [
    (REPORTED, "2027-03-16"),
    (et("2027-02-27 09:00"), "2027-03-14"),
    (et("2027-10-25 10:00"), "2027-11-09"),
    (et("2027-10-23 09:00"), "2027-11-07"),
    (LATE_EVENING, "2027-03-16"),
    (AFTER_MIDNIGHT, "2027-03-17"),
    (et("2028-02-14 10:00"), "2028-02-29"),
]


@pytest.mark.parametrize(("report_at", "day"), APPEALS)
def test_an_appeal_of_uploads_is_due_fifteen_days_after_the_report_itself(report_at: datetime, day: str) -> None:
    facts, midnight = reported(report_at), et(f"{day} 24:00")
    assert verdict(facts, "appeal", et(f"{day} 00:00") - SECOND) is None
    assert verdict(facts, "appeal", et(f"{day} 12:00")) is None
    assert verdict(facts, "appeal", midnight) is None
    assert verdict(facts, "appeal", midnight + SECOND) == "appeal.past_due"
    assert verdict(facts, "appeal", midnight + timedelta(days=1)) == "appeal.past_due"
    assert verdict(facts, "repeat", midnight + timedelta(days=1)) is None


@pytest.mark.parametrize("medium", [Medium.CD, Medium.FILM])
def test_an_appeal_on_cd_or_film_is_due_with_the_form(medium: Medium) -> None:
    facts = reported(REPORTED, medium)
    assert verdict(facts, "appeal", et("2027-03-18 24:00")) is None
    assert verdict(facts, "appeal", et("2027-03-18 24:00") + SECOND) == "option_form.past_due"


@pytest.mark.parametrize("medium", [Medium.CD, Medium.FILM])
def test_no_clock_of_the_form_runs_while_the_images_are_away(medium: Medium) -> None:
    facts = report(a_cycle(a_ct_unit(medium)), [CHEST], REPORTED)
    for at in (OPENS, et("2027-04-01 12:00"), et("2028-03-01 12:00")):
        assert verdict(facts, "repeat", at) == "option_form.not_yet_open"
    return_images(facts, et("2027-05-03 16:00"))
    assert verdict(facts, "repeat", et("2027-05-05 16:00") - SECOND) == "option_form.not_yet_open"
    assert verdict(facts, "repeat", et("2027-05-05 16:00")) is None
    assert verdict(facts, "appeal", et("2027-05-20 24:00")) is None
    assert verdict(facts, "repeat", et("2027-05-20 24:00") + SECOND) == "option_form.past_due"


def test_viewing_gates_sending_and_stops_no_clock() -> None:
    facts = reported(REPORTED)
    facts.round.viewed_at = None
    for at in (REPORTED, OPENS, et("2027-03-18 24:00"), et("2027-03-20 12:00")):
        assert verdict(facts, "repeat", at) == "option_form.report_not_viewed"
    facts.round.viewed_at = et("2027-03-19 09:00")
    assert verdict(facts, "repeat", et("2027-03-19 10:00")) == "option_form.past_due"


def test_a_choice_counts_from_after_the_view_give_or_take_the_senders_clocks() -> None:
    facts, viewed_at, now = reported(REPORTED), et("2027-03-05 12:00"), et("2027-03-05 13:00")
    facts.round.viewed_at = viewed_at
    for minutes, seconds, rule in ((0, 0, None), (-5, 0, None), (-5, -1, "option_form.report_not_viewed")):
        at = viewed_at + timedelta(minutes=minutes, seconds=seconds)
        assert verdict(facts, "repeat", at) == rule
        stamped = a_choice("repeat", received_at=at.isoformat())
        assert (refused_by(facts, stamped, now) if rule else taken(facts, stamped, now) or None) == rule


def test_after_a_lost_appeal_another_form_runs_from_the_result() -> None:
    decided_at = et("2027-04-20 15:00")
    facts = under_appeal(reported(REPORTED), [CHEST], et("2027-03-10 09:00"))
    decide_appeal(facts, [], decided_at, viewed=False)
    assert verdict(facts, "repeat", et("2027-04-22 15:00")) == "option_form.report_not_viewed"
    assert "appeal result" in refusal(facts, a_choice("repeat"), et("2027-04-22 15:00")).reason
    facts.round.viewed_at = decided_at
    assert verdict(facts, "repeat", et("2027-04-22 15:00") - SECOND) == "option_form.not_yet_open"
    assert verdict(facts, "repeat", et("2027-04-22 15:00")) is None
    assert verdict(facts, "repeat", et("2027-05-07 24:00")) is None
    assert verdict(facts, "repeat", et("2027-05-07 24:00") + SECOND) == "option_form.past_due"
    assert verdict(facts, "appeal", et("2027-04-25 12:00")) == "appeal.already_decided"
    assert offered_options(facts, TERMS) == ["repeat", "withdraw_areas", "withdraw"]
    refused = refusal(facts, a_choice("appeal"), et("2027-04-25 12:00"))
    assert refused.instead == (
        "Choose a repeat, the withdrawal of modules or patient types, or withdrawal from accreditation.",
    )


@pytest.mark.parametrize(
    ("medium", "received_at", "day"),
    [
        (Medium.UPLOAD, REPORTED, "2027-03-16"),
        (Medium.CD, REPORTED, "2027-03-16"),
        (Medium.UPLOAD, et("2027-10-25 10:00"), "2027-11-09"),
        (Medium.UPLOAD, LATE_EVENING, "2027-03-16"),
        (Medium.FILM, AFTER_MIDNIGHT, "2027-03-17"),
    ],
)
def test_a_repeat_asked_for_late_is_taken_with_a_warning(medium: Medium, received_at: datetime, day: str) -> None:
    facts, midnight = reported(received_at, medium), et(f"{day} 24:00")
    assert taken(facts, a_choice("repeat"), et(f"{day} 12:00")) == []
    assert taken(facts, a_choice("repeat"), midnight) == []
    (warning,) = taken(facts, a_choice("repeat"), midnight + SECOND)
    assert "within 15 days" in warning
    assert TERMS.sources["S1"].title in warning
    assert taken(facts, a_choice("withdraw"), midnight + SECOND) == []


@pytest.mark.parametrize("option", ALL_OPTIONS)
def test_every_option_asks_for_the_attestation(option: str) -> None:
    standing = a_cycle_after_a_failed_reinstatement if option == "reinstate" else a_cycle_with_a_deficient_report
    facts = standing(CHEST)
    fields = {"areas_withdrawn": [CHEST], "withdrawal_form": a_withdrawal_form()}
    more = fields if option == "withdraw_areas" else {}
    form = facts.round.form
    assert form is not None
    assert refused_by(facts, a_choice(option, attested=False, **more), form.opens_at) == "option_form.not_attested"


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.OPTIONS])
def test_a_choice_stands_in_every_later_stage(stage: Stage) -> None:
    facts = take_choice(reported(REPORTED), chosen("repeat"), OPENS)
    facts.stage = stage
    assert refused_by(facts, a_choice("withdraw"), et("2027-03-10 12:00")) == "option_form.already_chosen"


def test_there_is_nothing_to_choose_before_an_unsuccessful_report() -> None:
    facts = submit(a_cycle(), et("2027-02-20 10:00"))
    assert refused_by(facts, a_choice("withdraw"), OPENS) == "case.wrong_stage"
    assert offers(facts, TERMS, OPENS) == []


def test_a_closed_option_says_why_and_an_open_one_until_when() -> None:
    facts = reported(REPORTED)
    by_name: dict[str, Offer] = {offer.option: offer for offer in offers(facts, TERMS, OPENS)}
    assert list(by_name) == ALL_OPTIONS
    assert by_name["appeal"].terms.endswith("until 16 March 2027, 24:00 ET")
    assert by_name["repeat"].terms.endswith("until 18 March 2027, 24:00 ET")
    closed = by_name["reinstate"].refusal
    assert closed is not None
    assert (closed.rule, closed.source) == ("option.not_offered", RULES["option.not_offered"])
    assert closed.instead == (
        "Choose an appeal, a repeat, the withdrawal of modules or patient types, or withdrawal from accreditation.",
    )


def test_whoever_comes_too_early_or_too_late_is_told_the_dates() -> None:
    facts = reported(REPORTED)
    early = refusal(facts, a_choice("repeat"), et("2027-03-02 12:00"))
    assert early.reason == "The form opens on 3 March 2027, 10:00 ET."
    assert "18 March 2027, 24:00 ET" in early.instead[0]
    late = refusal(facts, a_choice("repeat"), et("2027-03-19 12:00"))
    assert late.reason == "The form was due on 18 March 2027, 24:00 ET."
    assert "17 April 2027, 24:00 ET" in late.instead[0]


def test_an_extension_of_the_form_gives_the_appeal_no_more_time() -> None:
    facts = reported(REPORTED)
    next(d for d in facts.deadlines if d.name == "option_form").due_at = et("2027-04-30 24:00")
    assert verdict(facts, "repeat", et("2027-04-30 24:00")) is None
    assert verdict(facts, "appeal", et("2027-04-01 12:00")) == "appeal.past_due"
    refused = refusal(facts, a_choice("appeal"), et("2027-04-01 12:00"))
    assert refused.instead == (
        "Choose a repeat, the withdrawal of modules or patient types, or withdrawal from accreditation.",
    )
