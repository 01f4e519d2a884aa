"""The one judgement of every message to a designation. It changes nothing."""

from datetime import datetime

from pydantic import ValidationError

from policy import case_rules as desk
from policy import money
from policy.accreditation.testing_package import judge_findings
from policy.designation.application import DicoeApplication, Location
from policy.designation.cases import designation_part
from policy.designation.completeness import missing_of_location, one_state, without_fee
from policy.designation.edition import DicoeEdition, dicoe_edition_named
from policy.designation.eligibility import location_findings
from policy.designation.facts import DesignationFacts
from policy.designation.fees import tier
from policy.facts import Stage
from policy.messages import (
    AcceptApplication,
    AddLocations,
    AmendApplication,
    ConfirmPledge,
    DecideDesignation,
    ExtendDueDate,
    FileSurveyReport,
    IssueCreditNote,
    Message,
    MoveEdition,
    QuoteFee,
    RecordPayment,
    ResolveAttention,
    ReturnApplication,
    ScheduleSurvey,
    StartRenewal,
    UndoPayment,
)
from policy.rules import refuse
from policy.words import instant_in_words, listed

REVIEWED = "DICOE updates effective 1 January 2021: the survey reviews X-ray and fluoroscopy as well"
FIXED = ("program", "application_id", "state", "country", "practice.id")
"""What makes a designation's case the case that it is."""


def judge(facts: DesignationFacts, terms: DicoeEdition, message: Message, at: datetime) -> list[str]:
    """Judge a message to an open case as of an instant; return warnings.

    Raises:
        Refused: The rule that speaks against it.
    """
    match message:
        case RecordPayment():
            return money.judge_payment(facts, terms, message, at)
        case IssueCreditNote():
            return money.judge_credit(facts, message)
        case StartRenewal():
            return judge_renewal(facts, terms, message, at)
        case AddLocations():
            judge_addition(facts, terms, message, at)
        case ExtendDueDate():
            desk.judge_extension(facts, terms, message, at)
        case AcceptApplication() | ReturnApplication():
            judge_acceptance(facts, message)
        case ScheduleSurvey():
            judge_schedule(facts, terms, message)
        case FileSurveyReport():
            judge_survey_report(facts, message)
        case DecideDesignation():
            if facts.stage is not Stage.DECISION:
                raise refuse("case.wrong_stage", f"No decision is due; the case is in the stage {facts.stage.words}.")
        case UndoPayment():
            money.judge_undoing(facts, message)
        case QuoteFee():
            judge_quote(facts, terms)
        case ConfirmPledge():
            judge_pledge(facts)
        case AmendApplication():
            judge_amendment(facts, terms, message)
        case ResolveAttention():
            desk.judge_resolution(facts, message)
        case MoveEdition():
            judge_move(message)
    return []


def judge_acceptance(facts: DesignationFacts, message: AcceptApplication | ReturnApplication) -> None:
    """Judge whether the application can be accepted (it is paid) or returned.

    Raises:
        Refused: `case.wrong_stage`.
    """
    if facts.stage is not Stage.APPLICATION:
        raise refuse("case.wrong_stage", f"No application is open; the case is in the stage {facts.stage.words}.")
    fee = facts.invoice("designation", 1)
    if isinstance(message, AcceptApplication) and (fee is None or not fee.settled):
        raise refuse("case.wrong_stage", "The fee has not been paid.", desk.what_pays(facts, fee))


def judge_schedule(facts: DesignationFacts, terms: DicoeEdition, message: ScheduleSurvey) -> None:
    """Judge the schedule of a survey: team, mode, at least one location of the application.

    Raises:
        Refused: `case.wrong_stage` or `survey.*`.
    """
    if facts.stage is not Stage.SURVEY:
        raise refuse("case.wrong_stage", f"No survey is due; the case is in the stage {facts.stage.words}.")
    roles = {"acr_staff" if member.role == "acr_staff_technologist" else member.role for member in message.team}
    if missing := [role for role in terms.survey.team.value if role not in roles]:
        raise refuse(
            "survey.team_incomplete",
            f"The team has no {listed(role.replace('_', ' ') for role in missing)}.",
            f"The team is {listed(role.replace('_', ' ') for role in terms.survey.team.value)}.",
            source=terms.cite(terms.survey.team),
        )
    if message.mode == "virtual" and facts.application.kind not in terms.survey.virtual_for.value:
        raise refuse(
            "survey.mode_not_allowed",
            "A first designation is surveyed on site.",
            "Schedule it on site.",
            source=terms.cite(terms.survey.virtual_for),
        )
    known = [place.id for place in facts.application.locations if place.id]
    wrong = [place for place in message.locations if place not in known]
    if wrong or len(set(message.locations)) < terms.survey.locations.value:
        what = f"{listed(wrong)} is no location of the application" if wrong else "No location is named"
        raise refuse("survey.no_location", f"{what}.", f"Name one at least of {listed(known)}.")


def judge_survey_report(facts: DesignationFacts, message: FileSurveyReport) -> None:
    """Judge a survey's report: a finding on each service offered at the surveyed locations, X-ray and fluoroscopy too.

    Raises:
        Refused: `case.wrong_stage`, `survey.area_missing` or `report.unknown_area`.
    """
    if facts.stage is not Stage.SURVEY or not facts.survey.team:
        raise refuse(
            "case.wrong_stage",
            "No survey is scheduled.",
            *(["Schedule it first."] if facts.stage is Stage.SURVEY else []),
        )
    services = facts.services(facts.survey.locations)
    found = {finding.area for finding in message.findings}
    if missing := [service for service in services if service not in found]:
        raise refuse("survey.area_missing", f"The report says nothing of {listed(missing)}.", source=REVIEWED)
    judge_findings(message.findings, services)


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
    known = [place.id for place in facts.locations] + [place.id for place in places]
    if twice := sorted({place.id or "" for place in places if known.count(place.id or "") > 1}):
        raise refuse("designation.location_known", f"{listed(twice)} is a location of the designation already.")
    desk.refuse_findings(one_state(places, facts.application.state))
    desk.refuse_findings(location_findings(places, terms))
    if facts.addition_quote is None:
        first, added = len(facts.application.locations), facts.added_or_pending()
        judge_tier(first, added, len(places), terms, abroad=facts.quoted)
    return places


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


def judge_quote(facts: DesignationFacts, terms: DicoeEdition) -> None:
    """Judge whether a quote is awaited: of an invoice, or of the next additions (top tier, outside the US).

    Raises:
        Refused: `quote.not_awaited`.
    """
    if facts.unquoted():
        return
    top = tier(len(facts.application.locations), terms) == len(terms.tiers.caps.value)
    if facts.stage is not Stage.DESIGNATED or not (top or facts.quoted):
        raise refuse("quote.not_awaited", "No fee of this case waits for a quote.")


def judge_pledge(facts: DesignationFacts) -> None:
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
    after = desk.amended(facts.application.model_dump(mode="json"), message.changes, FIXED)
    application = desk.readable(DicoeApplication, after)
    if [place.id for place in application.locations] != [place.id for place in facts.application.locations]:
        raise refuse(
            "application.not_changeable",
            "The locations of a running designation cannot be exchanged; what is said of them can be corrected.",
            "Add locations from mid-cycle on, or file a new application.",
        )
    desk.refuse_findings(without_fee(application, terms))
    return application


def judge_move(message: MoveEdition) -> DicoeEdition:
    """Return the edition that the case moves to.

    Raises:
        Refused: `edition.unknown`.
    """
    edition = dicoe_edition_named(message.edition)
    if edition is None:
        raise refuse("edition.unknown", f"No edition {message.edition} of the designation is shipped.")
    return edition


def judge_renewal(facts: DesignationFacts, terms: DicoeEdition, message: StartRenewal, at: datetime) -> list[str]:
    """Judge an application for renewal: from the notice to the expiry, once, of the same practice and state.

    Raises:
        Refused: `case.wrong_stage`, `renewal.*` or `application.incomplete`.
    """
    desk.judge_renewal_time(facts, terms, at, Stage.DESIGNATED)
    application = desk.readable(DicoeApplication, message.application)
    desk.refuse_findings(without_fee(application, terms))
    mine = facts.application
    same_practice = application.practice and mine.practice and application.practice.id == mine.practice.id
    if not same_practice or designation_part(application).state != designation_part(mine).state:
        raise refuse("renewal.other_subject", "The application is not for the practice and state of this designation.")
    return desk.late_renewal(facts, terms, at)
