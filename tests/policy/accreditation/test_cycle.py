"""What is known of a cycle: which choice stands, which exams are the original ones, and that facts can be carried."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from policy.accreditation.cycle import CorrectiveActionPlan, CycleFacts, Survey, Validation
from policy.accreditation.rounds import AreaState, Round, RoundKind
from policy.application import ContactRole, Medium
from policy.facts import Answer, Asked, Attention, Mark, Outcome, Party, Stage
from policy.messages import Option
from policy.verdict import Verdict
from tests.policy.cycles import (
    ABDOMEN,
    AREAS,
    CHEST,
    HEAD,
    PHANTOM,
    REINSTATED,
    REPEATED,
    REPORTED,
    a_ct_unit,
    a_cycle,
    a_cycle_after_a_failed_reinstatement,
    a_cycle_after_a_failed_repeat,
    a_cycle_with_a_deficient_report,
    begin_round,
    chosen,
    et,
    invoice,
    report,
    return_images,
    submit,
    take_choice,
)
from tests.policy.onward import accredited, decide_appeal, in_survey, under_appeal
from tests.policy.provocations import OF_REINSTATEMENT, OF_TESTING, OF_THE_APPEAL, OF_THE_FORM


def a_full_cycle() -> CycleFacts:
    """A cycle that has seen everything, so that no kind of fact is missing."""
    facts = under_appeal(a_cycle_after_a_failed_reinstatement(CHEST, PHANTOM), [CHEST, PHANTOM], REINSTATED)
    accredited(in_survey(decide_appeal(facts, [CHEST], REINSTATED + timedelta(days=40)), scheduled=True), REPORTED)
    invoice(facts, "2027-0003", "900.00", "450.00", due_at=et("2027-05-01 24:00"))
    facts.asked = Asked(key="repeat.1.fee", party=Party.FACILITY, what="the repeat fee", since=REPORTED, reminded=2)
    facts.marks.append(Mark(at=REPORTED, kind="silence", label="Await the repeat fee until 2027-04-01 (case.waiting)"))
    facts.attention.append(Attention(item="appeal_result", rule="appeal.result_due", since=REPORTED, text="Sample."))
    verdict = Verdict(accepted=True, warnings=("Late.",), digest="d1")
    facts.answers["choose_option:m-1"] = Answer(digest="d1", verdict=verdict)
    facts.timeline.append(
        {"at": REPORTED.isoformat(), "kind": "message", "detail": {"amount": "1.00", "areas": [CHEST]}}
    )
    facts.outcome, facts.closed_at, facts.stage_since = Outcome.RENEWED, REINSTATED, REPORTED
    facts.deadlines[0].extended_from.append(REPORTED)
    facts.predecessor, facts.renewal, facts.shared_start = "a.1", "a.3", REPORTED
    facts.rounds[0].reviewers.append("Sample Reviewer Ünal")
    facts.invoice_reminders, facts.rules_revision = [7, 21], 2
    facts.validations.append(Validation(number=1, ordered_at=REPORTED, announced=True, to_address=[CHEST]))
    return facts


OTHERS = [provocation.facts for provocation in (*OF_TESTING, *OF_THE_FORM, *OF_THE_APPEAL, *OF_REINSTATEMENT)]


@pytest.mark.parametrize("facts", [a_cycle(), a_full_cycle(), *OTHERS])
def test_facts_survive_their_way_into_another_run_unchanged(facts: CycleFacts) -> None:
    again = CycleFacts.model_validate_json(facts.model_dump_json())
    assert again == facts
    assert again.model_dump_json() == facts.model_dump_json()


def test_a_full_cycle_knows_something_of_everything() -> None:
    unknown = {name for name, value in a_full_cycle() if value in (None, [], {}, "", 0, False)}
    renewal = {"renewed", "last_renewal", "renewal_order", "predecessor_told", "mammography"}
    assert (
        unknown
        <= {
            "notes_written",
            "follow_ups",
            "paused",
            "corrections",
            "taken_back",
            "updates",
            "data_updates",
            "surveyed_early",
            "departed",
            "former",
            "left_to_books",
            "voided_by_closing",
        }
        | {"seen_at", "adopting", "grace_until", "siblings", "steps", "notices", "earlier_entries"}
        | renewal
    )


def test_what_a_later_version_no_longer_knows_is_left_out() -> None:
    data = a_full_cycle().model_dump(mode="json")
    for part in (
        data,
        data["areas"][0],
        data["rounds"][0],
        data["deadlines"][0],
        data["invoices"][0],
        data["surveys"][0],
    ):
        part["colour"] = "blue"
    assert CycleFacts.model_validate(data) == a_full_cycle()


def test_what_an_older_version_did_not_know_has_a_default() -> None:
    facts = a_cycle()
    data = facts.model_dump(mode="json", include={"case_id", "opened_at", "application"})
    assert CycleFacts.model_validate(data).stage is Stage.APPLICATION


def test_a_new_case_has_counted_nothing_yet() -> None:
    facts, plan, survey = a_cycle(), CorrectiveActionPlan(), Survey(number=1)
    asked = Asked(key="fee", party=Party.FACILITY, what="the fee", since=REPORTED)
    counts = (facts.steps, facts.notices, facts.deficiencies, plan.decisions, survey.visits, asked.reminded)
    assert set(counts) == {0}
    assert (facts.position, facts.round.number, facts.round.occurrence) == (1, 1, 1)
    assert Round(number=1, kind=RoundKind.INITIAL, areas=[]).occurrence == 1


def test_a_package_is_there_once_it_was_submitted() -> None:
    facts = a_cycle()
    assert not facts.round.is_submitted
    assert submit(facts, REPORTED).round.is_submitted


def test_instants_stay_the_instants_that_they_are() -> None:
    again = CycleFacts.model_validate_json(a_full_cycle().model_dump_json())
    assert again.opened_at.utcoffset() == timedelta(0)
    assert again.invoices[-1].paid == Decimal("450.00")
    form = again.rounds[0].form
    assert form is not None
    assert form.opens_at == REPORTED + timedelta(hours=48)


def test_a_choice_stands_until_the_next_report() -> None:
    facts = a_cycle_with_a_deficient_report(CHEST)
    assert facts.option_of_form() is None
    take_choice(facts, chosen("repeat"), REPORTED)
    assert facts.option_of_form() is Option.REPEAT
    begin_round(facts, RoundKind.REPEAT, [CHEST])
    assert facts.option_of_form() is Option.REPEAT
    report(facts, [CHEST], REPEATED)
    assert facts.option_of_form() is None


def test_a_choice_stands_until_the_appeal_that_it_was_is_lost() -> None:
    facts = under_appeal(a_cycle_with_a_deficient_report(CHEST), [CHEST], REPORTED)
    assert facts.option_of_form() is Option.APPEAL
    assert facts.reported is not None
    assert not facts.reported.appeal_decided
    decide_appeal(facts, [], REPEATED)
    assert facts.option_of_form() is None
    assert facts.reported.appeal_decided


def test_the_newest_report_counts() -> None:
    facts = a_cycle()
    assert facts.reported is None
    facts = a_cycle_after_a_failed_repeat(CHEST)
    assert facts.reported is facts.rounds[1]
    begin_round(facts, RoundKind.REINSTATEMENT, AREAS)
    assert facts.reported is facts.rounds[1]
    assert facts.round is facts.rounds[2]


def test_the_original_exam_is_that_of_the_newest_package() -> None:
    facts = a_cycle_after_a_failed_repeat(CHEST)
    assert [exam.subject for exam in facts.original_exams(CHEST)] == [f"P2-{CHEST}"]
    assert [exam.subject for exam in facts.original_exams(HEAD)] == [f"P1-{HEAD}"]
    assert facts.original_exams("knee") == []
    assert facts.subjects() == {f"P1-{CHEST}", f"P1-{HEAD}", f"P1-{ABDOMEN}", f"P2-{CHEST}"}


@pytest.mark.parametrize(
    ("medium", "returned", "received"),
    [
        (Medium.UPLOAD, None, REPORTED),
        (Medium.CD, None, None),
        (Medium.FILM, None, None),
        (Medium.CD, et("2027-03-20 10:00"), et("2027-03-20 10:00")),
    ],
)
def test_a_report_is_received_with_the_images_that_it_is_about(
    medium: Medium, returned: datetime | None, received: datetime | None
) -> None:
    facts = report(a_cycle(a_ct_unit(medium)), [CHEST], REPORTED)
    if returned:
        return_images(facts, returned)
    assert facts.round.received_at(medium) == received


@pytest.mark.parametrize("medium", list(Medium))
def test_a_result_is_received_when_it_is_issued_by_every_medium(medium: Medium) -> None:
    facts = under_appeal(a_cycle_with_a_deficient_report(CHEST, medium=medium), [CHEST], REPORTED)
    decide_appeal(facts, [], REPEATED)
    assert facts.round.received_at(medium) == REPEATED


def test_each_round_has_a_fee_of_its_own() -> None:
    facts = a_cycle()
    first = invoice(facts, "2027-0001", "2500.00")
    assert facts.round_fee() is first
    begin_round(facts, RoundKind.REPEAT, [CHEST])
    assert facts.round_fee() is None
    second = invoice(facts, "2027-0002", "900.00")
    assert facts.round_fee() is second
    begin_round(facts, RoundKind.REPEAT, [CHEST])
    assert (facts.round.occurrence, facts.round_fee()) == (2, None)


def test_areas_are_found_by_id_and_by_state() -> None:
    facts = a_cycle_with_a_deficient_report(HEAD, CHEST)
    assert [area.id for area in facts.areas_in(AreaState.NOT_ACCEPTABLE)] == [CHEST, HEAD]
    assert [area.id for area in facts.areas_in(AreaState.NOT_ACCEPTABLE, AreaState.ACCEPTABLE)] == list(AREAS)
    assert facts.areas_in(AreaState.WITHDRAWN) == []
    assert facts.area("knee") is None


def test_people_are_compared_as_their_names_are_read() -> None:
    assert a_cycle().listed(ContactRole.SUPERVISING_PHYSICIAN) == {"sample supervising physician"}
    assert a_cycle().listed(ContactRole.TECHNOLOGIST) == set()
