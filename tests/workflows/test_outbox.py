"""What gathers for the books goes out in steps that the server takes, in its order, and nothing is lost."""

from datetime import UTC, datetime

from activities.contract import ISSUE_INVOICES, RECORD_EVENTS, SEND_NOTICES, Entry, InvoiceOrder, NoticeOrder
from policy.bounds import LARGEST
from workflows.case.carrying import size_of_model
from workflows.case.outbox import FULL, Outbox

NOW = datetime(2028, 5, 1, tzinfo=UTC)


def entry(number: int) -> Entry:
    return Entry(at=NOW, kind="message", by="acr", text=f"message {number}", detail={"long": "x" * LARGEST})


def test_what_one_message_brings_about_stays_one_step_and_many_large_ones_become_several() -> None:
    outbox = Outbox(shared_start=NOW)
    for number in range(20):
        outbox.entries.append(entry(number))
        if outbox.is_full():
            outbox.seal()
    assert len(outbox.sealed) == 5
    taken = []
    while outbox.has_step():
        step = outbox.take_step()
        assert sum(size_of_model(one) for one in step["entries"]) < FULL + 2 * LARGEST
        taken.append(step)
    assert [one.text for step in taken for one in step["entries"]] == [f"message {number}" for number in range(20)]
    assert [step["shared_start"] for step in taken] == [NOW, None, None, None, None]
    assert not outbox


def test_a_step_is_called_by_what_is_in_it_and_not_by_what_follows() -> None:
    outbox = Outbox()
    outbox.entries.append(entry(1))
    outbox.seal()
    outbox.notices.append(NoticeOrder(number=1, kind="closed", at=NOW))
    assert (outbox.activity(), outbox.kinds()) == (RECORD_EVENTS, ["message 1"])
    outbox.take_step()
    assert (outbox.activity(), outbox.kinds()) == (SEND_NOTICES, ["closed"])
    outbox.seal()
    outbox.invoices.append(InvoiceOrder(purpose="application", occurrence=1, issued_at=NOW))
    outbox.take_step()
    assert outbox.activity() == ISSUE_INVOICES


def test_an_ordinary_step_is_never_full() -> None:
    outbox = Outbox()
    outbox.entries += [Entry(at=NOW, kind="stage", by="acr", text="Stage: testing")] * 100
    assert not outbox.is_full()
