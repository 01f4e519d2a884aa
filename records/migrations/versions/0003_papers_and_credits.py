"""Papers and credits: what was issued on paper, who signed what, credit notes, payments taken back, who was reached."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TEXT = sa.String()
INSTANT = sa.DateTime(timezone=True)
DOLLARS = sa.Numeric(11, 2)
STATUS_BEFORE = (
    "(status IN ('open', 'void') AND paid = 0)"
    " OR (status = 'partly_paid' AND paid > 0 AND paid < total)"
    " OR (status = 'paid' AND paid >= total)"
)
STATUS = (
    "(status IN ('open', 'void') AND paid = 0)"
    " OR (status = 'partly_paid' AND paid > 0 AND paid + credited < total)"
    " OR (status = 'paid' AND paid + credited > total - 0.005)"
)


def upgrade() -> None:
    """Give what stands already its new columns, then make every table, those that others refer to first."""
    _widen()
    _papers()
    _signatures()
    _credit_notes()
    _reversals()


def downgrade() -> None:
    """Drop the tables, then the columns, and say of an invoice's state what was said before."""
    for table in ("reversals", "credit_notes", "signatures", "papers", "counters"):
        op.drop_table(table)
    with op.batch_alter_table("invoices") as invoices:
        invoices.drop_constraint(op.f("ck_invoices_credited"), type_="check")
        invoices.drop_constraint(op.f("ck_invoices_status"), type_="check")
        for column in ("payer", "issuer", "credited"):
            invoices.drop_column(column)
        invoices.create_check_constraint(op.f("ck_invoices_status"), STATUS_BEFORE)
    with op.batch_alter_table("notices") as notices:
        for column in ("attachments", "reached"):
            notices.drop_column(column)


def _of_case(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name=op.f(f"fk_{table}_case_id_cases"))


def _widen() -> None:
    """Rows that stand already get what the column of a new row would begin with; the default itself does not stay."""
    new: dict[str, dict[str, tuple[TypeEngine[Any], str]]] = {
        "invoices": {"credited": (DOLLARS, "0"), "issuer": (sa.JSON(), "{}"), "payer": (sa.JSON(), "{}")},
        "notices": {"reached": (sa.JSON(), "[]"), "attachments": (sa.JSON(), "[]")},
    }
    for table, columns in new.items():
        with op.batch_alter_table(table) as altered:
            for name, (kind, default) in columns.items():
                altered.add_column(sa.Column(name, kind, nullable=False, server_default=default))
        with op.batch_alter_table(table) as altered:
            for name, (kind, _) in columns.items():
                altered.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)
    with op.batch_alter_table("invoices") as invoices:
        invoices.drop_constraint(op.f("ck_invoices_status"), type_="check")
        invoices.create_check_constraint(op.f("ck_invoices_status"), STATUS)
        invoices.create_check_constraint(
            op.f("ck_invoices_credited"), "credited = 0 OR (credited > 0 AND credited < total + 0.005)"
        )


def _papers() -> None:
    op.create_table(
        "counters",
        sa.Column("series", TEXT, nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", "year", name=op.f("pk_counters")),
        sa.CheckConstraint("last >= 0", name=op.f("ck_counters_last")),
    )
    kinds = (
        "kind IN ('appeal_result', 'certificate', 'credit_note', 'designation', 'final_report', 'invoice', "
        "'option_summary', 'receipt')"
    )
    op.create_table(
        "papers",
        sa.Column("number", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("case_id", TEXT, nullable=False),
        sa.Column("notice", sa.Integer(), nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("sha256", TEXT, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("file", TEXT, nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("template", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_papers")),
        sa.UniqueConstraint("case_id", "notice", "kind", name=op.f("uq_papers_case_id_notice_kind")),
        sa.CheckConstraint(kinds, name=op.f("ck_papers_kind")),
        sa.CheckConstraint("size > 0", name=op.f("ck_papers_size")),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_papers_sha256")),
        _of_case("papers"),
    )
    op.create_index("ix_papers_sha256", "papers", ["sha256"])


def _signatures() -> None:
    op.create_table(
        "signatures",
        sa.Column("case_id", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sort", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("name", TEXT),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("document", TEXT, nullable=False),
        sa.Column("sha256", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "key", "position", name=op.f("pk_signatures")),
        sa.CheckConstraint("sort IN ('attestation', 'signature')", name=op.f("ck_signatures_sort")),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_signatures_sha256")),
        _of_case("signatures"),
    )


def _credit_notes() -> None:
    op.create_table(
        "credit_notes",
        sa.Column("number", TEXT, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("case_id", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("invoice", TEXT, nullable=False),
        sa.Column("amount", DOLLARS, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_credit_notes")),
        sa.UniqueConstraint("case_id", "key", name=op.f("uq_credit_notes_case_id_key")),
        sa.UniqueConstraint("year", "sequence", name=op.f("uq_credit_notes_year_sequence")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_credit_notes_amount")),
        sa.CheckConstraint("sequence >= 1", name=op.f("ck_credit_notes_sequence")),
        sa.ForeignKeyConstraint(["invoice"], ["invoices.number"], name=op.f("fk_credit_notes_invoice_invoices")),
        _of_case("credit_notes"),
    )
    op.create_index("ix_credit_notes_invoice", "credit_notes", ["invoice"])


def _reversals() -> None:
    op.create_table(
        "reversals",
        sa.Column("case_id", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("payment_key", TEXT, nullable=False),
        sa.Column("amount", DOLLARS, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "key", name=op.f("pk_reversals")),
        sa.UniqueConstraint("case_id", "payment_key", name=op.f("uq_reversals_case_id_payment_key")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_reversals_amount")),
        sa.ForeignKeyConstraint(
            ["case_id", "payment_key"],
            ["payments.case_id", "payments.key"],
            name=op.f("fk_reversals_case_id_payment_key_payments"),
        ),
        _of_case("reversals"),
    )
