"""The command `accredit start` itself: when a case begins, what is printed, and a server that is not there."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from services.connect import case_link
from services.errors import Unusable
from services.opening import read_opening
from tests.applications import sample
from tests.command import Command

ZONE = ZoneInfo("America/New_York")
CASE = "accreditation.OH-0417.ct.CT-1.1"


@pytest.fixture
def accredit(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
    return Command(monkeypatch, capsys, tmp_path)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2028-02-28", datetime(2028, 2, 28, 14, 0, tzinfo=UTC)),
        ("2028-07-01", datetime(2028, 7, 1, 13, 0, tzinfo=UTC)),
        ("2028-02-28T10:30", datetime(2028, 2, 28, 15, 30, tzinfo=UTC)),
        ("2028-02-28T10:30:00+00:00", datetime(2028, 2, 28, 10, 30, tzinfo=UTC)),
        ("2028-02-28T10:30:00Z", datetime(2028, 2, 28, 10, 30, tzinfo=UTC)),
    ],
)
def test_a_date_means_nine_in_the_morning_at_the_office(text: str, instant: datetime) -> None:
    assert read_opening(text, ZONE) == instant


@pytest.mark.parametrize("text", ["tomorrow", "2028-02-30", "28.02.2028", "2028-02"])
def test_what_is_no_date_is_told(text: str) -> None:
    with pytest.raises(Unusable, match="a date such as 2028-02-28"):
        read_opening(text, ZONE)


@pytest.mark.parametrize("text", ["1999-12-31", "2062-01-04", "2028-03-12T02:30"])
def test_a_case_begins_at_a_time_that_can_be_right(text: str) -> None:
    with pytest.raises(Unusable, match=r"a day from 2000 on, 20 years ahead at most|the clocks .* never show"):
        read_opening(text, ZONE)


def test_a_server_that_is_not_there_is_named_with_the_next_step(accredit: Command) -> None:
    ran = accredit("start", accredit.file("a.json", sample()), "--json")
    assert ran.code == 5
    assert ran.data["address"] == "127.0.0.1:1"
    assert "make up" in ran.data["next_step"]
    assert "Traceback" not in ran.err


def test_a_day_before_the_first_edition_is_told(accredit: Command) -> None:
    ran = accredit("start", accredit.file("a.json", sample()), "--opened-at", "2001-01-01")
    assert ran.code == 2
    assert "no edition of accreditation for ct was in force on 2001-01-01" in ran.err


def test_a_link_leads_to_the_case_in_the_ui(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)  # a server of `make up` that runs in this folder would be linked to
    monkeypatch.delenv("ACCREDIT_UI", raising=False)
    assert case_link(CASE, "default") == f"http://localhost:8233/namespaces/default/workflows/{CASE}"
    monkeypatch.setenv("ACCREDIT_UI", "https://ui.example.org/")
    assert case_link(CASE, "an office") == f"https://ui.example.org/namespaces/an%20office/workflows/{CASE}"
    assert case_link(CASE, "x", "http://localhost:1") == f"http://localhost:1/namespaces/x/workflows/{CASE}"
