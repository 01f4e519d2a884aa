"""What all tables share: named constraints, money that stays exact, and columns that take only certain words."""

from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, MetaData, Numeric, String
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import SQLModel

CENT = Decimal("0.01")
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Every constraint has a name that both databases share, so that a migration can find it years later."""


class Table(SQLModel):
    """A table of the books.

    What pydantic would check its rows by is made only where one is first dumped: a row is what the database gives.
    """

    model_config = {"defer_build": True}

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMES)


class Dollars(TypeDecorator[Decimal]):
    """US dollars with two decimals, NUMERIC(11, 2).

    A binary fraction or a third decimal is refused, not rounded. SQLite keeps the amount as the nearest binary
    fraction; up to eleven digits that is the same fraction for the same amount, so reading it back is exact.
    """

    impl = Numeric(11, 2)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Leave out the conversion of the driver's decimals where the driver has none."""
        if dialect.supports_native_decimal:
            return dialect.type_descriptor(Numeric(11, 2))
        return dialect.type_descriptor(Numeric(11, 2, asdecimal=False))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        """Hand an amount to the database.

        Raises:
            TypeError: The amount is no Decimal.
            ValueError: It has more than two decimals, or more digits than NUMERIC(11, 2) holds.
        """
        if value is None:
            return None
        if not isinstance(value, Decimal):
            raise TypeError(f"an amount is a Decimal, found {type(value).__name__} {value!r}")
        if not value.is_finite() or value != value.quantize(CENT) or abs(value) >= 10**9:
            raise ValueError(f"an amount has two decimals and at most nine digits before them, found {value}")
        return value if dialect.supports_native_decimal else float(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Return what was written."""
        return None if value is None else Decimal(f"{value:.2f}")


class FreeText(TypeDecorator[str]):
    """What people wrote. PostgreSQL takes no NUL in a text, and a stray character must not hold up a case for ever."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Show a NUL as the sign for what cannot be shown."""
        return None if value is None else value.replace("\x00", "\ufffd")


def one_of(column: str, words: tuple[str, ...], name: str | None = None) -> CheckConstraint:
    """Return the constraint that a column holds one of these words (or nothing, where it may be empty).

    The words are sorted, so that it does not change with the order in which somebody lists them.
    """
    listed = ", ".join(f"'{word}'" for word in sorted(words))
    return CheckConstraint(f"{column} IN ({listed})", name=name or column)
