"""How a verdict is told: to a person in sentences, to a script as JSON, and to both by the exit code."""

from typing import Any

import typer

from policy.messages import Message
from policy.verdict import Verdict
from starter.output import say, show_json
from starter.problems import ExitCode


def tell_verdict(
    case_id: str, message: Message, verdict: Verdict, *, as_json: bool, more: dict[str, Any], following: str = ""
) -> None:
    """Print a verdict and end the command by its exit code.

    Args:
        case_id: The case that judged.
        message: What was judged; its id is printed, so that a sender in doubt can send the same message again.
        verdict: The answer.
        as_json: Print one JSON object instead of sentences.
        more: Beside the verdict, for scripts: for example outcome and time of a closed case.
        following: Who is awaited next, in a line; empty where that is not known.

    Raises:
        typer.Exit: 3 where the message was refused.
    """
    if as_json:
        head = {"case": case_id, "message": message.NAME, "message_id": message.message_id}
        show_json({**head, **verdict.model_dump(mode="json"), **more})
    else:
        for number, line in enumerate(verdict_in_words(case_id, message, verdict)):
            say(line, style="" if number else ("green" if verdict.accepted else "red"))
        if following:
            say(f"  {following}")
    if not verdict.accepted:
        raise typer.Exit(ExitCode.REFUSED)


def verdict_in_words(case_id: str, message: Message, verdict: Verdict) -> list[str]:
    """Return a verdict as lines: rule, reason, source, what is possible instead, warnings, and the message's id."""
    told = f"{message.NAME} for {case_id}"
    lines = [f"Accepted: {told}" if verdict.accepted else f"Refused by {verdict.rule}: {told}"]
    lines += [f"  {verdict.reason}"] if verdict.reason else []
    lines += [f"  Source: {verdict.source}"] if verdict.source else []
    lines += [f"  Possible instead: {text}" for text in verdict.instead]
    lines += [f"  Warning: {text}" for text in verdict.warnings]
    again = "" if verdict.accepted else " (a mended message needs a new one)"
    return [*lines, f"  Message id: {message.message_id}{again}"]
