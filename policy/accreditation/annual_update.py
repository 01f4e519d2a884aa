"""The annual update of an accredited unit: asked for on each anniversary of a mammography accreditation, taken always.

The article (AC/11000051608) says that a facility is asked on the anniversary to confirm what the office has of it, and
to correct what is not right. It names neither a day until which to answer nor what follows from silence: the facility
is reminded as whoever is awaited without a date, and in the end somebody at the office looks. Of the other modalities
no text says that they are asked; what such a facility sends by itself is taken all the same.
"""

from datetime import date, datetime

from policy.accreditation.cycle import AnnualUpdate, CycleFacts
from policy.dates import add_months, last_day, local_day
from policy.edition import Edition
from policy.facts import Stage
from policy.messages import SubmitAnnualUpdate
from policy.rules import refuse
from policy.words import day_in_words

WINDOW = "annual_update"
"""The date on which the facility is asked."""


def next_anniversary(facts: CycleFacts, terms: Edition, after: date) -> date | None:
    """Return the first anniversary of the accreditation after a day, before the day on which it ends.

    Counted on the calendar from the day from which the certificate counts: of 29 February the last day of February, in
    a leap year the 29th again. None: there is none, or the edition asks for no update.
    """
    months = terms.mammography.annual_update if terms.mammography else None
    certificate = facts.certificate
    if months is None or not months.value or certificate is None:
        return None
    begins, ends = local_day(certificate.counts_from, terms.zone), last_day(certificate.expires_at, terms.zone)
    day, number = begins, 0
    while day < ends:
        if number and day > after:
            return day
        number += 1
        day = add_months(begins, months.value * number)
    return None


def owed(facts: CycleFacts) -> AnnualUpdate | None:
    """Return the update that was asked for last, while it has not come."""
    newest = facts.updates[-1] if facts.updates else None
    return newest if newest and newest.answered_at is None else None


def judge_update(facts: CycleFacts, terms: Edition, message: SubmitAnnualUpdate, at: datetime) -> list[str]:
    """Judge an update: of an accredited unit, with the word that all else is right.

    Returns:
        What the facility should know: that none was asked for, and how what it corrects gets into the application.

    Raises:
        Refused: `case.wrong_stage` or `annual_update.not_confirmed`.
    """
    if facts.stage is not Stage.ACCREDITED:
        raise refuse(
            "case.wrong_stage",
            f"An annual update is of an accredited unit; the case is in the stage {facts.stage.words}.",
            "Let the office amend the application.",
        )
    if not message.confirmed:
        raise refuse(
            "annual_update.not_confirmed",
            "The update does not confirm that the application as it stands is right.",
            "Say what is not right any more in `corrections`, and confirm the rest.",
        )
    warnings = []
    if owed(facts) is None:
        following = next_anniversary(facts, terms, local_day(at, terms.zone))
        again = f"; the next one is asked for on {day_in_words(following)}" if following else ""
        warnings.append(f"No update was asked for: it is taken all the same{again}.")
    if message.corrections:
        warnings.append("The office amends the application by what is corrected; letters go out by it until then.")
    return warnings
