"""What the books hold of one facility: each report with its own window, viewing and form, and of nobody else."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from records.books import Books
from records.facility.view import ReportRecord, cases_of, newest_papers, papers_of, reports_of
from records.tables import Deadline, MessageRecord, Paper
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
