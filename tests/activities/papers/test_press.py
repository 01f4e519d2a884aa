"""The press: the same bytes on every machine and in every thread; a mistake in a template is named."""

import hashlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from activities.papers import press as pressing
from activities.papers.press import PaperNotMade, press, template_digest
from tests.activities.papers.said import KINDS, said

ROOT = Path(__file__).resolve().parents[3]
ELSEWHERE = {
    "TZ": "Asia/Tokyo",
    "LANG": "ar_EG.UTF-8",
    "SOURCE_DATE_EPOCH": "1",
    "PYTHONHASHSEED": "7",
    "HOME": "/none",
}
"""An environment in which programs print other dates, words and orders."""
PRINTS = """
import hashlib
from activities.papers.press import press
from tests.activities.papers.said import KINDS, said
print(hashlib.sha256(b"".join(press(kind, said(kind)) for kind in KINDS)).hexdigest())
"""


def test_the_same_paper_is_the_same_in_another_process_with_another_environment() -> None:
    here = hashlib.sha256(b"".join(press(kind, said(kind)) for kind in KINDS)).hexdigest()
    elsewhere = subprocess.run(
        [sys.executable, "-c", PRINTS], cwd=ROOT, env=os.environ | ELSEWHERE, capture_output=True, text=True, check=True
    )
    assert elsewhere.stdout.strip() == here


def test_papers_that_are_printed_at_once_do_not_mix() -> None:
    wanted = [said(kind, number=f"XX2028-{number:06d}") | {"kind": kind} for number in range(6) for kind in KINDS]
    alone = [press(facts["kind"], facts) for facts in wanted]
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(lambda facts: press(facts["kind"], facts), wanted))
    assert together == alone
    assert len(set(together)) == len(wanted)


def test_a_mistake_in_a_template_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pressing, "TEMPLATES", tmp_path)
    (tmp_path / "invoice.typ").write_text("#nothing-of-that-name", "utf-8")
    with pytest.raises(PaperNotMade, match=r"the template invoice.typ cannot be filled: .*nothing-of-that-name"):
        press("invoice", {})


def test_the_digest_of_a_template_changes_with_it_and_with_the_house(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for file in pressing.TEMPLATES.glob("*.typ"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    before = template_digest("invoice")
    monkeypatch.setattr(pressing, "TEMPLATES", tmp_path)
    assert template_digest("invoice") == before != template_digest("receipt")
    (tmp_path / "receipt.typ").write_text("changed", "utf-8")
    assert template_digest("invoice") == before
    (tmp_path / "_house.typ").write_text("changed", "utf-8")
    assert template_digest("invoice") != before
