"""Every message has its update with a validator in the program that knows it, and a claim that gives it its effect."""

import ast
from pathlib import Path

import pytest
from temporalio import workflow

from policy.messages import Message
from workflows.accreditation.workflow import AccreditationCycle
from workflows.designation.workflow import DicoeDesignation

ROOT = Path(__file__).resolve().parents[2] / "workflows"
KINDS = {kind.NAME: kind for kind in Message.__subclasses__()}
CLAIMS = {
    "accreditation": [ROOT / "cycle" / "claims.py", ROOT / "office.py"],
    "dicoe": [ROOT / "designation" / "claims.py", ROOT / "office.py"],
}


def updates(kind: type) -> dict[str, bool]:
    """Return the updates of a workflow by name, and whether each has a validator."""
    definition = workflow._Definition.must_from_class(kind)
    return {name: update.validator is not None for name, update in definition.updates.items() if name}


def claimed(program: str) -> set[str]:
    """Return the messages that have a case in the claims of a program."""
    patterns = [
        node.cls.id
        for file in CLAIMS[program]
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.MatchClass) and isinstance(node.cls, ast.Name)
    ]
    return {name for name, kind in KINDS.items() if kind.__name__ in patterns}


def test_every_message_can_be_sent_to_a_case_of_one_program_at_least() -> None:
    assert set(updates(AccreditationCycle)) | set(updates(DicoeDesignation)) == set(KINDS)


@pytest.mark.parametrize(("program", "life"), [("accreditation", AccreditationCycle), ("dicoe", DicoeDesignation)])
def test_what_a_program_takes_it_validates_and_gives_its_effect(program: str, life: type) -> None:
    taken = updates(life)
    assert all(taken.values()), [name for name, validated in taken.items() if not validated]
    assert set(taken) - claimed(program) == set()
    assert claimed(program) - set(taken) == set()
