"""Cases and what happens in them: steps, timeline, messages, deadlines."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT = sa.String()
INSTANT = sa.DateTime(timezone=True)
STAGES = (
    "'accredited', 'appeal', 'application', 'closed', 'corrective_action', 'decision', 'designated', "
    "'options', 'review', 'starting', 'survey', 'testing'"
)
OUTCOMES = "'closed_by_acr', 'expired', 'inactive', 'not_designated', 'not_granted', 'renewed', 'withdrawn'"
ENTRIES = (
    "'attention', 'deadline', 'extension', 'invoice', 'message', 'notice', 'payment', 'refusal', 'stage', 'warning'"
)


def upgrade() -> None:
    """Make every table, those that others refer to first."""
    op.create_table(
        "books",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("purpose", TEXT, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_books_one_row")),
        sa.CheckConstraint("purpose IN ('office', 'rehearsal')", name=op.f("ck_books_purpose")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_books")),
    )
    op.create_table("cases", *_case_columns(), *_case_constraints())
    op.create_index("ix_cases_due_at", "cases", ["due_at"])
    op.create_index("ix_cases_facility_id_application_id", "cases", ["facility_id", "application_id"])
    _steps_and_timeline()
    _messages_and_deadlines()


def downgrade() -> None:
    """Drop every table, those that refer to others first."""
    for table in ("deadlines", "messages", "timeline", "steps", "cases", "books"):
        op.drop_table(table)


def _of_case(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"], name=op.f(f"fk_{table}_case_id_cases"))


def _case_columns() -> list[sa.Column[object]]:
    return [
        sa.Column("case_id", TEXT, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("program", TEXT, nullable=False),
        sa.Column("facility_id", TEXT, nullable=False),
        sa.Column("facility_name", TEXT, nullable=False),
        sa.Column("state", TEXT),
        sa.Column("modality", TEXT),
        sa.Column("unit", TEXT),
        sa.Column("application_id", TEXT),
        sa.Column("application", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("predecessor", TEXT),
        sa.Column("edition", TEXT),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("stage", TEXT, nullable=False),
        sa.Column("outcome", TEXT),
        sa.Column("awaited_party", TEXT),
        sa.Column("awaited", TEXT, nullable=False),
        sa.Column("due_at", INSTANT),
        sa.Column("due_name", TEXT),
        sa.Column("deficiencies", sa.Integer(), nullable=False),
        sa.Column("needs_attention", sa.Boolean(), nullable=False),
        sa.Column("closed_at", INSTANT),
        sa.Column("first_passed_at", INSTANT),
        sa.Column("certificate_from", INSTANT),
        sa.Column("certificate_until", INSTANT),
        sa.Column("status", sa.JSON(), nullable=False),
        sa.Column("history_exported_at", INSTANT),
    ]


def _case_constraints() -> list[sa.Constraint]:
    closed = "(stage = 'closed')"
    return [
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_cases")),
        sa.UniqueConstraint("subject", "cycle", name=op.f("uq_cases_subject_cycle")),
        sa.CheckConstraint("program IN ('accreditation', 'dicoe')", name=op.f("ck_cases_program")),
        sa.CheckConstraint(f"stage IN ({STAGES})", name=op.f("ck_cases_stage")),
        sa.CheckConstraint(f"outcome IN ({OUTCOMES})", name=op.f("ck_cases_outcome")),
        sa.CheckConstraint("awaited_party IN ('acr', 'facility', 'surveyor')", name=op.f("ck_cases_awaited_party")),
        sa.CheckConstraint(f"{closed} = (closed_at IS NOT NULL)", name=op.f("ck_cases_closed_at")),
        sa.CheckConstraint(f"{closed} = (outcome IS NOT NULL)", name=op.f("ck_cases_closed_outcome")),
        sa.CheckConstraint("deficiencies >= 0", name=op.f("ck_cases_deficiencies")),
        sa.CheckConstraint("position >= 1", name=op.f("ck_cases_position")),
        sa.CheckConstraint("certificate_until > certificate_from", name=op.f("ck_cases_certificate")),
    ]


def _steps_and_timeline() -> None:
    op.create_table(
        "steps",
        sa.Column("case_id", TEXT, nullable=False),
        sa.Column("run_id", TEXT, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("taken", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "run_id", "number", name=op.f("pk_steps")),
        _of_case("steps"),
    )
    key = ("case_id", "run_id", "step", "position")
    op.create_table(
        "timeline",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", TEXT, nullable=False),
        sa.Column("run_id", TEXT, nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("by", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timeline")),
        sa.UniqueConstraint(*key, name=op.f("uq_timeline_case_id_run_id_step_position")),
        sa.CheckConstraint(f"kind IN ({ENTRIES})", name=op.f("ck_timeline_kind")),
        _of_case("timeline"),
    )


def _messages_and_deadlines() -> None:
    op.create_table(
        "messages",
        sa.Column("case_id", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("handled_at", INSTANT, nullable=False),
        sa.Column("by", TEXT, nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("rule", TEXT),
        sa.Column("digest", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "key", name=op.f("pk_messages")),
        sa.CheckConstraint("accepted = (rule IS NULL)", name=op.f("ck_messages_rule")),
        _of_case("messages"),
    )
    op.create_table(
        "deadlines",
        sa.Column("case_id", TEXT, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("opens_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("met", sa.Boolean()),
        sa.Column("over", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "number", name=op.f("pk_deadlines")),
        _of_case("deadlines"),
    )
