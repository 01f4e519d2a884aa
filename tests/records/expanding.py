"""What a migration takes away from code of the version before: read from the database before it and after it."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from records.engine import WRITES, foreign_keys, make_engine, read_url
from records.migrate import FOLDER, alembic_config

SCRIPT = ScriptDirectory(str(FOLDER))


class Column(NamedTuple):
    """A column as the database has it; `default`: the database fills it in where a writer leaves it out."""

    type: str
    nullable: bool
    default: bool


class Schema(NamedTuple):
    """The tables of a database: their columns, and their constraints by name, each as text."""

    columns: dict[str, dict[str, Column]]
    constraints: dict[str, dict[str, str]]


def schema_of(connection: Connection) -> Schema:
    """Return the tables of a database."""
    found = inspect(connection)
    tables = [name for name in found.get_table_names() if name != "alembic_version"]
    columns = {
        table: {
            one["name"]: Column(str(one["type"]), bool(one["nullable"]), one["default"] is not None)
            for one in found.get_columns(table)
        }
        for table in tables
    }
    return Schema(columns, {table: dict(_constraints(found, table)) for table in tables})


def _constraints(found: Any, table: str) -> Iterator[tuple[str, str]]:
    for check in found.get_check_constraints(table):
        yield str(check["name"]), str(check["sqltext"])
    for unique in found.get_unique_constraints(table):
        yield str(unique["name"]), f"unique {sorted(unique['column_names'])}"
    for index in found.get_indexes(table):
        if index["unique"]:
            yield str(index["name"]), f"unique {sorted(map(str, index['column_names']))}"
    for key in found.get_foreign_keys(table):
        yield str(key["name"]), f"{key['constrained_columns']} -> {key['referred_table']}"


def taken_away(before: Schema, after: Schema) -> list[str]:
    """Return what code that knows only the tables of before could not do any more, in words."""
    return [*_columns(before, after), *_rules(before, after)]


def _columns(before: Schema, after: Schema) -> Iterator[str]:
    for table, columns in before.columns.items():
        now = after.columns.get(table)
        if now is None:
            yield f"the table {table} is gone, or has another name"
            continue
        for name, column in columns.items():
            here = now.get(name)
            if here is None:
                yield f"{table}.{name} is gone, or has another name"
            elif here.type != column.type:
                yield f"{table}.{name} is {here.type}, before {column.type}"
            elif column.nullable and not here.nullable:
                yield f"{table}.{name} may not be left out any more"
        for name in now.keys() - columns.keys():
            if not (now[name].nullable or now[name].default):
                yield f"{table}.{name} is new and must be written: give it a default, or let it be null"


def _rules(before: Schema, after: Schema) -> Iterator[str]:
    for table in before.columns.keys() & after.columns.keys():
        old, new = before.constraints[table], after.constraints[table]
        for name, text in sorted(new.items()):
            if text != old.get(name) and not _wider(old.get(name), text):
                yield f"{table}: {name} is new or narrower: {text}"


def _wider(before: str | None, after: str) -> bool:
    """Whether a list of words only takes more of them."""
    if before is None:
        return False
    was, now = set(re.findall(r"'([^']*)'", before)), set(re.findall(r"'([^']*)'", after))
    same = re.sub(r"'[^']*'(::[a-z ]+)?", "", before).replace(",", "").split()
    return was < now and same == re.sub(r"'[^']*'(::[a-z ]+)?", "", after).replace(",", "").split()


def before_and_after(url: str, revision: str) -> tuple[Schema, Schema]:
    """Return the tables before a migration and after it."""
    engine = make_engine(read_url(url))
    before = SCRIPT.get_revision(revision).down_revision
    assert isinstance(before, str)
    with engine.execution_options(**WRITES).connect() as connection:
        foreign_keys(connection, enforced=False)
        found = []
        for one in (before, revision):
            with connection.begin():
                command.upgrade(alembic_config(connection), one)
                found.append(schema_of(connection))
    engine.dispose()
    return found[0], found[1]
