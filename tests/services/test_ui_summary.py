"""How a case introduces itself: short enough for the UI, and never broken by what people wrote."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from policy.application import AccreditationApplication
from services.ui_summary import GAP, details, summary
from tests.applications import an_application

CASE = "accreditation.OH-0417.ct.CT-1.1"
ZONE = ZoneInfo("America/New_York")
OPENS = datetime(2028, 2, 28, 14, 0, tzinfo=UTC)


def test_the_summary_begins_with_the_case() -> None:
    assert summary(CASE, an_application()) == f"{CASE} · Sample Imaging Center · CT"


def test_the_summary_of_the_longest_names_fits_what_a_server_keeps() -> None:
    facility = {"id": "F" * 64, "name": "é" * 500}
    application = an_application(modality="stereotactic_breast_biopsy", facility=facility)
    case_id = f"accreditation.{'F' * 64}.stereotactic_breast_biopsy.{'U' * 64}.1"
    assert len(summary(case_id, application).encode()) <= 400


def test_the_page_names_unit_areas_and_what_belongs_to_the_case() -> None:
    page = details(CASE, an_application(), OPENS, ZONE, siblings=["a.b.c.d.1"], predecessor="a.b.c.e.1").replace(
        GAP, ""
    )
    for line in (
        "| **Facility** | OH-0417 Sample Imaging Center |",
        "| **Unit** | CT-1 Sample Imaging CT 64 |",
        "| **Opens** | 28 February 2028, 09:00 ET |",
        "| **Other units** | `a.b.c.d.1` |",
        "| **Renews** | `a.b.c.e.1` |",
        "| phantom | phantom | CT phantom |  |",
    ):
        assert line in page.splitlines()


def test_what_people_wrote_cannot_break_the_table() -> None:
    page = details(CASE, an_application(facility={"name": "A | B\nC"}), OPENS, ZONE).replace(GAP, "")
    assert "| **Facility** | A \\| B C |" in page


def test_an_application_without_anything_still_has_a_page() -> None:
    bare = AccreditationApplication(program="accreditation")
    assert CASE in details(CASE, bare, OPENS, ZONE)
    assert summary(CASE, bare) == CASE


def test_between_the_columns_of_a_table_there_is_room() -> None:
    page = details(CASE, an_application(), OPENS, ZONE)
    assert all(line.count(GAP) == line.count(" | ") for line in page.splitlines() if line.startswith("| **"))
