"""Messages about the case itself: acceptance, quotes, corrections, extensions, renewal."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from policy.accreditation.completeness import incomplete, unaddressable
from policy.accreditation.cycle import CycleFacts
from policy.application import AccreditationApplication
from policy.cases import CasePart, cases_of
from policy.dates import as_instant
from policy.edition import Edition, Rules, edition_named
from policy.facts import CaseFacts, Deadline, InvoiceFact, Stage
from policy.fees import title
from policy.messages import (
    AcceptApplication,
    AmendApplication,
    ExtendDueDate,
    MoveEdition,
    ResolveAttention,
    ReturnApplication,
    StartRenewal,
)
from policy.rules import refuse
from policy.verdict import Finding, Refused
from policy.words import due_in_words, instant_in_words, listed

ModelT = TypeVar("ModelT", bound=BaseModel)

FIXED = (
    "program",
    "application_id",
    "modality",
    "units",
    "facility.id",
    "facility.address.state",
    "facility.address.country",
)
"""What makes a case the case that it is."""


def judge_acceptance(facts: CycleFacts, message: AcceptApplication | ReturnApplication) -> None:
    """Judge whether an application can be accepted (it is paid) or returned.

    Raises:
        Refused: `case.wrong_stage`.
    """
    if facts.stage is not Stage.APPLICATION:
        raise refuse("case.wrong_stage", f"No application is open; the case is in the stage {facts.stage.words}.")
    if isinstance(message, ReturnApplication):
        return
    fee = facts.round_fee()
    if fee is None or not fee.settled:
        number = f"Invoice {fee.number}" if fee and fee.number else "The fee"
        open_still = f": {fee.outstanding:.2f} USD are still open" if fee and fee.paid else ""
        raise refuse("case.wrong_stage", f"{number} has not been paid{open_still}.", what_pays(facts, fee))


def what_pays(facts: CaseFacts, fee: InvoiceFact | None) -> str:
    """Return what comes before a fee counts as paid: its payment; before that its quote or its invoice."""
    if fee and fee.number:
        return "Record its payment first."
    return "Quote it first." if facts.unquoted() else "Wait for its invoice, then record the payment."


def judge_quote(facts: CaseFacts) -> InvoiceFact:
    """Return the invoice that waits for a quote.

    Raises:
        Refused: `quote.not_awaited`.
    """
    waiting = facts.unquoted()
    if waiting is None:
        raise refuse("quote.not_awaited", "No fee of this case waits for a quote.")
    return waiting


def judge_amendment(facts: CycleFacts, terms: Edition, message: AmendApplication) -> AccreditationApplication:
    """Return the application as the office's correction leaves it.

    Raises:
        Refused: `application.not_changeable` or `application.incomplete`.
    """
    fixed = (*FIXED, "medium") if any(r.exams for r in facts.rounds) else FIXED
    after = amended(facts.application.model_dump(mode="json"), message.changes, fixed)
    application = readable(AccreditationApplication, after)
    known = incomplete(facts.application, terms) if facts.departed else []  # who has left bars no other correction
    refuse_findings([one for one in incomplete(application, terms) if one not in known])
    refuse_new_findings(facts, unaddressable(facts.application), unaddressable(application))
    return application


def refuse_new_findings(facts: CaseFacts, before: Iterable[Finding], after: Iterable[Finding]) -> None:
    """Refuse what a correction brings about, where nothing was found before (cases from before revision 3: nothing).

    What stands against an application since it came in bars no correction of anything else.

    Raises:
        Refused: By the rules of the findings.
    """
    known = set(before)
    if facts.rules_revision >= 3:
        refuse_findings([finding for finding in after if finding not in known])


def amended(before: Any, changes: Any, fixed: Iterable[str]) -> Any:
    """Return an application with a correction applied, where nothing changes that must not.

    Raises:
        Refused: `application.not_changeable`.
    """
    after = merge_patch(before, changes)
    if changed := [name for name in fixed if _at(before, name) != _at(after, name)]:
        raise refuse(
            "application.not_changeable",
            f"{listed(changed)} cannot be changed in a running case.",
            "Close the case and start another with the right application.",
        )
    return after


def readable(kind: type[ModelT], data: Any) -> ModelT:
    """Return an application that came with a message, read.

    Raises:
        Refused: `application.incomplete`: it cannot be read; every wrong field is named.
    """
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        wrong = [f"{'.'.join(str(part) for part in e['loc'])}: {e['msg']}" for e in error.errors(include_input=False)]
        raise refuse("application.incomplete", f"The application cannot be read: {'; '.join(wrong)}.") from None


def merge_patch(target: Any, patch: Any) -> Any:
    """Apply a JSON merge patch (RFC 7386): an object merges, null removes, everything else replaces."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge_patch(merged.get(name), value)
    return merged


def _at(data: Any, path: str) -> Any:
    for name in path.split("."):
        data = data.get(name) if isinstance(data, dict) else None
    return data


def judge_extension(facts: CaseFacts, terms: Rules, message: ExtendDueDate, at: datetime) -> Deadline:
    """Return the deadline that is extended.

    The office takes back an extension of its own by another one, forwards or backwards, while the window is not used;
    never to before the day that was due first, or to a day that is past (cases that began before revision 3: later
    only).

    Raises:
        Refused: `deadline.not_running` or `deadline.not_later`.
    """
    deadline = facts.deadline(message.deadline)
    if deadline is None:
        running = [d.name for d in facts.deadlines if not d.over]
        raise refuse("deadline.not_running", f"No {message.deadline} is running.", f"Running: {listed(running)}.")
    until = as_instant(message.until, terms.zone)
    if deadline.extended_from and facts.rules_revision >= 3:
        first = _first_due(facts, deadline)
        if until < first or until <= at:
            raise refuse(
                "deadline.not_later",
                f"{due_in_words(until, terms.zone)} is past, or before {due_in_words(first, terms.zone)}, when it was "
                "due first.",
                "Name a day that is neither: an extension is taken back as far as that.",
            )
    elif until <= max(deadline.due_at, at):
        raise refuse(
            "deadline.not_later",
            f"{due_in_words(until, terms.zone)} is not later than {due_in_words(deadline.due_at, terms.zone)} and now.",
            "Name a later date.",
        )
    return deadline


def _first_due(facts: CaseFacts, deadline: Deadline) -> datetime:
    """Return how far back an extended window can be led: to its first due date, a closing not to before its form's."""
    first = deadline.extended_from[0]
    form = facts.deadline("option_form") if deadline.name == "closure" else None
    return max(first, form.due_at) if form else first


def judge_resolution(facts: CaseFacts, message: ResolveAttention) -> None:
    """Judge that the case has the attention item that is resolved, or the follow-up that is done before its day.

    A fee is not waived while its invoice is to take over what was paid on another one.

    Raises:
        Refused: `attention.unknown_item` or `invoice.not_waivable`.
    """
    followed_up = [one.item for one in facts.follow_ups]
    items = list(dict.fromkeys([*(attention.item for attention in facts.attention), *followed_up]))
    if message.item not in items:
        raise refuse("attention.unknown_item", f"The case has no item {message.item}.", f"Items: {listed(items)}.")
    carrying = [one for one in facts.invoices if one.carries and message.item == f"fee.{one.purpose}.{one.occurrence}"]
    if carrying and message.action == "skip":
        raise refuse(
            "invoice.not_waivable",
            f"What was paid on invoice {carrying[0].replaces} is to stand on the invoice that takes its place.",
            "Mend what keeps it from being issued, and try it again (`action` retry).",
        )


def judge_move(facts: CycleFacts, terms: Edition, message: MoveEdition) -> Edition:
    """Return the edition that the case moves to: one of its own modality.

    Args:
        facts: What is known of the case.
        terms: The edition that the message names, where it was looked for outside of the case; else the case's own.
        message: What is judged.

    Raises:
        Refused: `edition.unknown`.
    """
    edition = terms if terms.edition == message.edition else edition_named("accreditation", message.edition)
    if edition is None:
        reason = f"No edition {message.edition} of accreditation ships, and the office has none of that name."
        raise refuse("edition.unknown", reason, "`accredit editions` lists them.")
    modality = facts.application.modality
    if modality and modality.value not in edition.covers.value:
        raise refuse("edition.unknown", f"Edition {message.edition} does not cover {title(modality)}.")
    return edition


def judge_renewal(facts: CycleFacts, terms: Edition, message: StartRenewal, at: datetime) -> list[str]:
    """Judge an application for renewal: from the notice to the expiry, once, of the same subject.

    Args:
        facts: What is known of the case that is renewed.
        terms: The edition by which it is judged: since revision 3 the one in force when it is applied for.
        message: The application.
        at: The instant (UTC) as of which it counts.

    Returns:
        A warning where it comes after its due date.

    Raises:
        Refused: `case.wrong_stage`, `renewal.*` or `application.incomplete`.
    """
    judge_renewal_time(facts, terms, at, Stage.ACCREDITED)
    application = readable(AccreditationApplication, message.application)
    refuse_findings(incomplete(application, terms))
    renewal_part(facts, terms, application)
    judge_renewal_kind(facts, application.kind)
    return late_renewal(facts, terms, at)


def judge_renewal_kind(facts: CaseFacts, kind: str | None) -> None:
    """Judge that what is applied for calls itself a renewal.

    Raises:
        Refused: `renewal.wrong_kind`.
    """
    if kind != "renewal" and facts.rules_revision >= 3:
        raise refuse(
            "renewal.wrong_kind", f"The application is of the kind {kind}.", "Send it with the `kind` renewal."
        )


def renewal_part(facts: CycleFacts, terms: Edition, application: AccreditationApplication) -> CasePart:
    """Return the part of a renewal's application that is about this case (it may renew several units at once).

    Raises:
        Refused: `renewal.other_subject`.
    """
    (mine,) = cases_of(facts.application, terms)
    subject = mine.case_id(1).subject
    for part in cases_of(application, terms):
        if part.case_id(1).subject == subject:
            return part
    raise refuse("renewal.other_subject", f"The application is not for {subject}.", "Apply for the same unit.")


def refuse_findings(findings: list[Finding]) -> None:
    """Refuse by the rule of the first finding, with the reasons of all, if there are any."""
    if findings:
        reason = " ".join(finding.reason for finding in findings)
        raise Refused(findings[0].rule, reason, source=findings[0].source, instead=("Mend it and send it again.",))


def judge_renewal_time(facts: CaseFacts, terms: Rules, at: datetime, stage: Stage) -> None:
    """Judge that a renewal may begin: in this stage, from the notice on, once.

    Raises:
        Refused: `case.wrong_stage` or `renewal.*`.
    """
    if facts.stage is not stage:
        raise refuse(
            "case.wrong_stage", f"There is nothing to renew yet; the case is in the stage {facts.stage.words}."
        )
    if facts.renewal:
        raise refuse("renewal.already_started", f"The renewal is under way as {facts.renewal}.")
    notice = facts.latest("renewal_notice")
    if notice and at < notice.due_at:
        opens = instant_in_words(notice.due_at, terms.zone)
        raise refuse("renewal.too_early", f"The renewal begins with its notice on {opens}.", f"Apply from {opens}.")


def late_renewal(facts: CaseFacts, terms: Rules, at: datetime) -> list[str]:
    """Return a warning where a renewal's application comes after its due date."""
    due = facts.latest("renewal_application")
    if due and at > due.due_at:
        day = due_in_words(due.due_at, terms.zone)
        return [f"The renewal application was due on {day}; the present term may run out before it is granted."]
    return []
