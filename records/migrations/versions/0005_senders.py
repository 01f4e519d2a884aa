"""Who proved to have sent a message: person, role, organisation and the id of the key."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True)


def upgrade() -> None:
    """Give messages the column; nobody proved anything of those that stand already."""
    with op.batch_alter_table("messages") as messages:
        messages.add_column(sa.Column("sender", JSON, nullable=True))
    with op.batch_alter_table("messages") as messages:  # SQLite writes the table anew, as it is written at first
        messages.alter_column("sender", existing_type=JSON, nullable=True)


def downgrade() -> None:
    """Forget who proved it."""
    with op.batch_alter_table("messages") as messages:
        messages.drop_column("sender")
