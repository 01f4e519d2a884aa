"""Migrations expand: code of the version before goes on writing. What is taken away completes an earlier one."""

import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

from records.books import Books, migrate_books, open_books, revisions
from records.engine import WRITES, foreign_keys, make_engine, read_url
from records.migrate import EXPANDING_SINCE, alembic_config, contracting, migrate
from records.problems import BooksTooOld, NoWayBack
from records.restore.steps import let_begin_anew
from records.tables import StepRecord, Unmended
from tests.records.expanding import SCRIPT, before_and_after, schema_of, taken_away
from tests.records.rows import CASE, NOON, a_case

RULED = sorted(one.revision for one in SCRIPT.walk_revisions() if one.revision >= "0010")
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("revision", RULED)
def test_a_migration_takes_nothing_away_unless_it_completes_an_earlier_one(url: str, revision: str) -> None:
    lost = taken_away(*before_and_after(url, revision))
    completes = contracting().get(revision)
    assert not lost or completes, f"{lost}: expand first; take away a release later, with `contracts = REVISION`"
    assert completes is None or completes < revision


def test_what_completes_an_earlier_migration_comes_a_release_later() -> None:
    told = subprocess.run(["git", "describe", "--tags", "--abbrev=0"], cwd=ROOT, capture_output=True, check=False)
    released = told.stdout.decode().strip()
    for revision, completes in contracting().items():
        assert released, f"{revision} takes away what {completes} replaced, and no release has had {completes} yet"
        listed = ["git", "ls-tree", "-r", "--name-only", released, "records/migrations/versions"]
        names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        assert f"/{completes}_" in names, (
            f"{released} does not have {completes} yet: {revision} is one release too early"
        )


@pytest.mark.parametrize("revision", [one for one in RULED if one >= EXPANDING_SINCE])
def test_each_migration_says_what_would_be_lost_by_taking_it_back(revision: str) -> None:
    assert callable(SCRIPT.get_revision(revision).module.loses)


def _dropped(change: Operations) -> None:
    with change.batch_alter_table("deadlines") as table:
        table.drop_column("over")


def _renamed(change: Operations) -> None:
    with change.batch_alter_table("deadlines") as table:
        table.alter_column("over", new_column_name="done")


def _demanded(change: Operations) -> None:
    with change.batch_alter_table("deadlines") as table:
        table.add_column(sa.Column("why", sa.String(), nullable=False))


def _narrowed(change: Operations) -> None:
    with change.batch_alter_table("cases") as table:
        table.drop_constraint("ck_cases_program", type_="check")
        table.create_check_constraint("ck_cases_program", "program IN ('accreditation')")


def _made_unique(change: Operations) -> None:
    change.create_index("ix_deadlines_once", "deadlines", ["case_id", "name"], unique=True)


def _gone(change: Operations) -> None:
    change.drop_table("deadlines")


def _added(change: Operations) -> None:
    change.add_column("deadlines", sa.Column("why", sa.String(), nullable=True))
    change.add_column("deadlines", sa.Column("kind", sa.String(), nullable=False, server_default="window"))
    change.create_index("ix_deadlines_name", "deadlines", ["name"])
    change.create_table("more", sa.Column("name", sa.String(), nullable=False))
    with change.batch_alter_table("cases") as table:
        table.drop_constraint("ck_cases_program", type_="check")
        table.create_check_constraint("ck_cases_program", "program IN ('accreditation', 'dicoe', 'another')")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_dropped, ["deadlines.over is gone, or has another name"]),
        (
            _renamed,
            [
                "deadlines.over is gone, or has another name",
                "deadlines.done is new and must be written: give it a default, or let it be null",
            ],
        ),
        (_demanded, ["deadlines.why is new and must be written: give it a default, or let it be null"]),
        (_narrowed, ["cases: ck_cases_program is new or narrower"]),
        (_made_unique, ["deadlines: ix_deadlines_once is new or narrower: unique ['case_id', 'name']"]),
        (_gone, ["the table deadlines is gone, or has another name"]),
        (_added, []),
    ],
)
def test_what_would_stop_the_version_before_is_told(
    books: Books, change: Callable[[Operations], None], told: list[str]
) -> None:
    with books.engine.execution_options(**WRITES).connect() as connection:
        foreign_keys(connection, enforced=False)
        with connection.begin():
            before = schema_of(connection)
            change(Operations(MigrationContext.configure(connection)))
            found = taken_away(before, schema_of(connection))
            assert len(found) == len(told)
            assert all(one.startswith(words) for one, words in zip(found, told, strict=True))
            connection.get_transaction().rollback()  # type: ignore[union-attr]


def put_back(url: str, to: str = "0010") -> None:
    """Bring books to where an earlier version has them."""
    engine = make_engine(read_url(url))
    with engine.execution_options(**WRITES).connect() as connection:
        foreign_keys(connection, enforced=False)
        with connection.begin():
            command.downgrade(alembic_config(connection), to)
    engine.dispose()


def test_only_who_is_to_brings_books_up_to_date(url: str, books: Books) -> None:
    books.close()
    put_back(url)
    with pytest.raises(BooksTooOld, match=r"at revision 0010, and this version needs .*accredit books migrate"):
        open_books(url)
    assert revisions(url)[0] == "0010"
    open_books(url, migrates=True).close()
    now, needed = revisions(url)
    assert now == needed


def test_books_that_a_newer_version_has_only_widened_are_written_on(url: str, books: Books) -> None:
    """A worker that begins again meanwhile goes on, although it knows nothing of the new revision."""
    with books.writing() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
        session.execute(sa.text("UPDATE books SET revision = '9999', open_since = '0011'"))
    with closing(open_books(url)) as again, again.writing() as session:
        session.add(a_case())


def test_migrations_are_taken_back_and_made_again(url: str, books: Books) -> None:
    with books.writing() as session:
        session.add(a_case())
    books.close()
    migrate_books(url, "0010")
    with pytest.raises(BooksTooOld):
        open_books(url)
    with closing(open_books(url, migrates=True)) as again, again.reading() as session:
        assert session.get(type(a_case()), CASE) is not None


def test_what_would_be_lost_is_not_taken_back(url: str, books: Books) -> None:
    with books.writing() as session:
        session.add(a_case())
        session.flush()
        session.add(Unmended(case_id=CASE, item="restored.paper.1", text="a sample", found_at=NOON))
    with pytest.raises(NoWayBack, match=r"0011 cannot be taken back: 1 finding\(s\) of a restore"):
        migrate_books(url, "0010")
    with books.writing() as session:
        session.add(StepRecord(case_id=CASE, run_id="a-run", number=1, at=NOON, taken={}))
        session.flush()
        let_begin_anew(session, CASE, NOON)
    with pytest.raises(NoWayBack, match=r"1 case\(s\) began anew after a restore"):
        migrate_books(url, "0010")
    assert revisions(url)[0] == SCRIPT.get_current_head()


@pytest.mark.parametrize(("to", "reason"), [("0003", "no way back beyond revision 0010"), ("0815", "no way back to")])
def test_there_is_no_way_back_beyond_the_rule_nor_to_nowhere(url: str, books: Books, to: str, reason: str) -> None:
    with pytest.raises(NoWayBack, match=reason):
        migrate_books(url, to)
    assert books.purpose == "office"


def test_migrating_from_nothing_is_everybodys(tmp_path: Path) -> None:
    engine = make_engine(read_url(f"sqlite:///{tmp_path}/new.db"))
    with engine.execution_options(**WRITES).connect() as connection, connection.begin():
        migrate(connection, may=False)
        assert schema_of(connection).columns
    engine.dispose()
