"""`make stages`: draws which stage follows which, from the tables that stand beside `run` in the workflows."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from policy.facts import Stage
from policy.rules import RULES
from workflows.accreditation.oncology.stages import TRANSITIONS as OF_ONCOLOGY
from workflows.accreditation.workflow import TRANSITIONS as OF_AN_ACCREDITATION
from workflows.case.stages import Transition
from workflows.designation.workflow import TRANSITIONS as OF_A_DESIGNATION

FILE = Path(__file__).resolve().parent.parent / "docs" / "stages.md"
PROGRAMS = {
    "An accreditation cycle": ("workflows/accreditation/workflow.py", OF_AN_ACCREDITATION),
    "An accreditation cycle of radiation oncology": ("workflows/accreditation/oncology/stages.py", OF_ONCOLOGY),
    "A designation": ("workflows/designation/workflow.py", OF_A_DESIGNATION),
}
INTRODUCTION = """# The stages of a case

Which stage follows which, and by which rule. `make stages` draws this page from the tables `TRANSITIONS` beside `run`.
Tests hold that it is what the tables say, and that no case takes another way: neither one of the recorded histories nor
any that a test lives through. From every stage a case can also be closed: the facility withdraws (`withdraw_case`), or
the office closes it (`close_case`)."""


def drawn() -> str:
    """Return the page, in Markdown with a Mermaid diagram and a table for each program."""
    parts = [INTRODUCTION]
    for title, (file, transitions) in PROGRAMS.items():
        parts += [f"## {title}", f"From [{file}](../{file}).", _diagram(transitions), _table(transitions)]
    return "\n\n".join(parts) + "\n"


def _diagram(transitions: Iterable[Transition]) -> str:
    arrows = [f"    {_node(one.before)} --> {_node(one.after)}: {one.when}" for one in transitions]
    return "\n".join(["```mermaid", "stateDiagram-v2", *arrows, "    closed --> [*]", "```"])


def _node(stage: Stage | None) -> str:
    return "[*]" if stage is None else stage.value


def _table(transitions: Iterable[Transition]) -> str:
    return "\n".join(["| from | to | when | rule | source |", "| --- | --- | --- | --- | --- |", *_rows(transitions)])


def _rows(transitions: Iterable[Transition]) -> Iterator[str]:
    for one in transitions:
        before = one.before.replace("_", " ") if one.before else "(opening)"
        yield f"| {before} | {one.after.replace('_', ' ')} | {one.when} | `{one.rule}` | {RULES[one.rule]} |"


if __name__ == "__main__":
    FILE.write_text(drawn(), "utf-8")
