"""What the shell completes beside commands and options: cases, invoices and facilities of the books, messages, notices.

Typer asks these functions when somebody presses Tab. Whatever goes wrong, nothing is said: an error would stand in the
middle of their line. The books are only looked at: nothing is created or migrated, and no server is asked.

Every command names these functions, so what they need is read when one is asked.
"""

import contextlib
import re
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from services.paths import DEMO_BOOKS

if TYPE_CHECKING:
    from sqlalchemy import URL

MOST = 200
"""Words that are offered at most."""
WITHIN = 0.5
"""Seconds in which the books must answer."""
WORD = re.compile(r"[A-Za-z0-9._-]+")
"""What can be completed: a shell reads nothing into these signs."""
NOT_PLAIN = re.compile(r"[^\w .,;()&/-]+")
"""What a facility's name may hold that a shell or a terminal could read something into: its script evaluates names."""
Found = list[tuple[str, str]]


def cases(ctx: typer.Context, incomplete: str) -> Found:
    """Return the cases whose id begins so, each with its stage: open ones first."""
    from sqlmodel import col, select

    from records.tables import CaseRecord

    known = select(CaseRecord.case_id, CaseRecord.stage).where(
        col(CaseRecord.case_id).startswith(incomplete, autoescape=True)
    )
    return from_books(ctx, known.order_by(col(CaseRecord.closed_at).is_not(None), col(CaseRecord.case_id)))


def invoices(ctx: typer.Context, incomplete: str) -> Found:
    """Return the invoices whose number begins so, each with its state: new ones first."""
    from sqlmodel import col, select

    from records.tables import Invoice

    known = select(Invoice.number, Invoice.status).where(col(Invoice.number).startswith(incomplete, autoescape=True))
    return from_books(ctx, known.order_by(col(Invoice.number).desc()))


def facilities(ctx: typer.Context, incomplete: str) -> Found:
    """Return the facilities and practices whose id begins so, each with its name."""
    from sqlmodel import col, select

    from records.tables import CaseRecord

    column = col(CaseRecord.facility_id)
    known = select(column, CaseRecord.facility_name).distinct()
    return from_books(ctx, known.where(column.startswith(incomplete, autoescape=True)).order_by(column))


def message_names(incomplete: str) -> list[str]:
    """Return the messages whose name begins so."""
    from services.message_fields import messages

    return _beginning(messages(), incomplete)


def notice_kinds(incomplete: str) -> list[str]:
    """Return the kinds of notices that begin so."""
    from activities.notices.index import index

    return _beginning(index().kinds, incomplete)


def roles(incomplete: str) -> list[str]:
    """Return the roles that begin so."""
    from policy.messages import Role

    return _beginning(Role, incomplete)


def _beginning(words: Iterable[str], incomplete: str) -> list[str]:
    return [str(word) for word in words if word.startswith(incomplete)]


def from_books(ctx: typer.Context, statement: Any) -> Found:
    """Return the words that a query finds in the books of the office that the line names; none where that fails."""
    from records.engine import read_url
    from services.settings import load_settings

    found: Found = []

    def look() -> None:
        with contextlib.suppress(Exception):
            given = ctx.find_root().params
            office = Path(given["office"]) if given.get("office") else None
            url = f"sqlite:///{DEMO_BOOKS}" if given.get("demo") else load_settings(office).database.url
            found.extend(rows_of(read_url(url), statement.limit(MOST)))

    _in_time(look)
    return [(word, NOT_PLAIN.sub(" ", about).strip()) for word, about in found if WORD.fullmatch(word)]


def rows_of(url: "URL", statement: Any) -> Sequence[Any]:
    """Return the rows of a query, read in books that are there already.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: There are no books, or they do not answer.
    """
    from sqlalchemy import create_engine

    if url.get_backend_name() == "sqlite":
        file = Path(str(url.database)).absolute().as_uri()
        url = url.set(database=file, query={"mode": "ro", "uri": "true"})
    engine = create_engine(url, hide_parameters=True)
    with contextlib.closing(engine.connect()) as connection:
        return connection.execute(statement).all()


def _in_time(look: Callable[[], None]) -> None:
    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    looking.join(WITHIN)
