"""Refunds and write-offs: what was sent back, what the office gave up, and by what a payment is told from another."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TEXT = sa.String()
INSTANT = sa.DateTime(timezone=True)
DOLLARS = sa.Numeric(11, 2)
STATUS_BEFORE = (
    "(status IN ('open', 'void') AND paid = 0)"
    " OR (status = 'partly_paid' AND paid > 0 AND paid + credited < total)"
    " OR (status = 'paid' AND paid + credited > total - 0.005)"
)
STATUS = (
    "(status IN ('open', 'void') AND paid = 0)"
    " OR (status = 'partly_paid' AND paid > 0 AND paid + credited + written_off < total)"
    " OR (status = 'paid' AND paid + credited + written_off > total - 0.005)"
)
WRITTEN_OFF = "written_off = 0 OR (written_off > 0 AND credited + written_off < total + 0.005)"
PAPERS_BEFORE = (
    "kind IN ('appeal_result', 'certificate', 'credit_note', 'designation', 'final_report', 'invoice', "
    "'option_summary', 'receipt')"
)
PAPERS = (
    "kind IN ('appeal_result', 'certificate', 'credit_note', 'designation', 'final_report', 'invoice', "
    "'option_summary', 'receipt', 'refund')"
)


def upgrade() -> None:
    """Give what stands already its new columns, then make the tables."""
    _add_column("invoices", sa.Column("written_off", DOLLARS, nullable=False, server_default="0"))
    _add_column("payments", sa.Column("reference", TEXT, nullable=False, server_default=""))
    with op.batch_alter_table("invoices") as invoices:
        invoices.drop_constraint(op.f("ck_invoices_status"), type_="check")
        invoices.create_check_constraint(op.f("ck_invoices_status"), STATUS)
        invoices.create_check_constraint(op.f("ck_invoices_written_off"), WRITTEN_OFF)
    with op.batch_alter_table("papers") as papers:
        papers.drop_constraint(op.f("ck_papers_kind"), type_="check")
        papers.create_check_constraint(op.f("ck_papers_kind"), PAPERS)
    _entries("refunds", sa.Column("method", TEXT, nullable=False), sa.Column("reference", TEXT, nullable=False))
    _entries("write_offs")


def downgrade() -> None:
    """Drop the tables, then the columns, and say of an invoice's state what was said before."""
    for table in ("write_offs", "refunds"):
        op.drop_table(table)
    with op.batch_alter_table("papers") as papers:
        papers.drop_constraint(op.f("ck_papers_kind"), type_="check")
        papers.create_check_constraint(op.f("ck_papers_kind"), PAPERS_BEFORE)
    with op.batch_alter_table("invoices") as invoices:
        invoices.drop_constraint(op.f("ck_invoices_written_off"), type_="check")
        invoices.drop_constraint(op.f("ck_invoices_status"), type_="check")
        invoices.drop_column("written_off")
        invoices.create_check_constraint(op.f("ck_invoices_status"), STATUS_BEFORE)
    with op.batch_alter_table("payments") as payments:
        payments.drop_column("reference")


def _add_column(table: str, column: sa.Column[object]) -> None:
    """Rows that stand already get what the column of a new row would begin with; the default itself does not stay."""
    name, kind = column.name, column.type
    with op.batch_alter_table(table) as altered:
        altered.add_column(column)
    with op.batch_alter_table(table) as altered:
        altered.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)


def _entries(table: str, *columns: sa.Column[str]) -> None:
    op.create_table(
        table,
        sa.Column("case_id", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("invoice", TEXT, nullable=False),
        sa.Column("amount", DOLLARS, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        *columns,
        sa.Column("reason", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "key", name=op.f(f"pk_{table}")),
        sa.CheckConstraint("amount > 0", name=op.f(f"ck_{table}_amount")),
        sa.ForeignKeyConstraint(["invoice"], ["invoices.number"], name=op.f(f"fk_{table}_invoice_invoices")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name=op.f(f"fk_{table}_case_id_cases")),
    )
    op.create_index(f"ix_{table}_invoice", table, ["invoice"])
