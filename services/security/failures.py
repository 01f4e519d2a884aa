"""What went wrong, as a history tells it: in words, also where these words are encrypted."""

from temporalio.api.failure.v1 import Failure
from temporalio.client import Client
from temporalio.exceptions import FailureError

from services.errors import ServiceError


async def failure_in_words(client: Client, failure: Failure) -> str:
    """Return a failure's message; where it needs a key that is not here, that is what it says."""
    told = Failure()
    told.CopyFrom(failure)
    try:
        error = await client.data_converter.decode_failure(told)
    except ServiceError as missing:
        return missing.lines[0]
    return error.message if isinstance(error, FailureError) else str(error)
