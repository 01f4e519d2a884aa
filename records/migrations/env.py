"""Run migrations on the connection that `records.migrate` hands over, inside its transaction.

A new revision is drafted with `python -m records.migrate MESSAGE`; there is no alembic.ini, because the address of the
books is the office's setting and nobody else's.
"""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel import AutoString, UTCDateTime

from records.tables import METADATA, Dollars, FreeText

PLAIN = {
    AutoString: "sa.String()",
    FreeText: "sa.String()",
    UTCDateTime: "sa.DateTime(timezone=True)",
    Dollars: "sa.Numeric(11, 2)",
}


def plain_type(kind: str, thing: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write our column types as the database's own: a migration must run long after the code has changed."""
    return PLAIN.get(type(thing), False) if kind == "type" else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transactional_ddl=True,
    render_as_batch=True,
    render_item=plain_type,
)
context.run_migrations()
