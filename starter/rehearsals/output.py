"""Shows rehearsals to a person: how far they have come, the timeline of each life, and whether it went as written."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from pictures.wording import saying
from policy.identity import parse_designation_id
from policy.status import EntryView
from policy.text.visible import on_one_line
from policy.words import dollars
from rehearsal.preparation import PreparedScenario
from rehearsal.runner import DONE, Watcher
from services.words import outcome_words, stage_words
from starter.cases.timeline import line, local, who, who_width
from starter.terminal.output import note, say


def show_life(report: dict[str, Any], zone: ZoneInfo) -> None:
    """Print a rehearsed life; dates are those of the office's time zone."""
    say()
    for text, style in _life_lines(report, zone):
        say(text, style=style)


def life_text(report: dict[str, Any], zone: ZoneInfo) -> str:
    """Return a rehearsed life as `show_life` prints it, for a file."""
    return "".join(f"{text}\n" for text, _ in _life_lines(report, zone))


def _life_lines(report: dict[str, Any], zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    """Yield the lines about a life, each with its style."""
    yield report["title"], "bold"
    yield f"{report['case']}, opened on {_date(report['opened_at'], zone)}", ""
    yield from _timeline_lines(report, zone)
    for text in _summary(report):
        yield text, ""
    for failure in report["failures"]:
        yield f"Not as written: {failure}", "red"
    for event in report["not_sent"]:
        yield f"Not sent, because it lies beyond the scenario's last day: {event}", "yellow"
    yield verdict_of(report)


def verdict_of(report: dict[str, Any]) -> tuple[str, str]:
    """Return whether a life went as written, in a word, and the word's style."""
    return ("OK", "bold green") if report["ok"] else ("FAILED", "bold red")


def show_total(reports: Sequence[dict[str, Any]]) -> None:
    """Print how many lives went as written."""
    went = sum(report["ok"] for report in reports)
    say()
    say(f"{went} of {len(reports)} went as written.", style="bold green" if went == len(reports) else "bold red")


def _timeline_lines(report: dict[str, Any], zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    entries = [EntryView.model_validate(entry) for entry in report["timeline"]]
    designation, wide = parse_designation_id(report["case"]) is not None, who_width(entries)
    yield line(f"{'Day':>7}  {'Date':<16}", "Kind", "By", "What", wide), "bold"
    for told, one in zip(report["timeline"], entries, strict=True):
        when = f"{told['day']:>7.2f}  {local(one.at, zone)}"
        yield line(when, one.kind, who(one), saying(one, zone, designation=designation).text, wide), ""


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
    return f"Invoice {invoice['number']} ({purpose}): {dollars(Decimal(invoice['total']))}, {state}{overdue}"


def _date(at: str, zone: ZoneInfo) -> str:
    return f"{datetime.fromisoformat(at).astimezone(zone):%Y-%m-%d %H:%M}"


BAR = 12
"""Columns of the bar."""
CLOCK = 10
"""Columns of the time that has passed, and of the gaps."""


@contextmanager
def watching(plans: Sequence[PreparedScenario]) -> Iterator[Watcher]:
    """Give a function that is told how far each life has come; what it shows goes to stderr."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _tell_end
        return
    title, now = _title_and_now(console.width)
    columns = TextColumn("{task.description}", markup=False), BarColumn(BAR), TimeElapsedColumn()
    with Progress(*columns, TextColumn("{task.fields[now]}", markup=False), console=console) as bars:
        tasks = {
            id(plan): bars.add_task(_cut(plan.scenario.title, title), total=_steps(plan), now="") for plan in plans
        }
        yield lambda plan, text: bars.update(tasks[id(plan)], advance=1, now=_cut(text, now))


def _title_and_now(width: int) -> tuple[int, int]:
    """Return how much room a life's title and what happens in it have beside bar and clock."""
    room = width - BAR - CLOCK
    return room - room // 2, room // 2


def _cut(text: str, room: int) -> str:
    text = on_one_line(text)
    return text if len(text) <= room else f"{text[: max(room - 1, 0)]}…"


def _steps(plan: PreparedScenario) -> int:
    """Return how often a life tells how far it has come: each event, the way to the end, and the end."""
    return len(plan.scenario.events) + 2


def _tell_end(plan: PreparedScenario, text: str) -> None:
    if text == DONE:
        note(f"Lived through: {plan.scenario.title}")
