"""Shows a rehearsed life to a person: its timeline, what it cost, and whether it went as written."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from policy.identity import parse_designation_id
from starter.desk.lines import line, local, who, who_width
from starter.desk.situation import EntryView
from starter.output import say
from starter.pictures.sayings import saying
from starter.pictures.words import outcome_words, stage_words


def show_life(report: dict[str, Any], zone: ZoneInfo) -> None:
    """Print a rehearsed life; dates are those of the office's time zone."""
    say()
    say(report["title"], style="bold")
    say(f"{report['case']}, opened on {_date(report['opened_at'], zone)}")
    _show_timeline(report, zone)
    for text in _summary(report):
        say(text)
    for failure in report["failures"]:
        say(f"Not as written: {failure}", style="red")
    for event in report["not_sent"]:
        say(f"Not sent, because it lies beyond the scenario's last day: {event}", style="yellow")
    say("OK" if report["ok"] else "FAILED", style="bold green" if report["ok"] else "bold red")


def show_total(reports: Sequence[dict[str, Any]]) -> None:
    """Print how many lives went as written."""
    went = sum(report["ok"] for report in reports)
    say()
    say(f"{went} of {len(reports)} went as written.", style="bold green" if went == len(reports) else "bold red")


def _show_timeline(report: dict[str, Any], zone: ZoneInfo) -> None:
    entries = [EntryView.model_validate(entry) for entry in report["timeline"]]
    designation, wide = parse_designation_id(report["case"]) is not None, who_width(entries)
    say(line(f"{'Day':>7}  {'Date':<16}", "Kind", "By", "What", wide), style="bold")
    for told, one in zip(report["timeline"], entries, strict=True):
        when = f"{told['day']:>7.2f}  {local(one.at, zone)}"
        say(line(when, one.kind, who(one.by), saying(one, zone, designation=designation).text, wide))


def _summary(report: dict[str, Any]) -> list[str]:
    status, history = report["status"], report["history"]
    outcome = status.get("outcome")
    ended = f", outcome: {outcome_words(outcome)}" if outcome else ""
    lines = [f"Stage: {stage_words(status.get('stage', 'unknown')).lower()}{ended}"]
    if certificate := status.get("certificate"):
        begin, end = certificate["counts_from_day"], certificate["expires_day"]
        lines.append(f"Certificate: counts from day {begin:g}, expires on day {end:.2f}")
    if designation := status.get("designation"):
        begin, end = designation["designated_day"], designation["expires_day"]
        lines.append(f"Designation: from day {begin:g}, expires on day {end:.2f}")
    lines += [_invoice(invoice) for invoice in report["invoices"]]
    lines += [f"Needs attention: {item['text']}" for item in status.get("attention", [])]
    return [*lines, f"History: {history['events']} events, {history['bytes']:,} bytes, {history['actions']} actions"]


def _invoice(invoice: dict[str, Any]) -> str:
    overdue = ", overdue" if invoice["overdue"] else ""
    purpose, state = (invoice[name].replace("_", " ") for name in ("purpose", "status"))
    return f"Invoice {invoice['number']} ({purpose}): ${invoice['total']}, {state}{overdue}"


def _date(at: str, zone: ZoneInfo) -> str:
    return f"{datetime.fromisoformat(at).astimezone(zone):%Y-%m-%d %H:%M}"
