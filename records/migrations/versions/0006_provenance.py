"""Provenance: the run with which a case began, the run of its newest step, and ends that were not told yet."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Cases that stand already are bound to the run of the next step that they take."""
    with op.batch_alter_table("cases") as cases:
        cases.add_column(sa.Column("first_run_id", sa.String(), nullable=True))
        cases.add_column(sa.Column("run_id", sa.String(), nullable=True))
        cases.add_column(sa.Column("untold", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("cases") as cases:
        cases.alter_column("untold", existing_type=sa.Boolean(), existing_nullable=False, server_default=None)


def downgrade() -> None:
    """Forget where the steps came from."""
    with op.batch_alter_table("cases") as cases:
        for column in ("untold", "run_id", "first_run_id"):
            cases.drop_column(column)
