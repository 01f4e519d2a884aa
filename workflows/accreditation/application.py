"""Application: the fee of the round is collected, and the office accepts. The same for a repeat and a reinstatement."""

from policy.accreditation.cycle import Round, RoundKind
from policy.accreditation.testing_package import areas_under_test
from policy.facts import Stage
from policy.messages import AcceptApplication, ReturnApplication
from workflows.case import Cycle
from workflows.case.fee import collect_fee_and_accept
from workflows.mammography import certificate


def begin_round(case: Cycle, kind: RoundKind) -> None:
    """Begin another attempt: its application is open now."""
    facts = case.facts
    facts.rounds.append(
        Round(
            number=len(facts.rounds) + 1,
            kind=kind,
            areas=areas_under_test(facts, kind),
            occurrence=1 + sum(r.kind is kind for r in facts.rounds),
        )
    )
    case.enter(Stage.APPLICATION, round=facts.round.number, attempt=kind)


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
    if case.terms.mammography:
        certificate.provide(case)


def return_application(case: Cycle, message: ReturnApplication) -> None:
    """The office returns the application; it stays open until it is amended and accepted, or the case is closed."""
    case.facts.round.returned = True
    case.notify("application_returned", "application.returned", reasons=list(message.reasons))
