"""The runbook in an office where that very thing has happened: noticed, mended by its commands, nothing lost."""

import pytest

from chaos.__main__ import a_folder
from chaos.page import RUNBOOK, commands, headings
from chaos.place.office import an_office
from chaos.runbook_drill.__main__ import table
from chaos.runbook_drill.drill import OTHERS, Drill
from chaos.runbook_drill.parts import parts
from tests.bare_server import bare_server, needs_postgres

pytestmark = [pytest.mark.server, pytest.mark.postgres, pytest.mark.kills, pytest.mark.timeout(1500)]
ELSEWHERE = {
    "Backup": "the drills of a restore",
    "Upgrade": "the rollout",
    "Rollback": "the rollout",
    "A stuck case": "tests/portal/test_failing_tasks.py and the rollout",
}
"""Parts whose commands are run elsewhere."""


@pytest.mark.drill
async def test_every_part_is_noticed_and_the_office_is_whole_again_by_the_pages_commands() -> None:
    needs_postgres()
    with a_folder() as folder:
        async with an_office(folder, "postgresql", await bare_server(), rehearsal=False) as office:
            went = await Drill(office).go_through()
    assert [one.part.heading for one in went] == [part.heading for part in parts(disks=True)][: len(went)]
    assert all(one.typed for one in went)
    assert all(one.said for one in went if one.part.check)
    assert len(table(went)) == 2 + len(went)


def test_every_part_with_commands_is_rehearsed_or_run_elsewhere() -> None:
    rehearsed = [part.heading for part in parts(disks=True)]
    assert {*headings(RUNBOOK)} == {*rehearsed, *ELSEWHERE}
    for heading in rehearsed:
        assert any(line.split()[0] not in OTHERS for line in commands(RUNBOOK, heading))
