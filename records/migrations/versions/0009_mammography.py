"""Mammography: a unit that fails for non-compliance, and lead interpreting physicians as people of the portal."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OUTCOMES = ("closed_by_acr", "expired", "inactive", "not_designated", "not_granted", "renewed", "revoked", "withdrawn")
ROLES = ("acr", "administrator", "facility", "medical_physicist", "supervising_physician", "technologist")


def upgrade() -> None:
    """Let the columns hold the new words."""
    _allow("cases", "outcome", (*OUTCOMES, "non_compliance"))
    _allow("memberships", "role", (*ROLES, "lead_interpreting_physician"))


def downgrade() -> None:
    """Take the new words back: what failed was inactive, and who led was a physician who supervises."""
    op.execute(sa.text("UPDATE cases SET outcome = 'inactive' WHERE outcome = 'non_compliance'"))
    op.execute(
        sa.text("UPDATE memberships SET role = 'supervising_physician' WHERE role = 'lead_interpreting_physician'")
    )
    _allow("cases", "outcome", OUTCOMES)
    _allow("memberships", "role", ROLES)


def _allow(table: str, column: str, words: tuple[str, ...]) -> None:
    name = op.f(f"ck_{table}_{column}")
    listed = ", ".join(f"'{word}'" for word in sorted(words))
    with op.batch_alter_table(table) as changed:
        changed.drop_constraint(name, type_="check")
        changed.create_check_constraint(name, sa.text(f"{column} IN ({listed})"))
