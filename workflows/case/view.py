"""What a case of either program says of itself: the common part of its status, search attributes, current details."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from temporalio.common import SearchAttributeKey, SearchAttributeUpdate, TypedSearchAttributes

from activities.contract import CaseRow
from policy.awaited import due_of
from policy.dates import local_day
from policy.facts import CaseFacts, Correction, Deadline, Former, InvoiceFact, Stage
from policy.status import (
    AttentionView,
    CaseStatus,
    CorrectionView,
    DeadlineView,
    FollowUpView,
    FormerView,
    InvoiceView,
    PauseView,
)
from policy.text.visible import as_markdown
from policy.words import day_in_words, dollars, due_in_words, instant_in_words, party
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

SHOWN_FROM_BOOKS = (
    "areas", "options", "locations", "certificate", "validation", "designation", "edition", "paused", "follow_ups",
    "corrections", "mqsa", "annual_update", "former", "missing_accreditations",
)  # fmt: skip
"""What the books keep of an open case's status, as it was at its last step; the rest of it stands in their columns.

The edition has a column too, which follows it: a case may be moved to another one.
"""


def common_status(case: AnyCase) -> dict[str, Any]:
    """Return what the status of both programs has, by the fields of `CaseStatus`."""
    facts: CaseFacts = case.facts
    return {
        "case": facts.case_id,
        "opened_at": facts.opened_at,
        "adopting": facts.adopting,
        "closed_at": facts.closed_at,
        "stage": facts.stage,
        "outcome": facts.outcome,
        "awaited_party": facts.asked.party if facts.asked else None,
        "awaited": facts.asked.what if facts.asked else "",
        "deadlines": [DeadlineView.model_validate(one, from_attributes=True) for one in facts.deadlines],
        "attention": [AttentionView.model_validate(one, from_attributes=True) for one in facts.attention],
        "paused": PauseView.model_validate(facts.paused, from_attributes=True) if facts.paused else None,
        "corrections": [CorrectionView.model_validate(one, from_attributes=True) for one in facts.corrections],
        "follow_ups": [FollowUpView.model_validate(one, from_attributes=True) for one in facts.follow_ups],
        "former": [FormerView.model_validate(one, from_attributes=True) for one in facts.former],
        "invoices": [InvoiceView.model_validate(one, from_attributes=True) for one in facts.invoices],
        "edition": case.terms.edition if case.is_open else None,
        "renewal": facts.renewal,
        "application": case.facts.application.model_dump(mode="json"),
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
    """Return until when what is awaited is due, and what its window is called; a window that has passed is late.

    Where nobody is awaited: the next window that runs.
    """
    if facts.paused:
        return None, None
    if facts.asked:
        unsettled = [invoice for invoice in facts.invoices if not invoice.settled and not invoice.void]
        awaited = due_of(facts.asked.what, facts.deadlines, unsettled)
        return (awaited.at, awaited.name) if awaited else (None, None)
    deadline = running_deadline(facts)
    return (deadline.due_at, deadline.name) if deadline else (None, None)


def due_attribute(facts: CaseFacts) -> datetime | None:
    """Return what the search attribute `DueAt` holds: a window that runs, else the first unpaid invoice's date.

    Not as `due` has it: each change of an attribute is a command, which running cases must repeat as they gave it.
    """
    if facts.paused:
        return None
    if deadline := running_deadline(facts):
        return deadline.due_at
    unpaid = [
        invoice.due_at for invoice in facts.invoices if invoice.due_at and not invoice.settled and not invoice.void
    ]
    return min(unpaid) if unpaid and facts.stage is not Stage.CLOSED else None


def row(case: AnyCase, last: CaseStatus) -> CaseRow:
    """Return where a case stands, for the books: what lists need, and what is shown of it where no worker answers.

    A closed case leaves its whole status there.
    """
    facts: CaseFacts = case.facts
    due_at, due_name = due(facts)
    closed = facts.stage is Stage.CLOSED
    known = last.model_dump(mode="json", exclude={"application"})
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
        edition=case.terms.edition,
        status={name: value for name, value in known.items() if closed or _is_shown(name, value)},
    )


def _is_shown(name: str, value: Any) -> bool:
    return name in SHOWN_FROM_BOOKS and bool(value)


def attributes(facts: CaseFacts) -> dict[str, Any]:
    """Return the search attributes that do not depend on the program; null: not set."""
    return {
        "Stage": str(facts.stage),
        "AwaitedParty": str(facts.asked.party) if facts.asked else None,
        "DueAt": due_attribute(facts),
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
    """Return the first lines of the current details: stage, who is awaited by when, money open, what needs a look."""
    facts: CaseFacts = case.facts
    due_at, due_name = due(facts)
    ended = f": {facts.outcome.words}" if facts.outcome else ""
    asked = facts.asked
    paused = facts.paused
    lines = [
        f"### {facts.stage.replace('_', ' ').capitalize()}{ended}",
        f"**Awaited:** {as_markdown(asked.what)}, from {party(asked.party)}" if asked else "**Awaited:** nobody",
    ]
    if paused:
        since = day_in_words(local_day(paused.since, case.terms.zone))
        lines.append(f"**Paused** since {since}: {as_markdown(paused.reason)}")
    if asked and due_at and due_name:  # what comes by itself stands in the last line
        lines.append(f"**By:** {due_in_words(due_at, case.terms.zone)} ({due_name.replace('_', ' ')})")
    lines += [_correction_line(one, case.terms.zone) for one in facts.corrections[-CORRECTIONS:]]
    lines += [_former_line(one, case.terms.zone) for one in facts.former]
    lines += [_holder_line(case)] if facts.former else []
    lines += [f"**Money open:** {_owed(invoice, case.terms.zone)}" for invoice in facts.invoices if _is_owed(invoice)]
    lines += [f"**Needs attention:** {as_markdown(attention.text)}" for attention in facts.attention]
    return [part for line in lines for part in (line, "")]


DONE = {"option": "Undone", "closing": "Opened again"}
"""How what was corrected is told, where it was not issued."""
CORRECTIONS = 5
"""Corrections that the current details tell, the newest; `accredit show` has them all."""


def _correction_line(one: Correction, zone: ZoneInfo) -> str:
    """Return for example `**Corrected on 2 April 2028:** final report of 28 March 2028; the letter was mistyped`."""
    done = DONE.get(one.what, "Corrected")
    first, day = (day_in_words(local_day(at, zone)) for at in (one.first_at, one.at))
    return f"**{done} on {day}:** {one.what.replace('_', ' ')} of {first}; {as_markdown(one.reason)}"


def _former_line(former: Former, zone: ZoneInfo) -> str:
    """Return for example `**Until 3 May 2028:** Sample Imaging Center (OH-0417); merged`."""
    until = day_in_words(local_day(former.until, zone))
    name = f"{as_markdown(former.name)} ({as_markdown(former.id)})" if former.name else as_markdown(former.id)
    return f"**Until {until}:** {name}; {former.kind.replace('_', ' ')}"


def _holder_line(case: AnyCase) -> str:
    """Return whose case it is as it is called now: the details that a case began with keep its first name."""
    told = case.facts.application.model_dump(include={"facility", "practice"})
    for kind, holder in told.items():
        if holder:
            return (
                f"**{kind.capitalize()} now:** {as_markdown(holder['name'] or '')} ({as_markdown(holder['id'] or '')})"
            )
    return ""


def _is_owed(invoice: InvoiceFact) -> bool:
    return invoice.number is not None and not invoice.settled and not invoice.void


def _owed(invoice: InvoiceFact, zone: ZoneInfo) -> str:
    """Return for example `$2,500.00 on invoice 2027-0001 (application), due 27 May 2027, 24:00 ET`."""
    due_at = f", due {due_in_words(invoice.due_at, zone)}" if invoice.due_at else ""
    number = as_markdown(invoice.number or "")
    return f"{dollars(invoice.outstanding)} on invoice {number} ({invoice.purpose.replace('_', ' ')}){due_at}"


def what_comes(case: AnyCase) -> list[str]:
    """Return the last lines of the current details: what the case does next by itself, and by which rules."""
    mark = case.facts.next_mark()
    rules = f"**Rules:** edition {as_markdown(case.terms.edition)}"
    if mark is None:
        return [rules]
    return [f"**Next:** {as_markdown(mark.label)}, at {instant_in_words(mark.at, case.terms.zone)}", "", rules]
