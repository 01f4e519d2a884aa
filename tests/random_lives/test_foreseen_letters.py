"""The letters that are shown before a message are those that its case sends, with the same facts: lives at random."""

import json
from collections import Counter
from random import Random
from typing import Any

from activities.contract import NoticeOrder, Step
from activities.notices.compose import EMPTY
from policy.status import EntryView
from records.tables import CaseRecord
from services.foreseen.before import Before, Caused
from services.foreseen.caused import letters_caused
from services.foreseen.not_shown import SILENT, sentence_of
from tests.policy.spoken import KINDS
from tests.random_lives.lives import PROGRAMS, RandomLife

DOCUMENT = {"name": "done.pdf", "uri": "https://files.example.org/done.pdf", "sha256": "5a" * 32}
OF_THE_BOOKS = "credit_note"
"""What no case sends itself."""
UNFORESEEN = frozenset({"needs_attention"})
"""What the office hears beside, of much that may follow."""


class WatchedLife(RandomLife):
    """A life in which every letter is held against what was foreseen of it."""

    def __init__(self, program: str, random: Random) -> None:
        self.letters: list[NoticeOrder] = []
        self.first_passed_at: Any = None
        self.shown: Counter[str] = Counter()
        self.wrong: list[str] = []
        super().__init__(program, random, paper=DOCUMENT)
        step = self.world._step

        def seen(told: Step) -> Any:
            self.letters += told.notices
            self.first_passed_at = told.row.first_passed_at
            return step(told)

        self.world._step = seen  # type: ignore[assignment,method-assign]

    def _send(self, name: str, content: dict[str, Any]) -> None:
        before, since = self._before(), len(self.letters)
        super()._send(name, content)
        deed = self.deeds[-1]
        if deed.verdict and deed.verdict.accepted and not self.world.away:
            self._compare(name, deed.content, before, self.letters[since:])

    def _before(self) -> Before:
        status = self.status()
        entries = [EntryView.model_validate(one) for one in self.world.entries]
        attempts = [one.detail.get("attempt") for one in reversed(entries) if one.kind == "stage"]
        attempt = next((str(one) for one in attempts if one), "application")
        row = CaseRecord(
            case_id=status.case,
            subject=status.case.rpartition(".")[0],
            cycle=1,
            program=PROGRAMS[self.program].case_id.partition(".")[0],
            opened_at=self.facts.opened_at,
            stage=str(status.stage),
            application=status.application or {},
            first_passed_at=self.first_passed_at,
        )
        now = self.core.now
        return Before(
            row, status, entries, self.facts.model_copy(deep=True), self.core.object._case.terms, now, now, attempt
        )

    def _compare(self, name: str, content: dict[str, Any], before: Before, sent: list[NoticeOrder]) -> None:
        message = KINDS[name].model_validate(content)
        foreseen = [one for one in letters_caused(message, before) if one.kind != OF_THE_BOOKS]
        left = list(sent)
        for one in foreseen:
            self.shown[name] += 1
            same = next((order for order in left if order.kind == one.kind), None)
            if same is None:
                self.wrong.append(f"{name}: {one.kind} was foreseen and did not go out; sent {[o.kind for o in sent]}")
            else:
                left.remove(same)
                if facts_of(one) != facts_in(same):
                    self.wrong.append(f"{name}: {one.kind}\n  shown {facts_of(one)}\n  sent  {facts_in(same)}")
        more = [order.kind for order in left if order.kind not in UNFORESEEN]
        if more and not sentence_of(message, before):
            self.wrong.append(f"{name} ({content}): {more} went out unforeseen")
        if left and KINDS[name] in SILENT:
            self.wrong.append(f"{name}: {left[0].kind} {left[0].facts}")


def facts_of(letter: Caused) -> Any:
    return told(dict(letter.facts))


def facts_in(order: NoticeOrder) -> Any:
    return told({name: value for name, value in order.facts.items() if name not in ("rule", "source")})


def told(facts: dict[str, Any]) -> Any:
    """What a letter's text is filled with; what says nothing is left out of it."""
    return json.loads(json.dumps({name: value for name, value in facts.items() if value not in EMPTY}, default=str))


def test_what_is_shown_before_a_message_is_what_goes_out() -> None:
    shown: Counter[str] = Counter()
    for program in PROGRAMS:
        for seed in (0, 2):
            life = WatchedLife(program, Random(seed))
            for _ in range(80):
                life.happen()
            life.core.close()
            assert life.wrong == [], (program, seed)
            shown += life.shown
    assert len(shown) > 15
    assert sum(shown.values()) > 80
