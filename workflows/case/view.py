"""What a case of either program says of itself: the common part of its status, search attributes, current details."""

from datetime import datetime
from typing import Any

from temporalio.common import SearchAttributeKey, SearchAttributeUpdate, TypedSearchAttributes

from activities.contract import CaseRow
from policy.awaited import due_of
from policy.facts import CaseFacts, Deadline, Stage
from policy.words import due_in_words, instant_in_words
from workflows.case import AnyCase

PROGRAM = SearchAttributeKey.for_keyword("Program")
FACILITY = SearchAttributeKey.for_keyword("Facility")
STATE = SearchAttributeKey.for_keyword("State")
MODALITY = SearchAttributeKey.for_keyword("Modality")
STAGE = SearchAttributeKey.for_keyword("Stage")
AWAITED_PARTY = SearchAttributeKey.for_keyword("AwaitedParty")
DUE_AT = SearchAttributeKey.for_datetime("DueAt")
DEFICIENCIES = SearchAttributeKey.for_int("Deficiencies")
NEEDS_ATTENTION = SearchAttributeKey.for_bool("NeedsAttention")
ATTRIBUTES: dict[str, SearchAttributeKey[Any]] = {
    key.name: key
    for key in (PROGRAM, FACILITY, STATE, MODALITY, STAGE, AWAITED_PARTY, DUE_AT, DEFICIENCIES, NEEDS_ATTENTION)
}
"""What cases are filtered by in the UI."""

SHOWN_FROM_BOOKS = ("areas", "options", "locations", "certificate", "designation")
"""What the books keep of an open case's status, as it was at its last step; the rest of it stands in their columns."""


def status(case: AnyCase) -> dict[str, Any]:
    """Return what the status of both programs has, with instants in ISO format."""
    facts: CaseFacts = case.facts
    return {
        "case": facts.case_id,
        "opened_at": facts.opened_at.isoformat(),
        "adopting": facts.adopting,
        "closed_at": iso(facts.closed_at),
        "stage": facts.stage,
        "outcome": facts.outcome,
        "awaited_party": facts.asked.party if facts.asked else None,
        "awaited": facts.asked.what if facts.asked else "",
        "deficiencies": 0,
        "areas": [],
        "certificate": None,
        "designation": None,
        "locations": [],
        "options": [],
        "deadlines": [
            {"name": d.name, "opens_at": iso(d.opens_at), "due_at": iso(d.due_at), "met": d.met, "over": d.over}
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
                "credited": f"{invoice.credited:.2f}",
                "status": invoice.status,
                "due_at": iso(invoice.due_at),
            }
            for invoice in facts.invoices
        ],
        "edition": case.terms.edition if case.is_open else None,
        "renewal": facts.renewal,
    }


def iso(instant: datetime | None) -> str | None:
    """Return an instant in ISO format."""
    return instant.isoformat() if instant else None


def running_deadline(facts: CaseFacts) -> Deadline | None:
    """Return the window that whoever is awaited must keep, if any; where nobody is awaited the next that runs."""
    running = [deadline for deadline in facts.deadlines if not deadline.over and deadline.met is None]
    if facts.asked:
        running = [deadline for deadline in running if deadline.name == facts.asked.deadline]
    return min(running, key=lambda deadline: deadline.due_at, default=None)


def due(facts: CaseFacts) -> tuple[datetime | None, str | None]:
    """Return until when the next thing must be done, and what its window is called; a window that passed is late."""
    unsettled = [invoice for invoice in facts.invoices if not invoice.settled and not invoice.void]
    if facts.rules_revision >= 3 and facts.asked:
        awaited = due_of(facts.asked.what, facts.deadlines, unsettled)
        return (awaited.at, awaited.name) if awaited else (None, None)
    if deadline := running_deadline(facts):
        return deadline.due_at, deadline.name
    if facts.rules_revision >= 3:
        return None, None
    unpaid = [invoice.due_at for invoice in unsettled if invoice.due_at]
    return (min(unpaid), "invoice") if unpaid and facts.stage is not Stage.CLOSED else (None, None)


def row(case: AnyCase, last: dict[str, Any]) -> CaseRow:
    """Return where a case stands, for the books: what lists need, and what is shown of it where no worker answers.

    A closed case leaves its whole status there.
    """
    facts: CaseFacts = case.facts
    due_at, due_name = due(facts)
    closed = facts.stage is Stage.CLOSED
    return CaseRow(
        stage=facts.stage,
        outcome=facts.outcome,
        awaited_party=facts.asked.party if facts.asked else None,
        awaited=facts.asked.what if facts.asked else "",
        due_at=due_at,
        due_name=due_name,
        deficiencies=0,
        needs_attention=bool(facts.attention),
        closed_at=facts.closed_at,
        first_passed_at=None,
        certificate_from=None,
        certificate_until=None,
        status={
            name: value for name, value in last.items() if name != "application" and (closed or _is_shown(name, value))
        },
    )


def _is_shown(name: str, value: Any) -> bool:
    return name in SHOWN_FROM_BOOKS and bool(value)


def attributes(facts: CaseFacts) -> dict[str, Any]:
    """Return the search attributes that do not depend on the program; null: not set."""
    due_at, _ = due(facts)
    return {
        "Stage": str(facts.stage),
        "AwaitedParty": str(facts.asked.party) if facts.asked else None,
        "DueAt": due_at,
        "NeedsAttention": bool(facts.attention),
    }


def changed_attributes(wanted: dict[str, Any], known: TypedSearchAttributes) -> list[SearchAttributeUpdate[Any]]:
    """Return the changes that make the search attributes say where the case stands; they cost an event."""
    pairs = [(ATTRIBUTES[name], value) for name, value in wanted.items()]
    return [
        key.value_set(value) if value is not None else key.value_unset()
        for key, value in pairs
        if known.get(key) != value
    ]


def heading(case: AnyCase) -> list[str]:
    """Return the first lines of the current details: the stage, who is awaited, by when, what needs attention."""
    facts: CaseFacts = case.facts
    due_at, due_name = due(facts)
    lines = [f"### {facts.stage.replace('_', ' ').capitalize()}" + (f": {facts.outcome}" if facts.outcome else ""), ""]
    lines += [
        f"**Awaited:** {facts.asked.what}, from the {facts.asked.party}" if facts.asked else "**Awaited:** nobody",
        "",
    ]
    if due_at and due_name:
        lines += [f"**By:** {due_in_words(due_at, case.terms.zone)} ({due_name.replace('_', ' ')})", ""]
    for attention in facts.attention:
        lines += [f"**Needs attention:** {attention.text}", ""]
    return lines


def what_comes(case: AnyCase) -> list[str]:
    """Return the last line of the current details: what the case does next by itself."""
    mark = case.facts.next_mark()
    return [f"**Next:** {mark.label}, at {instant_in_words(mark.at, case.terms.zone)}"] if mark else []
