"""Application: the fee of the round is collected, and the office accepts. The same for a repeat and a reinstatement."""

from policy.accreditation.cycle import Round, RoundKind
from policy.accreditation.testing_package import areas_under_test
from policy.facts import Stage
from policy.messages import AcceptApplication, ReturnApplication
from workflows.case import Cycle
from workflows.case.fee import collect_fee_and_accept


def begin_round(case: Cycle, kind: RoundKind) -> None:
    """Begin another attempt: its application is open now."""
    facts = case.facts
    facts.rounds.append(
        Round(
            number=len(facts.rounds) + 1,
            kind=kind,
            areas=areas_under_test(facts, kind),
            occurrence=1 + max(_invoiced(case, kind), sum(r.kind is kind for r in facts.rounds)),
        )
    )
    case.enter(Stage.APPLICATION, round=facts.round.number, attempt=kind)


def _invoiced(case: Cycle, kind: RoundKind) -> int:
    """Return how many fees of a kind were invoiced: more than there were attempts, where one was taken back."""
    return max((one.occurrence for one in case.facts.invoices if one.purpose == kind), default=0)


async def apply(case: Cycle) -> None:
    """Invoice the fee of the round, wait until it is paid, then until the office accepts the application."""
    this = case.facts.round
    await collect_fee_and_accept(
        case, this.kind, this.occurrence, accepted=lambda: this.accepted_at is not None, key=f"acceptance.{this.number}"
    )
    case.enter(Stage.TESTING)


def accept(case: Cycle, _message: AcceptApplication) -> None:
    """The office accepts the application of the round; testing begins."""
    case.facts.round.accepted_at = case.at


def return_application(case: Cycle, message: ReturnApplication) -> None:
    """The office returns the application; it stays open until it is amended and accepted, or the case is closed."""
    case.facts.round.returned = True
    case.notify("application_returned", "application.returned", reasons=list(message.reasons))
