"""How often the figures of an office read what."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from temporalio.common import MetricMeter

from records.books import Books, open_books
from services.telemetry import figures
from services.telemetry.figures import OfficeFigures


@contextmanager
def statements(books: Books) -> Iterator[list[str]]:
    """Collect the statements that books are asked."""
    asked: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    event.listen(books.engine, "before_cursor_execute", hear)
    yield asked
    event.remove(books.engine, "before_cursor_execute", hear)


def test_windows_of_all_cases_there_ever_were_are_not_counted_at_each_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = OfficeFigures(MetricMeter.noop)
    with closing(open_books(f"sqlite:///{tmp_path}/books.db")) as books, statements(books) as asked:
        for _ in range(3):
            office._read(books)
        assert sum("FROM cases" in statement for statement in asked) == 2 * 3
        assert sum("FROM deadlines" in statement for statement in asked) == 1
        monkeypatch.setattr(figures, "WINDOWS_EVERY", 0)
        office._read(books)
        assert sum("FROM deadlines" in statement for statement in asked) == 2
