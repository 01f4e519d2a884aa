"""The outbox: a notice goes in once, comes out once, and is tried again only when somebody says so."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import Session, SQLModel, inspect

from records.books import Books
from records.cases import put_messages, put_step
from records.outbox import (
    DeliveryFault,
    Sent,
    mark_sent,
    mark_undeliverable,
    notices,
    pending_notices,
    put_notice,
    send_again,
    troubled_notices,
)
from records.tables import MessageRecord, Notice, StepRecord
from tests.records.rows import CASE, LATER, NOON, a_case

SENT = Sent(LATER, ["administrator@example.org"], "Invoice", "Please pay.", "case/0001-invoice.eml", ["invoice.pdf"])
NOBODY = DeliveryFault("notice.no_recipient", "nobody has an address")


@pytest.fixture
def session(books: Books) -> Iterator[Session]:
    """Books with a case, in a transaction."""
    with books.writing() as opened:
        opened.add(a_case())
        opened.flush()
        yield opened


def put(session: Session, number: int = 1, step: int = 1, **facts: Any) -> None:
    put_notice(session, CASE, number, run_id="run", step=step, kind="invoice", at=NOON, facts=facts)
    session.flush()


def test_notices_wait_in_the_order_of_their_numbers(session: Session) -> None:
    for number in (3, 1, 2):
        put(session, number)
    assert [notice.number for notice in pending_notices(session, CASE)] == [1, 2, 3]
    assert pending_notices(session, "none") == []


def test_a_notice_that_was_put_in_or_sent_is_not_put_in_again(session: Session) -> None:
    put(session, total="1.00")
    put(session, total="2.00")
    (notice,) = pending_notices(session, CASE)
    assert notice.facts == {"total": "1.00"}
    mark_sent(session, notice, SENT)
    put(session, total="3.00")
    assert pending_notices(session, CASE) == []
    assert [(kept.status, kept.facts) for kept in notices(session, CASE)] == [("sent", {"total": "1.00"})]


def test_what_was_sent_is_kept_with_its_words(session: Session) -> None:
    put(session)
    (notice,) = pending_notices(session, CASE)
    mark_sent(session, notice, SENT)
    session.flush()
    told = (notice.sent_at, notice.recipients, notice.subject, notice.body, notice.file, notice.attachments)
    assert told == SENT[:-1]
    assert troubled_notices(session, CASE, "run", 1) == []


def test_a_notice_in_trouble_waits_until_it_is_ordered_again(session: Session) -> None:
    put(session, step=1)
    (notice,) = pending_notices(session, CASE)
    mark_undeliverable(session, notice, NOBODY)
    session.flush()
    assert pending_notices(session, CASE) == []
    assert [found.problem_rule for found in troubled_notices(session, CASE, "run", 1)] == ["notice.no_recipient"]
    put(session, step=2, total="2.00")
    assert troubled_notices(session, CASE, "run", 1) == []
    assert [(found.step, found.facts) for found in pending_notices(session, CASE)] == [(2, {"total": "2.00"})]


def test_a_notice_that_missed_somebody_is_sent_and_in_trouble(session: Session) -> None:
    put(session)
    (notice,) = pending_notices(session, CASE)
    mark_sent(session, notice, SENT, NOBODY)
    session.flush()
    assert notice.status == "sent"
    assert [found.problem for found in troubled_notices(session, CASE, "run", 1)] == ["nobody has an address"]


def test_any_notice_can_be_sent_again(session: Session) -> None:
    put(session)
    (notice,) = pending_notices(session, CASE)
    mark_sent(session, notice, SENT)
    assert send_again(session, CASE, 1)
    session.flush()
    assert [found.number for found in pending_notices(session, CASE)] == [1]
    assert not send_again(session, CASE, 2)


def test_notices_of_all_cases_stand_case_by_case(session: Session) -> None:
    other = "accreditation.AA-0001.ct.CT-1.1"
    session.add(a_case(other))
    session.flush()
    put(session, 2)
    put(session, 1)
    put_notice(session, other, 1, run_id="run", step=1, kind="closed", at=NOON, facts={})
    session.flush()
    assert [(notice.case_id, notice.number) for notice in notices(session)] == [(other, 1), (CASE, 1), (CASE, 2)]


def test_rows_that_steps_write_without_the_orm_are_those_that_it_would_write(session: Session) -> None:
    """A column that comes later, and has a default, must stand here too."""
    put(session, 1, amount=5)
    step: dict[str, Any] = {"case_id": CASE, "run_id": "run", "number": 1, "at": NOON, "taken": {}, "digest": "d"}
    message: dict[str, Any] = {
        "case_id": CASE,
        "key": "note:1",
        "name": "note",
        "at": NOON,
        "handled_at": NOON,
        "by": "acr",
    }
    message |= {"accepted": True, "rule": None, "digest": "d", "sender": None}
    put_step(session, step)
    put_messages(session, [message])
    notice = Notice(case_id=CASE, number=1, run_id="run", step=1, kind="invoice", at=NOON, facts={"amount": 5})
    rows: list[SQLModel] = [notice, StepRecord(**step), MessageRecord(**message)]
    for row in rows:
        keys = inspect(type(row)).primary_key
        key = tuple(getattr(row, column.name) for column in keys)
        found = session.get(type(row), key)
        assert found is not None
        assert found.model_dump() == row.model_dump()
