"""People, how they sign in, what they have begun to write, what they uploaded, and what is remembered of it."""

import sqlalchemy as sa
from alembic import op

from records.finding import found_by

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TEXT = sa.String()
INSTANT = sa.DateTime(timezone=True)
ROLES = "'acr', 'administrator', 'facility', 'medical_physicist', 'supervising_physician', 'technologist'"


def upgrade() -> None:
    """Make every table, people first."""
    _people()
    _signing_in()
    _forms()
    _audit()
    _board()


def downgrade() -> None:
    """Drop every table, people last, and what the board needs of the others."""
    op.drop_index("ix_messages_handled_at", "messages")
    op.drop_index("ix_invoices_status_due_at", "invoices")
    op.drop_index("ix_cases_needs_attention", "cases")
    op.drop_index("ix_cases_board", "cases")
    with op.batch_alter_table("cases") as cases:
        cases.drop_column("found_by")
    tables = ("audit", "uploads", "drafts", "sign_in_attempts", "passkeys", "portal_sessions", "secret_links")
    for table in (*tables, "memberships", "people"):
        op.drop_table(table)


def _of_person(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["person_id"], ["people.person_id"], name=op.f(f"fk_{table}_person_id_people"))


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("person_id", TEXT, nullable=False),
        sa.Column("email", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("subject", TEXT),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", TEXT, nullable=False),
        sa.Column("disabled_at", INSTANT),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_people")),
        sa.UniqueConstraint("email", name=op.f("uq_people_email")),
        sa.UniqueConstraint("subject", name=op.f("uq_people_subject")),
    )
    op.create_table(
        "memberships",
        sa.Column("person_id", TEXT, nullable=False),
        sa.Column("org", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("manages", sa.Boolean(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("by", TEXT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.CheckConstraint(f"role IN ({ROLES})", name=op.f("ck_memberships_role")),
        _of_person("memberships"),
        sa.PrimaryKeyConstraint("person_id", "org", "role", name=op.f("pk_memberships")),
    )
    op.create_index("ix_memberships_org", "memberships", ["org"])


def _signing_in() -> None:
    op.create_table(
        "secret_links",
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("person_id", TEXT, nullable=False),
        sa.Column("org", TEXT, nullable=False),
        sa.Column("about", TEXT, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT),
        sa.Column("used_at", INSTANT),
        sa.Column("revoked_at", INSTANT),
        sa.CheckConstraint("kind IN ('calendar', 'invoice', 'sign_in')", name=op.f("ck_secret_links_kind")),
        _of_person("secret_links"),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_secret_links")),
    )
    op.create_table(
        "portal_sessions",
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("person_id", TEXT, nullable=False),
        sa.Column("org", TEXT, nullable=False),
        sa.Column("way", TEXT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.CheckConstraint("way IN ('link', 'passkey', 'provider')", name=op.f("ck_portal_sessions_way")),
        _of_person("portal_sessions"),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_portal_sessions")),
    )
    op.create_table(
        "passkeys",
        sa.Column("credential_id", TEXT, nullable=False),
        sa.Column("person_id", TEXT, nullable=False),
        sa.Column("public_key", TEXT, nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT),
        sa.Column("removed_at", INSTANT),
        _of_person("passkeys"),
        sa.PrimaryKeyConstraint("credential_id", name=op.f("pk_passkeys")),
    )
    for table in ("secret_links", "portal_sessions", "passkeys"):
        op.create_index(op.f(f"ix_{table}_person_id"), table, ["person_id"])
    op.create_table(
        "sign_in_attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("about", TEXT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempts")),
    )
    op.create_index("ix_sign_in_attempts_about_at", "sign_in_attempts", ["about", "at"])


def _forms() -> None:
    op.create_table(
        "drafts",
        sa.Column("draft_id", TEXT, nullable=False),
        sa.Column("org", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("case_id", TEXT),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("message_id", TEXT, nullable=False),
        sa.Column("by", TEXT, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT),
        sa.PrimaryKeyConstraint("draft_id", name=op.f("pk_drafts")),
    )
    op.create_index("ix_drafts_org_kind_case_id", "drafts", ["org", "kind", "case_id"])
    op.create_table(
        "uploads",
        sa.Column("upload_id", TEXT, nullable=False),
        sa.Column("org", TEXT, nullable=False),
        sa.Column("case_id", TEXT),
        sa.Column("person_id", TEXT, nullable=False),
        sa.Column("purpose", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", TEXT, nullable=False),
        sa.Column("uri", TEXT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("fault", TEXT),
        sa.Column("removed_at", INSTANT),
        _of_person("uploads"),
        sa.PrimaryKeyConstraint("upload_id", name=op.f("pk_uploads")),
    )
    op.create_index("ix_uploads_org_case_id", "uploads", ["org", "case_id"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("person_id", TEXT),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("org", TEXT, nullable=False),
        sa.Column("act", TEXT, nullable=False),
        sa.Column("about", TEXT, nullable=False),
        _of_person("audit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_index("ix_audit_org_at", "audit", ["org", "at"])


def _board() -> None:
    """What the office's board and the audit are read by; cases that stand already are found as new ones are."""
    with op.batch_alter_table("cases") as cases:
        cases.add_column(sa.Column("found_by", TEXT, nullable=False, server_default=""))
    with op.batch_alter_table("cases") as cases:
        cases.alter_column("found_by", existing_type=TEXT, existing_nullable=False, server_default=None)
    held = sa.table("cases", *(sa.column(name) for name in ("case_id", "found_by")), sa.column("application", sa.JSON))
    connection = op.get_bind()
    for case_id, application in connection.execute(sa.select(held.c.case_id, held.c.application)).all():
        said = found_by(case_id, application or {})
        connection.execute(sa.update(held).where(held.c.case_id == case_id).values(found_by=said))
    of_board = ("stage", "program", "modality", "state", "awaited_party", "due_at", "needs_attention", "found_by")
    op.create_index("ix_cases_board", "cases", list(of_board))
    op.create_index("ix_cases_needs_attention", "cases", ["needs_attention", "due_at"])
    op.create_index("ix_invoices_status_due_at", "invoices", ["status", "due_at"])
    op.create_index("ix_messages_handled_at", "messages", ["handled_at", "case_id", "key"])
