"""The arguments and options that commands share, and the fields of a message that they stand for."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from starter.terminal import completion

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
CaseId = Annotated[
    str,
    typer.Argument(
        metavar="CASE", help="The case, for example accreditation.OH-0417.ct.CT-1.1.", autocompletion=completion.cases
    ),
]
OfCase = Annotated[
    str | None, typer.Argument(metavar="CASE", help="Only this case's.", autocompletion=completion.cases)
]
Fields = Annotated[
    list[str] | None,
    typer.Argument(metavar="FIELD=VALUE", help="Fields of the message; dotted names reach into nested ones."),
]
MessageFile = Annotated[
    str | None, typer.Option("--file", metavar="FILE", help="A JSON object with fields of the message; - is stdin.")
]
ByName = Annotated[str | None, typer.Option("--by-name", metavar="NAME", help="Who speaks (office: ACCREDIT_USER).")]
ByRole = Annotated[
    str | None,
    typer.Option(
        "--by-role",
        metavar="ROLE",
        help="acr, or facility, supervising_physician, medical_physicist, administrator, technologist or (mammography) "
        "lead_interpreting_physician.",
        autocompletion=completion.roles,
    ),
]
ForName = Annotated[
    str | None, typer.Option("--for-name", metavar="NAME", help="The office enters it for this person; needs --reason.")
]
ForRole = Annotated[
    str | None,
    typer.Option(
        "--for-role", metavar="ROLE", help="In which role that person speaks.", autocompletion=completion.roles
    ),
]
Reason = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why, for example: by fax of 3 May.")]
MessageId = Annotated[
    str | None, typer.Option("--id", metavar="ID", help="The message's id; same id and content count once.")
]
ReceivedAt = Annotated[
    str | None,
    typer.Option(
        "--received-at",
        metavar="WHEN",
        help="When the office received it (left out: now). Over 3 days ago: only what others handed in, with --reason.",
    ),
]
Timeout = Annotated[float, typer.Option("--timeout", min=0.1, metavar="SECONDS", help="How long to wait for it.")]
ANSWER_WITHIN = 10.0
"""Seconds that a sender waits for a verdict, where nothing else is said."""


def envelope(
    *,
    by_name: str | None,
    by_role: str | None,
    for_name: str | None,
    for_role: str | None,
    reason: str | None,
    message_id: str | None,
    received_at: str | None,
) -> dict[str, Any]:
    """Return the fields that every message has, those that were given."""
    speakers = {"by": {"name": by_name, "role": by_role}, "on_behalf_of": {"name": for_name, "role": for_role}}
    given: dict[str, Any] = {
        name: said for name, who in speakers.items() if (said := {key: text for key, text in who.items() if text})
    }
    rest = {"reason": reason, "message_id": message_id, "received_at": received_at}
    return given | {name: text for name, text in rest.items() if text is not None}


def seconds(timeout: float) -> timedelta:
    """Return a time-out as a duration."""
    return timedelta(seconds=timeout)


def here() -> Path:
    """Return the folder that relative documents lie in: the current one."""
    return Path.cwd()
