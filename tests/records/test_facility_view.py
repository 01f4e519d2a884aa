"""What the books hold of one facility: each report with its own window, viewing and form, and of nobody else."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from records.books import Books
from records.facility.view import ReportRecord, cases_of, newest_papers, papers_of, reports_of
from records.tables import CaseRecord, Deadline, MessageRecord, Paper, TimelineEntry
from services.facility.reports import reports
from tests.records.rows import NOON, a_case

CASE, OTHER = "accreditation.OH-0417.ct.CT-1.1", "accreditation.OH-0500.ct.CT-1.1"
A_DAY = timedelta(days=1)


@pytest.fixture
def session(books: Books) -> Iterator[Session]:
    """Books with a case that appeals and is reported on again, and a case of another facility."""
    with books.writing() as opened:
        opened.add_all([a_case(CASE), a_case(OTHER, facility_id="OH-0500")])
        opened.flush()
        yield opened


def a_paper(number: str, kind: str, at: datetime, notice: int, case_id: str = CASE, **facts: Any) -> Paper:
    return Paper(
        number=number, kind=kind, case_id=case_id, notice=notice, issued_at=at, sha256="0" * 64, size=1,
        file=f"{case_id}/{number}.pdf", facts=facts, template="",
    )  # fmt: skip


def a_message(name: str, at: datetime, **changes: Any) -> MessageRecord:
    known = {"case_id": CASE, "key": f"{name}:{at.isoformat()}", "name": name, "at": at, "handled_at": at}
    return MessageRecord.model_validate(known | {"by": "facility", "accepted": True, "digest": ""} | changes)


def a_window(number: int, name: str, opens_at: datetime, days: float = 15) -> Deadline:
    return Deadline(case_id=CASE, number=number, name=name, opens_at=opens_at, due_at=opens_at + days * A_DAY)


def two_rounds(session: Session) -> list[ReportRecord]:
    """Enter a report that was appealed, and the appeal's result, which nobody has viewed; return both, newest first."""
    result = NOON + 40 * A_DAY
    session.add_all(
        [
            a_message("issue_final_report", NOON, by="acr"),
            a_paper("FR2027-000001", "final_report", NOON, 1, passed=False),
            a_window(1, "option_form", NOON + 2 * A_DAY),
            a_window(2, "closure", NOON + 17 * A_DAY),
            a_window(3, "appeal", NOON),
            a_message("view_final_report", NOON + A_DAY),
            a_message("choose_option", NOON + 2 * A_DAY, accepted=False, rule="option_form.not_attested"),
            a_message("choose_option", NOON + 3 * A_DAY),
            a_message("issue_appeal_result", result, by="acr"),
            a_paper("AR2027-000001", "appeal_result", result, 2, passed=False),
            a_window(4, "option_form", result + 2 * A_DAY),
            a_window(5, "closure", result + 17 * A_DAY),
        ]
    )
    session.flush()
    return reports_of(session, org="OH-0417")


def test_each_report_has_the_window_the_viewing_and_the_form_of_its_own_round(session: Session) -> None:
    newest, first = two_rounds(session)
    assert (first.paper.number, first.viewed_at, first.chosen_at, first.newest) == (
        "FR2027-000001",
        NOON + A_DAY,
        NOON + 3 * A_DAY,
        False,
    )
    assert [one and one.number for one in (first.form, first.appeal, first.closure)] == [1, 3, 2]
    assert (newest.paper.number, newest.viewed_at, newest.chosen_at, newest.newest) == (
        "AR2027-000001",
        None,
        None,
        True,
    )
    assert [one and one.number for one in (newest.form, newest.appeal, newest.closure)] == [4, None, 5]


def test_a_report_whose_successor_is_issued_but_not_printed_yet_is_the_newest_no_more(session: Session) -> None:
    session.add_all(
        [
            a_message("issue_final_report", NOON, by="acr"),
            a_paper("FR2027-000001", "final_report", NOON, 1, passed=False),
            a_message("issue_appeal_result", NOON + 9 * A_DAY, by="acr"),
        ]
    )
    session.flush()
    (only,) = reports_of(session, case_ids=[CASE])
    assert not only.newest


def test_nothing_of_another_facility_is_found(session: Session) -> None:
    session.add(a_paper("FR2027-000002", "final_report", NOON, 1, OTHER, passed=True))
    session.add(a_paper("2027-000001", "invoice", NOON, 2, OTHER))
    session.flush()
    assert reports_of(session, org="OH-0417") == []
    assert papers_of(session, "OH-0417", ["invoice"]) == []
    assert newest_papers(session, "OH-0417", 10) == []
    assert [one.number for one in papers_of(session, "OH-0500", ["invoice"])] == ["2027-000001"]
    assert [one.case_id for one in cases_of(session, "OH-0417")] == [CASE]


def test_a_case_that_has_not_begun_is_no_case_of_a_facility_yet(session: Session) -> None:
    session.add(a_case("accreditation.OH-0417.ct.CT-2.1", stage="starting", awaited_party=None))
    session.add(a_case("accreditation.OH-0417.ct.CT-3.1", stage="closed", outcome="withdrawn", closed_at=NOON))
    session.flush()
    assert [one.unit for one in cases_of(session, "OH-0417")] == ["CT-1", "CT-3"]
    assert [one.unit for one in cases_of(session, "OH-0417", open_only=True)] == ["CT-1"]


def an_entry(position: int, kind: str, text: str, at: datetime, **detail: Any) -> TimelineEntry:
    """Return a line of the timeline as a step of the case writes it."""
    of = {"case_id": CASE, "run_id": "a", "step": 1, "position": position, "by": "acr"}
    return TimelineEntry.model_validate(of | {"kind": kind, "text": text, "at": at, "detail": detail})


def told_before(session: Session, *, adopted: bool = True) -> None:
    """Enter two reports of a case, of which the office issued the second one itself."""
    found = [{"area": "chest", "acceptable": False, "comments": "Rescan."}]
    again = NOON + 9 * A_DAY
    session.add_all(
        [
            *([an_entry(1, "attention", "Needs attention", NOON, item="adoption")] if adopted else []),
            an_entry(2, "message", "issue final report", NOON, message={"findings": found, "reviewers": ["Hidden"]}),
            a_message("issue_final_report", NOON, by="acr"),
            a_message("view_final_report", NOON + A_DAY),
            an_entry(3, "message", "resolve attention", again, message={"item": "adoption"}),
            an_entry(4, "message", "issue final report", again, message={"findings": found}),
            a_message("issue_final_report", again, by="acr"),
            a_paper("FR2027-000001", "final_report", again, 1, passed=False),
        ]
    )
    session.flush()


def test_a_report_that_was_entered_with_a_cases_past_is_one_of_its_reports(session: Session) -> None:
    told_before(session)
    newest, first = reports_of(session, org="OH-0417")
    assert (newest.paper.number, newest.newest) == ("FR2027-000001", True)
    assert (first.paper.number, first.newest, first.viewed_at) == ("entered-1", False, NOON + A_DAY)
    shown = reports([first])[0]
    assert (shown.entered, shown.outcome, shown.issued_at) == (True, "Not acceptable: chest, adult", NOON)
    assert "Hidden" not in str(shown)
    assert reports_of(session, org="OH-0500") == []


def entered(session: Session, *texts: str, over: bool = True, modality: str = "ct") -> list[ReportRecord]:
    """Enter messages of one day with the past of a case that was adopted, and return its reports, the newest first."""
    case = session.get_one(CaseRecord, CASE)
    case.application = {**case.application, "modality": modality}
    session.add(an_entry(1, "attention", "Needs attention", NOON, item="adoption"))
    for position, text in enumerate(texts, 2):
        session.add(an_entry(position, "message", text, NOON, message={"findings": []}))
        session.add(a_message(text.replace(" ", "_"), NOON, by="acr"))
    if over:
        session.add(an_entry(20, "message", "resolve attention", NOON + A_DAY, message={"item": "adoption"}))
    session.flush()
    return reports_of(session, org="OH-0417")


def test_reports_of_a_past_that_is_still_being_entered_are_not_shown_yet(session: Session) -> None:
    assert entered(session, "issue final report", over=False) == []


def test_of_two_reports_of_one_day_the_one_that_was_entered_last_is_the_newest(session: Session) -> None:
    newest, first = entered(session, "issue final report", "correct final report")
    assert [(one.paper.number, one.newest) for one in (newest, first)] == [("entered-2", True), ("entered-1", False)]


def test_a_committees_appeal_has_no_report_page_where_it_was_entered_either(session: Session) -> None:
    (decision,) = entered(session, "decide accreditation", "issue appeal result", modality="radiation_oncology")
    assert decision.paper.number == "entered-1"


def test_what_a_case_issued_itself_is_told_by_its_papers_alone(session: Session) -> None:
    told_before(session, adopted=False)
    assert [one.paper.number for one in reports_of(session, org="OH-0417")] == ["FR2027-000001"]


def test_after_the_result_of_a_supplemental_review_no_report_before_it_is_the_newest(session: Session) -> None:
    session.add_all(
        [
            a_message("issue_final_report", NOON, by="acr"),
            a_paper("FR2027-000001", "final_report", NOON, 1, passed=False),
            a_message("issue_supplemental_result", NOON + 9 * A_DAY, by="acr"),
            a_paper("AR2027-000001", "appeal_result", NOON + 9 * A_DAY, 2, passed=False, review="supplemental"),
        ]
    )
    session.flush()
    newest, first = reports_of(session, org="OH-0417")
    assert (newest.newest, first.newest) == (True, False)
    assert not reports([newest])[0].to_be_viewed, "its letter said all of it: the form needs no viewing"
