"""What a case offers for correction was issued: whatever it leaves out, the judgement refuses as never issued."""

from collections.abc import Callable

import pytest

from policy.accreditation.correctable import correctable
from policy.accreditation.cycle import CycleFacts
from policy.accreditation.judgement import judge
from policy.messages import (
    CorrectAccreditationDecision,
    CorrectAppealResult,
    CorrectFinalReport,
    CorrectSurveyReport,
    CorrectTestingPackage,
    Message,
    UndoOption,
)
from policy.verdict import Refused
from tests.policy.accreditation import practices
from tests.policy.cycles import (
    CHEST,
    REPORTED,
    SECOND,
    TERMS,
    a_cycle,
    a_cycle_after_a_failed_repeat,
    a_cycle_with_a_deficient_report,
    chosen,
    submit,
    take_choice,
)
from tests.policy.onward import decide_appeal, in_survey, under_appeal
from tests.policy.spoken import message_of

REPORT, PACKAGE, RESULT, UNDO, SURVEY, DECISION = (
    kind.NAME
    for kind in (
        CorrectFinalReport,
        CorrectTestingPackage,
        CorrectAppealResult,
        UndoOption,
        CorrectSurveyReport,
        CorrectAccreditationDecision,
    )
)


def appealed() -> CycleFacts:
    return under_appeal(a_cycle_with_a_deficient_report(), [CHEST], REPORTED)


OF_IMAGES: tuple[type[Message], ...] = (
    CorrectFinalReport,
    CorrectAppealResult,
    CorrectSurveyReport,
    CorrectTestingPackage,
    UndoOption,
)
OF_PRACTICES: tuple[type[Message], ...] = (CorrectAccreditationDecision, CorrectAppealResult, CorrectSurveyReport)
CYCLES: dict[str, tuple[Callable[[], CycleFacts], set[str]]] = {
    "opened": (a_cycle, set()),
    "submitted": (lambda: submit(a_cycle(), REPORTED), {PACKAGE}),
    "reported": (a_cycle_with_a_deficient_report, {PACKAGE, REPORT}),
    "chosen": (
        lambda: take_choice(a_cycle_with_a_deficient_report(), chosen("repeat"), REPORTED),
        {PACKAGE, REPORT, UNDO},
    ),
    "appealed": (appealed, {PACKAGE, REPORT, UNDO}),
    "appeal lost": (lambda: decide_appeal(appealed(), [], REPORTED), {PACKAGE, REPORT, RESULT}),
    "repeated": (a_cycle_after_a_failed_repeat, {PACKAGE, REPORT}),
    "survey ordered": (lambda: in_survey(a_cycle_after_a_failed_repeat()), {PACKAGE, REPORT}),
}
PRACTICES: dict[str, tuple[Callable[[], CycleFacts], set[str]]] = {
    "scheduled": (practices.scheduled, set()),
    "surveyed": (practices.surveyed, {SURVEY}),
    "denied": (lambda: practices.reported("denied"), {SURVEY, DECISION}),
    "appealed": (practices.under_appeal, {SURVEY, DECISION}),
    "appeal lost": (lambda: practices.appealed(practices.SATELLITE), {SURVEY, DECISION, RESULT}),
    "follow-up": (practices.to_follow_up, {DECISION}),
}


@pytest.mark.parametrize("moment", CYCLES)
def test_a_cycle_offers_what_was_issued_and_refuses_the_rest(moment: str) -> None:
    make, issued = CYCLES[moment]
    facts = make()
    assert set(correctable(facts, surveyed=False) or ()) == issued
    for kind in OF_IMAGES:
        if kind.NAME not in issued:
            with pytest.raises(Refused):
                judge(facts, TERMS, message_of(kind.NAME), REPORTED + SECOND)


@pytest.mark.parametrize("moment", PRACTICES)
def test_so_does_a_case_that_a_survey_accredits(moment: str) -> None:
    make, issued = PRACTICES[moment]
    facts = make()
    assert set(correctable(facts, surveyed=True) or ()) == issued
    for kind in OF_PRACTICES:
        if kind.NAME not in issued:
            with pytest.raises(Refused):
                judge(facts, practices.TERMS, message_of(kind.NAME), practices.REPORTED + SECOND)


def test_a_closed_case_tells_nothing_of_it() -> None:
    facts = a_cycle_with_a_deficient_report()
    facts.closed_at = REPORTED
    assert correctable(facts, surveyed=False) is None
