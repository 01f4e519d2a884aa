"""Accredited: the certificate runs, the renewal notice goes out 8 months before its expiry, and it is renewed or
expires.
"""

from activities.contract import RenewalOrder
from policy.application import AccreditationApplication
from policy.dates import days_after
from policy.facts import Deadline, Outcome, Party
from policy.identity import next_cycle_id
from policy.messages import StartRenewal
from workflows.case import Cycle


async def stand_accredited(case: Cycle) -> None:
    """Stand until the expiry, or until the cycle that renews this one is granted."""
    expiry = case.facts.deadline("expiry")
    if expiry is None:
        raise RuntimeError("accredited without an expiry")
    if notice := case.facts.deadline("renewal_notice"):
        await case.until(lambda: notice.over or case.facts.renewed)
        _ask_for_renewal(case, expiry)
    await case.until(lambda: expiry.met is False or case.facts.renewed)
    if case.facts.renewed:
        case.drop(expiry)
        case.close(Outcome.RENEWED, "closed", "renewal.granted", text=f"Renewed by {case.facts.renewal}.")
    else:
        case.close(Outcome.EXPIRED, "expired", "certificate.expiry", expires_at=expiry.due_at.isoformat())


def _ask_for_renewal(case: Cycle, expiry: Deadline) -> None:
    """The notice opens the window of 60 days for the renewal's application."""
    terms = case.terms.certificate
    due = case.open_deadline(
        "renewal_application",
        "renewal.application",
        days_after(case.at, terms.renewal_application.value, case.terms.zone),
        remind=terms.renewal_reminders.value,
        notice="renewal_reminder",
    )
    case.ask(Party.FACILITY, "the renewal application", "renewal_application", "renewal_application")
    case.notify(
        "renewal_notice",
        "renewal.notice",
        due_at=due.due_at.isoformat(),
        expires_at=expiry.due_at.isoformat(),
    )


def start_renewal(case: Cycle, message: StartRenewal) -> None:
    """The facility has applied: the next cycle opens at this instant, as a case of its own."""
    case.meet(case.facts.deadline("renewal_application"))
    case.nobody()
    application = AccreditationApplication.model_validate(message.application)
    case.facts.renewal = next_cycle_id(case.facts.case_id)
    case.open_renewal(
        RenewalOrder(
            case_id=case.facts.renewal,
            workflow="AccreditationCycle",
            application=application.model_dump(mode="json"),
            opened_at=case.at,
            predecessor=case.facts.case_id,
        )
    )
