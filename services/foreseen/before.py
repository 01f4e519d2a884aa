"""What is known before a message, and what a letter is that it causes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from policy.designation.edition import DicoeEdition
from policy.edition import Edition, Rules
from policy.messages import AreaFinding
from policy.status import CaseStatus, EntryView
from records.tables import CaseRecord, Deadline


class Before(NamedTuple):
    """What is known of a case before a message.

    Attributes:
        row: Its row in the books.
        case: How it stands.
        entries: Its timeline.
        facts: Its money, as the rules judge it.
        terms: The edition that it carries.
        at: The instant (UTC) as of which the message will count.
        issued_at: The date of what the office issues with it.
        attempt: Why its present attempt is made; empty for a designation.
    """

    row: CaseRecord
    case: CaseStatus
    entries: Sequence[EntryView]
    facts: Any
    terms: Rules
    at: datetime
    issued_at: datetime
    attempt: str = ""

    @property
    def is_designation(self) -> bool:
        """Whether it is a case of the other program."""
        return isinstance(self.terms, DicoeEdition)

    @property
    def is_survey_based(self) -> bool:
        """Whether a survey accredits, and no images are tested."""
        return isinstance(self.terms, Edition) and self.terms.survey_based


class Caused(NamedTuple):
    """A letter that a message causes.

    Attributes:
        kind: Its kind.
        rule: The rule that it rests on.
        facts: What its text is filled with.
        windows: The windows that begin with it.
        closes: Whether the case closes with it, so that no window runs any more.
        row: The case's row as it will be then, where the letter goes by that.
    """

    kind: str
    rule: str
    facts: Mapping[str, Any]
    windows: tuple[Deadline, ...] = ()
    closes: bool = False
    row: CaseRecord | None = None


def window(before: Before, name: str, opens_at: datetime, due_at: datetime) -> Deadline:
    """Return a window that begins."""
    return Deadline(
        case_id=before.row.case_id, number=len(before.case.deadlines), name=name, opens_at=opens_at, due_at=due_at
    )


def dumped(findings: Sequence[AreaFinding]) -> list[dict[str, Any]]:
    """Return findings as the facts of a letter."""
    return [finding.model_dump(mode="json") for finding in findings]
