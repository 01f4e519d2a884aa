"""What a case carries into a new run: everything while there is room, then what it goes on by; always little enough."""

from datetime import UTC, datetime
from typing import Any

import pytest

from policy.accreditation.cycle import CycleFacts
from policy.accreditation.rounds import Appeal, Form, Round, RoundKind
from policy.application import AccreditationApplication
from policy.bounds import LARGEST
from policy.designation.application import DicoeApplication
from policy.designation.facts import Addition, DesignationFacts
from policy.facts import Answer, Attention
from policy.incoming import size_of
from policy.messages import ChooseOption, IssueFinalReport, SubmitTestingPackage
from policy.verdict import LONGEST_REASON, Refused, Verdict
from tests.applications import sample
from tests.policy.spoken import data_of, message_of
from workflows.case.carrying import (
    ANSWERS,
    LARGEST_CARRIED,
    REMEMBERED,
    ROOM_BYTES,
    ROOM_EVENTS,
    TIMELINE,
    judge_room,
    lean,
    mark_of,
    newest,
    size_of_model,
)

NOW = datetime(2028, 5, 1, tzinfo=UTC)
WIDE = "\N{OLD ITALIC LETTER A}"
"""A sign of four bytes."""


def package() -> SubmitTestingPackage:
    """Return a package as large as may be."""
    exams = [{"area": f"a{n:03}", "exam": "e" * 36, "subject": f"{n:03}" + "s" * 117} for n in range(499)]
    message = message_of("submit_testing_package", exams=exams)
    assert isinstance(message, SubmitTestingPackage)
    assert 0.9 * LARGEST < size_of(message.model_dump(mode="json")) <= LARGEST
    return message


def report() -> IssueFinalReport:
    """Return a report as large as may be."""
    findings = [{"area": f"a{n:03}", "acceptable": False, "comments": "c" * 3950} for n in range(24)]
    message = message_of("issue_final_report", findings=findings)
    assert isinstance(message, IssueFinalReport)
    assert 0.9 * LARGEST < size_of(message.model_dump(mode="json")) <= LARGEST
    return message


def form() -> ChooseOption:
    """Return an option form with as many and as long documents as may be."""
    documents = [
        {"name": "n" * 200, "uri": "file:///" + "u" * 680, "sha256": "5a" * 32, "signed_by": {"role": "r", "name": "n"}}
        for _ in range(94)
    ]
    data = {**data_of("choose_option"), "option": "appeal", "letters": documents[:50], "documents": documents[50:]}
    message = ChooseOption.model_validate(data)
    assert 0.9 * LARGEST < size_of(message.model_dump(mode="json")) <= LARGEST
    return message


def attempt(number: int) -> Round:
    """Return an attempt of which everything is as large as may be."""
    choice, found = form(), list(report().findings)
    return Round(
        number=number,
        kind=RoundKind.REPEAT,
        areas=["a000"],
        exams=list(package().exams),
        reviewers=["Sample Reviewer"],
        findings=found,
        form=Form(opens_at=NOW, form=0, closure=1, choice=choice),
        appeal=Appeal(contested=["a000"], letters=list(choice.letters), additional_images=False, findings=found),
    )


def entry(number: int, size: int = 0, **detail: Any) -> dict[str, Any]:
    message = {"message_id": f"m-{number}", "by": {"name": "Ann Sample", "role": "acr"}, "long": ["x" * size]}
    return {
        "at": NOW.isoformat(),
        "kind": "message",
        "by": "acr",
        "text": str(number),
        "detail": {"message": message} | detail,
    }


def answer(*, accepted: bool, reason: str = "") -> Answer:
    return Answer(
        digest="d" * 64, verdict=Verdict(accepted=accepted, reason=reason, digest="d" * 64, warnings=("w" * 4000,) * 50)
    )


def full() -> CycleFacts:
    """Return the facts of the worst life: three attempts, and everything in it as large and as often as may be."""
    application = AccreditationApplication.model_validate(sample("ct-unit"))
    area = application.units[0].areas[0]
    application.units[0].areas = [area.model_copy(update={"id": f"a{n:03}", "module": "m" * 400}) for n in range(100)]
    ahead = Round(number=3, kind=RoundKind.REPEAT, areas=["a000"], exams=list(package().exams))
    return CycleFacts(
        case_id="accreditation.OH-0417.ct.CT-1.1",
        opened_at=NOW,
        application=application,
        rounds=[attempt(1), attempt(2), ahead],
        timeline=[entry(n, LARGEST - 1000) for n in range(60)] + [entry(n) for n in range(60, 5000)],
        answers={f"close_case:{n}{WIDE * 190}": answer(accepted=n % 3 == 0, reason=WIDE * 4000) for n in range(2000)},
        left_to_books=[mark_of(f"earlier:{n}") for n in range(REMEMBERED)],
        attention=[Attention(item=f"document.{n}", rule="r", since=NOW, text=WIDE * 2000) for n in range(50)],
    )


def test_the_worst_life_fits_into_a_new_run_with_room_to_spare() -> None:
    """The measure of the arithmetic in the module: beside the facts go the application again and the edition."""
    facts = full()
    assert size_of_model(facts) > 10 * LARGEST_CARRIED
    carried = lean(facts)
    assert size_of_model(carried) + LARGEST + 60_000 < LARGEST_CARRIED
    assert size_of(carried.timeline) <= TIMELINE
    again = CycleFacts.model_validate_json(carried.model_dump_json())
    assert size_of_model(lean(again)) <= size_of_model(carried)
    assert lean(again).earlier_entries == carried.earlier_entries == 5000 - len(carried.timeline)


def test_what_a_case_is_judged_by_is_carried_whatever_its_size() -> None:
    facts = full()
    carried = lean(facts)
    assert carried.subjects() == facts.subjects()
    assert carried.to_address() == facts.to_address()
    assert carried.standing_choice() == facts.standing_choice()
    assert carried.original_exams("a000") == facts.original_exams("a000")
    assert [one.reviewers for one in carried.rounds] == [one.reviewers for one in facts.rounds]
    assert carried.rounds[1:] == facts.rounds[1:]
    assert carried.attention == facts.attention
    assert facts == full()  # what the run itself knows stays as it was


def test_the_newest_entries_are_carried_and_the_entry_of_a_notice_that_may_be_sent_again() -> None:
    notice = {**entry(0), "detail": {"notice": 7, "kind": "invoice"}}
    timeline = [notice, *(entry(n) for n in range(1, 4000))]
    kept = newest(timeline, {"notice.7"})
    assert kept[0] == notice
    assert kept[1:] == timeline[-len(kept) + 1 :]
    assert newest(timeline[-100:]) == timeline[-100:]


def test_a_long_entry_is_carried_in_short_and_says_so() -> None:
    kept = newest([entry(n, LARGEST) for n in range(10)])
    assert len(kept) == 10
    assert kept[-1]["detail"] == {
        "message": {"message_id": "m-9", "by": {"name": "Ann Sample", "role": "acr"}},
        "shortened": True,
    }


def test_answers_to_accepted_messages_are_carried_before_refusals() -> None:
    accepted = {f"a:{n}": answer(accepted=True) for n in range(20)}
    refused = {f"r:{n}": answer(accepted=False, reason="x" * 4000) for n in range(2000)}
    facts = CycleFacts.model_validate({**full().model_dump(), "answers": accepted | refused})
    kept = lean(facts).answers
    assert [key for key in kept if key.startswith("a:")] == list(accepted)
    assert 0 < sum(key.startswith("r:") for key in kept) < 2000
    assert list(kept)[-1] == "r:1999"
    assert size_of({key: one.model_dump(mode="json") for key, one in kept.items()}) < 1.1 * ANSWERS


def test_of_answers_that_are_left_to_the_books_marks_are_carried_those_of_accepted_messages_longest() -> None:
    refused = {f"r:{n}": answer(accepted=False, reason="x" * 4000) for n in range(2000)}
    accepted = {f"a:{n}": answer(accepted=True) for n in range(2000)}
    changed = {"answers": accepted | refused, "left_to_books": []}
    facts = CycleFacts.model_validate({**full().model_dump(), **changed})
    carried = lean(facts)
    left = [key for key in facts.answers if key not in carried.answers]
    assert len(left) > 3000
    assert set(carried.left_to_books) == {mark_of(key) for key in left}
    again = lean(carried.model_copy(update={"answers": {f"n:{n}": answer(accepted=True) for n in range(9000)}}))
    assert len(again.left_to_books) == REMEMBERED
    assert mark_of("r:0") not in again.left_to_books  # the oldest mark of a refused one goes first


def test_the_reason_of_a_refusal_has_a_bound() -> None:
    told = Refused("application.incomplete", "x" * LARGEST)
    assert len(told.reason) <= LONGEST_REASON + 2


DICOE = DicoeApplication.model_validate(sample("dicoe-three-locations"))


def refused(facts: Any, message: Any, **run: int) -> str:
    try:
        judge_room(facts, message, **run)
    except Refused as refusal:
        return refusal.rule
    return ""


def test_an_application_grows_by_corrections_and_locations_no_further_than_a_case_can_carry() -> None:
    designation = DesignationFacts(case_id="dicoe.SAMPLE.OH.1", opened_at=NOW, application=DICOE)
    one = message_of("add_locations", locations=[{"id": "new", "name": "n" * 400}])
    assert refused(designation, one) == ""
    place = DICOE.locations[0].model_copy(update={"name": "n" * 2 * LARGEST})
    designation.additions.append(Addition(number=1, locations=[place], done=True))
    assert refused(designation, one) == "message.too_large"
    cycle = full().model_copy(update={"application": AccreditationApplication.model_validate(sample("ct-unit"))})
    name = message_of("amend_application", changes={"facility": {"name": "n" * 400}})
    assert refused(cycle, name) == ""
    grown = message_of("amend_application", changes={"facility": {"name": "n" * LARGEST}})
    assert refused(cycle, grown) == "message.too_large"


def test_a_case_that_was_opened_with_more_can_still_be_corrected_but_not_grow() -> None:
    application = AccreditationApplication.model_validate(sample("ct-unit"))
    assert application.facility
    application.facility.name = "n" * 2 * LARGEST
    old = full().model_copy(update={"application": application})
    assert refused(old, message_of("amend_application", changes={"payment": None, "facility": {"name": "n"}})) == ""
    assert refused(old, message_of("amend_application", changes={"note": "n" * 400})) == "message.too_large"


@pytest.mark.parametrize(
    ("run", "facility", "office"),
    [
        ({"history_bytes": ROOM_BYTES, "history_events": ROOM_EVENTS}, "", ""),
        ({"history_bytes": ROOM_BYTES + 1}, "case.full", ""),
        ({"history_events": ROOM_EVENTS + 1}, "case.full", ""),
        ({"history_bytes": 2 * ROOM_BYTES + 1}, "case.full", "case.full"),
    ],
)
def test_a_run_that_is_nearly_full_keeps_room_for_the_office(run: dict[str, int], facility: str, office: str) -> None:
    facts = full()
    assert refused(facts, message_of("view_final_report"), **run) == facility
    assert refused(facts, message_of("accept_application"), **run) == office
