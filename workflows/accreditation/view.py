"""What an accreditation cycle says of itself, beside what every case does."""

from datetime import datetime
from typing import Any

from activities.contract import CaseRow
from policy.accreditation.annual_update import owed
from policy.accreditation.correctable import correctable
from policy.accreditation.cycle import CycleFacts, Validation
from policy.accreditation.options import Offer, offers
from policy.dates import last_day
from policy.edition import Edition
from policy.rules import source_of
from policy.status import AnnualUpdateView, AreaView, CaseStatus, CertificateView, MqsaView, OptionView, ValidationView
from policy.text.visible import as_markdown
from policy.words import day_in_words, due_in_words
from workflows.accreditation.grant import first_passed_at
from workflows.case import Cycle, view


def status(case: Cycle, now: datetime) -> CaseStatus:
    """Return where the cycle stands, as the interface describes it."""
    facts = case.facts
    certificate = facts.certificate
    return CaseStatus(
        **view.common_status(case),
        correctable=correctable(facts, surveyed=case.terms.survey_based) if case.is_open else None,
        deficiencies=facts.deficiencies,
        areas=tuple(AreaView(id=area.id, state=area.state) for area in facts.areas),
        certificate=CertificateView.model_validate(certificate, from_attributes=True) if certificate else None,
        validation=validation_view(facts) if case.is_open else None,
        annual_update=_annual_update(facts),
        mqsa=_mqsa(facts),
        options=tuple(_option(offer, case.terms, case.facts.rulebook) for offer in _offers(case, now)),
    )


def validation_view(facts: CycleFacts) -> ValidationView | None:
    """Return the validation survey that is under way, as a facility may see it: unannounced ones once reported."""
    survey = facts.validation
    if survey is None or not survey.is_known_to_facility or facts.closed_at:
        return None
    due = facts.deadlines[survey.due] if survey.due is not None else None
    return ValidationView(
        number=survey.number,
        announced=survey.announced,
        mode=survey.mode,
        on=survey.on,
        state=_state(survey),
        respond_by=due.due_at if due else None,
        to_address=tuple(survey.to_address),
    )


def _state(survey: Validation) -> str:
    if survey.reported_at is None:
        return "ordered"
    if survey.awaits_response:
        return "corrective_action" if survey.decision else "response"
    return "decision"


def _validation_line(case: Cycle, survey: Validation) -> str:
    """Return the line of a validation survey for the Temporal UI, which the office alone reads."""
    how = f"{'announced' if survey.announced else 'unannounced'}, {survey.mode.replace('_', ' ')}"
    on = f", on {day_in_words(last_day(survey.on, case.terms.zone))}" if survey.on else ""
    holds = "; the certificate waits for it" if survey.holds_grant else ""
    return f"**Validation survey:** {how}{on}; {_state(survey).replace('_', ' ')}{holds}"


def _offers(case: Cycle, now: datetime) -> list[Offer]:
    """Return the options of the form; where a survey accredits there is none."""
    return offers(case.facts, case.terms, now) if case.is_open and not case.terms.survey_based else []


def _annual_update(facts: CycleFacts) -> AnnualUpdateView | None:
    update = None if facts.closed_at else owed(facts)
    return AnnualUpdateView.model_validate(update, from_attributes=True) if update else None


def _mqsa(facts: CycleFacts) -> MqsaView | None:
    own = facts.mammography
    if own is None or own.certificate is None:
        return None
    kept = own.certificate
    return MqsaView(kind=kept.kind, expires_on=kept.expires_on, interim_until=own.interim_until)


def _option(offer: Offer, terms: Edition, rulebook: str) -> OptionView:
    refusal, rule = offer.refusal, offer.refusal.rule if offer.refusal else "option.chosen"
    return OptionView(
        option=offer.option,
        open=refusal is None,
        rule=refusal.rule if refusal else None,
        reason=refusal.reason if refusal else offer.terms,
        source=terms.where(rule, refusal.source if refusal else source_of(rule, rulebook)),
        instead=refusal.instead if refusal else (),
    )


def row(case: Cycle, now: datetime) -> CaseRow:
    """Return where the cycle stands, for the books."""
    certificate = case.facts.certificate
    return view.row(case, status(case, now)).model_copy(
        update={
            "deficiencies": case.facts.deficiencies,
            "first_passed_at": first_passed_at(case),
            "certificate_from": certificate.counts_from if certificate else None,
            "certificate_until": certificate.expires_at if certificate else None,
        }
    )


def attributes(facts: CycleFacts) -> dict[str, Any]:
    """Return what cases are filtered by."""
    facility, modality = facts.application.facility, facts.application.modality
    return view.attributes(facts) | {
        "Program": "accreditation",
        "Facility": (facility.id or None) if facility else None,
        "State": facility.address.state if facility and facility.address else None,
        "Modality": str(modality) if modality else None,
        "Deficiencies": facts.deficiencies,
    }


def status_of_mqsa(case: Cycle) -> str:
    """Return the MQSA certificate in words: its kind, its last day, and until when its end is bridged."""
    told = _mqsa(case.facts)
    if told is None:
        return ""
    until = told.interim_until
    bridged = f"; interim accreditation until {due_in_words(until, case.terms.zone)}" if until else ""
    return f"{told.kind}, until the end of {day_in_words(told.expires_on)}{bridged}"


def details(case: Cycle, now: datetime) -> str:
    """Return the current details in Markdown: where the cycle stands, and which options are open until when."""
    lines = [*view.heading(case), f"**Deficiencies:** {case.facts.deficiencies}", ""]
    certificate = case.facts.certificate
    if certificate and case.facts.closed_at is None:
        until = day_in_words(last_day(certificate.expires_at, case.terms.zone))
        lines += [f"**Certificate:** until the end of {until}", ""]
    if (survey := case.facts.validation) and case.facts.closed_at is None:
        lines += [_validation_line(case, survey), ""]
    open_options = _offers(case, now)
    if (own := status_of_mqsa(case)) and case.facts.closed_at is None:
        lines += [f"**MQSA certificate:** {own}", ""]
    if open_options:
        for option, refusal, reason in open_options:
            name = option.replace("_", " ")
            why = as_markdown(refusal.reason if refusal else reason)
            lines.append(f"- **{name}**: {'closed' if refusal else 'open'}; {why}")
        lines.append("")
    return "\n".join(lines + view.what_comes(case))
