"""Every message of the office as a form: filled in, looked at with the letter that it causes, sent."""

from dataclasses import replace
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from policy.messages import Message, ReopenCase
from policy.messages.proofs import OFFICE_ORG
from policy.money import MoneyMessage
from policy.verdict import Refused, Verdict
from portal.forms.asked import DO, Form, empty_form, posted_form, with_documents
from portal.forms.entries import Kind, entries_of
from portal.forms.hints import Hints, hints_for
from portal.forms.shapes import as_message
from portal.office.case import lines_of
from portal.page import Page, Who
from portal.sending import WITHIN, composed, send_composed, until_written
from portal.standing import stands
from portal.visit import MESSAGE_ID, Visit
from records.words import STARTING
from services.case_snapshot import CaseSnapshot, due_of_view
from services.errors import InputFault, Unusable
from services.foreseen.possible import possible_messages, reopens
from services.foreseen.preview import Preview, letters_of
from services.message_fields import messages
from services.reopening.asking import reopen
from services.security.signing import portal_signs
from services.settlement import settle
from services.upkeep.facility_change import for_one_case_alone

SEND, PREVIEW = "send", "preview"
"""What the buttons of a form do, beside adding a row."""
PLAIN = frozenset({Kind.LINE, Kind.CHOICE, Kind.AMOUNT, Kind.NUMBER})
"""Kinds of fields that an address may fill in."""


async def show_form(visit: Visit) -> Response:
    """Show a message's form, with what is known filled in; `?invoice=` and the like choose."""
    model = _model(visit)
    snapshot = await stands(visit)
    hints = hints_for(model, snapshot, visit.world.zone, visit.now)
    plain = {entry.key for entry in entries_of(model) if entry.kind in PLAIN}
    asked = {name: value for name, value in visit.request.query_params.items() if name in plain}
    form = empty_form(model, replace(hints, values={**hints.values, **asked}), visit.world.zone, office=True)
    return _page(visit, snapshot, _known_alone(form, hints))


async def take_form(visit: Visit) -> Response:
    """Add a row, show what will go out, or send; what cannot be sent comes back with everything that was typed."""
    model = _model(visit)
    snapshot = await stands(visit)
    hints = hints_for(model, snapshot, visit.world.zone, visit.now)
    form = await with_documents(visit, posted_form(visit, model, hints, office=True))
    if form.faults:
        return _page(visit, snapshot, form, status=422)
    if visit.text(DO) not in (SEND, PREVIEW):
        return _page(visit, snapshot, form)
    try:
        said = as_message(model, form.values(visit.world.zone), snapshot.case, visit.world.zone)
        message = composed(visit, model, said)
        if alone := for_one_case_alone(message):
            raise Unusable([InputFault("new_id", "", alone, "nothing here: a merger is entered for all cases at once")])
        if visit.text(DO) == PREVIEW:
            preview = await run_in_threadpool(_preview, visit, snapshot, message)
            return _page(visit, snapshot, form, preview)
        verdict = await _sent(visit, snapshot, message)
    except Unusable as unusable:
        return _page(visit, snapshot, form.with_faults(unusable), status=422)
    except Refused as refused:
        return _page(visit, snapshot, form.with_refusal(refused.verdict()), status=422)
    if not verdict.accepted:
        return _page(visit, snapshot, form.with_refusal(verdict), status=422)
    await visit.note(model.NAME, visit.its_case.case_id)
    return visit.go(f"/office/cases/{visit.its_case.case_id}/sent/{model.NAME}/{message.message_id}")


async def show_sent(visit: Visit) -> Response:
    """Show what a message brought about, and who is awaited next."""
    name, identity = visit.request.path_params["message"], visit.request.path_params["id"]
    snapshot = await stands(visit)
    lines = list(lines_of(snapshot, visit))
    place = next((n for n, one in enumerate(lines) if _is_of(one.entry.detail, identity)), None)
    if name not in messages() or (place is None and name not in _NO_ENTRY):
        raise HTTPException(404)
    since = lines[: place + 1][::-1] if place is not None else lines[:1]
    return visit.page(
        "office/sent.html.j2",
        title="Done",
        name=name,
        lines=since,
        snapshot=snapshot,
        due=due_of_view(snapshot.case),
        possible=possible_messages(snapshot.case, reopens=reopens(snapshot.case, visit.world.settings, visit.now)),
    )


_NO_ENTRY: frozenset[str] = frozenset({"record_payment", "record_refund", "write_off", "issue_credit_note"})
"""Messages that a closed case takes in the books, where the entry may tell the money alone."""


def _is_of(detail: dict[str, Any], identity: str) -> bool:
    sent = detail.get("message")
    return isinstance(sent, dict) and sent.get("message_id") == identity


def _model(visit: Visit) -> type[Message]:
    """Return which message the address names; 404 where there is none."""
    found = messages().get(visit.request.path_params["message"])
    if found is None:
        raise HTTPException(404)
    return found


def _known_alone(form: Form, hints: Hints) -> Form:
    """Return a form without what an address chose that the case does not have."""
    wrong = {
        entry.key
        for entry in form.entries
        if entry.kind is Kind.CHOICE and form.one(entry.key) not in ("", *(value for value, _ in entry.options))
    }
    return replace(form, typed={name: values for name, values in form.typed.items() if name not in wrong})


async def _sent(visit: Visit, snapshot: CaseSnapshot, message: Message) -> Verdict:
    """Send a message to the case; money of a closed one goes into the books."""
    world, case_id = visit.world, visit.its_case.case_id
    if snapshot.case.closed_at is not None and isinstance(message, ReopenCase):
        return await _opened_again(visit, message)
    if snapshot.case.closed_at is None or not isinstance(message, MoneyMessage):
        return await send_composed(visit, case_id, message)
    return await run_in_threadpool(settle, world.books, world.mailer, world.settings, case_id, message, visit.now)


async def _opened_again(visit: Visit, message: ReopenCase) -> Verdict:
    """Have a closed case go on, signed in the visitor's name; then wait until the books tell it open."""
    world, case_id = visit.world, visit.its_case.case_id
    signs = portal_signs(world.settings.security, OFFICE_ORG)
    verdict = await reopen(world.client, world.books, world.settings, case_id, message, signs, visit.now, WITHIN)
    if verdict.accepted:
        await until_written(visit, case_id, message.key())
    return verdict


def _preview(visit: Visit, snapshot: CaseSnapshot, message: Message) -> Preview:
    world = visit.world
    return letters_of(message, visit.its_case, snapshot, world.books, world.settings, visit.now)


def _page(
    visit: Visit, snapshot: CaseSnapshot, form: Form, preview: Preview | None = None, *, status: int = 200
) -> Response:
    """Show the form. A message that was refused needs a new id; one that was not sent keeps its own."""
    keeps = form.refused is None and visit.text(MESSAGE_ID)
    return visit.page(
        "office/send.html.j2",
        status=status,
        title=form.model.NAME.replace("_", " ").capitalize(),
        form=form,
        preview=preview,
        snapshot=snapshot,
        announced=visit.its_case.stage == STARTING,
        is_possible=possible_messages(
            snapshot.case, reopens=reopens(snapshot.case, visit.world.settings, visit.now)
        ).takes(form.model),
        **({"new_message_id": keeps} if keeps else {}),
    )


PAGES: tuple[Page, ...] = (
    Page("/office/cases/{case}/send/{message}", Who.OFFICE, show_form, take_form),
    Page("/office/cases/{case}/sent/{message}/{id}", Who.OFFICE, show_sent),
)
