"""Steps that restored books lack are written as their cases were told: same numbers, and no letter goes out twice."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from sqlmodel import select

from activities.case_activities import CaseActivities
from activities.contract import CreditOrder, Entry, Step, StepTaken
from activities.mail import MailFolder
from activities.retaking import Told, retake
from activities.steps import take
from policy.office import OfficeSettings
from records.books import Books, open_books
from records.counters import next_number
from records.restore.steps import let_begin_anew, untold
from records.tables import CreditNote, Invoice, Notice, Paper, StepRecord, TimelineEntry, Unmended
from records.tables.base import Table
from tests.activities.orders import LATER, a_notice_order, a_payment, a_row, a_step, an_invoice_order, an_office
from tests.records.rows import CASE, NOON

CREDIT = CreditOrder(
    key="credit_invoice:c-1",
    invoice="2027-000001",
    amount=Decimal("100.00"),
    issued_at=LATER,
    reason="a sample",
    notice=3,
)
CHANGED = "An attention item of a restore"


def steps() -> list[Step]:
    """Return a small life: an invoice with a letter, its payment, a credit note."""
    return [
        a_step(1, invoices=(an_invoice_order(),), notices=(a_notice_order(2),)),
        a_step(2, at=LATER, payments=(a_payment(amount=Decimal("50.00")),), notices=(), row=a_row(awaited="more")),
        a_step(3, at=LATER, credits=(CREDIT,), entries=(Entry(at=LATER, kind="message", text="credit invoice"),)),
    ]


def lived(activities: CaseActivities) -> list[Told]:
    """Have the life carried out, letters and papers included, and return it as its history has it."""
    return [Told(step, activities.carry_out(step), step.at) for step in steps()]


def settings_of(office: OfficeSettings, mail: MailFolder) -> OfficeSettings:
    """Return the settings of the office whose letters lie in that folder."""
    return office.model_copy(update={"mail": office.mail.model_copy(update={"folder": str(mail.folder)})})


def told_in(books: Books) -> dict[str, Counter[tuple[object, ...]]]:
    """Return what the books hold of the life."""
    found: dict[str, Counter[tuple[object, ...]]] = {}
    with books.reading() as session:
        tables: dict[type[Table], tuple[str, ...]] = {
            Invoice: ("number", "total", "paid", "credited", "status", "issuer", "payer"),
            CreditNote: ("number", "key", "amount"),
            Notice: ("number", "kind", "status", "subject", "body", "recipients", "file", "attachments", "facts"),
            Paper: ("number", "kind", "sha256", "size", "file", "facts"),
            TimelineEntry: ("run_id", "step", "position", "at", "kind", "text", "detail"),
            StepRecord: ("run_id", "number", "at", "taken", "digest"),
        }
        for table, columns in tables.items():
            rows = session.exec(select(table)).all()
            found[table.__name__] = Counter(tuple(repr(getattr(row, name)) for name in columns) for row in rows)
    return found


def test_a_life_that_the_books_have_lost_is_written_again_as_it_was(
    activities: CaseActivities, books: Books, office: OfficeSettings, mail: MailFolder, tmp_path: Path
) -> None:
    life = lived(activities)
    written = {file: file.stat().st_mtime_ns for file in mail.folder.rglob("*.eml")}
    dearer = an_office(papers=office.papers.model_dump(), fees={"accreditation": {"ct": {"application": "9.00"}}})
    again = open_books(f"sqlite:///{tmp_path}/again.db")
    assert [retake(again, told, settings_of(dearer, mail), LATER) for told in life] == [[], [], []]
    assert told_in(again) == told_in(books)
    assert {file: file.stat().st_mtime_ns for file in mail.folder.rglob("*.eml")} == written
    assert [retake(again, told, settings_of(office, mail), LATER) for told in life] == [[], [], []]
    assert told_in(again) == told_in(books)
    again.close()


def test_a_step_that_was_lost_in_between_does_not_put_the_case_back(
    activities: CaseActivities, office: OfficeSettings, mail: MailFolder, tmp_path: Path
) -> None:
    first, second, third = lived(activities)
    again = open_books(f"sqlite:///{tmp_path}/again.db")
    for told in (first, third, second):
        retake(again, told, settings_of(office, mail), LATER)
    with again.reading() as session:
        assert session.exec(select(Invoice)).one().paid == Decimal("50.00")
        case = session.exec(select(StepRecord)).all()
    assert len(case) == 3
    again.close()


def test_what_is_neither_in_letters_nor_among_papers_is_left_to_people(
    activities: CaseActivities, office: OfficeSettings, tmp_path: Path
) -> None:
    life = lived(activities)
    bare = an_office(papers={"folder": str(tmp_path / "none")}, mail={"folder": str(tmp_path / "none")})
    again = open_books(f"sqlite:///{tmp_path}/again.db")
    left = [text for told in life for text in retake(again, told, bare, LATER)]
    assert [text for text in left if "invoice that went out with letter 1 is not in the books" in text]
    assert [text for text in left if "has the number C2027-000001 since a restore" in text]
    with again.reading() as session:
        items = {one.item for one in session.exec(select(Unmended))}
    assert {"restored.paper.1.invoice", "restored.credit.credit_invoice:c-1", "restored.paper.3.credit_note"} <= items
    assert office.papers.folder != bare.papers.folder
    again.close()


def test_a_number_that_another_case_has_by_now_is_left_to_people(
    activities: CaseActivities, office: OfficeSettings, mail: MailFolder, tmp_path: Path
) -> None:
    life = lived(activities)
    again = open_books(f"sqlite:///{tmp_path}/again.db")
    other = "accreditation.OH-0417.ct.CT-2.1"
    take(again, a_step(case_id=other, invoices=(an_invoice_order(),)), office)
    (text,) = retake(again, life[0], settings_of(office, mail), LATER)
    assert f"the case has invoice 2027-000001, and in the books that number is {other}'s" in text
    again.close()


def test_another_step_of_a_number_adds_what_the_books_lack_and_takes_nothing_back(
    books: Books, office: OfficeSettings
) -> None:
    """A server that was restored to an earlier moment has the case live through the same days again."""
    opened = Entry(at=NOON, kind="stage", text="Stage: application")
    take(books, a_step(1, entries=(opened,), invoices=(an_invoice_order(),), notices=(a_notice_order(2),)), office)
    once_more = a_step(
        1,
        at=LATER,
        entries=(opened, Entry(at=LATER, kind="message", text="amend application")),
        invoices=(an_invoice_order(),),
        notices=(a_notice_order(2), a_notice_order(3, "option_received")),
    )
    answers = [take(books, once_more, office), take(books, once_more, office)]
    assert answers[0] == answers[1]
    assert [invoice.number for invoice in answers[0].invoices] == ["2027-000001"]
    with books.reading() as session:
        texts = [entry.text for entry in session.exec(select(TimelineEntry))]
        kinds = sorted(notice.kind for notice in session.exec(select(Notice)))
    assert (texts.count("Stage: application"), texts.count("amend application")) == (1, 1)
    assert len([text for text in texts if text.startswith("Invoice")]) == 1
    assert kinds == ["application_received", "invoice", "option_received"]


def test_another_letter_under_a_number_that_went_out_is_told(books: Books, office: OfficeSettings) -> None:
    take(books, a_step(1, notices=(a_notice_order(1),)), office)
    taken = take(books, a_step(1, at=LATER, notices=(a_notice_order(1, "option_received"),)), office)
    (problem,) = taken.problems
    assert (problem.item, problem.rule) == ("restored.notice.1", "books.restored")
    assert "option received (number 1) does not go out" in problem.text


def test_a_case_that_begins_anew_on_the_server_finds_what_the_books_have(books: Books, office: OfficeSettings) -> None:
    first = a_step(1, first_run_id="lost-run", invoices=(an_invoice_order(),))
    take(books, first, office)
    with books.writing() as session:
        let_begin_anew(session, CASE, LATER)
    taken = take(books, first.model_copy(update={"run_id": "new-run", "first_run_id": "new-run"}), office)
    assert [invoice.number for invoice in taken.invoices] == ["2027-000001"]
    with books.reading() as session:
        assert len(session.exec(select(Invoice)).all()) == 1
        assert {one.run_id: one.lost_at is not None for one in session.exec(select(StepRecord))} == {
            first.run_id: True,
            "new-run": False,
        }


def test_a_case_is_told_once_what_a_restore_has_left_behind(books: Books, office: OfficeSettings) -> None:
    take(books, a_step(1), office)
    with books.writing() as session:
        session.add(Unmended(case_id=CASE, item="restored.paper.2.invoice", text=CHANGED, found_at=LATER))
    told: list[StepTaken] = [take(books, a_step(number, at=LATER), office) for number in (2, 3)]
    assert [[problem.text for problem in one.problems] for one in told] == [[CHANGED], []]
    with books.reading() as session:
        assert untold(session, CASE) == []


def test_an_answer_of_before_digests_is_known_by_its_instant(books: Books, office: OfficeSettings) -> None:
    step = a_step(1, invoices=(an_invoice_order(),))
    taken = take(books, step, office)
    with books.writing() as session:
        session.get_one(StepRecord, (CASE, step.run_id, 1)).digest = None
    assert take(books, step, office) == taken
    with books.writing() as session:
        assert next_number(session, "", 2027).sequence == 2
    assert take(books, a_step(1, at=NOON + timedelta(days=1)), office).invoices == ()
