"""Which messages come too late is foreseen by the edition that is in force at the office, for the case's modality."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from intake.batch.importing import read_import
from policy.office import Editions, OfficeSettings
from services.settings import SAMPLE, load_settings
from tests.intake.batch.sheets import message, unit, write_csv, write_xlsx

NOW = datetime(2027, 6, 1, 16, 0, tzinfo=UTC)
SETTINGS = load_settings(SAMPLE, {})
LATER = SETTINGS.model_copy(update={"editions": Editions(accreditation={"2022-11-09": date(2027, 1, 1)})})
"""The sample office, once it has adopted the edition of 2022 from January on."""
FINDINGS = [{"area": "chest-adult", "acceptable": False, "comments": "Rescan."}]
REPORT = json.dumps({"reviewers": ["Reviewer One"], "findings": FINDINGS})


def days_ago(days: int) -> str:
    return (NOW - timedelta(days=days)).isoformat()


def lapses(file: Path, settings: OfficeSettings) -> list[bool]:
    """Return of each message whether its case would have closed before the next one."""
    read = read_import(file, settings, NOW, lambda text: None, check_only=True)
    return [letter.lapse is not None for letter in read.report.letters]


@pytest.mark.parametrize(("modality", "lapsed"), [("ct", False), ("mammography", True)])
def test_each_modality_has_its_own_grace(tmp_path: Path, modality: str, lapsed: bool) -> None:
    """50 days after the acceptance a missed package of CT is still in its grace of 14 days; mammography's has ended."""
    case = f"accreditation.F-1.{modality}.U-1.1"
    rows = [message(case, "accept_application", days_ago(50)), message(case, "return_images", days_ago(1))]
    assert lapses(write_csv(tmp_path / "messages.csv", rows), SETTINGS) == [lapsed, False]


@pytest.mark.parametrize(("settings", "lapsed"), [(SETTINGS, False), (LATER, True)], ids=["2021", "2022 adopted"])
def test_a_case_that_the_file_opens_is_foreseen_by_the_edition_of_its_first_day(
    tmp_path: Path, settings: OfficeSettings, lapsed: bool
) -> None:
    """By 2021 the form opens 48 hours after the report and the case closes two days later than by 2022."""
    row = unit(1, opened_at=days_ago(100)[:10])
    case = "accreditation.F-1.ct.CT-1.1"
    messages = [
        message(case, "issue_final_report", days_ago(46), REPORT),
        message(case, "view_final_report", days_ago(1)),
    ]
    file = write_xlsx(tmp_path / "cases.xlsx", {"Units": [row], "Messages": messages})
    assert lapses(file, settings) == [lapsed, False]


def test_a_case_that_began_before_the_adoption_goes_on_by_what_was_in_force_then(tmp_path: Path) -> None:
    row = unit(1, opened_at="2026-12-31")
    case = "accreditation.F-1.ct.CT-1.1"
    messages = [
        message(case, "issue_final_report", days_ago(46), REPORT),
        message(case, "view_final_report", days_ago(1)),
    ]
    file = write_xlsx(tmp_path / "cases.xlsx", {"Units": [row], "Messages": messages})
    assert lapses(file, LATER) == [False, False]
