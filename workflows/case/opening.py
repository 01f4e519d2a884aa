"""What a case is started with."""

from datetime import UTC, datetime
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict
from temporalio import workflow
from temporalio.exceptions import ApplicationError

from policy.accreditation.cycle import CycleFacts
from policy.application import AccreditationApplication
from policy.edition import Edition, Rules
from policy.facts import CaseFacts
from policy.messages import ReopenCase

FactsT = TypeVar("FactsT", bound=CaseFacts)
RulesT = TypeVar("RulesT", bound=Rules)


class ReopenedBy(BaseModel):
    """By what a run goes on with a case that was closed: the office's message, with the proof of who sent it."""

    model_config = ConfigDict(extra="ignore")

    message: ReopenCase


class OpenCase(BaseModel):
    """The one argument of a workflow.

    Attributes:
        application: The application with the one unit that the case is about.
        opened_at: When the case begins (left out: now); a later instant is waited for.
        position: The unit's place in its application, from 1: the fees of later units may differ.
        siblings: The cases of the application's other units.
        predecessor: The case that this one renews.
        adopted: Whether the office first enters what has happened since `opened_at`, a day that is past. Until it
            resolves the attention item `adoption`, nothing falls due by itself and nobody is written to.
        carried: What the case knew when it continued as new; in a first run it is refused.
        terms: The edition that it carries; likewise.
        reopened: Given where the case was closed in error and goes on: what it knew is then believed once the office's
            proof, the server and the books have said so.
    """

    model_config = ConfigDict(extra="ignore")

    application: AccreditationApplication
    opened_at: datetime | None = None
    position: int = 1
    siblings: list[str] = []
    predecessor: str | None = None
    adopted: bool = False
    carried: CycleFacts | None = None
    terms: Edition | None = None
    reopened: ReopenedBy | None = None


def carried(
    facts: FactsT | None, terms: RulesT | None, reopened: ReopenedBy | None = None
) -> tuple[FactsT | None, RulesT | None]:
    """Return what a run takes over from the one before it: nothing, where the server knows of none before it.

    One that is to go on with a closed case knows its facts, and opens once they are believed.
    """
    if reopened is not None and facts is not None:
        return facts, None
    return (facts, terms) if _continues() else (None, None)


def known_of(opening: BaseModel) -> dict[str, Any]:
    """Return what a run is given of a case that was closed, as JSON values: for this the office's proof stands."""
    return opening.model_dump(mode="json", exclude={"reopened"})


def refuse_carried(facts: CaseFacts | None, terms: Rules | None, reopened: ReopenedBy | None = None) -> None:
    """See that only a run that continues another one, or goes on with a closed case, was given what that one knew.

    Raises:
        ApplicationError: `start.carried`.
    """
    if reopened is not None and facts is not None and terms is not None:
        return
    if (facts is not None or terms is not None) and not _continues():
        raise ApplicationError("a case begins with its application alone", type="start.carried", non_retryable=True)


def _continues() -> bool:
    """Whether the run continues what another one knew. One that only repeats it, as by a cron schedule, does not."""
    info = workflow.info()
    return bool(info.continued_run_id) and not info.cron_schedule and info.retry_policy is None and info.attempt == 1


def begins_at(opened_at: datetime | None) -> datetime:
    """Return the instant at which a case is to begin: now, unless it is named. One without a zone is UTC."""
    if opened_at is None:
        return workflow.now()
    return opened_at if opened_at.tzinfo else opened_at.replace(tzinfo=UTC)
