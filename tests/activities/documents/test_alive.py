"""Signs of life while documents are read: given as long as somebody reads, and no longer."""

from threading import Event

from temporalio import activity
from temporalio.testing import ActivityEnvironment

from activities.documents.alive import EVERY, signs_of_life
from tests.patience import WITHIN
from workflows.case.activity_calls import MISSED_AFTER, READ_WITHIN


def test_signs_are_given_while_a_document_is_read_and_not_afterwards() -> None:
    came = Event()
    given: list[bool] = []
    environment = ActivityEnvironment()

    def note(*_: object) -> None:
        given.append(True)
        came.set()

    environment.on_heartbeat = note

    @activity.defn
    def reads() -> None:
        with signs_of_life(every=0.001):
            assert came.wait(WITHIN)
        given.clear()

    environment.run(reads)
    assert given == []


def test_a_worker_that_misses_two_signs_is_not_yet_missed() -> None:
    assert 2 * EVERY < MISSED_AFTER.total_seconds() < READ_WITHIN.total_seconds()
