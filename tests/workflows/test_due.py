"""By when what a case awaits is due, as the case says it in its row of the books and its details."""

from datetime import timedelta

from policy.accreditation.cycle import CycleFacts
from policy.facts import Asked, Deadline, Party
from tests.policy.cycles import CHEST, a_cycle_with_a_deficient_report, invoice
from workflows.case.view import due, due_attribute

LONG = timedelta(days=978)


def a_cycle(what: str = "the option form") -> tuple[CycleFacts, Deadline]:
    """Return a cycle that awaits something of the facility, with an invoice that nobody has paid for years."""
    facts = a_cycle_with_a_deficient_report(CHEST)
    form = next(deadline for deadline in facts.deadlines if deadline.name == "option_form")
    named = "option_form" if what == "the option form" else None
    facts.asked = Asked(key="one", party=Party.FACILITY, what=what, since=form.opens_at, deadline=named)
    invoice(facts, "2027-000009", "5.00", purpose="travel_expenses", occurrence=1, due_at=form.due_at - LONG)
    return facts, form


def test_a_window_that_runs_is_the_date() -> None:
    facts, form = a_cycle()
    assert due(facts) == (form.due_at, "option_form")


def test_a_window_that_has_passed_stays_the_date() -> None:
    facts, form = a_cycle()
    form.met = False
    assert due(facts) == (form.due_at, "option_form")
    form.met, form.over = True, True
    assert due(facts) == (None, None)


def test_an_invoice_dates_its_own_payment_alone() -> None:
    facts, form = a_cycle("the acceptance")
    assert due(facts) == (None, None)
    facts, form = a_cycle("the travel expenses fee")
    assert due(facts) == (form.due_at - LONG, "invoice")


def test_the_search_attribute_goes_on_as_running_cases_have_set_it() -> None:
    facts, form = a_cycle()
    assert due_attribute(facts) == form.due_at
    form.met = False
    assert due_attribute(facts) == form.due_at - LONG
