"""The numbers of what the office issues: for each series and year one after the other, without a gap."""

from typing import Any, NamedTuple, TypeVar

from sqlalchemy import text
from sqlmodel import Session

from records.tables import Counter, InvoiceCounter

INVOICES = ""
"""The series of invoices: their numbers begin with the year, and their counters are older than the other ones."""
CREDIT_NOTES = "C"
_LAST = text("SELECT last FROM counters WHERE series = :series AND year = :year")
CounterT = TypeVar("CounterT", Counter, InvoiceCounter)


class Number(NamedTuple):
    """A number that was given out, for example `AC2028-000001`, and its place in the year."""

    text: str
    sequence: int


def next_number(session: Session, series: str, year: int) -> Number:
    """Give out the next number of a series and year.

    Its counter stays locked until the transaction ends, so that no number is lost or given out twice.

    Args:
        session: The books, for writing.
        series: What its numbers begin with, for example `AC`.
        year: The year of issue in the office's time zone.
    """
    if series == INVOICES:
        sequence = _advance(session, InvoiceCounter, {"year": year})
    else:
        sequence = _advance(session, Counter, {"series": series, "year": year})
    return Number(_number(series, year, sequence), sequence)


def likely_number(session: Session, series: str, year: int) -> str:
    """Return the number that a series other than the invoices' will give out next. It is not given out by that."""
    last = session.execute(_LAST, {"series": series, "year": year}).scalar_one_or_none() or 0
    return _number(series, year, last + 1)


def _number(series: str, year: int, sequence: int) -> str:
    return f"{series}{year}-{sequence:06d}"


def _advance(session: Session, table: type[CounterT], key: dict[str, Any]) -> int:
    """Lock a counter, which is made where it is missing, and return its next number."""
    name, columns, values = table.__tablename__, ", ".join(key), ", ".join(f":{column}" for column in key)
    of_key = " AND ".join(f"{column} = :{column}" for column in key)
    session.execute(
        text(
            f"INSERT INTO {name} ({columns}, last) VALUES ({values}, 1) "
            f"ON CONFLICT ({columns}) DO UPDATE SET last = {name}.last + 1"
        ),
        key,
    )
    last: int = session.execute(text(f"SELECT last FROM {name} WHERE {of_key}"), key).scalar_one()
    return last
