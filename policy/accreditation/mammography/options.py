"""What a mammography facility may choose after a deficiency (AS/11000047157): by the days left on its certificate.

The third row of the article's table could not be read: what the form takes then beside withdrawal, the office decides.
"""

from policy.accreditation.cycle import CycleFacts
from policy.accreditation.mammography.certificate import days_left_at_report
from policy.accreditation.mammography.facts import FailureDecision
from policy.accreditation.mammography.part import part_of, terms_of
from policy.accreditation.rounds import Round
from policy.edition import Edition
from policy.facts import Stage
from policy.messages import ChooseOption, DecideAfterFailure, Option, ViewFinalReport
from policy.rules import refuse
from policy.verdict import Refused
from policy.words import either, listed, spoken

DECIDABLE = (Option.APPEAL, Option.REINSTATE)
"""What the office may open after a third deficiency; withdrawal is always open."""


def closed_by(facts: CycleFacts, terms: Edition, option: Option) -> Refused | None:
    """Return the refusal by which an option of the table is closed in a case of mammography; None: it is open."""
    if terms.mammography is None:
        return None
    if facts.deficiencies == 1 and option in (Option.REPEAT, Option.REINSTATE):
        return _by_certificate(facts, terms, option)
    if facts.deficiencies > 2 and option in DECIDABLE:
        return _by_decision(facts, option)
    return None


def _by_certificate(facts: CycleFacts, terms: Edition, option: Option) -> Refused | None:
    limit, left = terms_of(terms).repeat_above.value, days_left_at_report(facts, terms)
    if left is None:
        return refuse(
            "mqsa_certificate.not_on_file",
            "No MQSA certificate is on file, and the days left on it decide between repeat and reinstatement.",
        )
    if (left > limit) == (option is Option.REPEAT):
        return None
    days = "1 day was" if left == 1 else f"{left} days were" if left >= 0 else "no day was"
    way = "60 days or fewer" if option is Option.REPEAT else "more than 60 days"
    way = way.replace("60", str(limit))
    leads = "reinstatement" if option is Option.REPEAT else "a repeat"
    return refuse(
        "option.certificate_days",
        f"On the day of the result {days} left on the MQSA certificate; with {way} left the way is {leads}.",
    )


def _by_decision(facts: CycleFacts, option: Option) -> Refused | None:
    decided = decision_of(facts, facts.reported)
    if decided is None:
        return refuse(
            "option.office_decides",
            "What mammography offers after the third deficiency beside withdrawal the office decides; it has not yet.",
        )
    if option in decided.options:
        return None
    return refuse("option.office_decides", "The office has decided not to offer it after this deficiency.")


def decision_of(facts: CycleFacts, attempt: Round | None) -> FailureDecision | None:
    """Return what the office decided after an attempt; the newest counts."""
    own = facts.mammography
    if own is None or attempt is None:
        return None
    return next((one for one in reversed(own.decisions) if one.round == attempt.number), None)


def judge_reader(facts: CycleFacts, terms: Edition, message: ViewFinalReport | ChooseOption) -> None:
    """Judge that the report, and the form, are opened by whom mammography names.

    Raises:
        Refused: `option_form.wrong_role`.
    """
    role, own = message.speaker().role, terms.mammography
    if own is not None and role not in own.opened_by.value:
        who = either(f"the {spoken(name)}" for name in own.opened_by.value)
        raise refuse(
            "option_form.wrong_role",
            f"In mammography the report and its option form are opened by {who}, not in the role {spoken(role)}.",
            f"Let {who} open it.",
        )


def judge_decision(facts: CycleFacts, terms: Edition, message: DecideAfterFailure) -> None:
    """Judge a decision of the office after a failure: of an attempt whose options are open, and of what is not stated.

    Raises:
        Refused: `mammography.other_modality`, `case.wrong_stage` or `option.not_decidable`.
    """
    part_of(facts, terms)
    if facts.stage is not Stage.OPTIONS or facts.deficiencies < 2:
        raise refuse(
            "case.wrong_stage",
            f"No failure waits for a decision; the case is in the stage {facts.stage.words}.",
        )
    stated = [one for one in message.options if one not in DECIDABLE or facts.deficiencies < 3]
    if stated:
        raise refuse(
            "option.not_decidable",
            f"Whether the form takes {listed(spoken(one) for one in stated)} is stated, and not for the office to "
            "decide here.",
            "Leave `options` out, or after a third deficiency name appeal or reinstate.",
        )
