"""A life in which anything happens: what can happen is a method of `RandomLife`; what always holds is held after it.

Whoever leads it gives it the chance by which it goes: `random.Random(seed)`, or hypothesis, which shrinks what fails.
"""

from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from temporalio.api.failure.v1 import Failure

from policy.facts import CaseFacts, Stage
from policy.messages import Message
from policy.status import CaseStatus
from policy.verdict import Verdict
from tests.applications import sample
from tests.policy.spoken import KINDS
from tests.random_lives.core import Core, decoded
from tests.random_lives.invariants import Seen, hold
from tests.random_lives.paper_books import World
from tests.random_lives.sayings import Sayings
from workflows.accreditation.workflow import AccreditationCycle
from workflows.case.opening import OpenCase
from workflows.designation.workflow import DicoeDesignation, OpenDesignation

OPENS = datetime(2035, 6, 1, 13, tzinfo=UTC)
"""09:00 in New York."""
MARKS_AT_ONCE = 400
"""More marks than one wait of years has."""


class Program(NamedTuple):
    """What a random life is about: the workflow, its sample application, and the id of the case."""

    workflow: type
    application: str
    case_id: str

    def opening(self, opened_at: datetime, *, adopted: bool) -> OpenCase | OpenDesignation:
        """Return the argument of the workflow."""
        kind = OpenCase if self.workflow is AccreditationCycle else OpenDesignation
        given = {"application": sample(self.application), "opened_at": opened_at, "adopted": adopted}
        return kind.model_validate(given)


PROGRAMS: Mapping[str, Program] = {
    "ct": Program(AccreditationCycle, "ct-unit", "accreditation.OH-0417.ct.CT-1.1"),
    "mri by cd": Program(AccreditationCycle, "mri-cd", "accreditation.VT-0021.mri.MR-1.1"),
    "breast ultrasound": Program(
        AccreditationCycle, "breast-ultrasound", "accreditation.MD-0310.breast_ultrasound.site.1"
    ),
    "mammography": Program(AccreditationCycle, "mammography-unit", "accreditation.OH-0417.mammography.MAM-1.1"),
    "radiation oncology": Program(
        AccreditationCycle, "radiation-oncology", "accreditation.VA-0900.radiation_oncology.site.1"
    ),
    "designation": Program(DicoeDesignation, "dicoe-three-locations", "dicoe.SAMPLE-TWO.OH.1"),
    "designation abroad": Program(DicoeDesignation, "dicoe-abroad", "dicoe.SAMPLE-FOUR.ON.1"),
}


class Deed(NamedTuple):
    """A message that was sent: when, which, what it said, and what it was answered (None: it was turned away)."""

    at: datetime
    name: str
    content: dict[str, Any]
    verdict: Verdict | None


class RandomLife:
    """One case in memory, everything that may happen to it, and what was told of it."""

    def __init__(self, program: str, random: Random, *, adopted: bool = False, paper: Any = None) -> None:
        """Open a case of a program.

        Args:
            program: Which, of `PROGRAMS`.
            random: By what chance it goes.
            adopted: Whether its past is entered first.
            paper: The one document that everybody sends; then the life is one that a server can live too: every message
                has its stamp, nothing happens within the hour of a mark, and the world never fails.
        """
        chosen = PROGRAMS[program]
        self.random, self.program, self.paper = random, program, paper
        self.deeds: list[Deed] = []
        self.happenings = self.HAPPENINGS
        self.last: CaseStatus | None = None
        now = OPENS + (timedelta(days=200) if adopted else timedelta(0))
        self.core = Core(chosen.workflow, chosen.case_id, chosen.opening(OPENS, adopted=adopted), now)
        self.world = World(chosen.case_id, random, sound=paper is not None)
        self.told: list[str] = []
        self.messages = self.refused = self.turned_away = 0
        self._said: dict[str, tuple[str, dict[str, Any], Verdict]] = {}
        self.core.start()
        self.world.work(self.core)
        self._hold(None)

    @property
    def facts(self) -> CaseFacts:
        """What the case knows."""
        facts: CaseFacts = self.core.object._facts
        return facts

    def status(self) -> CaseStatus:
        """Ask where it stands."""
        found: CaseStatus = decoded(self.core.query("status"), CaseStatus)
        return found

    # What may happen

    def say(self) -> None:
        """Somebody says what makes sense."""
        sayings = self._sayings()
        name, fields = sayings.sensible()
        self._send(name, {"by": sayings.speaker(name), **fields})

    def say_anything(self) -> None:
        """Somebody says anything at all."""
        sayings = self._sayings()
        name, fields = sayings.anything()
        self._send(name, {"by": sayings.speaker(name), **fields})

    def say_wrong(self) -> None:
        """Somebody makes a mistake."""
        name, fields, beside = self._sayings().wrong()
        self._send(name, {**fields, **beside})

    def say_again(self) -> None:
        """Somebody sends a message once more: it has the first answer, whichever run gave that."""
        if not self._said:
            return
        key = self.random.choice(sorted(self._said))
        name, content, first = self._said[key]
        if self.random.randrange(3) == 0:
            other = {**content, "reason": "Another content under the same id."}
            answered = self._update(name, key, other)
            assert answered is None or answered.rule == "message.id_reused", "an id stood for two messages"
            self.told.append(f"{key} with another content: turned away")
            return
        answered = self._update(name, key, content)
        assert answered in (first, None), f"{key} was answered otherwise: {answered}, first {first}"
        waits = self.world.away or self.facts.stage is Stage.CLOSED or self.facts.earlier_entries
        assert answered == first or waits, f"{key} has no answer"
        self.told.append(f"{key} again")

    def choose_by_signal(self) -> None:
        """The option form comes as a signal."""
        sayings = self._sayings()
        fields = sayings.fields_of("choose_option")
        key = self._next_id()
        before = self._copy()
        self.core.signal("choose_option", {"message_id": key, "by": sayings.speaker("choose_option"), **fields})
        self.world.work(self.core)
        self.told.append(f"choose_option {fields.get('option')} by signal")
        self._hold(before)

    def wait(self) -> None:
        """Time passes: some hours, to the next mark, or a year."""
        hours = self.random.choice([1, 30, 50, 24 * 16, 24 * 40, 24 * 100, 24 * 400])
        to = self.core.now + timedelta(hours=hours)
        mark = self.facts.next_mark()
        if mark and self.random.randrange(2):
            near = timedelta(hours=2) if self.paper else timedelta(seconds=self.random.choice([-1, 0, 1]))
            to = max(mark.at, self.core.now) + near
        self._pass(max(to, self.core.now))

    def continue_as_new(self) -> None:
        """The office, or the server, asks the case to go on in a new run."""
        before, runs = self._copy(), len(self.core.runs)
        if self.random.randrange(2):
            self.core.suggested = True
        self.core.signal("continue_as_new")
        self.world.work(self.core)
        self.core.suggested = False
        self.told.append("goes on in a new run" if len(self.core.runs) > runs else "is asked to go on in a new run")
        self._hold(before)

    def lose_worker(self) -> None:
        """The worker is lost; another one reads the history and goes on."""
        if self.core.over:
            return
        before = self._copy()
        self.core.restart()
        after = self._copy()
        assert after == before, "another worker knows another case"
        self.told.append("another worker takes over")

    def lose_books(self) -> None:
        """Books, letters and stores are away, or come back."""
        before = self._copy()
        self.world.away = not self.world.away
        self.told.append("the books are away" if self.world.away else "the books are back")
        self.world.work(self.core)
        self._hold(before)

    def hear_of_renewal(self) -> None:
        """The case that renews this one is granted or closed; or somebody says so who does not know."""
        known = self.facts.renewal
        named = known if known and self.random.randrange(3) else "accreditation.OH-9999.ct.CT-9.2"
        signal = self.random.choice(["renewal_granted", "renewal_closed"])
        if named == known and signal == "renewal_granted" and self.random.randrange(2):
            self.world.granted[named] = self.core.now
        before = self._copy()
        self.core.signal(signal, named, self.core.now.isoformat())
        self.world.work(self.core)
        self.told.append(f"{signal} of {named}")
        self._hold(before)

    HAPPENINGS: Mapping[str, int] = {
        "say": 12, "say_anything": 2, "say_wrong": 4, "say_again": 1, "choose_by_signal": 1, "wait": 5,
        "continue_as_new": 1, "lose_worker": 1, "lose_books": 1, "hear_of_renewal": 1,
    }  # fmt: skip
    """What may happen, by how often of all."""

    def happen(self) -> None:
        """Let something happen."""
        (what,) = self.random.choices(list(self.happenings), weights=list(self.happenings.values()))
        happening: Callable[[], None] = getattr(self, what)
        if not self.core.over:
            happening()

    def end(self) -> None:
        """Bring it to an end: the books come back, everything agrees, and every run replays. Nothing happens after."""
        before = self._copy()
        self.world.away = False
        self.world.work(self.core)
        self._hold(before, last=True)
        self.last = self.status()
        self.core.close()
        self.core.replayed()

    # How

    def _pass(self, to: datetime) -> None:
        self.told.append(f"until {to:%Y-%m-%d %H:%M}")
        for _ in range(MARKS_AT_ONCE):
            before = self._copy()
            fired = self.core.forward(to)
            self.world.work(self.core)
            self._hold(before)
            if not fired:
                return
        raise AssertionError("a case does not come to rest")

    def _sayings(self) -> Sayings:
        return Sayings(self.random, self.facts, self.status(), self.core.now, self.paper)

    def _next_id(self) -> str:
        self.messages += 1
        return f"m-{self.messages}"

    def _send(self, name: str, content: dict[str, Any]) -> None:
        """Send a message and hold what holds."""
        message_id = self._next_id()
        content = {"message_id": message_id, **content}
        if self.facts.adopting and "received_at" not in content:  # the past is told in its order
            since = max(OPENS, self.facts.seen_at or OPENS)
            content["received_at"] = (since + timedelta(hours=self.random.choice([1, 30, 60]))).isoformat()
        elif self.paper:
            content["received_at"] = self.core.now.isoformat()
        elif self.random.randrange(5) == 0 and "received_at" not in content:
            back = timedelta(days=self.random.choice([0, 1, 2.9, 10]))
            content["received_at"] = (self.core.now - back).isoformat()
        before = self._copy()
        key = f"{name}:{message_id}"
        mark = self.facts.next_mark()
        was_due = mark is not None and mark.at <= self.core.now
        in_time = not self.world.away and not was_due and self.core.idle
        verdict = self._update(name, key, content)
        self.told.append(f"{name}: {_in_words(verdict, self.core.verdicts.get(key))}  {content}")
        self.deeds.append(Deed(self.core.now, name, content, verdict))
        if verdict is None:
            self.turned_away += 1
            assert self._copy() == before or was_due or self.world.away, "what was turned away left a trace"
        else:
            self._said[key] = (name, content, verdict)
            self.refused += not verdict.accepted
            _may_speak(name, content, verdict)
        self._hold(before, verdict, untouched=in_time)

    def _update(self, name: str, key: str, content: dict[str, Any]) -> Verdict | None:
        """Send an update and return its verdict; None: its validator turned it away, or it has no answer yet."""
        if self.core.over:
            return None
        self.core.update(name, key, content)
        self.world.work(self.core)
        answered = self.core.verdicts.get(key)
        if answered is None or isinstance(answered, Failure):
            return None
        verdict: Verdict = decoded(answered, Verdict)
        return verdict

    def _copy(self) -> CaseFacts:
        """Return the facts as they are now; lines of the timeline and answers are never changed once they are there."""
        facts = self.facts
        growing: dict[str, Any] = {"timeline": [*facts.timeline], "answers": {**facts.answers}}
        rest = {name: deepcopy(value) for name, value in facts if name not in growing}
        return facts.model_copy(update=growing | rest)

    def _hold(
        self, before: CaseFacts | None, verdict: Verdict | None = None, *, untouched: bool = False, last: bool = False
    ) -> None:
        if self.core.over:
            return
        quiet = not self.world.away and self.core.idle
        now = self.core.now
        hold(Seen(self.facts, before, self.status(), self.world, now, quiet, verdict, untouched, last))


def _may_speak(name: str, content: dict[str, Any], verdict: Verdict) -> None:
    """Nobody is heard who may not send the message (readings; interface 4)."""
    if verdict.accepted:
        message: Message = KINDS[name].model_validate(content)
        assert message.speaker().role in message.SENDERS, f"{message.speaker().role} sent {name}"


def _in_words(verdict: Verdict | None, answered: Any) -> str:
    if verdict is None:
        return f"turned away: {answered.message}"[:90] if isinstance(answered, Failure) else "not answered yet"
    return "accepted" if verdict.accepted else f"refused by {verdict.rule}"
