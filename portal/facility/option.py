"""Select Option: the option form, screen by screen as S1 describes it."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from policy.accreditation.rounds import AreaState
from policy.messages import ChooseOption, Option
from policy.status import OptionView
from portal.facility.forms import NOTHING, Attempt, attempt, message_id_for, received_page, stands
from portal.page import Page, Who
from portal.uploads import FileField, HandedIn, handed_in
from portal.visit import Visit
from services.case_snapshot import CaseSnapshot
from services.errors import NotReachable
from services.forms import cycle as cycle_forms
from services.forms.option import appeal_of, explained

LABELS: dict[Option, str] = {
    Option.APPEAL: "Appeal",
    Option.REPEAT: "Repeat",
    Option.SUPPLEMENTAL_REVIEW: "Supplemental review",
    Option.REINSTATE: "Reinstate with corrective action",
    Option.WITHDRAW_AREAS: "Withdraw module or patient type",
    Option.WITHDRAW_UNIT: "Withdraw this unit",
    Option.WITHDRAW: "Withdraw from accreditation",
}
"""How the form calls the options (public names)."""
STARTS: dict[Option, str] = {
    Option.APPEAL: "An arbitrator who took no part in the review looks at the original exam; the result is final, and "
    "is expected 30 to 45 days after the materials are complete.",
    Option.REPEAT: "The areas that were not acceptable are tested again, by the same exams; once the fee is paid and "
    "the application accepted, a testing package is due 45 days later.",
    Option.REINSTATE: "A corrective action plan is approved and carried out first; then the fee is paid and every area "
    "is tested again.",
    Option.WITHDRAW_AREAS: "The areas that you check below leave the process; where all that remain are acceptable, "
    "the unit is accredited.",
    Option.SUPPLEMENTAL_REVIEW: "The office says for your case what the review accepts, until when, and whether it has "
    "a fee; then you hand in the materials.",
    Option.WITHDRAW_UNIT: "The case of this unit closes. The facility's other units stay as they are.",
    Option.WITHDRAW: "The case closes. Accreditation signage must be taken down.",
}
"""What each choice starts, said before it is made."""
AFTER_SURVEY = (
    "A scheduled on-site survey comes first, with its base fee and the team's travel; then every area is tested."
)
GROUNDS = (
    ("", "Choose, where areas are withdrawn"),
    ("below_minimum", "Fewer exams than the recommended minimum"),
    ("emergency_use", "Emergency use"),
    ("other", "Another reason"),
)
FILES = ("letter", "letter_other", "documents", "withdrawal_form")
TEXTS = (
    "option", "letter_signer", "letter_name", "letter_other_signer", "form_signer", "grounds", "additional_images",
    "attested",
)  # fmt: skip
MESSAGE_FIELDS = {
    "letters": "letter",
    "areas_withdrawn": "areas_withdrawn",
    "withdrawal_grounds": "grounds",
    "withdrawal_form": "withdrawal_form",
}


async def option_page(visit: Visit) -> Response:
    """Show whether the form can be sent, until when, and (once it is opened) the form."""
    snapshot = await stands(visit)
    return _page(visit, snapshot, opened=visit.request.query_params.get("other") == "1")


async def choose(visit: Visit) -> Response:
    """Send the option form; a refusal shows it again with everything that was typed and uploaded."""
    appeals = visit.text("option") == Option.APPEAL
    files = [FileField(name, letter=appeals and name != "withdrawal_form") for name in FILES]
    documents = await handed_in(visit, ChooseOption, files)
    snapshot = await stands(visit)
    if not visit.text("option"):
        documents.faults["option"] = "No option is chosen. Choose one of those that are offered."
    if documents.faults:
        return _page(visit, snapshot, opened=True, documents=documents, tried=Attempt(faults=documents.faults))
    tried = await attempt(visit, ChooseOption, _fields(visit, snapshot, documents), _field_of)
    if tried.accepted:
        return received_page(visit, "option")
    return _page(visit, await stands(visit), opened=True, documents=documents, tried=tried)


def _fields(visit: Visit, snapshot: CaseSnapshot, documents: HandedIn) -> dict[str, Any]:
    """Return the message's fields as the form says them."""
    option = visit.text("option")
    forms = documents.documents("withdrawal_form", signer(visit.text("form_signer")))
    letters = documents.documents("letter", signer(visit.text("letter_signer"), visit.text("letter_name")))
    letters += documents.documents("letter_other", signer(visit.text("letter_other_signer")))
    return {
        "option": option,
        "attested": visit.text("attested") == "yes",
        "areas_withdrawn": visit.texts("areas_withdrawn"),
        "withdrawal_grounds": visit.text("grounds") or None,
        "withdrawal_form": forms[0] if forms else None,
        "medium": cycle_forms.medium_of(snapshot).value if option == Option.APPEAL else None,
        "letters": letters,
        "documents": documents.documents("documents") + forms[1:],
        "additional_images": visit.text("additional_images") == "yes",
    }


def signer(chosen: str, name: str = "") -> dict[str, Any] | None:
    """Return who signed, as it was said: a role with the listed name, or with another one; None: nobody is said."""
    role, _, listed = chosen.partition(":")
    return {"role": role, "name": listed or name or None} if role else None


def _field_of(field: str) -> str:
    name = field.partition(".")[0]
    return MESSAGE_FIELDS.get(name, name)


def _page(
    visit: Visit,
    snapshot: CaseSnapshot,
    *,
    opened: bool,
    documents: HandedIn | None = None,
    tried: Attempt = NOTHING,
) -> Response:
    if not snapshot.knows_options:
        step = "Nothing is lost. Try again in some minutes."
        raise NotReachable("case", snapshot.case.case, step, snapshot.why)
    options = explained(snapshot.case, visit.world.settings.editions.own)
    response = visit.page(
        "facility/option.html.j2",
        status=200 if tried is NOTHING else 422,
        title="Select Option",
        snapshot=snapshot,
        closed=_closed(options),
        opened=opened,
        received=bool(cycle_forms.received(snapshot, ChooseOption.NAME)),
        choices=[_choice(visit, snapshot, one) for one in options],
        windows={name: cycle_forms.window(snapshot, name) for name in ("option_form", "appeal", "closure")},
        areas=[one for one in cycle_forms.areas_of(snapshot) if one.state != AreaState.WITHDRAWN],
        signers=cycle_forms.signers_of(snapshot),
        must_sign=cycle_forms.must_sign(snapshot),
        appeal=appeal_of(snapshot),
        medium=cycle_forms.medium_of(snapshot),
        grounds=GROUNDS,
        **filled(visit, TEXTS, documents, tried),
    )
    return response


def filled(visit: Visit, texts: tuple[str, ...], documents: HandedIn | None, tried: Attempt) -> dict[str, Any]:
    """Return what a form shows of what was typed, uploaded and answered."""
    typed: Mapping[str, str] = {name: visit.text(name) for name in texts}
    return {
        "typed": typed,
        "chosen_areas": visit.texts("areas_withdrawn"),
        "kept": documents.by_field if documents else {},
        "looks": documents.warnings if documents else {},
        "faults": dict(tried.faults),
        "verdict": tried.verdict,
        "problem": tried.problem,
        "message_id": message_id_for(visit, tried, ""),
        "able_roles": sorted(visit.who.roles & ChooseOption.SENDERS),
        "as_role": visit.text("as_role"),
    }


def _closed(options: list[OptionView]) -> OptionView | None:
    """Return why no option can be chosen, by the rule about the form itself; None where one can."""
    if any(one.open for one in options):
        return None
    return next((one for one in options if (one.rule or "").startswith("option_form.")), options[0])


def _choice(visit: Visit, snapshot: CaseSnapshot, one: OptionView) -> dict[str, Any]:
    """Return an option as the form shows it: what it starts and costs, or why it is not offered."""
    option = Option(one.option)
    surveyed = option is Option.REINSTATE and snapshot.case.deficiencies > 2
    return {
        "view": one,
        "value": option.value,
        "label": LABELS[option],
        "starts": AFTER_SURVEY if surveyed else STARTS[option],
        "fee": cycle_forms.fee_of(snapshot, option, visit.world.settings),
        "until": (one.reason or "").rpartition("; until ")[2] if "; until " in (one.reason or "") else "",
    }


PAGES: tuple[Page, ...] = (Page("/cases/{case}/option", Who.FACILITY, option_page, choose),)
