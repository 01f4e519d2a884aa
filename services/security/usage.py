"""Which keys the histories on the server need: may an old one go?"""

from collections import Counter
from dataclasses import dataclass, field

from temporalio.api.history.v1 import History
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from services.security.payloads import keys_in


@dataclass
class Usage:
    """What the histories need.

    Attributes:
        asked: How many were looked into.
        cases: How many of them need each key; under an empty id, how many hold something that is not encrypted.
    """

    asked: int = 0
    cases: Counter[str] = field(default_factory=Counter)


async def keys_in_use(client: Client) -> Usage:
    """Look into the history of every workflow that the server still has, open and closed. Raises `RPCError`."""
    usage = Usage()
    async for one in client.list_workflows():
        try:
            history = await client.get_workflow_handle(one.id, run_id=one.run_id).fetch_history()
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:  # it was forgotten meanwhile
                raise
            continue
        usage.asked += 1
        usage.cases.update(keys_in(History(events=history.events)))
    return usage
