"""What a case is started with."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from policy.accreditation.cycle import CycleFacts
from policy.application import AccreditationApplication
from policy.edition import Edition


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
        carried: What the case knew when it continued as new; people leave it out.
        terms: The edition that it carries; people leave it out.
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
