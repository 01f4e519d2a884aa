"""Keeps rehearsals away from whatever holds an office's cases: a server, its data, or books."""

from collections.abc import Mapping
from pathlib import Path

from policy.verdict import Finding
from records.books import open_books
from records.problems import WrongPurpose
from records.words import BooksPurpose
from services.errors import RefusedByRule
from services.namespace import holds_office_cases

RULE = "rehearsal.office_server"
SOURCE = "Decisions of the office (the source is silent): a rehearsal never meets an office's cases"
INSTEAD = "`accredit rehearse` without --address starts a server of its own; `accredit demo` can run in another folder."


async def refuse_office_server(address: str, where: str) -> None:
    """Let a rehearsal onto a server only if no office has cases there; `where` names it to the user.

    Raises:
        RefusedByRule: `rehearsal.office_server`.
        NotReachable: The server does not answer.
    """
    held: Mapping[str, int] = await holds_office_cases(address)
    if held:
        told = ", ".join(f"{cases} in the namespace {namespace}" for namespace, cases in held.items())
        raise _refused(where, f"There are cases of an office here ({told}), and a rehearsal skips time on its server.")


def refuse_office_books(file: Path) -> None:
    """Let a rehearsal have an SQLite file only if it holds a rehearsal's books, or nothing yet.

    Raises:
        RefusedByRule: `rehearsal.office_server`.
        BooksError: The file cannot be used.
    """
    try:
        open_books(f"sqlite:///{file}", BooksPurpose.REHEARSAL).close()
    except WrongPurpose as error:
        raise _refused(str(file), str(error)) from None


def _refused(where: str, reason: str) -> RefusedByRule:
    return RefusedByRule([Finding(rule=RULE, where=where, reason=reason, source=SOURCE)], instead=[INSTEAD])
