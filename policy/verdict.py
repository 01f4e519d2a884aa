"""The answer to a message: accepted, or refused by a rule that is named, explained and sourced."""

from pydantic import BaseModel, ConfigDict


class Verdict(BaseModel):
    """What the sender of a message is told.

    Attributes:
        accepted: Whether the case took the message.
        rule: The id of the rule that refused it, null where it was accepted.
        reason: Why, in a sentence for the sender.
        source: Where the rule stands.
        instead: What is possible instead, one sentence each.
        warnings: What the sender should know although the message was accepted.
        digest: SHA-256 of the message's content, so that a sender notices that an id was used for something else.
    """

    model_config = ConfigDict(frozen=True)

    accepted: bool
    rule: str | None = None
    reason: str | None = None
    source: str | None = None
    instead: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    digest: str = ""


LONGEST_REASON = 4000
"""Characters of a reason: one that names every wrong field of a message of 100 kB would be larger than the message."""


class Refused(Exception):
    """A rule says no. Raised by judgements, turned into a verdict by whoever asked; nothing has changed."""

    def __init__(self, rule: str, reason: str, *, source: str = "", instead: tuple[str, ...] = ()) -> None:
        if len(reason) > LONGEST_REASON:
            reason = f"{reason[:LONGEST_REASON]} …"
        super().__init__(f"{rule}: {reason}")
        self.rule = rule
        self.reason = reason
        self.source = source
        self.instead = instead

    @classmethod
    def by(cls, verdict: Verdict) -> "Refused":
        """Return a refusal that somebody else has judged."""
        return cls(verdict.rule or "", verdict.reason or "", source=verdict.source or "", instead=verdict.instead)

    def verdict(self, digest: str = "") -> Verdict:
        """Return the refusal as the verdict on a message."""
        return Verdict(
            accepted=False, rule=self.rule, reason=self.reason, source=self.source, instead=self.instead, digest=digest
        )


class Finding(BaseModel):
    """One thing that is wrong with an application: which rule, where, why, and where the rule stands."""

    model_config = ConfigDict(frozen=True)

    rule: str
    where: str
    reason: str
    source: str
