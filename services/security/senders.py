"""Looks at who sends a message before a case hears it: in the worker, beside the workflow and never in a replay.

An update is looked at where its validator runs; a signal by a local activity, whose answer lies in the history. What is
turned away leaves no trace in the case: a line in the log `accredit.security`, and a count.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from temporalio import activity, workflow
from temporalio.common import MetricMeter
from temporalio.exceptions import ApplicationError
from temporalio.worker import (
    HandleUpdateInput,
    Interceptor,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
)

from policy.messages import Message
from policy.messages.proofs import Sender, judge_claims, not_verified, verified_sender
from policy.office import Security
from policy.verdict import Refused
from services.clock import now
from services.security.keys import KeyRing, PublicKey
from services.security.proofs import verify

log = logging.getLogger("accredit.security")
METRIC = "accredit_messages_turned_away"
"""Counts messages whose sender was not verified, by rule."""
TURNED_AWAY_BY = ("actor.not_verified", "actor.not_allowed", "actor.other_facility")
"""The rules by which it may be."""
READ_AGAIN_AFTER = 2.0
"""Seconds in which a key that was made, replaced or revoked counts in every worker."""


class Senders:
    """Verifies who sends a message, by the keys that it has read last."""

    def __init__(self, folder: str | Path | None = None, *, needed: bool = False) -> None:
        """Verify by the keys of a folder.

        Args:
            folder: The ring of keys; none: there is no key, and a message that carries a proof is turned away.
            needed: Whether a message without a proof is turned away too. What carries one is always verified.
        """
        self._ring = KeyRing(folder) if folder is not None else None
        self._needed = needed
        self._keys: Mapping[str, PublicKey] = {}
        self._seen: object = None
        self._faults: tuple[str, ...] = ()
        self._apart = ThreadPoolExecutor(1, thread_name_prefix="proofs")
        self._apart.submit(self.read_again).result()  # starts the thread, which no workflow may do

    def read_again(self) -> None:
        """Read the keys again if their folder has changed; what cannot be read is told in the log, once."""
        if self._ring is None:
            return
        found = self._ring.state()
        if found == self._seen:
            return
        ring = self._ring.read()
        for fault in set(ring.faults) - set(self._faults):
            log.warning("A file among the keys is left out: %s", fault)
        self._keys, self._faults, self._seen = ring.keys, ring.faults, found

    @asynccontextmanager
    async def kept_current(self) -> AsyncIterator[None]:
        """Read the keys again and again for as long as a block lasts, so that a change needs no other worker."""
        reading = asyncio.create_task(self._keep_reading()) if self._ring else None
        try:
            yield
        finally:
            if reading:
                reading.cancel()
                with suppress(asyncio.CancelledError):
                    await reading

    async def _keep_reading(self) -> None:
        while True:
            await asyncio.sleep(READ_AGAIN_AFTER)
            try:
                await asyncio.to_thread(self.read_again)
            except Exception as error:  # whatever it is: a key that is revoked meanwhile must not go on for ever
                log.warning("The keys cannot be read, those that were read last hold: %s", error)

    def verified(self, message: Message, *, case_id: str, namespace: str, meter: MetricMeter) -> Sender | None:
        """Return who sends a message; None where nobody needs to prove it and nobody does.

        A proof is verified in a thread apart. In the one of a workflow the sandbox stands between a library and what it
        imports, and that of the keys ends the whole process where it cannot import the exception for a wrong signature.

        Raises:
            Refused: `actor.not_verified`, `actor.not_allowed` or `actor.other_facility`.
        """
        key: PublicKey | None = None
        org = "-"
        try:
            if message.proof is None:
                if self._needed:
                    raise not_verified("The message carries no proof of who sends it.")
                return None
            at = now()
            key, claims = self._apart.submit(verify, message.proof, self._keys, at).result()
            org = claims.org
            judge_claims(claims, message, case_id=case_id, namespace=namespace, at=at)
        except Refused as refused:
            kid = key.kid if key else "-"
            log.warning(
                "Turned away by %s: %s to %r (key %s, for %r)", refused.rule, message.NAME, case_id[:200], kid, org[:80]
            )
            meter.create_counter(METRIC, "Messages whose sender was not verified").add(1, {"rule": refused.rule})
            raise
        return verified_sender(message, claims, key.kid)


def senders_of(security: Security) -> Senders:
    """Return who looks at senders, as an office's settings say; an office that has never had a key gets its first one.

    Raises:
        Unusable: The folder of the keys cannot be written.
    """
    needed = security.senders == "verified"
    if needed:
        KeyRing(security.keys).first(now())
    return Senders(security.keys, needed=needed)


class SenderInterceptor(Interceptor):
    """Has the sender of every update looked at before its validator runs."""

    def __init__(self, senders: Senders) -> None:
        self._senders = senders

    def workflow_interceptor_class(self, input: WorkflowInterceptorClassInput) -> type[WorkflowInboundInterceptor]:
        """Return what stands before each case."""
        senders = self._senders

        class BeforeTheCase(WorkflowInboundInterceptor):
            """Turns away an update whose sender is not verified: nothing of it comes into the history."""

            def handle_update_validator(self, input: HandleUpdateInput) -> None:
                for message in input.args:
                    if isinstance(message, Message):
                        _admit(senders, message)
                super().handle_update_validator(input)

        return BeforeTheCase


def _admit(senders: Senders, message: Message) -> None:
    info = workflow.info()
    try:
        with workflow.unsafe.sandbox_unrestricted():
            senders.verified(message, case_id=info.workflow_id, namespace=info.namespace, meter=workflow.metric_meter())
    except Refused as refused:
        verdict = refused.verdict(message.digest()).model_dump(mode="json")
        raise ApplicationError(refused.reason, verdict, type=refused.rule, non_retryable=True) from None


def verify_by(senders: Senders) -> Callable[[Message], Sender | None]:
    """Return what verifies, within an activity, the sender of a message to the case that calls it."""

    def verified(message: Message) -> Sender | None:
        info = activity.info()
        case_id, namespace = info.workflow_id or "", info.workflow_namespace or ""
        return senders.verified(message, case_id=case_id, namespace=namespace, meter=activity.metric_meter())

    return verified
