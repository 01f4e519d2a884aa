"""What a renewal costs, as the application stands and at the fees of today."""

from datetime import datetime

from pydantic import ValidationError

from policy.dates import local_day
from policy.edition import EditionError
from policy.fees import Quote
from policy.office import OfficeSettings
from policy.status import CaseStatus
from records.tables import CaseRecord
from services.programs import PROGRAMS, edition_of, quote_as_far_as_known


def renewal_quote(row: CaseRecord, case: CaseStatus, now: datetime, settings: OfficeSettings) -> Quote:
    """Return the fee lines of a renewal of the same; `total` is null where the office quotes it, or none is set.

    Args:
        row: The case's row in the books.
        case: How it stands.
        now: The present instant (UTC): fees are those of today.
        settings: The office's fees.
    """
    data = {**(case.application or row.application), "kind": "renewal"}
    try:
        application = PROGRAMS[row.program].model_validate(data)
        return quote_as_far_as_known(
            application, edition_of(application, local_day(now, settings.zone), settings), settings
        )
    except (ValidationError, EditionError):
        return Quote((), None)
