"""The annual update while a certificate runs: asked for on each anniversary, reminded of, answered, or looked at.

It stands behind everything else that a facility may be awaited for. What is awaited in its place does not hide an
update that stays away: once it has been silent for as long as the edition lets anybody be silent, somebody at the
office must look, whoever is awaited.
"""

from datetime import timedelta

from temporalio import workflow

from policy.accreditation.annual_update import WINDOW, next_anniversary, owed
from policy.accreditation.cycle import AnnualUpdate
from policy.accreditation.flags import corrections
from policy.dates import local_day, morning_of
from policy.facts import Mark, Party
from policy.messages import SubmitAnnualUpdate
from policy.words import day_in_words
from workflows.case import Cycle
from workflows.case.labels import mark_label

CORRECTED = "data_update"
"""What is corrected is an attention item of this name, with a number."""


def ask(case: Cycle) -> None:
    """Once an anniversary has come, ask for the update; open the date of the next one."""
    facts, zone = case.facts, case.terms.zone
    if facts.deadline(WINDOW) is not None:
        return
    newest = facts.latest(WINDOW)
    came = newest is not None and newest.met is True and all(one.date != newest.number for one in facts.updates)
    if newest is not None and came:
        _ask(case, newest.number)
    since = case.at if came else max(case.at, workflow.now())  # of an adopted case nobody asks for what is past
    day = next_anniversary(facts, case.terms, local_day(since, zone))
    if day is not None:
        case.open_deadline(WINDOW, "annual_update.asked", morning_of(day, zone), is_date=True)


def _ask(case: Cycle, date: int) -> None:
    """Ask for the update of an anniversary; one that did not come before is looked at, and takes no answer any more."""
    before = owed(case.facts)
    if before is not None:
        _look(case, before)
    case.facts.updates.append(AnnualUpdate(number=len(case.facts.updates) + 1, asked_at=case.at, date=date))
    case.notify("annual_update", "annual_update.asked")


def look_after(case: Cycle, *, awaited: bool) -> None:
    """Await an update that is owed, where nobody else is awaited; else see to it that its silence is not lost."""
    update = owed(case.facts)
    if update is None:
        if case.facts.asked and case.facts.asked.key.startswith(f"{WINDOW}."):
            case.await_nobody()
        return
    if not awaited:
        case.await_party(Party.FACILITY, "the annual update", f"{WINDOW}.{update.number}")
        return
    silent_until = update.asked_at + timedelta(days=case.terms.silence.attention.value)
    if case.at >= silent_until:
        _look(case, update)
    elif not any(mark.item == WINDOW for mark in case.facts.marks):
        label = mark_label("opening", silent_until, "Silent annual update (annual_update.asked)", case.terms.zone)
        case.facts.marks.append(Mark(at=silent_until, kind="pause", label=label, item=WINDOW))


def _look(case: Cycle, update: AnnualUpdate) -> None:
    """Have somebody at the office look at an update that has not come, once."""
    _forget_look(case)
    if not update.looked_at:
        update.looked_at = True
        asked = day_in_words(local_day(update.asked_at, case.terms.zone))
        case.need_attention(
            WINDOW, "annual_update.asked", f"the annual update that was asked for on {asked} has not come"
        )


def _forget_look(case: Cycle) -> None:
    """Whoever looks or has an answer needs no day any more on which the case looks by itself."""
    case.facts.marks[:] = [mark for mark in case.facts.marks if mark.item != WINDOW]


def receive(case: Cycle, message: SubmitAnnualUpdate) -> None:
    """The facility has confirmed its data; what it corrects somebody at the office puts into the application."""
    facts = case.facts
    update = owed(facts)
    if update is not None:
        update.answered_at = case.at
        _forget_look(case)
        case.settle_attention(WINDOW)
    facts.data_updates += 1
    if message.corrections:
        text = corrections(list(message.corrections))
        case.need_attention(f"{CORRECTED}.{facts.data_updates}", "annual_update.corrected", text)
    case.notify("annual_update_received", "annual_update.received", corrections=list(message.corrections))
