"""The faults of a run are drawn by its seed: the same again, and exactly as many kills as were asked for."""

from random import Random

import pytest

from chaos.faults.plan import CLOCK, KILLING, OTHERS, SHARE, drawn
from chaos.faults.record import Happened, table
from chaos.lives.kinds import BRIEF, chosen, kinds

EVERYTHING = (*KILLING, *OTHERS)


@pytest.mark.parametrize("kills", [1, 2, 7, 12, 300])
def test_exactly_as_many_processes_are_killed_as_were_asked_for(kills: int) -> None:
    assert sum(fault.kind.kills for fault in drawn(Random(1), kills, 100, EVERYTHING)) == kills


def test_the_same_seed_brings_the_same_faults_and_another_one_others() -> None:
    first, again, other = (drawn(Random(seed), 300, 2000, EVERYTHING) for seed in (1, 1, 2))
    assert first == again != other


def test_each_kind_of_fault_happens_where_there_is_room_for_it() -> None:
    faults = drawn(Random(1), 300, 2000, EVERYTHING)
    assert {fault.kind for fault in faults} == {*EVERYTHING}
    assert sum(not fault.kind.kills for fault in faults) == 300 // SHARE
    assert faults == sorted(faults, key=lambda fault: fault.after)


def test_what_cannot_be_brought_about_is_not_drawn() -> None:
    possible = [kind for kind in EVERYTHING if kind != CLOCK]
    assert CLOCK not in {fault.kind for fault in drawn(Random(1), 50, 100, possible)}


def test_the_table_names_what_could_not_be_brought_about_and_whose_lives_came_out_otherwise() -> None:
    happened = [
        Happened(KILLING[0].name, 1, frozenset({"a", "b"}), 2.0),
        Happened(KILLING[0].name, 1, frozenset("b"), 4),
    ]
    lines = table(happened, {"b"}, [(CLOCK.name, "no libfaketime")])
    assert lines[2:] == [
        "| a worker is killed | 2 | 2 | 2 | works again after 3.0 s, at most 4.0 s; "
        "1 of these lives came out otherwise |",
        "| a worker has a wrong clock | 0 | 0 | 0 | not brought about: no libfaketime |",
    ]


def test_lives_are_spread_over_all_kinds_each_about_a_facility_of_its_own() -> None:
    of = kinds(BRIEF)
    plans = list(chosen(of, 10, Random(1)))
    assert sorted(plan.kind for plan in plans) == sorted(2 * [kind.name for kind in of])
    assert len({plan.holder for plan in plans}) == len({plan.prepared.case_id for plan in plans}) == 10
    assert all(plan.holder in plan.prepared.case_id for plan in plans)
    assert {plan.prepared.part.application.program for plan in plans} == {"accreditation", "dicoe"}
