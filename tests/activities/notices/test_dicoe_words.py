"""What single notices of a designation must say: dates, amounts, room in the tier, the year of the pledge."""

from typing import Any

import pytest

from tests.activities.notices.test_dicoe_texts import MOST, a_designation, said


@pytest.mark.parametrize(
    ("kind", "facts", "words"),
    [
        ("application_received", {}, "Diagnostic Imaging Center of Excellence, with 3 locations"),
        ("application_accepted", {}, "a radiologist, a medical physicist and ACR staff"),
        ("application_accepted", {}, "routine X-ray and fluoroscopy included"),
        ("survey_scheduled", {}, "The survey is on 31 January 2027."),
        ("survey_scheduled", {}, "by video"),
        ("survey_scheduled", {}, "Sample Location 1 (OH-0001)"),
        ("survey_report", {}, "nuclear medicine: NOT acceptable Recommendation: Review the protocols."),
        ("survey_report", {}, "X-ray: acceptable"),
        ("designated", {}, "from 10 February 2027 until the end of 10 February 2030"),
        ("designated", {}, "Sample Location 1 (OH-0001) - OH-0009"),
        ("designated", {}, "Locations may be added from 10 August 2028 to 10 February 2030."),
        ("designated", {}, "A location in another state needs an application of its own"),
        ("not_designated", {}, "The protocols are not reviewed."),
        ("mid_cycle", {}, "has reached mid-cycle on 10 August 2028"),
        ("pledge_renewal", {}, "Your locations' pledge for 2029 has not been confirmed to us."),
        ("pledge_renewal", {}, "Please confirm it by 31 January 2029"),
        ("accreditation_ended", {}, "Our books say that the ct accreditation of OH-0001 ended: expired."),
        ("accreditation_ended", {}, "The designation does not end by itself."),
        ("renewal_notice", {}, "which ends with 10 February 2030"),
        ("renewal_notice", {}, "may be held by video"),
        ("renewal_notice", {}, "due by 9 August 2029, 24:00 ET"),
        ("expired", {}, "Designation expired: designation in OH"),
        ("closed", {"outcome": "renewed"}, "Designation renewed: designation in OH"),
        ("withdrawn", {}, "Their accreditations are not touched by this."),
        ("invoice", {"purpose": "additional_locations"}, "belong to your designation from the day on which it is paid"),
        ("invoice", {"purpose": "designation"}, "The site survey follows."),
        ("invoice", {"purpose": "travel_expenses"}, "Nothing waits for this payment"),
        ("invoice", {}, "Additional: 2 x $300.00 = $600.00 Total: $600.00 (US dollars)"),
    ],
)
def test_a_notice_says_what_it_is_there_for(kind: str, facts: dict[str, Any], words: str) -> None:
    assert words in said(kind, **MOST | facts)


@pytest.mark.parametrize(
    ("locations", "words"),
    [
        (1, "up to 5 in all with those that you have, at $300.00 each"),
        (4, "up to 5 in all"),
        (5, "Your application took the whole tier of 5 locations."),
        (6, "up to 10 in all"),
        (10, "Your application took the whole tier of 10 locations."),
        (11, "up to 15 in all"),
        (15, "Your application took the whole tier of 15 locations."),
        (16, "fewer than 4 in all, at $300.00 each. For more ask us for a quote."),
        (40, "fewer than 4 in all"),
    ],
)
def test_mid_cycle_says_how_much_room_the_tier_leaves(locations: int, words: str) -> None:
    assert words in said("mid_cycle", a_designation(locations))


def test_abroad_additions_are_decided_case_by_case() -> None:
    text = said("mid_cycle", a_designation(3, country="CA"))
    assert "outside the United States additions and their fee are decided case by case" in text
    assert "$300" not in text
    assert "The office quotes the fee first" in said("application_received", a_designation(country="CA"))
