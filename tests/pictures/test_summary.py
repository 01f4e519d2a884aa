"""The particulars of a case above its picture: whose it is, and that nothing of a closed case stands."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from pictures.reading import LifeSource, summary_of
from policy.status import CaseStatus

ZONE = ZoneInfo("America/New_York")
CERTIFICATE = {
    "granted_at": "2027-02-01T15:00:00Z",
    "counts_from": "2027-02-01T15:00:00Z",
    "expires_at": "2030-02-02T05:00:00Z",
}
OPENED = datetime(2027, 1, 4, 14, tzinfo=UTC)


def told(**status: object) -> LifeSource:
    case = CaseStatus.model_validate({"case": "accreditation.OH-0417.ct.CT-1.1", "stage": "accredited", **status})
    return LifeSource("A life", case, [], [], OPENED, OPENED, "its rehearsal")


def test_the_facility_is_named() -> None:
    assert ("Facility", "Sample Imaging Center") in summary_of(replace(told(), facility="Sample Imaging Center"), ZONE)
    assert "Facility" not in dict(summary_of(told(), ZONE))


CLOSED = [
    ("withdrawn", "2028-05-02T13:00:00Z", "2 May 2028, 09:00 ET"),
    ("closed_by_acr", "2029-12-01T14:00:00Z", "1 December 2029, 09:00 ET"),
    ("expired", "2030-02-02T05:00:00Z", "1 February 2030, 24:00 ET"),
]


@pytest.mark.parametrize(("outcome", "closed_at", "ended"), CLOSED)
@pytest.mark.parametrize("term", ["certificate", "designation"])
def test_of_a_closed_case_nothing_stands_any_more(term: str, outcome: str, closed_at: str, ended: str) -> None:
    granted = CERTIFICATE | {"designated_at": CERTIFICATE["granted_at"]}
    standing = dict(summary_of(told(**{term: granted}), ZONE))
    closed = dict(summary_of(told(**{term: granted}, stage="closed", outcome=outcome, closed_at=closed_at), ZONE))
    assert standing[f"{term.capitalize()} until"] == "1 February 2030, 24:00 ET"
    assert closed[f"{term.capitalize()} ended"] == ended
    assert f"{term.capitalize()} until" not in closed
