"""What the lives order, the office has words for: every kind that they send, and every fact that they give with it."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from activities.notices.index import index

WORKFLOWS = Path(__file__).resolve().parents[3] / "workflows"
PLACE_OF_KIND = {"notify": 0, "close": 1}
"""The verbs of a case that send a notice, and which of their arguments is its kind."""


class Ordered(NamedTuple):
    """A notice as some line of the lives orders it."""

    where: str
    kind: str
    facts: set[str]


def ordered_notices() -> Iterator[Ordered]:
    """Yield the notices whose kind stands in the code, but for those with words of their own."""
    for module in sorted(WORKFLOWS.rglob("*.py")):
        if {"designation", "oncology"} & {*module.parts}:
            continue
        yield from ordered_in(module)


def ordered_in(*modules: Path) -> Iterator[Ordered]:
    """Yield the notices whose kind stands in some modules."""
    for module in modules:
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            place = PLACE_OF_KIND.get(node.func.attr, len(node.args))
            kind = node.args[place] if place < len(node.args) else None
            if isinstance(kind, ast.Constant) and isinstance(kind.value, str):
                facts = {keyword.arg for keyword in node.keywords if keyword.arg}
                yield Ordered(f"{module.name}:{node.lineno}", kind.value, facts)


def test_every_notice_that_a_life_sends_has_words() -> None:
    ordered = list(ordered_notices())
    assert len(ordered) > 20
    assert [order for order in ordered if order.kind not in index().kinds] == []


def test_every_fact_that_a_life_gives_is_known_to_its_text() -> None:
    unknown = [
        (order.where, order.kind, fact)
        for order in ordered_notices()
        if order.kind in index().kinds
        for fact in order.facts - {*index().kinds[order.kind].facts}
    ]
    assert unknown == []
