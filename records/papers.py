"""Papers that the office issued: which there are, and what was on them."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlmodel import Session, col, select

from records.tables import CreditNote, Notice, Paper, Reversal, Signature, WrittenOff

_OF_NOTICE = select(Paper).where(
    col(Paper.case_id) == sa.bindparam("of_case"),
    col(Paper.notice) == sa.bindparam("of_notice"),
    col(Paper.kind) == sa.bindparam("of_kind"),
)
"""Asked for with every letter that a paper goes with, and made once, as are the following."""
_SIGNATURES = (
    select(Signature)
    .where(col(Signature.case_id) == sa.bindparam("of_case"), col(Signature.key) == sa.bindparam("of_key"))
    .order_by(col(Signature.position))
)
_CREDITED = sa.select(col(CreditNote.amount)).where(
    col(CreditNote.invoice) == sa.bindparam("of_invoice"), col(CreditNote.issued_at) <= sa.bindparam("until")
)
_WRITTEN_OFF = sa.select(col(WrittenOff.amount)).where(
    col(WrittenOff.invoice) == sa.bindparam("of_invoice"), col(WrittenOff.at) <= sa.bindparam("until")
)

_PUT = sa.insert(Paper.metadata.tables["papers"])
"""Written without the ORM, which takes longer than the database."""


def put_paper(session: Session, paper: Paper) -> None:
    """Write down a paper that is being issued.

    Raises:
        IntegrityError: Its number, or the same kind for the same notice, is in the books already.
    """
    session.execute(_PUT, paper.model_dump())


def paper_of_notice(session: Session, case_id: str, notice: int, kind: str) -> Paper | None:
    """Return the paper of a kind that a notice announced."""
    asked = {"of_case": case_id, "of_notice": notice, "of_kind": kind}
    return session.exec(_OF_NOTICE, params=asked).one_or_none()


def paper_by_number(session: Session, number: str) -> Paper | None:
    """Return a paper, or None."""
    return session.get(Paper, number)


def paper_with_digest(session: Session, sha256: str) -> Paper | None:
    """Return the paper whose file has a digest, in lower-case hexadecimal."""
    return session.exec(select(Paper).where(col(Paper.sha256) == sha256)).first()


def papers(session: Session, case_id: str | None = None) -> Sequence[Paper]:
    """Return every paper, or those of one case, in the order in which they were announced."""
    query = select(Paper).order_by(col(Paper.issued_at), col(Paper.case_id), col(Paper.notice), col(Paper.number))
    return session.exec(query if case_id is None else query.where(col(Paper.case_id) == case_id)).all()


def notices_of_kinds(session: Session, case_id: str, kinds: Sequence[str], until: int) -> Sequence[Notice]:
    """Return a case's notices of some kinds up to a number, oldest first."""
    return session.exec(
        select(Notice)
        .where(col(Notice.case_id) == case_id, col(Notice.kind).in_(kinds), col(Notice.number) <= until)
        .order_by(col(Notice.number))
    ).all()


def signatures(session: Session, case_id: str, key: str) -> Sequence[Signature]:
    """Return who signed or attested what in a message, in its order."""
    return session.exec(_SIGNATURES, params={"of_case": case_id, "of_key": key}).all()


def credited_until(session: Session, invoice: str, until: datetime) -> Decimal:
    """Return what had been credited of an invoice at an instant, in US dollars."""
    return sum(session.execute(_CREDITED, {"of_invoice": invoice, "until": until}).scalars(), Decimal("0.00"))


def written_off_until(session: Session, invoice: str, until: datetime) -> Decimal:
    """Return what had been written off of an invoice at an instant, in US dollars."""
    return sum(session.execute(_WRITTEN_OFF, {"of_invoice": invoice, "until": until}).scalars(), Decimal("0.00"))


def undoing_of(session: Session, case_id: str, payment_key: str) -> Reversal | None:
    """Return what took a payment back, or None."""
    return session.exec(
        select(Reversal).where(col(Reversal.case_id) == case_id, col(Reversal.payment_key) == payment_key)
    ).first()
