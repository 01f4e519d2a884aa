"""How a designation introduces itself in the Temporal UI."""

from typing import Any

from services.ui_summary import GAP, LONGEST_NAME, details, summary
from tests.policy.cycles import et
from tests.policy.designation.offices import a_paid_application
from tests.policy.designation.practices import TERMS, a_location, an_application

CASE = "dicoe.SAMPLE-RAD.OH.1"


def page(places: list[dict[str, Any]] | None = None) -> list[str]:
    """Return the lines of a case's page."""
    application, renewed = a_paid_application(3, places), "dicoe.SAMPLE-RAD.OH.0"
    told = details(CASE, application, et("2028-02-28 09:00"), TERMS.zone, predecessor=renewed)
    return told.replace(GAP, "").splitlines()


def test_the_summary_names_case_practice_and_size() -> None:
    assert summary(CASE, an_application(7)) == f"{CASE} · Sample Radiology Group · designation of 7 locations"
    practice = an_application().practice
    assert practice is not None
    long = an_application().model_copy(update={"practice": practice.model_copy(update={"name": "N" * 300})})
    assert summary(CASE, long) == f"{CASE} · {'N' * LONGEST_NAME} · designation of 3 locations"
    nameless = an_application().model_copy(update={"practice": None})
    assert summary(CASE, nameless) == f"{CASE} · designation of 3 locations"


def test_the_page_names_the_practice_its_state_and_every_location() -> None:
    lines = page()
    for line in (
        f"| **Case** | `{CASE}` |",
        "| **Application** | DIC-2027-0001 initial |",
        "| **Practice** | SAMPLE-RAD Sample Radiology Group |",
        "| **State** | OH, US |",
        "| **Opens** | 28 February 2028, 09:00 ET |",
        "| **Renews** | `dicoe.SAMPLE-RAD.OH.0` |",
        "| OH-0002 Sample Location 2 | Sampleton | CT, X-ray | DIR, GRID | Sample Radiologist |",
    ):
        assert line in lines
    assert sum(line.startswith("| OH-") for line in lines) == 3


def test_no_name_breaks_out_of_its_cell() -> None:
    (line,) = [line for line in page(places=[a_location(1, name="A | B\nC")]) if line.startswith("| OH-")]
    assert line.startswith("| OH-0001 A \\| B C |")
