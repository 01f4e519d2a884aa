"""Every message is an entry of two tables, judgement and effect, and has its update with a validator by that alone."""

from collections.abc import Mapping
from typing import Any

import pytest
from temporalio import workflow

from policy.accreditation.judgement import JUDGES as CYCLE_JUDGES
from policy.accreditation.oncology.judgement import JUDGES as ONCOLOGY_JUDGES
from policy.designation.judgement import JUDGES as DESIGNATION_JUDGES
from policy.messages import Message
from policy.verdict import Verdict
from workflows.accreditation.effects import EFFECTS as CYCLE_EFFECTS
from workflows.accreditation.workflow import AccreditationCycle
from workflows.designation.effects import EFFECTS as DESIGNATION_EFFECTS
from workflows.designation.workflow import DicoeDesignation

KINDS = {kind.NAME: kind for kind in Message.__subclasses__()}
PROGRAMS = [
    (AccreditationCycle, {**CYCLE_JUDGES, **ONCOLOGY_JUDGES}, CYCLE_EFFECTS),
    (DicoeDesignation, DESIGNATION_JUDGES, DESIGNATION_EFFECTS),
]


def updates(program: type) -> Mapping[str | None, Any]:
    """Return the updates that Temporal finds in a workflow, by name."""
    return workflow._Definition.must_from_class(program).updates


def test_every_message_can_be_sent_to_a_case_of_one_program_at_least() -> None:
    assert set(updates(AccreditationCycle)) | set(updates(DicoeDesignation)) == set(KINDS)


@pytest.mark.parametrize(("program", "judges", "effects"), PROGRAMS)
def test_what_a_program_judges_it_gives_an_effect(program: type, judges: Any, effects: Any) -> None:
    assert set(judges) == set(effects)
    assert {kind.NAME for kind in effects} == set(updates(program))


@pytest.mark.parametrize(("program", "judges", "effects"), PROGRAMS)
def test_every_update_is_validated_reads_its_message_and_answers_a_verdict(
    program: type, judges: Any, effects: Any
) -> None:
    for kind in effects:
        update = updates(program)[kind.NAME]
        assert update.validator is not None, kind.NAME
        assert (update.arg_types, update.ret_type) == ([kind], Verdict), kind.NAME
        assert update.description == kind.__doc__.partition("\n")[0], kind.NAME


def test_the_option_form_may_also_come_as_a_signal() -> None:
    assert "choose_option" in workflow._Definition.must_from_class(AccreditationCycle).signals
    assert "choose_option" not in workflow._Definition.must_from_class(DicoeDesignation).signals
