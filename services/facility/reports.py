"""A facility's final reports and appeal results: what came of the images, and how the option form of each stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from activities.notices.compose import unit_in_words
from activities.papers.making import areas_of
from policy.application import Modality
from policy.facts import Stage
from policy.fees import title
from policy.identity import SITE
from policy.words import due_in_words, instant_in_words, listed
from records.facility.entered import EnteredReport
from records.facility.view import ReportRecord
from records.tables import Deadline
from records.words import PaperKind


@dataclass(frozen=True)
class Report:
    """A final report, or the result of an appeal.

    Attributes:
        number: The number of its paper; `entered-1` and so on where it is of before the case was adopted.
        case_id: Its case.
        modality: In words.
        unit: The unit's id, or that the facility's service was tested.
        subject: Both in a sentence: `CT unit CT-1`.
        appeal: Whether it is the result of an appeal.
        issued_at: When it was issued.
        passed: Whether everything was acceptable.
        failed: What was not, in words.
        facts: What the paper says.
        form: The window of its option form; None: it has none, or none yet.
        appeal_window: The window of the right to appeal it.
        closure: The window after which the case closes without a form.
        viewed_at: When somebody of the facility viewed it.
        chosen_at: When its option form came.
        newest: Whether no later report of the case was issued.
        awaits_choice: Whether the case waits for a choice after it.
        closed: Whether the case is closed.
        paused: Whether the case is paused.
        entered: Whether it was issued before the office adopted the case: what it found was entered, and the office
            has no paper of it.
    """

    number: str
    case_id: str
    modality: str
    unit: str
    subject: str
    appeal: bool
    issued_at: datetime
    passed: bool
    failed: tuple[str, ...]
    facts: dict[str, Any]
    form: Deadline | None
    appeal_window: Deadline | None
    closure: Deadline | None
    viewed_at: datetime | None
    chosen_at: datetime | None
    newest: bool
    awaits_choice: bool
    closed: bool
    paused: bool = False
    entered: bool = False

    @property
    def outcome(self) -> str:
        """What came of the images, in words."""
        if self.surveyed:
            told = f": not acceptable: {listed(self.failed)}" if self.failed else ""
            return f"{str(self.facts['outcome']).capitalize()}{told}"
        told = "Acceptable" if self.passed else f"Not acceptable: {listed(self.failed)}"
        return f"Appeal: {told[:1].lower()}{told[1:]}" if self.appeal else told

    @property
    def surveyed(self) -> bool:
        """Whether it is the report on a survey, which no option form follows."""
        return bool(self.facts.get("outcome"))

    @property
    def to_be_viewed(self) -> bool:
        """Whether somebody must view it before its option form: the letter of a supplemental review says it all."""
        return self.viewed_at is None and not self.facts.get("review")

    @property
    def what(self) -> str:
        """What it is called in a sentence."""
        return "appeal result" if self.appeal else "final report"


class FormState(Enum):
    """How the option form of a report stands for the facility."""

    NOT_NEEDED = "not needed"
    RECEIVED = "received"
    PAST_DUE = "past due"
    NOT_VIEWED = "not viewed"
    NOT_OPEN = "not open"
    OPEN = "open"


class OptionStatus(NamedTuple):
    """How the option form of a report stands, and the words that say so (empty where the form can be sent)."""

    state: FormState
    words: str = ""

    @property
    def can_be_sent(self) -> bool:
        """Whether the form can be sent now."""
        return self.state is FormState.OPEN


def reports(records: Iterable[ReportRecord]) -> list[Report]:
    """Return reports as pages tell them."""
    return [_report(one) for one in records]


def _report(one: ReportRecord) -> Report:
    paper, case = one.paper, one.case
    facts = _entered(paper, one) if isinstance(paper, EnteredReport) else paper.facts
    findings = facts.get("findings") or []
    failed = [str(each.get("label") or each.get("area")) for each in findings if not each.get("acceptable")]
    return Report(
        number=paper.number,
        case_id=case.case_id,
        modality=title(Modality(case.modality)) if case.modality else "",
        unit="The facility's service" if case.unit in (None, SITE) else str(case.unit),
        subject=unit_in_words(case),
        appeal=paper.kind == PaperKind.APPEAL_RESULT,
        issued_at=paper.issued_at,
        passed=bool(facts.get("passed")),
        failed=tuple(failed),
        facts=facts,
        form=one.form,
        appeal_window=one.appeal,
        closure=one.closure,
        viewed_at=one.viewed_at,
        chosen_at=one.chosen_at,
        newest=one.newest,
        awaits_choice=one.newest and case.stage == Stage.OPTIONS,
        closed=case.closed_at is not None,
        paused=bool(case.status.get("paused")),
        entered=isinstance(paper, EnteredReport),
    )


def _entered(report: EnteredReport, record: ReportRecord) -> dict[str, Any]:
    """Return what the paper of a report would say that was entered with a case's past."""
    known = areas_of(report.application)
    findings = [
        {**one, "label": known.get(one.get("area"), {}).get("label") or one.get("area")}
        for one in report.facts.get("findings") or []
    ]
    failed = [one for one in findings if not one.get("acceptable")]
    return {
        "findings": findings,
        "passed": bool(findings) and not failed,
        "concerns": any(one.get("equipment_concern") for one in failed),
        "outcome": report.facts.get("outcome"),
        "review": "supplemental" if report.supplemental else None,
        "deficiencies": record.case.deficiencies if failed and record.newest else None,
    }


def option_status(report: Report, at: datetime, zone: ZoneInfo) -> OptionStatus:
    """Return how the option form of a report stands at an instant (UTC).

    The case judges a form by the same instants (`policy.accreditation.options`): the last one that is in time is the
    due instant itself.
    """
    if report.surveyed:
        return OptionStatus(FormState.NOT_NEEDED, "None needed: a survey has no option form")
    if report.passed:
        return OptionStatus(FormState.NOT_NEEDED, "None needed: everything was acceptable")
    if report.chosen_at is not None:
        return OptionStatus(FormState.RECEIVED, f"Received {instant_in_words(report.chosen_at, zone)}")
    form = report.form
    if report.paused:
        return OptionStatus(FormState.NOT_OPEN, "Opens again when the case goes on: it is paused")
    if form is not None and (form.met is False or (at > form.due_at and form.met is None and not form.over)):
        return OptionStatus(FormState.PAST_DUE, f"Past due: it was due by {due_in_words(form.due_at, zone)}")
    if report.closed or not report.awaits_choice:
        why = "the case is closed" if report.closed else "the case has gone on without it"
        return OptionStatus(FormState.NOT_NEEDED, f"None needed: {why}")
    if report.to_be_viewed:
        return OptionStatus(FormState.NOT_VIEWED, "View the report first")
    if form is None:
        return OptionStatus(FormState.NOT_OPEN, "Opens 48 hours after your images were returned")
    if at < form.opens_at:
        return OptionStatus(FormState.NOT_OPEN, f"Opens {instant_in_words(form.opens_at, zone)}")
    return OptionStatus(FormState.OPEN)
