"""Which corrections of a cycle have something that they could be about: a report that was issued, an option chosen.

Whether anything has followed from it is the judgement's business, which says what; here nothing is offered for
correction that was never issued.
"""

from policy.accreditation.cycle import CycleFacts
from policy.messages import (
    CorrectAccreditationDecision,
    CorrectAppealResult,
    CorrectFinalReport,
    CorrectSurveyReport,
    CorrectTestingPackage,
    UndoOption,
)


def correctable(facts: CycleFacts, *, surveyed: bool) -> tuple[str, ...] | None:
    """Return the names of the corrections whose object there is; null: the case is closed.

    Args:
        facts: What is known of the case.
        surveyed: Whether a survey accredits it (radiation oncology), so that its committee decides.
    """
    if facts.closed_at is not None:
        return None
    reported = facts.reported
    appeal = reported.appeal if reported else None
    report = CorrectAccreditationDecision if surveyed else CorrectFinalReport
    there_is = {
        report: reported is not None,
        CorrectAppealResult: appeal is not None and appeal.findings is not None,
        CorrectSurveyReport: bool(facts.surveys) and facts.surveys[-1].visits > 0,
        CorrectTestingPackage: facts.round.submitted_at is not None and not surveyed,
        UndoOption: reported is not None and reported.form is not None and reported.form.choice is not None,
    }
    return tuple(sorted(kind.NAME for kind, issued in there_is.items() if issued))
