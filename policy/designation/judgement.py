"""The one judgement of every message to a designation. It changes nothing."""

from collections import Counter
from datetime import datetime
from decimal import Decimal

from pydantic import ValidationError

from policy import case_rules
from policy.case_rules import what_pays
from policy.designation import facility
from policy.designation.application import DicoeApplication, Location
from policy.designation.cases import designation_part
from policy.designation.completeness import (
    amount_differs,
    missing_of_location,
    one_state,
    unaddressable,
    without_fee,
)
from policy.designation.edition import DicoeEdition, dicoe_edition_named
from policy.designation.eligibility import location_findings
from policy.designation.facts import DesignationFacts
from policy.designation.fees import addition_lines, base_lines, tier
from policy.designation.survey import judge_schedule, judge_survey_correction, judge_survey_report
from policy.facts import Stage
from policy.fees import total
from policy.judging import COMMON_JUDGES, Judges, by_facts, by_instant, by_rules, warned_by_facts
from policy.messages import (
    AcceptApplication,
    AddLocations,
    AmendApplication,
    ChangeFacility,
    ConfirmPledge,
    CorrectSurveyReport,
    DecideDesignation,
    FileSurveyReport,
    Message,
    MoveEdition,
    QuoteFee,
    ReturnApplication,
    ScheduleSurvey,
    StartRenewal,
)
from policy.names import token_by
from policy.rules import refuse
from policy.words import instant_in_words, listed

FIXED = ("program", "application_id", "state", "country", "practice.id")
"""What makes a designation's case the case that it is."""


def judge(facts: DesignationFacts, terms: DicoeEdition, message: Message, at: datetime) -> list[str]:
    """Judge a message to an open case as of an instant; return warnings.

    Raises:
        Refused: The rule that speaks against it.
    """
    return JUDGES[type(message)](facts, terms, message, at)


def judge_acceptance(facts: DesignationFacts, message: AcceptApplication | ReturnApplication) -> None:
    """Judge whether the application can be accepted (it is paid) or returned.

    Raises:
        Refused: `case.wrong_stage`.
    """
    if facts.stage is not Stage.APPLICATION:
        raise refuse("case.wrong_stage", f"No application is open; the case is in the stage {facts.stage.words}.")
    fee = facts.standing_invoice("designation", 1)
    if isinstance(message, AcceptApplication) and (fee is None or not fee.settled):
        raise refuse("case.wrong_stage", "The fee has not been paid.", what_pays(facts, fee))


def judge_decision(facts: DesignationFacts, message: DecideDesignation) -> list[str]:
    """Judge a decision: after an unsatisfactory survey a practice is designated with reasons only, which are kept.

    Returns:
        A warning where it is designated all the same.

    Raises:
        Refused: `case.wrong_stage` or `designation.reason_missing`.
    """
    if facts.stage is not Stage.DECISION:
        raise refuse("case.wrong_stage", f"No decision is due; the case is in the stage {facts.stage.words}.")
    if not message.designated or facts.survey.satisfactory is not False or facts.rules_revision < 3:
        return []
    if not message.reasons and not message.reason:
        raise refuse(
            "designation.reason_missing",
            "The survey was not satisfactory, and no reason is given why the practice is designated all the same.",
            "Give `reasons`, or survey the practice again.",
        )
    return ["The practice is designated although its survey was not satisfactory; the reasons are kept with the case."]


def judge_addition(facts: DesignationFacts, terms: DicoeEdition, message: AddLocations, at: datetime) -> list[Location]:
    """Return the locations to add: from the mid-cycle mark on, in the same state, eligible, within the tier.

    Raises:
        Refused: `designation.*`, `eligibility.*`, `application.incomplete` or `case.wrong_stage`.
    """
    designation = facts.designation
    if facts.stage is not Stage.DESIGNATED or designation is None:
        raise refuse(
            "case.wrong_stage", f"There is no designation to add to; the case is in the stage {facts.stage.words}."
        )
    mid_cycle = facts.latest("mid_cycle")
    if mid_cycle and at < mid_cycle.due_at and terms.additions.from_mid_cycle.value:
        opens = instant_in_words(mid_cycle.due_at, terms.zone)
        raise refuse(
            "designation.not_mid_cycle", f"Locations may be added from mid-cycle, {opens}.", f"Ask from {opens}."
        )
    places = _read_locations(facts, message)
    names = [place.id or "" for place in places]
    known = Counter(token_by(facts.rules_revision, name) for name in [*(one.id for one in facts.locations), *names])
    if twice := sorted(name for name in set(names) if known[token_by(facts.rules_revision, name)] > 1):
        raise refuse("designation.location_known", f"{listed(twice)} is a location of the designation already.")
    case_rules.refuse_findings(one_state(places, facts.application.state))
    case_rules.refuse_findings(location_findings(places, terms))
    case_rules.refuse_new_findings(facts, (), unaddressable(places))
    if facts.addition_quote is None:
        first, added = len(facts.application.locations), facts.added_or_pending()
        judge_tier(first, added, len(places), terms, abroad=facts.quoted)
    _judge_sheet_of_addition(facts, terms, message, names)
    return places


def _judge_sheet_of_addition(
    facts: DesignationFacts, terms: DicoeEdition, message: AddLocations, names: list[str]
) -> None:
    """Judge that a payment sheet which came along names the fee: the tier's, or what the office has quoted.

    Raises:
        Refused: `payment.amount_differs`.
    """
    if message.payment is None:
        return
    fee = total(addition_lines(names, terms)) if facts.addition_quote is None else facts.addition_quote
    if message.payment.amount != fee:
        case_rules.refuse_findings([amount_differs(message.payment.amount, f"the fee is {fee:.2f} USD")])


def _read_locations(facts: DesignationFacts, message: AddLocations) -> list[Location]:
    try:
        places = [Location.model_validate(place) for place in message.locations]
    except ValidationError as error:
        wrong = [f"{'.'.join(str(part) for part in e['loc'])}: {e['msg']}" for e in error.errors(include_input=False)]
        raise refuse("application.incomplete", f"A location cannot be read: {'; '.join(wrong)}.") from None
    missing = [
        reason
        for number, place in enumerate(places)
        for _, reason in missing_of_location(place, f"locations.{number}", abroad=facts.quoted)
    ]
    if missing:
        raise refuse("application.incomplete", " ".join(missing))
    return places


def judge_tier(first: int, added: int, more: int, terms: DicoeEdition, *, abroad: bool = False) -> None:
    """Judge whether the tier of an application leaves room for more locations.

    Args:
        first: How many locations the application had.
        added: How many were added since, or wait for their payment.
        more: How many are to be added now.
        terms: The rules.
        abroad: Whether the practice lies outside the US.

    Raises:
        Refused: `designation.tier_full`, or `designation.case_by_case` where the office must quote.
    """
    caps, limit = terms.tiers.caps.value, terms.additions.top_tier_below.value
    reached = tier(first, terms)
    ask = "Ask the office for a quote, then send it again."
    if abroad:
        reason = "Additions outside the United States are decided case by case."
        raise refuse("designation.case_by_case", reason, ask)
    if reached < len(caps) and first + added + more > caps[reached]:
        raise refuse(
            "designation.tier_full",
            f"{first} locations at the application and {added} added leave room for {caps[reached] - first - added} "
            f"in the tier of {caps[reached]}.",
            "File a new application for more.",
        )
    if reached == len(caps) and added + more >= limit:
        reason = f"In the top tier fewer than {limit} locations are added in all; {added} were."
        raise refuse("designation.case_by_case", reason, ask)


def judge_quote(facts: DesignationFacts, terms: DicoeEdition, _message: QuoteFee) -> None:
    """Judge whether a quote is awaited: of an invoice, or of the next additions (top tier, outside the US).

    Raises:
        Refused: `quote.not_awaited`.
    """
    if facts.unquoted():
        return
    top = tier(len(facts.application.locations), terms) == len(terms.tiers.caps.value)
    if facts.stage is not Stage.DESIGNATED or not (top or facts.quoted):
        raise refuse("quote.not_awaited", "No fee of this case waits for a quote.")


def judge_pledge(facts: DesignationFacts, _message: ConfirmPledge) -> None:
    """Judge whether a pledge can be confirmed: by a designated practice, also before it is asked.

    Raises:
        Refused: `case.wrong_stage`.
    """
    if facts.stage is not Stage.DESIGNATED:
        raise refuse("case.wrong_stage", f"There is no designation; the case is in the stage {facts.stage.words}.")


def judge_amendment(facts: DesignationFacts, terms: DicoeEdition, message: AmendApplication) -> DicoeApplication:
    """Return the application as the office's correction leaves it.

    Raises:
        Refused: `application.not_changeable` or `application.incomplete`.
    """
    after = case_rules.amended(facts.application.model_dump(mode="json"), message.changes, FIXED)
    application = case_rules.readable(DicoeApplication, after)
    if other_locations(facts, application):
        _judge_other_locations(facts, terms, application)
    case_rules.refuse_findings(without_fee(application, terms))
    case_rules.refuse_new_findings(
        facts, unaddressable(facts.application.locations), unaddressable(application.locations)
    )
    _judge_payment_sheet(facts, application)
    return application


def _judge_payment_sheet(facts: DesignationFacts, application: DicoeApplication) -> None:
    """Judge that a corrected payment sheet names the fee that was invoiced.

    Where the list of locations is corrected too, another fee is invoiced then, and not known here.

    Raises:
        Refused: `payment.amount_differs`.
    """
    said, fee = application.payment, facts.standing_invoice("designation", 1)
    if facts.rules_revision < 3 or other_locations(facts, application) or said == facts.application.payment:
        return
    announced = Decimal(said.amount) if said and said.amount else None
    if fee and fee.total and announced and announced != fee.total:
        asks = f"invoice {fee.number} asks for {fee.total:.2f} USD"
        case_rules.refuse_findings([amount_differs(announced, asks)])


def other_locations(facts: DesignationFacts, application: DicoeApplication) -> bool:
    """Return whether a corrected application lists other locations than the case has."""
    return [place.id for place in application.locations] != [place.id for place in facts.application.locations]


def _judge_other_locations(facts: DesignationFacts, terms: DicoeEdition, application: DicoeApplication) -> None:
    """Judge whether the list of locations can be corrected: before the acceptance; the invoice is then issued anew.

    Raises:
        Refused: `application.not_changeable`, or `application.fee_paid` where another fee is due than was paid.
    """
    if facts.stage is not Stage.APPLICATION or facts.rules_revision < 3:
        raise refuse(
            "application.not_changeable",
            "The locations of a running designation cannot be exchanged; what is said of them can be corrected.",
            "Add locations from mid-cycle on, or file a new application.",
        )
    fee = facts.standing_invoice("designation", 1)
    if fee and fee.paid and fee_changes(facts, terms, application):
        raise refuse(
            "application.fee_paid",
            f"{fee.paid:.2f} USD were paid on invoice {fee.number}, and with these locations another fee is due.",
            "Take the payment back, correct the list, and record the payment on the new invoice.",
        )


def fee_changes(facts: DesignationFacts, terms: DicoeEdition, application: DicoeApplication) -> bool:
    """Return whether the fee is another one with a corrected list of locations, whatever the office's base fee is."""
    before, after = (len(one.locations) for one in (facts.application, application))
    nothing = Decimal(0)
    return facts.quoted or base_lines(before, nothing, terms) != base_lines(after, nothing, terms)


def judge_move(_facts: DesignationFacts, terms: DicoeEdition, message: MoveEdition) -> DicoeEdition:
    """Return the edition that the case moves to.

    `terms`: the edition that the message names, where it was looked for outside of the case; else the case's own.

    Raises:
        Refused: `edition.unknown`.
    """
    edition = terms if terms.edition == message.edition else dicoe_edition_named(message.edition)
    if edition is None:
        reason = f"No edition {message.edition} of the designation ships, and the office has none of that name."
        raise refuse("edition.unknown", reason, "`accredit editions` lists them.")
    return edition


def judge_renewal(facts: DesignationFacts, terms: DicoeEdition, message: StartRenewal, at: datetime) -> list[str]:
    """Judge an application for renewal: from the notice to the expiry, once, of the same practice and state.

    `terms`: since revision 3 the edition that is in force when it is applied for; its fee is judged beside
    (`activities.renewals`).

    Raises:
        Refused: `case.wrong_stage`, `renewal.*`, `application.incomplete`, `designation.*` or `eligibility.*`.
    """
    case_rules.judge_renewal_time(facts, terms, at, Stage.DESIGNATED)
    application = case_rules.readable(DicoeApplication, message.application)
    case_rules.refuse_findings(without_fee(application, terms))
    mine = facts.application
    same_practice = application.practice and mine.practice and application.practice.id == mine.practice.id
    if not same_practice or designation_part(application).state != designation_part(mine).state:
        raise refuse("renewal.other_subject", "The application is not for the practice and state of this designation.")
    case_rules.judge_renewal_kind(facts, application.kind)
    return case_rules.late_renewal(facts, terms, at)


JUDGES: Judges[DesignationFacts, DicoeEdition] = {
    **COMMON_JUDGES,
    AcceptApplication: by_facts(judge_acceptance),
    ReturnApplication: by_facts(judge_acceptance),
    AmendApplication: by_rules(judge_amendment),
    QuoteFee: by_rules(judge_quote),
    MoveEdition: by_rules(judge_move),
    StartRenewal: judge_renewal,
    ScheduleSurvey: by_rules(judge_schedule),
    FileSurveyReport: by_rules(judge_survey_report),
    CorrectSurveyReport: by_rules(judge_survey_correction),
    DecideDesignation: warned_by_facts(judge_decision),
    AddLocations: by_instant(judge_addition),
    ConfirmPledge: by_facts(judge_pledge),
    ChangeFacility: by_rules(facility.judge_change),
}
"""How each message to a designation is judged."""
