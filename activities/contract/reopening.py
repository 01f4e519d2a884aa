"""A run that goes on with a case which was closed in error, and what the books say to that."""

from datetime import datetime
from typing import Any

from activities.contract.records import Carried, Entry
from activities.contract.step import Problem
from policy.facts import Answer, InvoiceFact
from policy.messages.proofs import Sender
from policy.verdict import Verdict

REOPEN = "verify_reopening"


class ReopeningAsked(Carried):
    """What a run was started with that wants to go on with a closed case.

    Attributes:
        case_id: The case.
        message: The office's message, with its proof, as JSON values.
        known: The SHA-256 of what the run was given.
        carried: The facts among it, as JSON values.
        now: The present instant on the case's clock (UTC).
        first_run_id: As in `Step`.
    """

    case_id: str
    message: dict[str, Any]
    known: str
    carried: dict[str, Any]
    now: datetime
    first_run_id: str | None = None


class Reopened(Carried):
    """What the books say: why it does not go on, or what has happened since it was closed.

    Attributes:
        refused: The verdict where it does not go on; nothing has changed then.
        sender: Who proved to have sent the message.
        at: The instant as of which the case goes on.
        closed_at: When it was closed.
        notices: How many notices have gone out by now.
        entries: What was written into its timeline since.
        answers: What was answered since, by the keys of the messages.
        invoices: Its invoices as they stand now; one that is void has the lines that it asked for.
        designations: Open designations that rest on its accreditation.
        problems: Letters that came back, or could not go out, since; somebody looks at them.
    """

    refused: Verdict | None = None
    sender: Sender | None = None
    at: datetime | None = None
    closed_at: datetime | None = None
    notices: int = 0
    entries: tuple[Entry, ...] = ()
    answers: dict[str, Answer] = {}
    invoices: tuple[InvoiceFact, ...] = ()
    designations: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
