"""Application: the fee of the round is collected, and the office accepts. The same for a repeat and a reinstatement."""

from policy.accreditation.rounds import Round, RoundKind
from policy.accreditation.testing_package import areas_under_test
from policy.accreditation.windows import unpaid_until
from policy.facts import Deadline, Outcome, Stage
from policy.messages import AcceptApplication, ReturnApplication
from workflows.case import Cycle
from workflows.case.fee import collect_fee_and_accept
from workflows.mammography import certificate

PAYABLE = "application_fee"
"""The window in which an application must be paid."""


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
    """Invoice the fee of the round, wait until it is paid, then until the office accepts the application.

    A first application that stays unpaid for too long expires, where the edition says so: it never became active.
    """
    this = case.facts.round
    accepted = await collect_fee_and_accept(
        case,
        this.kind,
        this.occurrence,
        accepted=lambda: this.accepted_at is not None,
        key=f"acceptance.{this.number}",
        due=_payable(case) if this.kind is RoundKind.INITIAL else None,
    )
    if accepted:
        case.enter(Stage.TESTING)
    else:
        case.close(Outcome.INACTIVE, "inactive", "fee.expired", unpaid=True)


def _payable(case: Cycle) -> Deadline | None:
    """Open the window in which an application must be paid, once; None where the edition knows none, and where every
    fee is quoted.
    """
    until = None if case.facts.quoted else unpaid_until(case.at, case.terms)
    known = case.facts.latest(PAYABLE)
    return known or (case.open_deadline(PAYABLE, "fee.expired", until) if until else None)


def accept(case: Cycle, _message: AcceptApplication) -> None:
    """The office accepts the application of the round; testing begins."""
    case.facts.round.accepted_at = case.at
    if case.terms.mammography:
        certificate.provide(case)


def return_application(case: Cycle, message: ReturnApplication) -> None:
    """The office returns the application; it stays open until it is amended and accepted, or the case is closed."""
    case.facts.round.returned = True
    case.notify("application_returned", "application.returned", reasons=list(message.reasons))
