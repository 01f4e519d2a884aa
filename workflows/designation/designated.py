"""Designated: mid-cycle, additions of locations, the yearly pledge, the renewal, the end (S0)."""

from temporalio import workflow

from policy.designation.application import DicoeApplication
from policy.designation.facts import Addition, DesignationFacts, LocationFact, MissingAccreditation
from policy.designation.fees import addition_lines
from policy.designation.judgement import judge_addition
from policy.designation.missing import ended_in_words, modality_in_words
from policy.facts import Party
from policy.fees import FeeLine
from policy.messages import AddLocations, ConfirmPledge, StartRenewal
from policy.names import same_token
from policy.words import listed
from workflows.case import DesignationCase
from workflows.case.renewal import ask_for_renewal, end_term, order_renewal, term_is_over
from workflows.designation.grant import expect_pledge_date

TOLD_AGAIN = "2026-11 a practice hears that an accreditation stands again"


async def stand_designated(case: DesignationCase) -> None:
    """Stand until the end of the term; each time that something happens, do what has become due."""
    terms = case.terms.designation
    while not term_is_over(case):
        announce_mid_cycle(case)
        keep_pledges(case)
        end_credited_additions(case)
        welcome_paid_locations(case)
        ask_for_renewal(case, terms.renewal_application.value, terms.renewal_reminders.value)
        say_who_is_awaited(case)
        await case.change()
    end_term(case, "designation.expiry")


def announce_mid_cycle(case: DesignationCase) -> None:
    """From this day on locations may be added."""
    facts = case.facts
    if facts.deadline("mid_cycle") is None and not facts.mid_cycle_told and facts.designation:
        facts.mid_cycle_told = True
        case.notify(
            "mid_cycle",
            "designation.mid_cycle",
            opens_at=facts.designation.mid_cycle_at.isoformat(),
            expires_at=facts.designation.expires_at.isoformat(),
        )


def keep_pledges(case: DesignationCase) -> None:
    """Ask for the pledge of the new year on its dates, unless it has been confirmed before."""
    found = case.facts.pledge_date
    if found is None or case.at < found.at:
        return
    requested, confirmed = found.year in case.facts.pledge_asked, found.year in case.facts.pledged
    if found.what == "ask" and not confirmed:
        case.facts.pledge_asked.append(found.year)
        case.notify("pledge_renewal", "designation.pledge", year=found.year)
    elif found.what == "attention" and requested and not confirmed:
        text = f"the Image Wisely pledge for {found.year} is not confirmed"
        case.need_attention(f"pledge.{found.year}", "designation.pledge", text)
    expect_pledge_date(case)


def welcome_paid_locations(case: DesignationCase) -> None:
    """Locations are added when their invoice is paid."""
    for addition in case.facts.pending():
        invoice = case.facts.standing_invoice("additional_locations", addition.number)
        if invoice and invoice.settled and not invoice.taken_back:
            addition.done = True
            case.outbox.application_changed = True
            for place in case.facts.locations:
                if place.added_at is None and place.id in {p.id for p in addition.locations}:
                    place.added_at = case.issued_at
            names = [place.id for place in addition.locations]
            case.notify("locations_added", "designation.locations_added", areas=names)


def end_credited_additions(case: DesignationCase) -> None:
    """An addition ends whose invoice the office took back as a whole: nothing is awaited, and nothing was bought.

    The locations count no more toward the tier, and may be added again.
    """
    for addition in case.facts.pending():
        invoice = case.facts.standing_invoice("additional_locations", addition.number)
        if invoice and invoice.taken_back and workflow.patched(f"2026-11 a credited addition ends, {addition.number}"):
            addition.ended = True
            names = [place.id for place in addition.locations]
            case.facts.locations = [
                place for place in case.facts.locations if place.added_at is not None or place.id not in names
            ]
            text = f"The addition of {listed([name or '' for name in names])} has ended: its invoice was credited"
            case.note("message", text, areas=names, invoice=invoice.number)


def say_who_is_awaited(case: DesignationCase) -> None:
    """The practice is awaited for a fee, a renewal or a pledge, in this order; else nobody is."""
    facts = case.facts
    pending = facts.pending()
    open_pledge = [year for year in facts.pledge_asked if year not in facts.pledged]
    renewing = any(d.name == "renewal_application" for d in facts.deadlines) and not facts.renewal
    if pending:
        case.await_party(
            Party.FACILITY, "the fee of the added locations", f"additional_locations.{pending[0].number}.fee"
        )
    elif renewing:
        case.await_party(Party.FACILITY, "the renewal application", "renewal_application", "renewal_application")
    elif open_pledge:
        case.await_party(Party.FACILITY, f"the pledge for {open_pledge[-1]}", f"pledge.{open_pledge[-1]}", "pledge")
    else:
        case.await_nobody()


def add_locations(case: DesignationCase, message: AddLocations) -> None:
    """The practice adds locations: invoiced at the tier's fee, or at what the office quoted for them."""
    places = judge_addition(case.facts, case.terms, message, case.at)
    names = [place.id or "" for place in places]
    number = len(case.facts.additions) + 1
    case.facts.additions.append(Addition(number=number, locations=places))
    case.facts.locations += [LocationFact(id=name) for name in names]
    quoted = case.facts.addition_quote
    if quoted is None:
        lines = addition_lines(names, case.terms)
    else:
        lines = (FeeLine.of(f"Additional locations, as quoted: {', '.join(names)}", quoted),)
    case.facts.addition_quote = None
    case.want_invoice("additional_locations", number, lines=lines)


def confirm_pledge(case: DesignationCase, message: ConfirmPledge) -> None:
    """The practice has pledged for a year."""
    if message.pledge == case.terms.pledges.yearly.value and message.year not in case.facts.pledged:
        case.facts.pledged.append(message.year)
        case.settle_attention(f"pledge.{message.year}")


def start_renewal(case: DesignationCase, message: StartRenewal) -> None:
    """The practice has applied: the next term opens at this instant, as a case of its own."""
    application = DicoeApplication.model_validate(message.application)
    order_renewal(case, "DicoeDesignation", application.model_dump(mode="json"))


def resting_on(facts: DesignationFacts, facility: str, modality: str) -> str | None:
    """Return the facility as the designation writes it, where one of its locations rests on that accreditation."""
    added = [place for addition in facts.additions if addition.done for place in addition.locations]
    for place in (*facts.application.locations, *added):
        if place.id and same_token(place.id, facility) and modality in place.services:
            return place.id
    return None


def miss_accreditation(case: DesignationCase, facility: str, modality: str, outcome: str) -> None:
    """Record that an accreditation has ended on which the designation rests: somebody at the office must look."""
    text = ended_in_words(facility, modality, outcome)
    case.note("warning", text, facility=facility, modality=modality, outcome=outcome)
    _no_longer_missing(case, facility, modality)
    missing = MissingAccreditation(facility=facility, modality=modality, outcome=outcome, at=case.at)
    case.facts.missing.append(missing)
    need_accreditation(case, missing)
    item = missing_item(facility, modality)
    case.notify("accreditation_ended", "designation.accreditation", item=item, text=text)


def missing_item(facility: str, modality: str) -> str:
    """Return the attention item of an accreditation that the designation rests on and that does not stand."""
    return f"accreditation.{facility}.{modality}"


def need_accreditation(case: DesignationCase, missing: MissingAccreditation) -> None:
    """Somebody at the office must look: no text says what follows for the designation in the middle of its term."""
    text = ended_in_words(missing.facility, missing.modality, missing.outcome)
    case.need_attention(missing_item(missing.facility, missing.modality), "designation.accreditation", text)


def _no_longer_missing(case: DesignationCase, facility: str, modality: str) -> bool:
    """Take an accreditation off the list of those that do not stand; tell whether it stood there."""
    left = [one for one in case.facts.missing if (one.facility, one.modality) != (facility, modality)]
    found = len(left) < len(case.facts.missing)
    case.facts.missing[:] = left
    return found


def regain_accreditation(case: DesignationCase, facility: str, modality: str) -> None:
    """The accreditation stands again: nobody need look any more, and whoever heard of its end hears of it."""
    case.settle_attention(missing_item(facility, modality))
    if _no_longer_missing(case, facility, modality) and workflow.patched(f"{TOLD_AGAIN}, {case.facts.steps}"):
        text = f"the {modality_in_words(modality)} accreditation of {facility} stands again"
        case.notify("accreditation_regained", "designation.accreditation_back", text=text)
