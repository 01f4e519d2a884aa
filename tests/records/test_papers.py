"""Papers in the books: found by number, by notice and by digest; once each."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from records.books import Books
from records.papers import (
    credited_until,
    notices_of_kinds,
    paper_by_number,
    paper_of_notice,
    paper_with_digest,
    papers,
    put_paper,
    signatures,
    undoing_of,
)
from records.tables import CreditNote, Paper, Reversal, Signature
from tests.records.rows import CASE, LATER, NOON, a_case, a_notice, a_payment, an_invoice

OTHER = "accreditation.OH-0417.ct.CT-2.1"
ODD = 'Sample "Center" & <Söhne>\n中文'


@pytest.fixture
def session(books: Books) -> Iterator[Session]:
    """Books with two cases, in a transaction."""
    with books.writing() as opened:
        opened.add_all([a_case(), a_case(OTHER)])
        opened.flush()
        yield opened


def a_paper(number: str = "AC2027-000001", **changes: Any) -> Paper:
    columns: dict[str, Any] = {
        "number": number,
        "kind": "certificate",
        "case_id": CASE,
        "notice": 1,
        "issued_at": NOON,
        "sha256": "a" * 64,
        "size": 1,
        "file": f"{CASE}/{number}-certificate.pdf",
        "facts": {"holder": {"name": ODD}},
        "template": "t",
    }
    return Paper(**columns | changes)


def test_a_paper_is_found_by_its_number_its_notice_and_its_digest(session: Session) -> None:
    put_paper(session, a_paper())
    paper = paper_by_number(session, "AC2027-000001")
    assert paper is not None
    assert paper_of_notice(session, CASE, 1, "certificate") is paper
    assert paper_with_digest(session, "a" * 64) is paper
    session.refresh(paper)
    assert (paper.facts, paper.issued_at) == ({"holder": {"name": ODD}}, NOON)


def test_what_is_not_there_is_nothing(session: Session) -> None:
    put_paper(session, a_paper())
    assert paper_by_number(session, "AC2027-000002") is None
    assert paper_of_notice(session, CASE, 2, "certificate") is None
    assert paper_of_notice(session, CASE, 1, "final_report") is None
    assert paper_of_notice(session, OTHER, 1, "certificate") is None
    assert paper_with_digest(session, "b" * 64) is None


def test_papers_come_in_the_order_in_which_they_were_announced(session: Session) -> None:
    put_paper(session, a_paper("FR2027-000001", kind="final_report", notice=2))
    put_paper(session, a_paper("AC2027-000002", case_id=OTHER, issued_at=NOON - timedelta(days=1)))
    put_paper(session, a_paper("AC2027-000001"))
    assert [paper.number for paper in papers(session)] == ["AC2027-000002", "AC2027-000001", "FR2027-000001"]
    assert [paper.number for paper in papers(session, CASE)] == ["AC2027-000001", "FR2027-000001"]
    assert papers(session, "none") == []


@pytest.mark.parametrize(
    "twice", [{"number": "AC2027-000002"}, {"notice": 2}], ids=["the same notice", "the same number"]
)
def test_a_number_and_a_notice_have_one_paper(session: Session, twice: dict[str, Any]) -> None:
    put_paper(session, a_paper())
    with pytest.raises(IntegrityError):
        put_paper(session, a_paper(**twice))


def test_the_notices_of_some_kinds_come_in_their_order_up_to_a_number(session: Session) -> None:
    kinds = ["designated", "mid_cycle", "locations_added", "locations_added"]
    session.add_all(a_notice(number=number, kind=kind) for number, kind in enumerate(kinds, start=1))
    session.flush()
    found = notices_of_kinds(session, CASE, ["designated", "locations_added"], until=3)
    assert [notice.number for notice in found] == [1, 3]
    assert notices_of_kinds(session, OTHER, ["designated"], until=3) == []


def test_signatures_of_a_message_come_in_its_order(session: Session) -> None:
    for position, key in ((2, "choose_option:1"), (1, "choose_option:1"), (1, "choose_option:2")):
        session.add(
            Signature(
                case_id=CASE,
                key=key,
                position=position,
                sort="signature",
                role="supervising_physician",
                at=NOON,
                document="letter.pdf",
                sha256="0" * 64,
            )
        )
    session.flush()
    assert [one.position for one in signatures(session, CASE, "choose_option:1")] == [1, 2]
    assert signatures(session, OTHER, "choose_option:1") == []


def test_what_was_credited_counts_from_the_instant_of_each_note(session: Session) -> None:
    session.add(an_invoice(credited=Decimal("30.00")))
    session.flush()
    for sequence, (amount, at) in enumerate([("10.00", NOON), ("20.00", LATER)], start=1):
        note: dict[str, Any] = {
            "number": f"C2027-{sequence:06d}",
            "year": 2027,
            "sequence": sequence,
            "case_id": CASE,
            "key": amount,
        }
        session.add(CreditNote(**note, invoice="2027-000001", amount=Decimal(amount), reason="", issued_at=at))
    session.flush()
    moments = (NOON - timedelta(seconds=1), NOON, LATER)
    assert [f"{credited_until(session, '2027-000001', at):.2f}" for at in moments] == ["0.00", "10.00", "30.00"]
    assert credited_until(session, "2027-000002", LATER) == 0


def test_a_payment_knows_what_took_it_back(session: Session) -> None:
    session.add(an_invoice())
    session.flush()
    session.add_all([a_payment(key=key) for key in ("record_payment:1", "record_payment:2")])
    session.flush()
    undone = {"case_id": CASE, "key": "undo_payment:1", "payment_key": "record_payment:1"}
    session.add(Reversal(**undone, amount=Decimal("1.00"), at=LATER, reason="Wrong invoice."))
    session.flush()
    found = undoing_of(session, CASE, "record_payment:1")
    assert found is not None
    assert found.at == LATER
    assert undoing_of(session, CASE, "record_payment:2") is None
