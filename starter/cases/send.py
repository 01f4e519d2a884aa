"""`accredit send`: any message to any case."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from intake.applications import with_application
from services.composition import compose, merged, message_named, read_fields, read_object
from services.errors import InputFault, Unusable
from services.input.files import MESSAGE_LIMIT, read_input, read_text
from services.message_fields import messages
from services.settings import office_user
from services.upkeep.facility_change import for_one_case_alone
from starter.cases.delivery import deliver
from starter.terminal import completion
from starter.terminal.arguments import (
    ANSWER_WITHIN,
    AsJson,
    ByName,
    ByRole,
    CaseId,
    Fields,
    ForName,
    ForRole,
    MessageFile,
    MessageId,
    Reason,
    ReceivedAt,
    Timeout,
    envelope,
    here,
    seconds,
)
from starter.terminal.output import note

MessageName = Annotated[
    str,
    typer.Argument(
        metavar="MESSAGE",
        help=f"One of {', '.join(messages())}.",
        show_default=False,
        autocompletion=completion.message_names,
    ),
]
Signal = Annotated[bool, typer.Option("--signal", help="As a signal (choose_option only), not as an update.")]
SIGNALS = ("choose_option",)
"""Messages that a case also takes as a signal."""


def send(
    ctx: typer.Context,
    case: CaseId,
    message: MessageName,
    fields: Fields = None,
    file: MessageFile = None,
    by_name: ByName = None,
    by_role: ByRole = None,
    for_name: ForName = None,
    for_role: ForRole = None,
    reason: Reason = None,
    message_id: MessageId = None,
    received_at: ReceivedAt = None,
    signal: Signal = False,
    timeout: Timeout = ANSWER_WITHIN,
    as_json: AsJson = False,
) -> None:
    """Send one message to a case and print the verdict: accepted, or refused by which rule, why, and what instead.

    A message that lacks a field is not sent, and its fields are named; `accredit schema MESSAGE` describes them. Values
    are JSON where they parse, else text; a list stands in quotes. A document is a path, or name, uri and signed_by; its
    SHA-256 is computed here. With --for-name the office enters what somebody at the facility has handed in.

    The message is stamped as received now, unless it says when. A stamp more than three days back is refused, but where
    the office enters, with --reason, what others handed in (a form, a package, a payment): that counts from its
    receipt. What the office itself issues counts from its entry; `accredit import` alone tells a case's true past.

    For example:

        accredit send CASE record_payment invoice=2028-000001 amount=2900.00
        accredit send CASE accept_application
        accredit send CASE submit_testing_package medium=cd exams='[{"area": "knee", "exam": "knee", "subject": "S-1"}]'
        accredit send CASE issue_final_report reviewers='["Dr X"]' findings='[{"area": "chest", "acceptable": true}]'
        accredit send CASE issue_final_report --file report.json
        accredit send CASE view_final_report --by-name "Ann Sample" viewer="Ann Sample"
        accredit send CASE view_final_report --for-name "Ann Sample" --reason "by telephone"
        accredit send CASE extend_due_date deadline=option_form until=2028-06-30 reason="a fire in the building"
    """
    model = message_named(message)
    if signal and message not in SIGNALS:
        raise Unusable(
            [InputFault("--signal", "", message, f"one of {', '.join(SIGNALS)}; send the others without it")]
        )
    given = merged(_from_file(file), read_fields(model, fields or []))
    spoken = envelope(
        by_name=by_name,
        by_role=by_role,
        for_name=for_name,
        for_role=for_role,
        reason=reason,
        message_id=message_id,
        received_at=received_at,
    )
    content = with_application(model, merged(given, spoken), here())
    composed = compose(model, content, folder=here(), user=office_user())
    if alone := for_one_case_alone(composed):
        note(f"{alone}.", style="yellow")
    deliver(ctx, case, composed, signal=signal, within=seconds(timeout), as_json=as_json)


def _from_file(file: str | None) -> dict[str, Any]:
    if file is None:
        return {}
    if file == "-":
        return read_object(read_input(sys.stdin.buffer, MESSAGE_LIMIT, "a JSON text"), "standard input")
    return read_object(read_text(Path(file), MESSAGE_LIMIT, "a JSON file"), file)
