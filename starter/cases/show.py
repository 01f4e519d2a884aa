"""`accredit show`: one page of a case: its stage, who owes what by when, options, money, the last entries."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from policy.dates import last_day, local_day
from policy.identity import parse_designation_id
from policy.status import CaseStatus, DeadlineView, InvoiceView, OptionView
from policy.words import dollars, due_in_words, instant_in_words
from services.clock import now
from services.words import outcome_words, party, plain, stage_words
from starter.cases.timeline import ahead_lines, entry_lines
from starter.cases.values import rule_certainty, source_in_words
from starter.terminal.arguments import AsJson, CaseId
from starter.terminal.case_snapshot import snapshot_of
from starter.terminal.context import office_of
from starter.terminal.output import say, show_json

OTHERWISE = {
    "testing_package": "the facility is told, and after a grace the case ends as inactive; the fee is kept",
    "option_form": "both sides are told, and the case closes as not granted unless the office extends",
    "appeal": "an appeal is no longer possible; the other options stay",
    "appeal_result": "it is overdue: the facility is told, the office must look at it, and the case waits on",
    "closure": "the case closes as not granted",
    "renewal_application": "a renewal is still taken until the expiry, with a warning",
    "expiry": "the certificate or designation has run out, and the case closes",
    "invoice": "it is overdue; the case waits, and reminds the facility",
}
"""What happens when a deadline passes."""
DATES = {
    "renewal_notice": "the renewal notice goes out by itself",
    "mid_cycle": "locations may be added from then on",
}
"""What happens on a date that nobody can miss."""
UNSETTLED = ("open", "partly_paid")
"""States of an invoice on which money is open."""
SILENCE = "is reminded, again and again, and in the end the case needs the office's attention"
"""What happens where no window is stated and nobody acts."""


def head_lines(case: CaseStatus, zone: ZoneInfo, told_by: str) -> list[str]:
    """Return what the case is and where it stands, and how fresh that is."""
    ended = (
        f", {outcome_words(case.outcome)} on {_day(case.closed_at, zone)}" if case.outcome and case.closed_at else ""
    )
    lines = [case.case, f"Stage: {stage_words(case.stage).lower()}{ended}"]
    opened = f"Opened: {instant_in_words(case.opened_at, zone)}" if case.opened_at else "Opened: not yet"
    deficiencies = f"; deficiencies: {case.deficiencies}" if case.areas or case.deficiencies else ""
    lines.append(f"{opened}; edition {case.edition or 'not yet known'}{deficiencies}")
    if case.certificate:
        expires = due_in_words(case.certificate.expires_at, zone)
        lines.append(f"Certificate: granted {_day(case.certificate.granted_at, zone)}, until {expires}")
    if case.designation:
        expires = due_in_words(case.designation.expires_at, zone)
        lines.append(f"Designation: from {_day(case.designation.designated_at, zone)}, until {expires}")
    if case.locations:
        lines.append("Locations: " + ", ".join(location.id for location in case.locations))
    if case.areas:
        lines.append("Areas: " + ", ".join(f"{area.id} {area.state.replace('_', ' ')}" for area in case.areas))
    return [*lines, f"As told by {told_by}"]


def awaited_lines(case: CaseStatus, running: Sequence[DeadlineView], zone: ZoneInfo, now: datetime) -> list[str]:
    """Return who owes what by when, and what happens otherwise."""
    if case.closed_at:
        return ["Awaited: nobody; the case is closed."]
    who = party(case.awaited_party) if case.awaited_party else ""
    lines = [f"Awaited: {who}: {case.awaited}" if who else f"Awaited: {case.awaited or 'nobody; time passes'}"]
    dated = [*running] or _unpaid(case)
    lines += [_deadline_line(deadline, zone, now) for deadline in dated]
    return lines if dated or not who else [*lines, f"  No date is stated for it; otherwise {who} {SILENCE}."]


def _unpaid(case: CaseStatus) -> list[DeadlineView]:
    """Return the first unpaid invoice as a deadline: a case that awaits only a payment has no window of its own."""
    due = sorted(one.due_at for one in case.invoices if one.status in UNSETTLED and one.due_at)
    return [DeadlineView(name="invoice", opens_at=due[0], due_at=due[0])] if due else []


def _deadline_line(deadline: DeadlineView, zone: ZoneInfo, now: datetime) -> str:
    name = plain(deadline.name)
    if deadline.name in DATES:
        return f"  {name} on {instant_in_words(deadline.due_at, zone)}: {DATES[deadline.name]}."
    otherwise = OTHERWISE.get(deadline.name, "the case goes on without it")
    due = due_in_words(deadline.due_at, zone)
    return f"  {name} by {due} ({distance(deadline.due_at, zone, now)}); otherwise {otherwise}."


def distance(due_at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Return how far a due instant's last day is from today, for example `in 12 days`, `today`, `3 days overdue`."""
    days = (last_day(due_at, zone) - local_day(now, zone)).days
    if now >= due_at:
        return f"{max(-days, 0)} days overdue" if days != -1 else "1 day overdue"
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")


def option_lines(options: Sequence[OptionView]) -> list[str]:
    """Return the options, open ones and closed ones, each closed one with rule, reason and source."""
    if not options:
        return ["Options: none; no outcome asks for a choice."]
    lines = ["Options, by the words that `accredit option` takes:"]
    for one in options:
        lines.append(f"  {option_head(one)}")
        told = (option_reason(one), "" if one.open else option_source(one))
        lines += [f"    {text}" for text in told if text]
    return lines


def option_head(one: OptionView) -> str:
    """Return an option's name and whether it is open, until when, or by which rule it is closed."""
    if not one.open:
        return f"{one.option}: not open ({one.rule})"
    until = (one.reason or "").rpartition("; until ")[2] if "; until " in (one.reason or "") else ""
    return f"{one.option}: open{f' until {until}' if until else ''}"


def option_reason(one: OptionView) -> str:
    """Return on which terms an option is open, or why it is not, as a sentence; empty where there is nothing to say."""
    reason = one.reason or ""
    if one.open:  # for example `offered: within 15 days of the final report, once; until 3 June 2027, 24:00 ET`
        reason = reason.partition("; until ")[0].removeprefix("offered").removeprefix(": ")
    return f"{reason[:1].upper()}{reason[1:].removesuffix('.')}." if reason else ""


def option_source(one: OptionView) -> str:
    """Return where it stands that an option is open or not, and how sure that is, as a sentence."""
    return source_in_words(one.source, rule_certainty(one.source, one.reason or "")) if one.source else ""


def money_lines(invoices: Sequence[InvoiceView], zone: ZoneInfo, now: datetime) -> list[str]:
    """Return what is owed, invoice by invoice, and its sum."""
    owed = [one for one in invoices if one.status in UNSETTLED]
    if not owed:
        return ["Money open: none"]
    lines = [f"Money open: {dollars(sum((one.outstanding for one in owed), Decimal('0.00')))}"]
    for one in owed:
        when = f", due {due_in_words(one.due_at, zone)}" if one.due_at else ""
        late = " (overdue)" if one.due_at and now >= one.due_at else ""
        what = dollars(one.outstanding) if one.total is not None else "not issued yet"
        purpose = one.purpose.replace("_", " ")
        lines.append(f"  {one.number or '(no number yet)'} {purpose}: {what}{when}{late}")
    return lines


def attention_lines(case: CaseStatus, zone: ZoneInfo) -> list[str]:
    """Return what the office must look at, and the message that ends each item."""
    return [
        line
        for one in case.attention
        for line in (
            f"Needs attention: {one.item} since {_day(one.since, zone)} ({one.rule}): {one.text}",
            f"  accredit send {case.case} resolve_attention \\",
            f"    item={one.item} action=retry reason=…",
        )
    ]


def _day(instant: datetime, zone: ZoneInfo) -> str:
    return local_day(instant, zone).isoformat()


Last = Annotated[int, typer.Option("--last", min=0, metavar="N", help="How many of the last entries to show.")]
LAST_ENTRIES = 8
NEXT_MARKS = 4
"""How many of the instants that lie ahead the page shows; `accredit timeline` shows them all."""


def show(ctx: typer.Context, case: CaseId, last: Last = LAST_ENTRIES, as_json: AsJson = False) -> None:
    """Show a case on one page: its stage, who owes what by when and what happens otherwise, options, money, entries.

    The case itself is asked where a worker runs; else the page comes from the books, and says so.

    For example:

        accredit show accreditation.OH-0417.ct.CT-1.1
        accredit show accreditation.OH-0417.ct.CT-1.1 --json
    """
    standing = snapshot_of(ctx, case)
    latest = standing.entries[-last:] if last else ()
    if as_json:
        show_json({**standing.as_json(), "entries": [entry.model_dump(mode="json") for entry in latest]})
        return
    zone, instant, known = office_of(ctx, amounts=False).zone, now(), standing.case
    is_designation = parse_designation_id(case) is not None
    sections = [
        head_lines(known, zone, standing.told_by),
        awaited_lines(known, standing.running, zone, instant),
        attention_lines(known, zone),
        option_lines(known.options) if standing.knows_options else ["Options: ask again when a worker runs."],
        money_lines(known.invoices, zone, instant),
        _titled("Next, by itself:", ahead_lines(standing.agenda[:NEXT_MARKS], zone)),
        _titled("Last entries:", entry_lines(latest, zone, designation=is_designation)),
    ]
    for number, section in enumerate(section for section in sections if section):
        for place, line in enumerate(section):
            say(line, style="bold" if not number and not place else "")


def _titled(title: str, lines: list[str]) -> list[str]:
    return [title, *(f"  {line}" for line in lines)] if lines else []
