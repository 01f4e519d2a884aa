"""Where a case stood before it was closed, for the run that goes on with it where that was an error."""

from typing import Any, NamedTuple

from policy.facts import Asked, Attention, CaseFacts, Deadline, FollowUp, Mark, Pause, Stage


class Standing(NamedTuple):
    """Where a case stood before it was closed, as far as a closing changes it."""

    stage: Stage
    asked: Asked | None
    deadlines: list[Deadline]
    marks: list[Mark]
    attention: list[Attention]
    follow_ups: list[FollowUp]
    paused: Pause | None
    predecessor_told: bool

    @classmethod
    def of(cls, facts: CaseFacts) -> "Standing":
        """Return where a case stands that is about to be closed."""
        kept = facts.model_copy(deep=True)
        return cls(**{name: getattr(kept, name) for name in cls._fields})

    def restored(self, facts: Any) -> Any:
        """Return the facts of the closed case as they are without its closing."""
        return facts.model_copy(deep=True, update={**self._asdict(), "outcome": None, "closed_at": None})
