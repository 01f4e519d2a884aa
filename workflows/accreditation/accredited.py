"""Accredited: the certificate runs; the renewal notice goes out 8 months before its expiry; it is renewed, or
expires. Meanwhile the unit may be surveyed (`workflows.accreditation.validation`), and a mammography unit's images
checked (`workflows.mammography.image_check`). Of what runs side by side the survey is asked for first, then the check,
then the renewal, then the annual update (`workflows.accreditation.annual_update`).
"""

from policy.application import AccreditationApplication
from policy.case_rules import renewal_part
from policy.facts import Party
from policy.messages import StartRenewal
from workflows.accreditation import annual_update, validation
from workflows.case import Cycle
from workflows.case.renewal import ask_for_renewal, end_term, order_renewal, term_is_over
from workflows.mammography import image_check


async def stand_accredited(case: Cycle) -> None:
    """Stand until the expiry, or until the cycle that renews this one is granted."""
    terms = case.terms.certificate
    while not term_is_over(case):
        ask_for_renewal(case, terms.renewal_application.value, terms.renewal_reminders.value)
        annual_update.ask(case)
        asked = validation.look_after(case) or image_check.look_after(case)
        if not asked and case.facts.deadline("renewal_application"):
            case.await_party(Party.FACILITY, "the renewal application", "renewal_application", "renewal_application")
            asked = True
        annual_update.look_after(case, awaited=asked)
        await case.change()
    end_term(case, "certificate.expiry")
    validation.tell_of_open_survey(case)


def start_renewal(case: Cycle, message: StartRenewal) -> None:
    """The facility has applied: the next cycle opens at this instant, as a case of its own."""
    part = renewal_part(case.facts, case.terms, AccreditationApplication.model_validate(message.application))
    application = part.application.model_dump(mode="json")
    order_renewal(case, "AccreditationCycle", application, part.position)
