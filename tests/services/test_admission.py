"""Which cases an application opens: decided once, whoever asks at the same time, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event

from policy.application import AccreditationApplication
from policy.cases import cases_of
from policy.edition import edition_in_force
from records.accreditations import is_accredited
from records.books import Books
from records.queries import case_by_id, open_cases
from records.tables import CaseRecord, FacilityChange, MessageRecord
from services.admission import Admitted, Asked, admit, admit_all, cycle_of
from services.errors import RefusedByRule
from tests.applications import an_application
from tests.books import books as books
from tests.books import url as url

NOW = datetime(2028, 2, 28, 14, 0, tzinfo=UTC)
SUBJECT = "accreditation.OH-0417.ct.CT-1"


def submission(
    books: Books, application: AccreditationApplication, on_server: dict[str, dict[int, bool]] | None = None
) -> list[Admitted]:
    parts = cases_of(application, edition_in_force("accreditation", date(2027, 1, 1)))
    return admit(parts, books, NOW, on_server or {})


def close(books: Books, case_id: str) -> None:
    with books.writing() as session:
        case = session.get_one(CaseRecord, case_id)
        case.stage, case.outcome, case.closed_at = "closed", "withdrawn", NOW + timedelta(days=9)


def rules_against(books: Books, application: AccreditationApplication) -> list[str]:
    with pytest.raises(RefusedByRule) as refused:
        submission(books, application)
    return [finding.rule for finding in refused.value.findings]


def test_a_new_case_is_announced_with_its_own_unit(books: Books) -> None:
    admitted = submission(books, an_application("ct-two-units"))
    assert [(case.case_id.rpartition(".ct.")[2], case.started) for case in admitted] == [
        ("CT-1.1", False),
        ("CT-2.1", False),
    ]
    with books.reading() as session:
        rows = open_cases(session)
    assert [(row.unit, row.position, row.application["units"][0]["id"]) for row in rows] == [
        ("CT-1", 1, "CT-1"),
        ("CT-2", 2, "CT-2"),
    ]


@pytest.mark.parametrize("same", [True, False])
def test_of_many_desks_at_one_time_only_one_opens_a_case_for_a_unit(books: Books, same: bool) -> None:
    applications = [an_application(application_id="APP" if same else f"APP-{number}") for number in range(8)]

    def hand_in(application: AccreditationApplication) -> str:
        try:
            return submission(books, application)[0].case_id
        except RefusedByRule as refused:
            return refused.findings[0].rule

    with ThreadPoolExecutor(8) as desks:
        answers = list(desks.map(hand_in, applications))
    assert answers.count(f"{SUBJECT}.1") == (8 if same else 1)
    assert answers.count("case.already_open") == (0 if same else 7)
    with books.reading() as session:
        assert len(open_cases(session)) == 1


def test_the_next_application_after_the_close_is_the_next_cycle(books: Books) -> None:
    submission(books, an_application())
    close(books, f"{SUBJECT}.1")
    (case,) = submission(books, an_application(application_id="APP-2"))
    assert case.case_id == f"{SUBJECT}.2"


def test_the_application_of_a_closed_case_again_is_that_case_still(books: Books) -> None:
    submission(books, an_application())
    close(books, f"{SUBJECT}.1")
    (case,) = submission(books, an_application())
    assert (case.case_id, case.started) == (f"{SUBJECT}.1", True)


def test_a_cycle_that_only_the_server_remembers_keeps_its_number(books: Books) -> None:
    (case,) = submission(books, an_application(), {SUBJECT: {1: False, 6: False}})
    assert case.case_id == f"{SUBJECT}.7"


def test_other_content_under_the_same_id_is_refused_unless_the_office_has_amended_it(books: Books) -> None:
    (case,) = submission(books, an_application())
    assert rules_against(books, an_application(medium="film")) == ["case.already_open"]
    with books.writing() as session:
        row = session.get_one(CaseRecord, case.case_id)
        row.application = {**row.application, "medium": "cd"}
        session.add(an_amendment(case.case_id, accepted=False))
    assert rules_against(books, an_application()) == ["case.already_open"]
    with books.writing() as session:
        session.add(an_amendment(case.case_id, accepted=True))
    assert submission(books, an_application())[0].case_id == case.case_id


def an_amendment(case_id: str, *, accepted: bool) -> MessageRecord:
    return MessageRecord(
        case_id=case_id,
        key=f"amend_application:{accepted}",
        name="amend_application",
        at=NOW,
        handled_at=NOW,
        by="acr",
        accepted=accepted,
        rule=None if accepted else "application.not_changeable",
        digest="",
    )


def test_a_refused_application_announces_none_of_its_cases(books: Books) -> None:
    submission(books, an_application(facility=an_application("ct-two-units").facility))
    assert rules_against(books, an_application("ct-two-units")) == ["case.already_open"]
    with books.reading() as session:
        assert case_by_id(session, "accreditation.PA-0099.ct.CT-2.1") is None


@pytest.mark.parametrize(
    ("case_id", "cycle"),
    [(f"{SUBJECT}.12", 12), (f"{SUBJECT}.0", None), (f"{SUBJECT}0.1", None), ("dicoe.OH-0417.OH.1", None)],
)
def test_only_the_subjects_own_cycles_count(case_id: str, cycle: int | None) -> None:
    assert cycle_of(case_id, SUBJECT) == cycle


@pytest.mark.parametrize(
    ("change", "known", "where"),
    [
        ({"facility": "oh-0417"}, "OH-0417", "facility.id"),
        ({"facility": "oh-0417", "unit": "CT-9"}, "OH-0417", "facility.id"),
        ({"unit": "ct-1"}, SUBJECT, "units"),
    ],
)
def test_an_id_that_differs_from_a_known_one_in_case_alone_opens_nothing(
    books: Books, change: dict[str, str], known: str, where: str
) -> None:
    submission(books, an_application())
    close(books, f"{SUBJECT}.1")
    data = an_application(application_id="APP-2").model_dump(mode="json")
    data["facility"]["id"] = change.get("facility", "OH-0417")
    data["units"][0]["id"] = change.get("unit", "CT-1")
    with pytest.raises(RefusedByRule) as refused:
        submission(books, AccreditationApplication.model_validate(data))
    (finding,) = refused.value.findings
    assert (finding.rule, finding.where) == ("application.id_in_other_case", where)
    assert f"The books know {known};" in finding.reason
    assert refused.value.instead == ("Write the id as the books have it.",)
    with books.reading() as session:
        assert open_cases(session) == []


def test_a_location_is_accredited_in_whatever_case_its_id_is_written(books: Books) -> None:
    submission(books, an_application())
    with books.writing() as session:
        case = case_by_id(session, f"{SUBJECT}.1")
        assert case is not None
        case.stage = "accredited"
        session.add(case)
    with books.reading() as session:
        assert is_accredited(session, "oh-0417", "ct")
        assert not is_accredited(session, "oh-0418", "ct")


def test_a_facility_that_has_become_part_of_another_one_applies_as_that_one(books: Books) -> None:
    with books.writing() as session:
        session.add(
            FacilityChange(
                change_id="c-1",
                facility="oh-0417",
                new_id="OH-0500",
                kind="merged",
                content={},
                at=NOW,
                by="Office",
            )
        )
    assert rules_against(books, an_application("ct-unit")) == ["facility.superseded"]


def asked_by(*facilities: str, unit: str = "CT-1", on_server: dict[str, dict[int, bool]] | None = None) -> list[Asked]:
    """Return an application for each facility, with one unit."""
    found = []
    for name in facilities:
        application = an_application()
        assert application.facility
        application = application.model_copy(
            update={
                "application_id": f"APP-{name}-{unit}",
                "facility": application.facility.model_copy(update={"id": name}),
                "units": [application.units[0].model_copy(update={"id": unit})],
            }
        )
        parts = cases_of(application, edition_in_force("accreditation", date(2027, 1, 1)))
        found.append(Asked(parts, NOW, on_server or {}))
    return found


def answers_to(books: Books, asked: list[Asked]) -> list[str]:
    """Return of each application the case that it opens, or the rule by which it is refused."""
    return [
        answer.findings[0].rule
        if isinstance(answer, RefusedByRule)
        else answer[0].case_id.removeprefix("accreditation.")
        for answer in admit_all(asked, books)
    ]


def test_many_applications_are_decided_together_each_as_if_it_were_alone(books: Books) -> None:
    assert answers_to(books, asked_by("OH-1", "OH-2", "OH-3")) == ["OH-1.ct.CT-1.1", "OH-2.ct.CT-1.1", "OH-3.ct.CT-1.1"]
    close(books, "accreditation.OH-2.ct.CT-1.1")
    others = [*asked_by("OH-1", "oh-2", "OH-3", unit="CT-9"), *asked_by("OH-1"), *asked_by("OH-4")]
    assert answers_to(books, others) == [
        "OH-1.ct.CT-9.1",
        "application.id_in_other_case",
        "OH-3.ct.CT-9.1",
        "OH-1.ct.CT-1.1",  # the same application again
        "OH-4.ct.CT-1.1",
    ]
    with books.reading() as session:
        assert len(open_cases(session)) == 5, "what was refused has entered nothing"


def test_of_two_spellings_in_one_batch_the_first_one_stands(books: Books) -> None:
    assert answers_to(books, [*asked_by("OH-1"), *asked_by("oh-1", unit="CT-2"), *asked_by("OH-1", unit="ct-1")]) == [
        "OH-1.ct.CT-1.1",
        "application.id_in_other_case",
        "application.id_in_other_case",
    ]


def test_a_batch_counts_on_from_the_cycles_that_the_server_has_and_starts_none_beside_a_running_one(
    books: Books,
) -> None:
    ended = {"accreditation.OH-1.ct.CT-1": {4: False}}
    running = {"accreditation.OH-2.ct.CT-1": {2: True}}
    asked = [*asked_by("OH-1", on_server=ended), *asked_by("OH-2", on_server=running)]
    assert answers_to(books, asked) == ["OH-1.ct.CT-1.5", "case.already_open"]


def test_a_facility_that_has_become_part_of_another_one_is_refused_in_a_batch_too(books: Books) -> None:
    with books.writing() as session:
        session.add(
            FacilityChange(
                change_id="c-1", facility="oh-1", new_id="OH-2", kind="merged", content={}, at=NOW, by="Office"
            )
        )
    assert answers_to(books, asked_by("OH-1", "OH-2")) == ["facility.superseded", "OH-2.ct.CT-1.1"]


def test_the_statements_of_a_batch_do_not_grow_with_it(books: Books) -> None:
    statements: list[str] = []
    event.listen(books.engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
    locks = "pg_advisory_xact_lock"

    def counted(*facilities: str) -> int:
        statements.clear()
        answers_to(books, asked_by(*facilities))
        return sum(locks not in one for one in statements)

    few = counted("OH-1", "OH-2")
    assert counted(*(f"OH-{number}" for number in range(10, 40))) == few
