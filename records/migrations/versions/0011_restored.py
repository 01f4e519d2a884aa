"""Restoring: steps with digests, steps that a server has lost, what cannot be mended; which versions may write here."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TEXT = sa.String()
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add what earlier code leaves empty: it goes on writing beside this one."""
    with op.batch_alter_table("books") as books:
        books.add_column(sa.Column("revision", TEXT, nullable=True))
        books.add_column(sa.Column("open_since", TEXT, nullable=True))
    with op.batch_alter_table("books") as books:
        books.alter_column("open_since", existing_type=TEXT, nullable=True)
    with op.batch_alter_table("steps") as steps:
        steps.add_column(sa.Column("digest", TEXT, nullable=True))
        steps.add_column(sa.Column("lost_at", INSTANT, nullable=True))
    with op.batch_alter_table("steps") as steps:  # SQLite writes the table anew, as it is written at first
        steps.alter_column("lost_at", existing_type=INSTANT, nullable=True)
    op.create_table(
        "unmended",
        sa.Column("case_id", TEXT, nullable=False),
        sa.Column("item", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("found_at", INSTANT, nullable=False),
        sa.Column("told_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("case_id", "item", name=op.f("pk_unmended")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name=op.f("fk_unmended_case_id_cases")),
    )


def downgrade() -> None:
    """Forget what was found out by digests; the steps themselves stay."""
    op.drop_table("unmended")
    with op.batch_alter_table("steps") as steps:
        steps.drop_column("lost_at")
        steps.drop_column("digest")
    with op.batch_alter_table("books") as books:
        books.drop_column("open_since")
        books.drop_column("revision")


def loses(connection: sa.Connection) -> str:
    """Return what earlier code would not know any more, in words; empty: nothing that matters."""
    lost = connection.execute(sa.text("SELECT count(DISTINCT case_id) FROM steps WHERE lost_at IS NOT NULL")).scalar()
    left = connection.execute(sa.text("SELECT count(*) FROM unmended WHERE told_at IS NULL")).scalar()
    if lost:
        return f"{lost} case(s) began anew after a restore, and earlier code would refuse their steps"
    return f"{left} finding(s) of a restore have not been told to their cases" if left else ""
