"""What holds of a case whatever was said to it: each sentence is a function, and `ALWAYS` are all of them.

They are held after everything that happens in a random life. Days and orders are counted here by other means than the
code under test counts them.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from policy.accreditation.cycle import CycleFacts
from policy.accreditation.rounds import AreaState, RoundKind
from policy.application import AreaKind, Medium
from policy.designation.facts import DesignationFacts
from policy.facts import ADOPTION, CaseFacts, Stage
from policy.incoming import size_of
from policy.names import folded
from policy.rules import RULES
from policy.status import CaseStatus
from policy.verdict import Verdict
from tests.random_lives.paper_books import World, in_order

OFFICE_TIME = ZoneInfo("America/New_York")
LABEL = 60
PAYLOAD = 2_000_000
"""Bytes of one payload that a server takes."""

OF_FINDINGS = {"application.area_twice", "designation.other_state", "designation.shared_governance"}


@dataclass
class Seen:
    """A case as it stands, and what is held against it.

    Attributes:
        before: Its facts before the last thing happened.
        quiet: Whether the world has answered everything, so that books and case must agree.
        verdict: What the last message was answered.
        untouched: Whether nothing but that message can have changed the case.
        last: Whether nothing more happens.
    """

    facts: CaseFacts
    before: CaseFacts | None
    status: CaseStatus
    world: World
    now: datetime
    quiet: bool
    verdict: Verdict | None = None
    untouched: bool = False
    last: bool = False

    @property
    def cycle(self) -> CycleFacts | None:
        """The facts of an accreditation."""
        return self.facts if isinstance(self.facts, CycleFacts) else None

    @property
    def entered(self) -> Stage | None:
        """The stage that was entered just now."""
        changed = self.before is not None and self.before.stage is not self.facts.stage
        return self.facts.stage if changed else None


def the_status_can_be_answered(seen: Seen) -> None:
    """The status reads back as it was said, and fits into a payload."""
    told = seen.status.model_dump(mode="json")
    assert CaseStatus.model_validate(told) == seen.status
    assert size_of(told) < PAYLOAD


def an_open_case_knows_what_comes_next_or_who_must_act(seen: Seen) -> None:
    """It has a next mark; or it is paused or adopting; or an attention item says that the office must look."""
    facts = seen.facts
    if facts.stage is Stage.CLOSED or not seen.quiet or facts.stage_since is None:
        return
    assert facts.running_marks() or facts.paused or facts.adopting or facts.attention, "nothing comes next"
    if facts.stage not in (Stage.ACCREDITED, Stage.DESIGNATED):
        assert facts.asked is not None or facts.attention, "nobody is awaited"


def a_closed_case_is_closed(seen: Seen) -> None:
    """It has an outcome and a day, waits for nothing, and no window of it runs."""
    facts = seen.facts
    assert (facts.stage is Stage.CLOSED) == (facts.outcome is not None) == (facts.closed_at is not None)
    if facts.stage is Stage.CLOSED:
        assert not facts.marks
        assert facts.paused is None
        assert not facts.follow_ups
        assert all(deadline.over for deadline in facts.deadlines)


def what_is_closed_stays_closed(seen: Seen) -> None:
    """No message, mark or word of another case opens it again, or gives it another outcome."""
    if seen.before and seen.before.stage is Stage.CLOSED:
        assert (seen.facts.stage, seen.facts.outcome) == (Stage.CLOSED, seen.before.outcome)
        assert seen.facts.closed_at == seen.before.closed_at


def deadlines_are_numbered_and_close_after_they_open(seen: Seen) -> None:
    """A deadline is never taken away, keeps its name, and is due after it opened."""
    for number, deadline in enumerate(seen.facts.deadlines):
        assert deadline.number == number
        assert deadline.due_at >= deadline.opens_at or deadline.extended_from or deadline.name == "mqsa_certificate"
    for then, now in zip(seen.before.deadlines if seen.before else (), seen.facts.deadlines, strict=False):
        assert (then.number, then.name) == (now.number, now.name)


def marks_are_of_what_runs(seen: Seen) -> None:
    """A mark's deadline exists and is not over, and its label fits into the Temporal UI."""
    for mark in seen.facts.marks:
        assert len(mark.label) <= LABEL
        if mark.deadline is not None and mark.kind == "deadline":
            assert not seen.facts.deadlines[mark.deadline].over, mark


def a_window_that_runs_has_its_mark(seen: Seen) -> None:
    """A deadline that is neither met nor over has the mark at which it passes, or is not due to pass by itself."""
    for deadline in seen.facts.deadlines:
        if deadline.met is None and not deadline.over and seen.facts.stage is not Stage.CLOSED:
            mine = [mark for mark in seen.facts.marks if mark.deadline == deadline.number]
            assert mine, f"{deadline.name} runs and nothing marks its end"
            assert max(mark.at for mark in mine) <= deadline.due_at or seen.facts.paused, deadline.name


def money_is_what_the_books_add_up_to(seen: Seen) -> None:
    """Total, paid, credited and written off of every invoice are the same in the case and in the books."""
    if not seen.quiet:
        return
    case = {
        one.number: (one.total, one.paid, one.credited, one.written_off, one.void)
        for one in seen.facts.invoices
        if one.number
    }
    books = {number: one.figures() for number, one in seen.world.invoices.items()}
    assert case == books


def nobody_pays_less_than_nothing(seen: Seen) -> None:
    """What was paid, credited and written off is never negative, nor more given up than was asked for."""
    for one in seen.facts.invoices:
        assert min(one.paid, one.credited, one.written_off) >= 0, one
        assert one.total is None or one.credited + one.written_off <= one.total, one


def invoices_are_numbered_without_gaps(seen: Seen) -> None:
    """Their numbers count from 1 in each year, and each purpose and occurrence has one."""
    counted: dict[str, list[int]] = {}
    for number in seen.world.invoices:
        counted.setdefault(number[:4], []).append(int(number[5:]))
    assert all(sorted(numbers) == list(range(1, len(numbers) + 1)) for numbers in counted.values())
    wanted = Counter((one.purpose, one.occurrence) for one in seen.facts.invoices)
    assert not [one for one, times in wanted.items() if times > 1]


def the_timeline_is_what_the_books_hold(seen: Seen) -> None:
    """Every line of the case stands in the books, once, as the case has it; they are read at the end of a life."""
    if not seen.quiet or seen.facts.earlier_entries:
        return
    assert len(seen.facts.timeline) == len(seen.world.entries), "there is a line more"
    if seen.last:
        case, books = Counter(in_order(seen.facts.timeline)), Counter(in_order(seen.world.entries))
        assert case == books, f"the case alone has {list(case - books)}, the books alone {list(books - case)}"


def what_was_written_stays(seen: Seen) -> None:
    """The timeline grows at its end alone, and a verdict that was given is never another one."""
    if seen.before is None or seen.facts.earlier_entries:
        return
    then = seen.before.timeline
    assert seen.facts.timeline[: len(then)] == then
    assert list(seen.facts.answers)[: len(seen.before.answers)] == list(seen.before.answers)
    assert all(seen.facts.answers[key] == answer for key, answer in seen.before.answers.items())


def every_message_is_judged_once_in_the_books(seen: Seen) -> None:
    """What was answered stands in the books with the same rule."""
    if seen.quiet and not seen.facts.earlier_entries:
        books = {key: one.rule for key, one in seen.world.judged.items()}
        assert books == {key: answer.verdict.rule for key, answer in seen.facts.answers.items()}


def a_refusal_says_why_and_by_which_rule(seen: Seen) -> None:
    """It names a rule (those of eligibility stand in editions), a reason, and where it stands; an acceptance none.

    What stands against an application's locations or areas is a finding, which has its source with it.
    """
    verdict = seen.verdict
    if verdict is None:
        return
    if verdict.accepted:
        assert verdict.rule is None
    else:
        known = verdict.rule in RULES or verdict.rule in OF_FINDINGS or str(verdict.rule).startswith("eligibility.")
        assert known, verdict
        assert verdict.reason, verdict
        assert verdict.source, verdict


RECORD = {"timeline", "answers", "seen_at", "steps", "notices", "earlier_entries", "surveyed_early"}
"""What a refusal itself writes; and from which version on a case is judged, which the message that asks settles."""


def a_refused_message_changes_nothing(seen: Seen) -> None:
    """It is recorded and answered; every other fact is as it was."""
    if seen.verdict is None or seen.verdict.accepted or not seen.untouched or seen.before is None:
        return
    then, now = seen.before.model_dump(exclude=RECORD), seen.facts.model_dump(exclude=RECORD)
    assert {name: (then[name], now[name]) for name in now if then[name] != now[name]} == {}


def testing_begins_when_it_is_paid_and_accepted(seen: Seen) -> None:
    """No attempt is accepted whose fee is open (readings, "Application and testing")."""
    cycle = seen.cycle
    if cycle and seen.entered is Stage.TESTING and not cycle.adopting:
        fee = cycle.round_fee()
        assert fee is not None
        assert fee.settled
        assert cycle.round.accepted_at is not None


def the_package_is_due_45_days_after_acceptance(seen: Seen) -> None:
    """At the end of the 45th calendar day, office time (AC/11000045903)."""
    cycle = seen.cycle
    if not cycle or seen.entered is not Stage.TESTING or cycle.adopting or cycle.paused:
        return
    due = cycle.deadline("testing_package")
    assert due is not None
    assert cycle.round.accepted_at is not None
    if due.opens_at == cycle.round.accepted_at and not due.extended_from:
        assert due.due_at == _end_of(cycle.round.accepted_at, 45)


def a_form_is_due_15_days_after_it_opens(seen: Seen) -> None:
    """Uploads by the edition of 2021-03-08: 48 hours after the report, then 15 days, 30 more to the closing (S1)."""
    cycle = seen.cycle
    if not cycle or seen.status.edition != "2021-03-08" or cycle.medium is not Medium.UPLOAD:
        return
    form = cycle.round.form
    if form is None or form.held_days or cycle.paused or cycle.corrections:
        return
    window, closing = cycle.deadlines[form.form], cycle.deadlines[form.closure]
    if window.extended_from or closing.extended_from:
        return
    decided = cycle.round.decisions
    since = max(decided) if decided else cycle.round.reported_at
    assert since is not None
    assert form.opens_at == since + timedelta(hours=48)
    assert window.due_at == _end_of(form.opens_at, 15)
    assert closing.due_at == _end_of(form.opens_at, 45)


def _end_of(since: datetime, days: int) -> datetime:
    day = since.astimezone(OFFICE_TIME).date() + timedelta(days=days + 1)
    return datetime(day.year, day.month, day.day, tzinfo=OFFICE_TIME)


def an_accredited_unit_has_nothing_unacceptable(seen: Seen) -> None:
    """Whatever leads there: every area that is left was found acceptable, and the certificate says from when."""
    cycle = seen.cycle
    if cycle and seen.entered is Stage.ACCREDITED:
        states = {area.state for area in cycle.areas}
        assert states <= {AreaState.ACCEPTABLE, AreaState.WITHDRAWN} or cycle.rulebook != cycle.program
        held = cycle.certificate
        assert held is not None
        assert held.counts_from <= held.granted_at < held.expires_at
        months = (held.expires_at.astimezone(OFFICE_TIME) - timedelta(seconds=1)).date()
        begun = held.counts_from.astimezone(OFFICE_TIME).date()
        assert (months.year - begun.year) * 12 + months.month - begun.month == 36


def a_phantom_is_never_withdrawn(seen: Seen) -> None:
    """Only clinical areas are (readings, "Withdrawal")."""
    if seen.cycle:
        assert not [a for a in seen.cycle.areas if a.kind is AreaKind.PHANTOM and a.state is AreaState.WITHDRAWN]


def a_repeat_uses_other_patients(seen: Seen) -> None:
    """The same exams of subjects that were not used before in the case (S1)."""
    cycle = seen.cycle
    if not cycle or seen.verdict is None or not seen.verdict.accepted:
        return
    used: set[str] = set()
    for one in cycle.rounds:
        now = {cycle.token(exam.subject) for exam in one.exams or [] if exam.subject}
        if one.kind is RoundKind.REPEAT:
            assert not now & used, f"attempt {one.number} repeats {now & used}"
        used |= now


def whoever_arbitrates_has_not_judged_before(seen: Seen) -> None:
    """Nobody who reviewed or arbitrated in an earlier round (readings, "Who may arbitrate")."""
    cycle = seen.cycle
    if not cycle:
        return
    judged: set[str] = set()
    for one in cycle.rounds:
        judged |= {folded(name) for name in one.reviewers}
        appeal = one.appeal
        if appeal and appeal.findings is not None and appeal.arbitrator and not cycle.corrections:
            assert folded(appeal.arbitrator) not in judged, appeal.arbitrator
            judged.add(folded(appeal.arbitrator))


def deficiencies_are_counted(seen: Seen) -> None:
    """No more than reports were issued; never fewer than none; what an appeal takes back is taken back."""
    cycle = seen.cycle
    if cycle:
        reported = [one for one in cycle.rounds if one.findings is not None]
        assert 0 <= cycle.deficiencies <= len(reported)


def one_choice_stands_in_a_round(seen: Seen) -> None:
    """A choice that was made is not another one a moment later, unless the office took it back."""
    cycle, before = seen.cycle, seen.before
    if not cycle or not isinstance(before, CycleFacts):
        return
    for then, now in zip(before.rounds, cycle.rounds, strict=False):
        if then.form and now.form and then.form.choice and then.form.opens_at == now.form.opens_at:
            assert now.form.choice in (then.form.choice, None), "another choice took its place"


def a_designation_was_paid_and_surveyed(seen: Seen) -> None:
    """It stands on a paid fee and a survey that was reported (S0), and lasts 36 months, its middle at 18."""
    facts = seen.facts
    if not isinstance(facts, DesignationFacts) or seen.entered is not Stage.DESIGNATED:
        return
    assert facts.survey.reported
    assert facts.designation is not None
    first = facts.designation.designated_at.astimezone(OFFICE_TIME).date()
    middle = facts.designation.mid_cycle_at.astimezone(OFFICE_TIME).date()
    last = (facts.designation.expires_at.astimezone(OFFICE_TIME) - timedelta(seconds=1)).date()
    assert (middle.year - first.year) * 12 + middle.month - first.month == 18
    assert (last.year - first.year) * 12 + last.month - first.month == 36


def added_locations_were_paid(seen: Seen) -> None:
    """A location is added when its invoice is paid, or waived by the office (S0)."""
    facts = seen.facts
    if isinstance(facts, DesignationFacts) and isinstance(seen.before, DesignationFacts):
        open_before = {one.number for one in seen.before.additions if not one.done}
        for one in facts.additions:
            if one.done and one.number in open_before:
                fee = facts.standing_invoice("additional_locations", one.number)
                assert fee is not None
                assert fee.settled


def nothing_falls_due_while_paused(seen: Seen) -> None:
    """A paused case passes no window but those that no pause holds."""
    if seen.before and seen.before.paused and seen.facts.paused:
        for then, now in zip(seen.before.deadlines, seen.facts.deadlines, strict=False):
            if now.met is False and then.met is None:
                assert now.name in ("mqsa_certificate", "interim_accreditation", "fda_notice", "expiry"), now.name


def what_needs_attention_is_named_once(seen: Seen) -> None:
    """An item names one thing, so that it can be resolved by its name."""
    named = Counter(item.item for item in seen.facts.attention)
    assert not [item for item, times in named.items() if times > 1]
    assert seen.facts.adopting == (ADOPTION in named) or not seen.facts.adopting


def the_clock_of_a_case_never_runs_back(seen: Seen) -> None:
    """Marks that were passed stay passed, and nothing that a case has seen lies ahead of its clock."""
    facts = seen.facts
    if not facts.adopting and not facts.paused and seen.quiet and facts.stage_since is not None:
        late = [mark for mark in facts.running_marks() if mark.at < seen.now - timedelta(seconds=1)]
        assert not late, "a mark was passed over"
    assert all(a.number < b.number for a, b in pairwise(facts.deadlines))


ALWAYS: tuple[Callable[[Seen], None], ...] = (
    the_status_can_be_answered,
    an_open_case_knows_what_comes_next_or_who_must_act,
    a_closed_case_is_closed,
    what_is_closed_stays_closed,
    deadlines_are_numbered_and_close_after_they_open,
    marks_are_of_what_runs,
    a_window_that_runs_has_its_mark,
    money_is_what_the_books_add_up_to,
    nobody_pays_less_than_nothing,
    invoices_are_numbered_without_gaps,
    the_timeline_is_what_the_books_hold,
    what_was_written_stays,
    every_message_is_judged_once_in_the_books,
    a_refusal_says_why_and_by_which_rule,
    a_refused_message_changes_nothing,
    testing_begins_when_it_is_paid_and_accepted,
    the_package_is_due_45_days_after_acceptance,
    a_form_is_due_15_days_after_it_opens,
    an_accredited_unit_has_nothing_unacceptable,
    a_phantom_is_never_withdrawn,
    a_repeat_uses_other_patients,
    whoever_arbitrates_has_not_judged_before,
    deficiencies_are_counted,
    one_choice_stands_in_a_round,
    a_designation_was_paid_and_surveyed,
    added_locations_were_paid,
    nothing_falls_due_while_paused,
    what_needs_attention_is_named_once,
    the_clock_of_a_case_never_runs_back,
)
"""Every sentence that is held after everything that happens."""


def hold(seen: Seen) -> None:
    """Hold every sentence against a case. Raises `AssertionError`, with the sentence that does not hold."""
    for sentence in ALWAYS:
        try:
            sentence(seen)
        except AssertionError as wrong:
            raise Broken(sentence.__name__, str(wrong)) from wrong


class Broken(AssertionError):
    """A sentence does not hold."""

    def __init__(self, sentence: str, found: str) -> None:
        """Say which sentence, and what was found."""
        super().__init__(f"{sentence.replace('_', ' ')}: {found}")
        self.sentence = sentence
