"""The facility of a cycle is renamed, moves, merges with another one or is taken over."""

from policy.accreditation.cycle import CycleFacts
from policy.application import AccreditationApplication, Facility
from policy.edition import Edition
from policy.keeping.facility import Called, called_after
from policy.messages import ChangeFacility
from policy.names import same_token
from policy.rules import refuse


def judge_change(facts: CycleFacts, _terms: Edition, message: ChangeFacility) -> AccreditationApplication:
    """Return the application of a cycle as a change of its facility leaves it.

    Raises:
        Refused: `facility.not_in_case`, `case.wrong_stage` where there is no certificate to issue anew, or what
            `called_after` refuses by.
    """
    facility = facts.application.facility or Facility()
    if not same_token(facility.id or "", message.facility):
        raise refuse(
            "facility.not_in_case",
            f"The case is about {facility.id}, not about {message.facility}.",
            "Name the facility by the id that the case has now.",
        )
    if message.new_certificate and facts.certificate is None:
        raise refuse("case.wrong_stage", "There is no certificate that could be issued anew.")
    after = called_after(Called(facility.id, facility.name, facility.address), message)
    changed = facility.model_copy(update=after._asdict())
    return facts.application.model_copy(update={"facility": changed})
