"""The end of a term: the renewal notice, its window of 60 days, the case that renews, the expiry. Both programs share
it.
"""

from typing import Any

from activities.contract import RenewalOrder
from policy.dates import days_after
from policy.facts import Outcome
from policy.identity import next_cycle_id
from workflows.case import AnyCase


def term_is_over(case: AnyCase) -> bool:
    """Whether the expiry has passed, or the case that renews this one was granted."""
    expiry = case.facts.deadline("expiry")
    return expiry is None or expiry.met is False or case.facts.renewed


def ask_for_renewal(case: AnyCase, days: int, reminders: list[int]) -> None:
    """Once the date of the renewal notice has come, send it and open the window for the application.

    Args:
        case: The case.
        days: How many days after the notice the application is due.
        reminders: How many days before that it is reminded of.
    """
    facts = case.facts
    opened = any(deadline.name == "renewal_application" for deadline in facts.deadlines)
    expiry = facts.deadline("expiry")
    if opened or facts.deadline("renewal_notice") or expiry is None:
        return
    due = case.open_deadline(
        "renewal_application",
        "renewal.application",
        days_after(case.at, days, case.terms.zone),
        remind=reminders,
        notice="renewal_reminder",
    )
    case.notify("renewal_notice", "renewal.notice", due_at=due.due_at.isoformat(), expires_at=expiry.due_at.isoformat())


def order_renewal(case: AnyCase, workflow: str, application: dict[str, Any], position: int = 1) -> None:
    """The facility has applied for the renewal: the next case opens at this instant."""
    case.meet(case.facts.deadline("renewal_application"))
    case.await_nobody()
    case.facts.renewal = next_cycle_id(case.facts.last_renewal or case.facts.case_id)
    case.call(
        RenewalOrder(
            case_id=case.facts.renewal,
            workflow=workflow,
            application=application,
            opened_at=case.at,
            predecessor=case.facts.case_id,
            position=position,
            adopted=case.facts.adopting,
        )
    )


def end_term(case: AnyCase, expiry_rule: str) -> None:
    """Close as renewed, or as expired."""
    expiry = case.facts.deadline("expiry")
    if case.facts.renewed:
        case.drop(expiry)
        case.close(Outcome.RENEWED, "closed", "renewal.granted", text=f"Renewed by {case.facts.renewal}.")
    else:
        ended = expiry.due_at.isoformat() if expiry else None
        case.close(Outcome.EXPIRED, "expired", expiry_rule, expires_at=ended)
