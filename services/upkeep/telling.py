"""One message to each of many cases, one after the other: what does not reach one holds up no other."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from policy.messages import Message
from policy.verdict import Verdict
from services.errors import ServiceError

if TYPE_CHECKING:
    from temporalio.client import Client

    from services.security.signing import Sign


class Told(NamedTuple):
    """What became of a message to a case: its verdict, or why there is none.

    `closed`: it takes no message any more, because it has closed meanwhile.
    """

    case_id: str
    verdict: Verdict | None = None
    why: str = ""
    closed: bool = False

    @property
    def taken(self) -> bool:
        """Whether the case has taken it, now or before."""
        return self.verdict is not None and self.verdict.accepted

    @property
    def reason(self) -> str:
        """Why it was not taken; empty where it was."""
        if self.verdict is None:
            return self.why
        return "" if self.verdict.accepted else f"{self.verdict.rule}: {self.verdict.reason}"


async def tell_each(
    client: "Client",
    messages: Mapping[str, Message],
    within: timedelta,
    sign: "Sign | None",
    advance: Callable[[], None] = lambda: None,
) -> list[Told]:
    """Send each case its message.

    Args:
        client: A connected client.
        messages: What is sent, by the case; a message that a case has taken before counts once.
        within: How long to wait for each verdict.
        sign: Proves who sends them.
        advance: Called after each.
    """
    told = []
    for case_id, message in messages.items():
        told.append(await _tell(client, case_id, message, within, sign))
        advance()
    return told


async def _tell(client: "Client", case_id: str, message: Message, within: timedelta, sign: "Sign | None") -> Told:
    from services.queries import NotRunning
    from services.sending import send_update

    try:
        verdict = await send_update(client, case_id, message, within, sign)
    except NotRunning as absent:
        return Told(case_id, None, absent.detail)
    except ServiceError as error:
        return Told(case_id, None, error.lines[0])
    return Told(case_id, verdict, closed=verdict.rule == "case.closed")
