"""Revocation: after a validation survey an accreditation may be revoked, and its case ends so."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BEFORE = "'closed_by_acr', 'expired', 'inactive', 'not_designated', 'not_granted', 'renewed', 'withdrawn'"
SINCE = f"{BEFORE}, 'revoked'"


def upgrade() -> None:
    """A case may end as revoked."""
    _outcomes(SINCE)


def downgrade() -> None:
    """What was revoked was closed by the office."""
    op.execute(sa.text("UPDATE cases SET outcome = 'closed_by_acr' WHERE outcome = 'revoked'"))
    _outcomes(BEFORE)


def _outcomes(words: str) -> None:
    with op.batch_alter_table("cases") as cases:
        cases.drop_constraint(op.f("ck_cases_outcome"), type_="check")
        cases.create_check_constraint(op.f("ck_cases_outcome"), f"outcome IN ({words})")
