"""Looks at a signal as a validator looks at an update: who sends it, and whether it keeps the bounds."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.contract import VERIFY_SENDER, SignalToVerify, SignalVerified
from policy.arrival.judgement import judge_arriving
from policy.messages import ChooseOption, Message
from policy.messages.proofs import Sender
from policy.verdict import Refused

SIGNALS: dict[str, type[Message]] = {ChooseOption.NAME: ChooseOption}
"""The messages that a case also takes as a signal."""


class SenderActivities:
    """The activity that verifies the sender of a signal."""

    def __init__(self, verified: Callable[[Message], Sender | None]) -> None:
        """Take what verifies the sender of a message to the case that calls: returns it, or raises `Refused`."""
        self._verified = verified

    @activity.defn(name=VERIFY_SENDER)
    def verify_sender(self, request: SignalToVerify) -> SignalVerified:
        """Return who sent a signal to the case that calls, or why it is not heard."""
        kind = SIGNALS.get(request.message)
        if kind is None:
            raise ApplicationError(f"{request.message} is no signal", non_retryable=True)
        message = kind.model_validate(request.content)
        try:
            sender = self._verified(message)
        except Refused as refused:
            return SignalVerified(turned_away=refused.verdict(message.digest()))
        try:
            judge_arriving(message, ZoneInfo(request.zone))
        except Refused as refused:
            return SignalVerified(sender=sender, refused=refused.verdict(message.digest()))
        return SignalVerified(sender=sender)
