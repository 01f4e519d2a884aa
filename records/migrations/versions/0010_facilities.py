"""What becomes of facilities, and letters that come back."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True)
KINDS = "'merged', 'moved', 'renamed', 'taken_over'"


def upgrade() -> None:
    """Keep the changes of facilities, and with each letter from whom it came back; none is known to have."""
    op.create_table(
        "facility_changes",
        sa.Column("change_id", sa.String(), nullable=False),
        sa.Column("facility", sa.String(), nullable=False),
        sa.Column("new_id", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_facility_changes_kind")),
        sa.PrimaryKeyConstraint("change_id", name=op.f("pk_facility_changes")),
    )
    op.create_index(op.f("ix_facility_changes_facility"), "facility_changes", ["facility"])
    with op.batch_alter_table("notices") as notices:
        notices.add_column(sa.Column("bounces", JSON, nullable=True))
    with op.batch_alter_table("notices") as notices:  # SQLite writes the table anew, as it is written at first
        notices.alter_column("bounces", existing_type=JSON, nullable=True)


def downgrade() -> None:
    """Forget them."""
    with op.batch_alter_table("notices") as notices:
        notices.drop_column("bounces")
    op.drop_index(op.f("ix_facility_changes_facility"), "facility_changes")
    op.drop_table("facility_changes")
