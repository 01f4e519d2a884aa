"""Two real workers of different versions, a ramp, a way back: every case goes on, and says everything once."""

from pathlib import Path

import pytest
from temporalio.client import Client

from tests.services.versions.rollout import Rollout, rolled_out

CASES = 10


@pytest.mark.server
@pytest.mark.drill
@pytest.mark.timeout(900)
async def test_cases_go_on_through_a_ramp_its_end_a_new_version_and_the_way_back(
    client: Client, tmp_path: Path
) -> None:
    await rolled_out(Rollout(client, tmp_path), CASES, percent=40)
