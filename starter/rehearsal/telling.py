"""Shows a rehearsed life to a person: its timeline, what it cost, and whether it went as written."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from starter.desk.lines import BY_WIDTH, KIND_WIDTH
from starter.output import say


def show_life(report: dict[str, Any], zone: ZoneInfo) -> None:
    """Print a rehearsed life; dates are those of the office's time zone."""
    say()
    say(report["title"], style="bold")
    say(f"{report['case']}, opened on {_date(report['opened_at'], zone)}")
    say(_line("Day", "Date", "Kind", "By", "What"), style="bold")
    for entry in report["timeline"]:
        say(_line(f"{entry['day']:.2f}", _date(entry["at"], zone), entry["kind"], entry["by"], entry["text"]))
    for line in _summary(report):
        say(line)
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


def _line(day: str, at: str, kind: str, by: str, text: str) -> str:
    return f"{day:>7}  {at:<16}  {kind:<{KIND_WIDTH}}  {by:<{BY_WIDTH}}  {text}"


def _summary(report: dict[str, Any]) -> list[str]:
    status, history = report["status"], report["history"]
    outcome = status.get("outcome")
    lines = [f"Stage: {status.get('stage', 'unknown')}{f', outcome: {outcome}' if outcome else ''}"]
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
    return f"Invoice {invoice['number']} ({invoice['purpose']}): ${invoice['total']}, {invoice['status']}{overdue}"


def _date(at: str, zone: ZoneInfo) -> str:
    return f"{datetime.fromisoformat(at).astimezone(zone):%Y-%m-%d %H:%M}"
