"""Migrations: what they build is what the tables say, and what the next one may do."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DatabaseError

from records.books import Books, open_books
from records.engine import WRITES, foreign_keys, make_engine, read_url
from records.migrate import FOLDER, alembic_config, migrate, newest_revision
from records.tables import METADATA, CaseRecord
from tests.records.rows import a_case, an_invoice


def test_migrating_from_nothing_leaves_no_difference_to_the_tables(books: Books) -> None:
    with books.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, METADATA) == []


def test_every_constraint_that_the_tables_name_is_in_the_database(books: Books) -> None:
    found = inspect(books.engine)
    for table in METADATA.sorted_tables:
        declared = {str(c.name) for c in table.constraints if isinstance(c, sa.CheckConstraint)}
        assert {check["name"] for check in found.get_check_constraints(table.name)} == declared
        assert found.get_pk_constraint(table.name)["name"] == f"pk_{table.name}"
        for key in found.get_foreign_keys(table.name):
            assert key["name"] == f"fk_{table.name}_{'_'.join(key['constrained_columns'])}_{key['referred_table']}"


def test_a_migration_builds_to_the_letter_what_the_tables_build(tmp_path: Path) -> None:
    open_books(f"sqlite:///{tmp_path}/migrated.db").close()
    made = make_engine(read_url(f"sqlite:///{tmp_path}/made.db"))
    METADATA.create_all(made)
    migrated = make_engine(read_url(f"sqlite:///{tmp_path}/migrated.db"))
    with made.connect() as plain, migrated.connect() as built:
        assert structure(built) == structure(plain)


def structure(connection: Connection) -> dict[str, set[str]]:
    """Return what an SQLite database is made of: for every table and index its parts, whatever their order.

    SQLite writes the name of a table that it has rebuilt in quotes.
    """
    rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
    parts = {name: {part.strip(" ,\t") for part in sql.replace('"', "").splitlines()} for name, sql in rows}
    parts.pop("alembic_version", None)
    return {name: {re.sub(r"\s+", " ", part) for part in lines} for name, lines in parts.items()}


def test_the_newest_revision_by_the_names_of_the_files_is_the_head_of_the_migrations() -> None:
    assert newest_revision() == ScriptDirectory(str(FOLDER)).get_current_head()


def test_migrating_again_changes_nothing(url: str, books: Books) -> None:
    with books.writing() as session:
        session.add(a_case())
    open_books(url).close()
    with books.reading() as session:
        assert session.get(CaseRecord, a_case().case_id) is not None


def test_the_first_migration_can_be_taken_back_and_made_again(url: str) -> None:
    engine = make_engine(read_url(url))
    with engine.execution_options(**WRITES).connect() as connection, connection.begin():
        migrate(connection)
        command.downgrade(alembic_config(connection), "base")
        assert inspect(connection).get_table_names() == ["alembic_version"]
        migrate(connection)
        assert set(inspect(connection).get_table_names()) == {*METADATA.tables, "alembic_version"}
    engine.dispose()


def test_a_later_migration_may_rebuild_a_table_that_others_refer_to(books: Books) -> None:
    """SQLite changes a constraint by copying the table; the invoices of the case must survive that."""
    with books.writing() as session:
        session.add(a_case())
        session.flush()
        session.add(an_invoice())
    with books.engine.execution_options(**WRITES).connect() as connection:
        foreign_keys(connection, enforced=False)
        with connection.begin():
            operations = Operations(MigrationContext.configure(connection))
            with operations.batch_alter_table("cases") as batch:
                batch.drop_constraint("ck_cases_position", type_="check")
        foreign_keys(connection, enforced=True)
        if connection.dialect.name == "sqlite":
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
        assert connection.execute(text("SELECT count(*) FROM invoices JOIN cases USING (case_id)")).scalar() == 1
        checks = {check["name"] for check in inspect(connection).get_check_constraints("cases")}
        assert "ck_cases_position" not in checks


AN_OFFICE_BEFORE = [
    """INSERT INTO cases (case_id, subject, cycle, program, facility_id, facility_name, application, position,
    opened_at, stage, awaited, deficiencies, needs_attention, status) VALUES ('dicoe.S.OH.1', 'dicoe.S.OH', 1, 'dicoe',
    'S', 'Sample', '{}', 1, '2028-01-01', 'application', '', 0, false, '{}')""",
    """INSERT INTO invoices VALUES ('2028-000001', 2028, 1, 'dicoe.S.OH.1', 'designation', 1, 2900.00, 100.00,
    'partly_paid', '2028-01-01', '2028-02-01')""",
]


def test_invoices_and_notices_of_an_office_that_worked_before_credit_notes_come_along(url: str) -> None:
    """The new columns are filled for rows that stand already, and what constrained them holds as before."""
    engine = make_engine(read_url(url))
    with engine.execution_options(**WRITES).connect() as connection:
        foreign_keys(connection, enforced=False)
        with connection.begin():
            command.upgrade(alembic_config(connection), "0002")
            for statement in AN_OFFICE_BEFORE:
                connection.execute(text(statement))
            migrate(connection)
        foreign_keys(connection, enforced=True)
        row = connection.execute(text("SELECT total, paid, credited, status FROM invoices")).one()
        assert [str(part) for part in row] in (
            ["2900.00", "100.00", "0.00", "partly_paid"],
            ["2900", "100", "0", "partly_paid"],
        )
        with pytest.raises(DatabaseError):
            connection.execute(text("UPDATE invoices SET credited = 3000"))
    engine.dispose()
