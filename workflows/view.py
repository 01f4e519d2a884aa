"""What a case says of itself: the answer of the query `status`, the row in the books, search attributes, current
details.
"""

from datetime import datetime
from typing import Any

from temporalio.common import SearchAttributeKey, SearchAttributeUpdate, TypedSearchAttributes

from activities.contract import CaseRow
from policy.cycle import CycleFacts
from policy.edition import Edition
from policy.facts import Deadline, Stage
from policy.options import Offer, offers
from policy.rules import RULES
from policy.words import due_in_words, instant_in_words

PROGRAM = SearchAttributeKey.for_keyword("Program")
FACILITY = SearchAttributeKey.for_keyword("Facility")
STATE = SearchAttributeKey.for_keyword("State")
MODALITY = SearchAttributeKey.for_keyword("Modality")
STAGE = SearchAttributeKey.for_keyword("Stage")
AWAITED_PARTY = SearchAttributeKey.for_keyword("AwaitedParty")
DUE_AT = SearchAttributeKey.for_datetime("DueAt")
DEFICIENCIES = SearchAttributeKey.for_int("Deficiencies")
NEEDS_ATTENTION = SearchAttributeKey.for_bool("NeedsAttention")


def status(facts: CycleFacts, terms: Edition | None, now: datetime) -> dict[str, Any]:
    """Return where the case stands, as the interface describes it, with instants in ISO format."""
    certificate = facts.certificate
    return {
        "case": facts.case_id,
        "opened_at": facts.opened_at.isoformat(),
        "closed_at": _iso(facts.closed_at),
        "stage": facts.stage,
        "outcome": facts.outcome,
        "awaited_party": facts.asked.party if facts.asked else None,
        "awaited": facts.asked.what if facts.asked else "",
        "deficiencies": facts.deficiencies,
        "areas": [{"id": area.id, "state": area.state} for area in facts.areas],
        "certificate": certificate
        and {
            "granted_at": certificate.granted_at.isoformat(),
            "counts_from": certificate.counts_from.isoformat(),
            "expires_at": certificate.expires_at.isoformat(),
        },
        "designation": None,
        "locations": [],
        "options": [_option(offer) for offer in (offers(facts, terms, now) if terms else [])],
        "deadlines": [
            {"name": d.name, "opens_at": _iso(d.opens_at), "due_at": _iso(d.due_at), "met": d.met}
            for d in facts.deadlines
        ],
        "attention": [
            {"item": a.item, "rule": a.rule, "since": a.since.isoformat(), "text": a.text} for a in facts.attention
        ],
        "invoices": [
            {
                "number": invoice.number,
                "purpose": invoice.purpose,
                "total": f"{invoice.total:.2f}" if invoice.total is not None else None,
                "paid": f"{invoice.paid:.2f}",
                "status": invoice.status,
                "due_at": _iso(invoice.due_at),
            }
            for invoice in facts.invoices
        ],
        "edition": terms.edition if terms else None,
        "renewal": facts.renewal,
        "application": facts.application.model_dump(mode="json"),
    }


def _option(offer: Offer) -> dict[str, Any]:
    refusal = offer.refusal
    return {
        "option": offer.option,
        "open": refusal is None,
        "rule": refusal.rule if refusal else None,
        "reason": refusal.reason if refusal else offer.terms,
        "source": refusal.source if refusal else RULES["option.chosen"],
        "instead": list(refusal.instead) if refusal else [],
    }


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


def running_deadline(facts: CycleFacts) -> Deadline | None:
    """Return the window that whoever is awaited must keep, else the next that runs."""
    running = [deadline for deadline in facts.deadlines if not deadline.over and deadline.met is None]
    if facts.asked and facts.asked.deadline:
        named = [deadline for deadline in running if deadline.name == facts.asked.deadline]
        running = named or running
    return min(running, key=lambda deadline: deadline.due_at, default=None)


def due(facts: CycleFacts) -> tuple[datetime | None, str | None]:
    """Return until when the next thing must be done, and what its window is called."""
    if deadline := running_deadline(facts):
        return deadline.due_at, deadline.name
    unpaid = [
        invoice.due_at for invoice in facts.invoices if invoice.due_at and not invoice.settled and not invoice.void
    ]
    return (min(unpaid), "invoice") if unpaid and facts.stage is not Stage.CLOSED else (None, None)


def row(facts: CycleFacts, terms: Edition, now: datetime, first_passed_at: datetime | None) -> CaseRow:
    """Return where the case stands, for the books."""
    due_at, due_name = due(facts)
    certificate = facts.certificate
    return CaseRow(
        stage=facts.stage,
        outcome=facts.outcome,
        awaited_party=facts.asked.party if facts.asked else None,
        awaited=facts.asked.what if facts.asked else "",
        due_at=due_at,
        due_name=due_name,
        deficiencies=facts.deficiencies,
        needs_attention=bool(facts.attention),
        closed_at=facts.closed_at,
        first_passed_at=first_passed_at,
        certificate_from=certificate.counts_from if certificate else None,
        certificate_until=certificate.expires_at if certificate else None,
        status=closed_status(facts, terms, now) if facts.stage is Stage.CLOSED else {},
    )


def closed_status(facts: CycleFacts, terms: Edition, now: datetime) -> dict[str, Any]:
    """Return the last status, kept by the books; the application is there already."""
    return {name: value for name, value in status(facts, terms, now).items() if name != "application"}


def changed_attributes(facts: CycleFacts, known: TypedSearchAttributes) -> list[SearchAttributeUpdate[Any]]:
    """Return the changes that make the search attributes say where the case stands; each costs an event."""
    facility = facts.application.facility
    state = facility.address.state if facility and facility.address else None
    due_at, _ = due(facts)
    wanted: list[tuple[SearchAttributeKey[Any], Any]] = [
        (PROGRAM, "accreditation"),
        (FACILITY, facility.id if facility else None),
        (STATE, state),
        (MODALITY, _text(facts.application.modality)),
        (STAGE, _text(facts.stage)),
        (AWAITED_PARTY, _text(facts.asked.party if facts.asked else None)),
        (DUE_AT, due_at),
        (DEFICIENCIES, facts.deficiencies),
        (NEEDS_ATTENTION, bool(facts.attention)),
    ]
    return [
        key.value_set(value) if value is not None else key.value_unset()
        for key, value in wanted
        if known.get(key) != value
    ]


def _text(word: str | None) -> str | None:
    return str(word) if word else None


def details(facts: CycleFacts, terms: Edition, now: datetime) -> str:
    """Return the current details in Markdown: stage, who must act by when, what is open, what comes next."""
    zone = terms.zone
    due_at, due_name = due(facts)
    lines = [
        f"### {facts.stage.replace('_', ' ').capitalize()}" + (f": {facts.outcome}" if facts.outcome else ""),
        "",
        f"**Awaited:** {facts.asked.what} — from the {facts.asked.party}" if facts.asked else "**Awaited:** nobody",
        "",
    ]
    if due_at and due_name:
        lines += [f"**By:** {due_in_words(due_at, zone)} ({due_name.replace('_', ' ')})", ""]
    lines += [f"**Deficiencies:** {facts.deficiencies}", ""]
    lines += [f"**Needs attention:** {attention.text}" for attention in facts.attention] + [""]
    open_options = offers(facts, terms, now)
    if open_options:
        lines += ["| option | now | why |", "| --- | --- | --- |"]
        for option, refusal, reason in open_options:
            lines.append(f"| {option} | {'closed' if refusal else 'open'} | {refusal.reason if refusal else reason} |")
        lines.append("")
    mark = facts.next_mark()
    if mark:
        lines.append(f"**Next:** {mark.label}, at {instant_in_words(mark.at, zone)}")
    return "\n".join(lines)
