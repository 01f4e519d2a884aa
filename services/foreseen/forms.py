"""The letter that an option form is open: by a viewing, or because a choice on it was taken back."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, cast

from policy.accreditation.cycle import CycleFacts
from policy.accreditation.options import form_offer
from policy.accreditation.rounds import Appeal, AreaFact, AreaState, Form, RoundKind, SupplementalReview
from policy.dates import local_day
from policy.edition import Edition
from policy.facts import Deadline as Window
from policy.facts import Stage
from policy.keeping.pausing import later
from policy.messages import AreaFinding, Message, UndoOption, ViewFinalReport
from policy.status import DeadlineView, EntryView
from services.foreseen.before import Before, Caused, window
from services.foreseen.outcomes import cycle_after, reports_of

FORM, CLOSURE, APPEAL = "option_form", "closure", "appeal"
APPEALED = ("issue appeal result", "correct appeal result")
RESULTS = (*APPEALED, "issue supplemental result")
"""Messages that say a further word on a report, as the timeline names them."""


def _viewing(_message: ViewFinalReport, before: Before) -> list[Caused]:
    """Return the letter where the form is open already and waited for the viewing alone."""
    due = _newest(before, FORM)
    words = ("issue final report", "correct final report", *APPEALED)
    since = next((one for one in reversed(_said(before)) if one.text in words), None)
    viewed = [one for one in _said(before) if since and one.text == "view final report" and one.at >= since.at]
    if due is None or due.over or viewed or before.case.stage != Stage.OPTIONS or before.at < due.opens_at:
        return []
    return [_open(before, _facts(before, []), {FORM: due.due_at} | _appeal(before, before.at, 0), "")]


def _undoing(message: UndoOption, before: Before) -> list[Caused]:
    """Return the letter that the form is open again: each of its dates lies as many days later as the choice stood."""
    chosen = next((one for one in reversed(_said(before)) if one.text == "choose option"), None)
    due, closure, zone = _newest(before, FORM), _newest(before, CLOSURE), before.terms.zone
    if chosen is None or due is None or closure is None:
        return []
    days = (local_day(before.at, zone) - local_day(chosen.at, zone)).days
    dues = {name: later(one.due_at, days, zone) for name, one in ((FORM, due), (CLOSURE, closure))}
    withdrawn = (chosen.detail.get("message") or {}).get("areas_withdrawn") or []
    facts = _facts(before, withdrawn, days)
    return [_open(before, facts, dues | _appeal(before, chosen.at, days), message.reason)]


def _said(before: Before) -> Sequence[EntryView]:
    return [one for one in before.entries if one.kind == "message"]


def _newest(before: Before, name: str) -> DeadlineView | None:
    return next((one for one in reversed(before.case.deadlines) if one.name == name), None)


def _appeal(before: Before, at: datetime, days: int) -> dict[str, datetime]:
    """Return until when an appeal is taken, where its time has not passed at an instant; `days`: how many later."""
    found = _newest(before, APPEAL)
    if found is None or found.met is False or found.due_at < at:
        return {}
    return {APPEAL: later(found.due_at, days, before.terms.zone)}


def _facts(before: Before, withdrawn: Sequence[str], held_days: int = 0) -> CycleFacts:
    """Return what the cycle knows of the report whose form is open; `withdrawn`: what a choice withdrew, now undone."""
    facts = cycle_after(before, ())
    reports = reports_of(before)
    told = (reports[-1].detail.get("message") or {}) if reports else {}
    this = facts.rounds[-1]
    this.findings = [AreaFinding.model_validate(one) for one in told.get("findings") or []]
    this.reported_at = reports[-1].at if reports else before.at
    this.corrected_at = reports[-1].at if reports and reports[-1].text == "correct final report" else None
    back = next((one.at for one in reversed(_said(before)) if one.text == "return images"), None)
    this.images_returned_at = back
    _decide(facts, before, this.reported_at)
    found = {finding.area: finding.acceptable for finding in this.findings}
    for area in facts.areas:
        if area.id in withdrawn:
            area.state = _state_of(area, found, this.kind)
    this.form = Form(opens_at=before.at, form=0, closure=0, held_days=held_days)
    return facts


def _state_of(area: AreaFact, found: dict[str, bool], kind: RoundKind) -> AreaState:
    if area.id in found:
        return AreaState.ACCEPTABLE if found[area.id] else AreaState.NOT_ACCEPTABLE
    return AreaState.UNTESTED if kind is RoundKind.REPEAT else AreaState.NOT_ACCEPTABLE


def _decide(facts: CycleFacts, before: Before, reported_at: datetime) -> None:
    """Let the cycle know of the result of an appeal, or of a supplemental review, of its report."""
    this = facts.rounds[-1]
    for entry in (one for one in _said(before) if one.at >= reported_at and one.text in RESULTS):
        told = [AreaFinding.model_validate(one) for one in (entry.detail.get("message") or {}).get("findings") or []]
        areas = [finding.area for finding in told]
        if entry.text in APPEALED:
            this.appeal = Appeal(
                contested=areas, letters=[], additional_images=False, findings=told, decided_at=entry.at
            )
        else:
            this.supplemental = SupplementalReview(number=1, contested=areas, findings=told, decided_at=entry.at)


def _open(before: Before, facts: CycleFacts, dues: dict[str, datetime], undone: str) -> Caused:
    terms, form = cast(Edition, before.terms), facts.rounds[-1].form
    opened = _newest(before, FORM)
    opens_at = opened.opens_at if opened else before.at
    if form is not None and APPEAL in dues:
        facts.deadlines = [
            Window(number=0, name=APPEAL, rule="appeal.past_due", source="", opens_at=opens_at, due_at=dues[APPEAL])
        ]
        form.appeal = 0
    told = {
        "opens_at": opens_at.isoformat(),
        "due_at": dues[FORM].isoformat(),
        "deficiencies": before.case.deficiencies,
        **form_offer(facts, terms, max(before.at, opens_at)).told(),
    }
    windows = tuple(window(before, name, opens_at, due_at) for name, due_at in dues.items())
    return Caused("option_form_open", "option_form.open", told | ({"undone": undone} if undone else {}), windows)


CAUSES: dict[type[Message], Callable[[Any, Before], list[Caused]]] = {ViewFinalReport: _viewing, UndoOption: _undoing}
"""What each message tells by letter, at once."""
