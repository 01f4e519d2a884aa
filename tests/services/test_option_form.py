"""What an appeal must hold, as the option form and `explain` say it, is what its rules go by."""

from datetime import UTC, datetime

from policy.status import CaseStatus, EntryView
from services.case_snapshot import CaseSnapshot
from services.forms.option import appeal_of
from tests.applications import sample

AT = datetime(2028, 3, 1, tzinfo=UTC)


def a_package(text: str, area: str, subject: str) -> EntryView:
    """Return the entry of a package of one exam."""
    said = {"exams": [{"area": area, "exam": "Routine head", "subject": subject}]}
    return EntryView(at=AT, kind="message", by="facility", text=text, detail={"message": said})


def test_an_appeal_is_held_against_the_package_as_it_was_corrected() -> None:
    application = sample()
    area = application["units"][0]["areas"][0]["id"]
    failed = [{"id": area, "unit": application["units"][0]["id"], "state": "not_acceptable", "deficiencies": 1}]
    entries = a_package("submit testing package", area, "S-893"), a_package("correct testing package", area, "S-898")
    case = CaseStatus.model_validate({"case": "accreditation.OH-0417.ct.CT-1.1", "stage": "options", "areas": failed})
    snapshot = CaseSnapshot(case, {"application": application}, entries, (), (), "Sample", True, "the case itself")
    appeal = appeal_of(snapshot)
    assert appeal is not None
    assert appeal.exams == [f"Routine head ({area}, S-898)"]
