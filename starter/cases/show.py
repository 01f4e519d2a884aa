"""`accredit show`: one page of a case: its stage, who owes what by when, options, money, the last entries."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from policy.awaited import INVOICE, Due
from policy.dates import last_day, local_day
from policy.identity import parse_designation_id
from policy.status import CaseStatus, DeadlineView, InvoiceView, OptionView
from policy.words import dollars, due_in_words, instant_in_words
from records.money_queries import UNSETTLED
from services.case_snapshot import CaseSnapshot
from services.clock import now
from services.facility.consequences import DATES, GOES_ON, OTHERWISE, SILENCE, WHEN_PASSED
from services.words import (
    correction_words,
    distance,
    former_words,
    missing_words,
    outcome_words,
    party,
    plain,
    stage_words,
)
from starter.cases.timeline import ahead_lines, entry_lines, heading
from starter.cases.values import rule_certainty, source_in_words
from starter.terminal.arguments import AsJson, CaseId
from starter.terminal.books import snapshot_of
from starter.terminal.context import office_of
from starter.terminal.output import say, show_json


def head_lines(snapshot: CaseSnapshot, zone: ZoneInfo, now: datetime) -> list[str]:
    """Return what the case is and whose, where it stands, and how fresh that is."""
    case = snapshot.case
    ended = (
        f", {outcome_words(case.outcome)} on {_day(case.closed_at, zone)}" if case.outcome and case.closed_at else ""
    )
    lines = [heading(snapshot), f"Stage: {stage_words(case.stage).lower()}{ended}"]
    opened = f"Opened: {instant_in_words(case.opened_at, zone)}" if case.opened_at else "Opened: not yet"
    deficiencies = f"; deficiencies: {case.deficiencies}" if case.areas or case.deficiencies else ""
    if case.paused:
        lines.append(f"Paused since {_day(case.paused.since, zone)}: {case.paused.reason}")
    lines += [correction_words(one, zone) for one in case.corrections]
    lines += [f"Before: {former_words(one, zone)}" for one in case.former]
    lines += [f"Accreditation missing: {missing_words(one, zone)}" for one in case.missing_accreditations]
    lines.append(f"{opened}; edition {case.edition or 'not yet known'}{deficiencies}")
    if case.certificate:
        lines.append(
            _grant_line("Certificate", case.certificate.granted_at, case.certificate.expires_at, case, zone, now)
        )
    if case.designation:
        begun = case.designation.designated_at
        lines.append(_grant_line("Designation", begun, case.designation.expires_at, case, zone, now))
    if case.locations:
        lines.append("Locations: " + ", ".join(location.id for location in case.locations))
    if case.areas:
        lines.append("Areas: " + ", ".join(f"{area.id} {area.state.replace('_', ' ')}" for area in case.areas))
    if snapshot.task_problem:
        lines += [
            f"Its tasks fail: {snapshot.task_problem}. It stands still, and nothing of it is lost.",
            "  `accredit deploy status` shows the versions; it goes on with one that can.",
        ]
    return [*lines, f"As told by {snapshot.told_by}"]


def _grant_line(
    name: str, granted_at: datetime, expires_at: datetime, case: CaseStatus, zone: ZoneInfo, now: datetime
) -> str:
    """Return since when a certificate or designation holds and until when; or that it does not, since when and why."""
    granted = f"{name}: granted {_day(granted_at, zone)}"
    if case.closed_at and case.closed_at < expires_at:
        how = outcome_words(case.outcome or "closed")
        return f"{granted}, no longer in force since {_day(case.closed_at, zone)}: {how}"
    if now >= expires_at:
        return f"{granted}, expired: it was in force until {due_in_words(expires_at, zone)}"
    return f"{granted}, until {due_in_words(expires_at, zone)}"


def awaited_lines(snapshot: CaseSnapshot, zone: ZoneInfo, now: datetime) -> list[str]:
    """Return who owes what by when, what is late, and what happens otherwise."""
    case, due = snapshot.case, snapshot.due
    if case.closed_at:
        return ["Awaited: nobody; the case is closed."]
    who = party(case.awaited_party) if case.awaited_party else ""
    lines = [f"Awaited: {who}: {case.awaited}" if who else f"Awaited: {case.awaited or 'nobody; time passes'}"]
    running = [one for one in snapshot.running if one.due_at > now or due is None or one.name != due.name]
    lines += [_due_line(due, zone, now)] if due and due.name not in {one.name for one in running} else []
    lines += [_deadline_line(deadline, zone, now) for deadline in running]
    if case.paused:
        return [*lines, "  The case is paused: its windows stand still until it is resumed."]
    return lines if due or running or not who else [*lines, f"  No date is stated for it; otherwise {who} {SILENCE}."]


def _due_line(due: Due, zone: ZoneInfo, now: datetime) -> str:
    """Return a due date that has no window of its own, as an invoice's, or one that has passed."""
    if now < due.at or due.name == INVOICE:
        return f"  {_by(due.name, due.at, zone, now)}; otherwise {OTHERWISE[due.name]}."
    holds = WHEN_PASSED.get(due.name, GOES_ON)
    closes = f"; the case closes on {due_in_words(due.closes_at, zone)}" if due.closes_at else ""
    return f"  {_by(due.name, due.at, zone, now)}: {holds}{closes}."


def _by(name: str, due_at: datetime, zone: ZoneInfo, now: datetime) -> str:
    return f"{plain(name)} by {due_in_words(due_at, zone)} ({distance(due_at, zone, now)})"


def _deadline_line(deadline: DeadlineView, zone: ZoneInfo, now: datetime) -> str:
    name = plain(deadline.name)
    if deadline.name in DATES:
        return f"  {name} on {instant_in_words(deadline.due_at, zone)}: {DATES[deadline.name]}."
    otherwise = OTHERWISE.get(deadline.name, GOES_ON)
    return f"  {_by(deadline.name, deadline.due_at, zone, now)}; otherwise {otherwise}."


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


def follow_up_lines(case: CaseStatus, zone: ZoneInfo) -> list[str]:
    """Return the notes of the office that somebody looks at again."""
    return [
        f"Follow up on {last_day(one.due_at, zone)}{f', {one.assignee}' if one.assignee else ''}: {one.text}"
        for one in case.follow_ups
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
    snapshot = snapshot_of(ctx, case)
    latest = snapshot.entries[-last:] if last else ()
    if as_json:
        show_json({**snapshot.as_json(), "entries": [entry.model_dump(mode="json") for entry in latest]})
        return
    zone, instant, known = office_of(ctx, amounts=False).zone, now(), snapshot.case
    is_designation = parse_designation_id(case) is not None
    sections = [
        head_lines(snapshot, zone, instant),
        awaited_lines(snapshot, zone, instant),
        attention_lines(known, zone),
        follow_up_lines(known, zone),
        option_lines(known.options) if snapshot.knows_options else ["Options: ask again when a worker runs."],
        money_lines(known.invoices, zone, instant),
        _titled("Next, by itself:", ahead_lines(snapshot.agenda[:NEXT_MARKS], zone)),
        _titled("Last entries:", entry_lines(latest, zone, designation=is_designation)),
    ]
    for number, section in enumerate(section for section in sections if section):
        for place, line in enumerate(section):
            say(line, style="bold" if not number and not place else "")


def _titled(title: str, lines: list[str]) -> list[str]:
    return [title, *(f"  {line}" for line in lines)] if lines else []
