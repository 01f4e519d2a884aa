"""Money and mail: invoices with their lines and payments, and the outbox of notices."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TEXT = sa.String()
INSTANT = sa.DateTime(timezone=True)
DOLLARS = sa.Numeric(11, 2)


def upgrade() -> None:
    """Make every table, those that others refer to first."""
    _invoices()
    _lines_and_payments()
    _notices()


def downgrade() -> None:
    """Drop every table, those that refer to others first."""
    for table in ("notices", "payments", "invoice_lines", "invoices", "invoice_counters"):
        op.drop_table(table)


def _of_case(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name=op.f(f"fk_{table}_case_id_cases"))


def _invoices() -> None:
    op.create_table(
        "invoice_counters",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_invoice_counters")),
        sa.CheckConstraint("last >= 0", name=op.f("ck_invoice_counters_last")),
    )
    money = (
        "(status IN ('open', 'void') AND paid = 0)"
        " OR (status = 'partly_paid' AND paid > 0 AND paid < total)"
        " OR (status = 'paid' AND paid >= total)"
    )
    once = ("case_id", "purpose", "occurrence")
    op.create_table(
        "invoices",
        sa.Column("number", TEXT, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("case_id", TEXT, nullable=False),
        sa.Column("purpose", TEXT, nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("total", DOLLARS, nullable=False),
        sa.Column("paid", DOLLARS, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_invoices")),
        sa.UniqueConstraint(*once, name=op.f("uq_invoices_case_id_purpose_occurrence")),
        sa.UniqueConstraint("year", "sequence", name=op.f("uq_invoices_year_sequence")),
        sa.CheckConstraint("sequence >= 1", name=op.f("ck_invoices_sequence")),
        sa.CheckConstraint("occurrence >= 1", name=op.f("ck_invoices_occurrence")),
        sa.CheckConstraint("total >= 0", name=op.f("ck_invoices_total")),
        sa.CheckConstraint("due_at >= issued_at", name=op.f("ck_invoices_due_at")),
        sa.CheckConstraint(money, name=op.f("ck_invoices_status")),
        _of_case("invoices"),
    )


def _lines_and_payments() -> None:
    in_cents = "abs(amount - quantity * unit_price) < 0.005"
    op.create_table(
        "invoice_lines",
        sa.Column("invoice", TEXT, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("description", TEXT, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price", DOLLARS, nullable=False),
        sa.Column("amount", DOLLARS, nullable=False),
        sa.PrimaryKeyConstraint("invoice", "position", name=op.f("pk_invoice_lines")),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_invoice_lines_quantity")),
        sa.CheckConstraint("unit_price >= 0", name=op.f("ck_invoice_lines_unit_price")),
        sa.CheckConstraint(in_cents, name=op.f("ck_invoice_lines_amount")),
        sa.ForeignKeyConstraint(["invoice"], ["invoices.number"], name=op.f("fk_invoice_lines_invoice_invoices")),
    )
    op.create_table(
        "payments",
        sa.Column("case_id", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("invoice", TEXT, nullable=False),
        sa.Column("amount", DOLLARS, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("method", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "key", name=op.f("pk_payments")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payments_amount")),
        sa.ForeignKeyConstraint(["invoice"], ["invoices.number"], name=op.f("fk_payments_invoice_invoices")),
        _of_case("payments"),
    )
    op.create_index("ix_payments_invoice", "payments", ["invoice"])


def _notices() -> None:
    op.create_table(
        "notices",
        sa.Column("case_id", TEXT, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("run_id", TEXT, nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("subject", TEXT),
        sa.Column("body", TEXT),
        sa.Column("file", TEXT),
        sa.Column("sent_at", INSTANT),
        sa.Column("problem_rule", TEXT),
        sa.Column("problem", TEXT),
        sa.PrimaryKeyConstraint("case_id", "number", name=op.f("pk_notices")),
        sa.CheckConstraint("status IN ('pending', 'sent', 'undeliverable')", name=op.f("ck_notices_status")),
        sa.CheckConstraint("(status = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_notices_sent_at")),
        sa.CheckConstraint("(problem IS NULL) = (problem_rule IS NULL)", name=op.f("ck_notices_problem")),
        _of_case("notices"),
    )
