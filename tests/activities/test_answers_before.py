"""What a message was answered in an earlier run stands in the books: a case that carries it no more asks there."""

from activities.contract import Entry, Judged, NewsToAsk
from activities.news import news_of
from activities.steps import take
from policy.facts import Answer
from policy.office import OfficeSettings
from records.books import Books
from tests.activities.orders import LATER, a_step
from tests.records.rows import CASE, NOON

WHY = {"rule": "case.wrong_stage", "reason": "No option form is open.", "source": "S1, options"}


def judged(key: str, rule: str | None = None) -> Judged:
    return Judged(key=key, at=NOON, handled_at=LATER, by="facility", accepted=rule is None, rule=rule, digest="d" * 64)


def asked(books: Books, key: str) -> Answer | None:
    return news_of(books, NewsToAsk(case_id=CASE, message=key)).answer


def test_an_accepted_message_is_answered_as_it_was(books: Books, office: OfficeSettings) -> None:
    take(books, a_step(judged=(judged("record_payment:p-1"),)), office)
    answer = asked(books, "record_payment:p-1")
    assert answer is not None
    assert (answer.digest, answer.verdict.accepted, answer.verdict.rule) == ("d" * 64, True, None)


def test_a_refused_message_is_answered_by_its_rule_with_its_reason(books: Books, office: OfficeSettings) -> None:
    told = {"message": "choose_option", "person": "Ann Sample", **WHY}
    entry = Entry(at=NOON, kind="refusal", by="facility", text="Refused choose_option", detail=told)
    other = Entry(
        at=NOON, kind="refusal", text="Refused note", detail={**told, "message": "note", "reason": "Another."}
    )
    take(books, a_step(judged=(judged("choose_option:m-1", WHY["rule"]),), entries=(other, entry)), office)
    answer = asked(books, "choose_option:m-1")
    assert answer is not None
    assert not answer.verdict.accepted
    assert {name: getattr(answer.verdict, name) for name in WHY} == WHY


def test_a_message_that_the_books_do_not_know_has_no_answer(books: Books, office: OfficeSettings) -> None:
    take(books, a_step(), office)
    assert asked(books, "choose_option:nobody-sent-it") is None
