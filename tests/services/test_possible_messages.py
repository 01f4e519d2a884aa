"""What a case can use: every message of its program once at least, and nothing that its stage refuses."""

from datetime import UTC, datetime, timedelta

import pytest

from policy.accreditation.judgement import JUDGES as OF_CYCLES
from policy.accreditation.judgement import judge
from policy.accreditation.oncology.judgement import JUDGES as OF_ONCOLOGY
from policy.designation.judgement import JUDGES as OF_DESIGNATIONS
from policy.facts import Stage
from policy.messages import (
    CorrectAppealResult,
    CorrectFinalReport,
    ExtendDueDate,
    Message,
    RecordRefund,
    ReopenCase,
    ResolveAttention,
    ReturnImages,
    UndoOption,
    UndoPayment,
    WriteOff,
)
from policy.office import OfficeSettings
from policy.status import CaseStatus
from policy.verdict import Refused
from services.foreseen.possible import (
    ACCREDITATION,
    ANY_TIME,
    CERTIFICATE,
    CLOSED,
    DICOE,
    MAMMOGRAPHY,
    MONEY,
    OF_SUPPLEMENT,
    ONCOLOGY,
    Kinds,
    possible_messages,
    reopens,
)
from tests.policy.accreditation.practices import TERMS as OF_PRACTICES
from tests.policy.accreditation.practices import a_practice_case
from tests.policy.cycles import TERMS, a_cycle
from tests.policy.spoken import message_of

CYCLE, TERM = "accreditation.OH-0417.ct.CT-1.1", "dicoe.SAMPLE-THREE.OH.1"
NOW = datetime(2028, 5, 1, 14, tzinfo=UTC)


def every(stages: dict[str, Kinds]) -> set[type[Message]]:
    return {kind for kinds in (*stages.values(), MONEY, ANY_TIME, CLOSED) for kind in kinds}


def test_every_message_of_a_program_has_its_place() -> None:
    """A message that is added must be offered somewhere, or nobody at the office finds it."""
    of_mammography = {kind for kinds in (*MAMMOGRAPHY.values(), CERTIFICATE) for kind in kinds}
    assert every(ONCOLOGY) == set(OF_ONCOLOGY)
    assert every(ACCREDITATION) | set(OF_SUPPLEMENT) | of_mammography == set(OF_CYCLES)
    assert every(DICOE) == set(OF_DESIGNATIONS)


@pytest.mark.parametrize("stage", ACCREDITATION)
def test_what_a_stage_does_not_offer_it_refuses(stage: str) -> None:
    """So nothing that would be taken is hidden."""
    facts = a_cycle()
    facts.stage = Stage(stage)
    hidden = every(ACCREDITATION) - set(ACCREDITATION[stage]) - set(MONEY) - set(ANY_TIME)
    for kind in hidden:
        with pytest.raises(Refused):
            judge(facts, TERMS, message_of(kind.NAME), NOW)


@pytest.mark.parametrize("stage", ONCOLOGY)
def test_what_a_stage_of_radiation_oncology_does_not_offer_it_refuses(stage: str) -> None:
    facts = a_practice_case()
    facts.stage = Stage(stage)
    hidden = every(ONCOLOGY) - set(ONCOLOGY[stage]) - set(MONEY) - set(ANY_TIME)
    for kind in hidden:
        with pytest.raises(Refused):
            judge(facts, OF_PRACTICES, message_of(kind.NAME), NOW)
    status = CaseStatus.model_validate({"case": facts.case_id, "stage": stage})
    assert set(possible_messages(status).now) <= set(ONCOLOGY[stage])


def test_a_closed_case_takes_money_alone() -> None:
    """And only the money that there is."""
    bill = {"number": "2028-000001", "purpose": "application", "total": "2500.00", "paid": "2500.00", "status": "paid"}
    closed = CaseStatus.model_validate({"case": CYCLE, "stage": "closed", "closed_at": NOW, "invoices": [bill]})
    possible = possible_messages(closed)
    assert (possible.now, possible.any_time) == ((), ())
    assert possible.takes(UndoPayment)
    assert not possible.takes(WriteOff)
    assert not possible.takes(RecordRefund)


def test_what_there_is_nothing_for_is_not_offered() -> None:
    """No window to extend, nothing to settle, no images to return."""
    bare = possible_messages(CaseStatus.model_validate({"case": CYCLE, "stage": "options"}))
    assert not any(bare.takes(kind) for kind in (ExtendDueDate, ResolveAttention, ReturnImages))
    window = {"name": "option_form", "opens_at": NOW, "due_at": NOW}
    item = {"item": "fee.application.1", "rule": "fee.not_configured", "since": NOW}
    told = {"deadlines": [window], "attention": [item], "awaited": "the images' return"}
    full = possible_messages(CaseStatus.model_validate({"case": CYCLE, "stage": "options", **told}))
    assert all(full.takes(kind) for kind in (ExtendDueDate, ResolveAttention, ReturnImages))


def test_a_result_is_not_corrected_where_no_appeal_was_decided() -> None:
    """Each correction needs what it corrects; a case that goes on with an older program does not say what there is."""
    told = {"case": CYCLE, "stage": "options", "deficiencies": 1}
    reported = possible_messages(CaseStatus.model_validate(told | {"correctable": ["correct_final_report"]}))
    assert reported.takes(CorrectFinalReport)
    assert not reported.takes(CorrectAppealResult)
    decided = possible_messages(CaseStatus.model_validate(told | {"correctable": ["correct_appeal_result"]}))
    assert decided.takes(CorrectAppealResult)
    assert possible_messages(CaseStatus.model_validate(told)).takes(CorrectAppealResult)


def test_a_paused_case_takes_corrections_and_keeps_its_choices() -> None:
    """As its judgement has it: a choice is undone once the case goes on."""
    there_is = ["correct_final_report", "undo_option"]
    told = {"case": CYCLE, "stage": "options", "correctable": there_is, "paused": {"since": NOW}}
    paused = possible_messages(CaseStatus.model_validate(told))
    assert (paused.takes(CorrectFinalReport), paused.takes(UndoOption)) == (True, False)


def test_a_designation_has_its_own() -> None:
    """Locations and pledges are a practice's."""
    possible = possible_messages(CaseStatus.model_validate({"case": TERM, "stage": "designated"}))
    assert [kind.NAME for kind in possible.now] == ["add_locations", "confirm_pledge", "start_renewal"]


def test_a_case_that_somebody_closed_may_be_opened_again_within_the_offices_term() -> None:
    """Not one that the rules ended, and not after the last day."""
    office = OfficeSettings.model_validate({})
    closed = {"case": CYCLE, "stage": "closed", "closed_at": NOW}
    ended = CaseStatus.model_validate(closed | {"outcome": "expired"})
    by_hand = CaseStatus.model_validate(closed | {"outcome": "closed_by_acr"})
    days = timedelta(days=90)
    asked = [reopens(by_hand, office, NOW + days), reopens(by_hand, office, NOW + days + timedelta(days=1))]
    assert (asked, reopens(ended, office, NOW)) == ([True, False], False)
    assert possible_messages(by_hand, reopens=True).any_time == (ReopenCase,)
