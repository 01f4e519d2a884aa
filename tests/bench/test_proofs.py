"""`python -m bench.proofs` runs in small, so that it cannot rot: its cases begin, and hear who speaks to them."""

import re
from pathlib import Path

import pytest

from bench.proofs import measure_proof, replace_key

pytestmark = pytest.mark.server


async def test_open_cases_do_not_notice_that_the_offices_key_is_replaced(tmp_path: Path) -> None:
    told = await replace_key(tmp_path, lives=2)
    assert re.search(r"while 2 open cases were spoken to: \d+ x case\.wrong_stage;", told), told


def test_a_proof_has_some_hundred_bytes(tmp_path: Path) -> None:
    told = re.match(r"A proof: (\d+) bytes", measure_proof(tmp_path))
    assert told
    assert 300 < int(told[1]) < 1000
