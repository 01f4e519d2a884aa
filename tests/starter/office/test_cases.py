"""`accredit cases` and `accredit audit`: everything is found by what is known of it, bounded, sorted, as CSV too."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import Session

from records.board import Wanted
from records.books import Books
from records.finding import found_by
from records.register import Order, Sought, found, how_many
from records.tables import Deadline
from services.errors import ExitCode
from services.people.audit import note_act
from tests.books import books as books
from tests.books import url as url
from tests.command import Command
from tests.records.rows import a_case, a_message, an_application
from tests.starter.office.accounts import accredit as accredit
from tests.starter.office.accounts import office_books as office_books

ENDS = datetime(2030, 1, 2, 5, tzinfo=UTC)
PRACTICE = {
    "program": "dicoe",
    "practice": {"id": "PRACTICE-01", "name": "Sample Practice"},
    "locations": [
        {"id": "OH-1", "name": "Sample at the Lake", "address": {"city": "Lakeville"}},
        {"id": "OH-2", "name": "Sample at the Hill", "address": {"city": "Hillsborough"}},
    ],
}


def facility(name: str, city: str) -> dict[str, Any]:
    known = an_application()["facility"]
    return an_application(facility={**known, "name": name, "address": {**known["address"], "city": city}})


def fill(session: Session) -> None:
    """Write four cases of two facilities, and one of a practice."""
    ada, bea = facility("Ada Imaging", "Springfield"), facility("Bea 100% Imaging", "Lakeville")
    holds = {"certificate_from": ENDS.replace(year=2027), "certificate_until": ENDS, "stage": "accredited"}
    of_bea = {"modality": "mri", "state": "PA"}
    ended = {"stage": "closed", "outcome": "withdrawn", "closed_at": ENDS}
    of_practice = {"program": "dicoe", "modality": None, "unit": None, "facility_id": "PRACTICE-01"}
    write(session, "accreditation.OH-0417.ct.CT-1.1", ada, **holds)
    write(session, "accreditation.OH-0417.ct.CT-2.1", ada)
    write(session, "accreditation.PA-0102.mri.MR-1.1", bea, **of_bea)
    write(session, "accreditation.PA-0102.mri.MR-2.1", bea, **of_bea, **ended)
    write(session, "dicoe.PRACTICE-01.OH.1", PRACTICE, **of_practice, stage="designated")
    session.flush()
    expiry: dict[str, Any] = {"name": "expiry", "opens_at": ENDS.replace(year=2027), "due_at": ENDS}
    session.add(Deadline(case_id="dicoe.PRACTICE-01.OH.1", number=0, **expiry))


def write(session: Session, case_id: str, application: dict[str, Any], **columns: Any) -> None:
    named = application.get("facility") or application["practice"]
    given = {"application": application, "facility_name": named["name"], "found_by": found_by(case_id, application)}
    session.add(a_case(case_id, **given | columns))


def ids(session: Session, sought: Sought, order: Order = Order.CASE, limit: int | None = None) -> list[str]:
    return [".".join(one.case_id.split(".")[-3:-1]) for one in found(session, sought, order, limit=limit)]


CT_1, CT_2, MR_1, MR_2, DICOE = "ct.CT-1", "ct.CT-2", "mri.MR-1", "mri.MR-2", "PRACTICE-01.OH"


SOUGHT: tuple[tuple[Sought, list[str]], ...] = (
    (Sought(), [CT_1, CT_2, MR_1, MR_2, DICOE]),
    (Sought(facility="ada"), [CT_1, CT_2]),
    (Sought(facility="100%"), [MR_1, MR_2]),
    (Sought(facility="practice-01"), [DICOE]),
    (Sought(city="lake"), [MR_1, MR_2, DICOE]),
    (Sought(city="hillsborough"), [DICOE]),
    (Sought(unit="ct-2"), [CT_2]),
    (Sought(outcome="withdrawn"), [MR_2]),
    (Sought(wanted=Wanted(state="PA", modality="mri"), open_only=True), [MR_1]),
    (Sought(wanted=Wanted(search="spring ct-2")), [CT_2]),
    (Sought(in_force=True), [CT_1, DICOE]),
    (Sought(ends_by=ENDS), [CT_1, DICOE]),
    (Sought(ends_by=ENDS.replace(year=2029)), []),
)


def test_cases_are_found_by_what_is_known_of_them(books: Books) -> None:
    with books.writing() as session:
        fill(session)
    with books.reading() as session:
        assert [ids(session, sought) for sought, _ in SOUGHT] == [expected for _, expected in SOUGHT]
        assert [how_many(session, sought) for sought, _ in SOUGHT] == [len(expected) for _, expected in SOUGHT]


def test_cases_come_in_the_order_that_is_asked_for(books: Books) -> None:
    with books.writing() as session:
        fill(session)
    with books.reading() as session:
        assert ids(session, Sought(), Order.FACILITY)[-1] == DICOE
        assert ids(session, Sought(), Order.EXPIRY)[:2] == [CT_1, DICOE]
        assert ids(session, Sought(), limit=2) == [CT_1, CT_2]
        of_practice = [one for one in found(session, Sought(in_force=True), limit=None) if one.program == "dicoe"]
        assert [(one.city, one.until) for one in of_practice] == [("Lakeville", ENDS)]


def test_the_list_is_bounded_and_says_how_many_more_there_are(accredit: Command, office_books: Books) -> None:
    with office_books.writing() as session:
        session.add_all(
            [a_case(f"accreditation.NY-{number:04}.ct.CT-1.1", facility_id=f"NY-{number:04}") for number in range(60)]
        )
    ran = accredit("cases")
    assert "50 of 63 cases, and 13 more" in ran.err
    assert len(ran.out.splitlines()) == 51
    assert len(accredit("cases", "--json").data) == 63
    accredit("cases", "--csv", "all.csv")
    rows = [*csv.DictReader(io.StringIO((accredit.folder / "all.csv").read_text("utf-8-sig"), newline=""))]
    assert len(rows) == 63
    assert rows[0]["case"]
    assert "No case is found" in accredit("cases", "nobody", "knows", "this").err


def test_a_case_is_found_by_the_number_of_its_invoice(accredit: Command) -> None:
    assert [one["case"] for one in accredit("cases", "2027-000003", "--json").data] == [
        "accreditation.PA-0099.ct.CT-1.1"
    ]


def test_the_audit_is_filtered_bounded_and_has_a_file(accredit: Command, office_books: Books) -> None:
    noon = datetime(2027, 6, 3, 16, tzinfo=UTC)
    with office_books.writing() as session:
        refused = {"accepted": False, "rule": "case.wrong_stage"}
        session.add(
            a_message(key="view_final_report:1", name="view_final_report", by="facility", handled_at=noon, **refused)
        )
        note_act(session, at=noon.replace(day=5), name="Ann Sample", org="OH-0417", act="signed in")
    all_of_it = accredit("audit", "--json").data
    assert (all_of_it[0]["what"], all_of_it[0]["person"], all_of_it[0]["accepted"]) == ("signed in", "Ann Sample", None)
    on_the_third = accredit("audit", "--from", "2027-06-03", "--to", "2027-06-03", "--json").data
    assert ("view_final_report", False, "case.wrong_stage") in {
        (one["what"], one["accepted"], one["rule"]) for one in on_the_third
    }
    assert "signed in" not in {one["what"] for one in on_the_third}
    assert [one["what"] for one in accredit("audit", "--person", "ann", "--json").data] == ["signed in"]
    ran = accredit("audit", "--limit", "1", "--csv", "audit.csv")
    assert "There is more" in ran.err
    assert len((accredit.folder / "audit.csv").read_text("utf-8-sig").splitlines()) == len(all_of_it) + 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["report", "--year", "2027", "--from", "2027-01-01"], "either a year or days"),
        (["report", "--from", "2027-02-01", "--to", "2027-01-01"], "--to: found 2027-01-01"),
        (["report", "decisions", "--month", "March"], "a month, for example 2027-03"),
        (["report", "--html", "no/such/folder.html"], "no folder"),
        (["cases", "--expiring-within", "soon"], "--expiring-within"),
        (["audit", "--from", "yesterday"], "--from"),
    ],
)
def test_what_cannot_be_read_is_named(accredit: Command, arguments: list[str], told: str) -> None:
    ran = accredit(*arguments)
    assert ran.code == ExitCode.UNUSABLE
    assert told in ran.err


def test_decisions_and_forecast_answer_where_there_is_nothing_to_tell(accredit: Command) -> None:
    assert accredit("report", "decisions", "--month", "2027-03", "--json").data["decisions"] == []
    assert "Decisions: 1 March 2027 to 31 March 2027" in accredit("report", "decisions", "--month", "2027-03").out
    assert len(accredit("report", "forecast", "--json").data["weeks"]) == 13
