"""A case that was closed in error goes on: what was open then is open again, and windows keep what was left of them.

The closed run lies on the server as it ended, and takes no message any more. So a new run goes on, with what the closed
one knew before its closing; until the office's proof, the server and the books have said that it may, it knows no rules
and nothing that it says reaches anybody.
"""

from activities.contract import Judged, Reopened
from policy.dates import local_day
from policy.facts import Answer, CaseFacts, InvoiceFact, Pause
from policy.messages import ReopenCase
from policy.verdict import Verdict
from workflows.case import AnyCase
from workflows.case.corrections import note_correction
from workflows.case.keeping import move_all


def go_on(case: AnyCase, message: ReopenCase, found: Reopened) -> None:
    """The case goes on as of the message: the facility hears of it, and windows move by the days of the closing."""
    facts, zone = case.facts, case.terms.zone
    _take_over(facts, found)
    case.at, closed_at = found.at or case.at, found.closed_at or case.at
    persons = message.persons() | ({"sender": found.sender.model_dump(mode="json")} if found.sender else {})
    said = message.model_copy(update={"proof": None})
    case.note("message", message.NAME.replace("_", " "), by=message.by.role, message=said.content(), **persons)
    _record(case, message, found)
    case.note("stage", f"Stage: {facts.stage.replace('_', ' ')}", stage=facts.stage, reopened=True)
    note_correction(case, "closing", closed_at, message.reason)
    days = 0
    if facts.paused is None:  # else it stands still until the office resumes it
        facts.paused = Pause(since=closed_at, reason=message.reason)
        days = move_all(case, local_day(case.at, zone))
    for purpose, occurrence in facts.voided_by_closing:
        if (void := facts.invoice(purpose, occurrence)) is not None:
            case.ask_again(void)
    facts.voided_by_closing = []
    for late in (one for one in found.invoices if facts.invoice(one.purpose, one.occurrence) is None):
        case.take_over_invoice(late.model_copy(update={"lines": ()}))
    for problem in found.problems:
        case.need_attention(problem.item, problem.rule, problem.text)
    case.notify("case_reopened", "case.reopened", closed_at=closed_at.isoformat(), reason=message.reason, days=days)


def _take_over(facts: CaseFacts, found: Reopened) -> None:
    """Know what the books took while the case was closed: money, its letters, its lines in the timeline."""
    facts.notices = max(facts.notices, found.notices)
    facts.timeline += [entry.model_dump(mode="json") for entry in found.entries]
    facts.answers |= found.answers
    for kept in found.invoices:
        mine = facts.invoice(kept.purpose, kept.occurrence)
        if mine is not None:
            _stand(mine, kept)


def _stand(mine: InvoiceFact, kept: InvoiceFact) -> None:
    mine.paid, mine.credited, mine.written_off = kept.paid, kept.credited, kept.written_off
    mine.payments = kept.payments
    mine.lines = kept.lines


def _record(case: AnyCase, message: ReopenCase, found: Reopened) -> None:
    verdict = Verdict(accepted=True, digest=message.digest())
    case.facts.answers[message.key()] = Answer(digest=message.digest(), verdict=verdict)
    case.judged(
        Judged(
            key=message.key(),
            at=case.at,
            handled_at=case.at,
            by=message.by.role,
            accepted=True,
            rule=None,
            digest=message.digest(),
            sender=found.sender,
        )
    )
