"""`accredit option`: the option form as one friendly command, sent as the signal `choose_option`."""

from pathlib import Path
from typing import Annotated, Any

import typer

from policy.application import Medium
from policy.messages import ChooseOption, Option
from services.composition import compose, merged
from services.errors import InputFault, Unusable
from services.settings import office_user
from starter.cases.delivery import deliver
from starter.terminal.arguments import (
    ANSWER_WITHIN,
    AsJson,
    ByName,
    ByRole,
    CaseId,
    ForName,
    ForRole,
    MessageId,
    Reason,
    ReceivedAt,
    Timeout,
    envelope,
    here,
    seconds,
)

Files = list[Path] | None
Letters = Annotated[Files, typer.Option("--letter", metavar="FILE", help="A letter of appeal; may be given again.")]
Signers = Annotated[
    list[str] | None,
    typer.Option("--signed-by", metavar="ROLE[:NAME]", help="Who signed the letter: one for all, or one for each."),
]
Documents = Annotated[Files, typer.Option("--document", metavar="FILE", help="Another document; may be given again.")]
Attested = Annotated[bool, typer.Option("--attest", help="The attestation box is checked.")]
Areas = Annotated[
    list[str] | None, typer.Option("--withdraw-area", metavar="ID", help="An area to withdraw; may be given again.")
]
FormFile = Annotated[Path | None, typer.Option("--withdrawal-form", metavar="FILE", help="The signed withdrawal form.")]
FormSigner = Annotated[
    str | None,
    typer.Option(
        "--withdrawal-form-signed-by",
        metavar="ROLE:NAME",
        help="Who signed the withdrawal form: the listed supervising physician, by name.",
    ),
]
Grounds = Annotated[
    str | None, typer.Option("--grounds", metavar="TEXT", help="Of a withdrawal: below_minimum, emergency_use, other.")
]
Images = Annotated[bool, typer.Option("--additional-images", help="Sequences that were left out will follow.")]
AsUpdate = Annotated[bool, typer.Option("--update", help="Send it as an update instead of the signal.")]


def option(
    ctx: typer.Context,
    case: CaseId,
    choice: Annotated[Option, typer.Argument(metavar="OPTION", help=f"One of {', '.join(Option)}.")],
    letter: Letters = None,
    signed_by: Signers = None,
    document: Documents = None,
    attest: Attested = False,
    withdraw_area: Areas = None,
    withdrawal_form: FormFile = None,
    withdrawal_form_signed_by: FormSigner = None,
    grounds: Grounds = None,
    medium: Annotated[Medium | None, typer.Option(help="How the images of an appeal come.")] = None,
    additional_images: Images = False,
    by_name: ByName = None,
    by_role: ByRole = None,
    for_name: ForName = None,
    for_role: ForRole = None,
    reason: Reason = None,
    message_id: MessageId = None,
    received_at: ReceivedAt = None,
    update: AsUpdate = False,
    timeout: Timeout = ANSWER_WITHIN,
    as_json: AsJson = False,
) -> None:
    """Choose an option after an unsuccessful outcome, and print the verdict on the choice.

    `accredit explain CASE` says which options are open, and why the others are not. Before a choice somebody at the
    facility has viewed the report (`accredit send CASE view_final_report`), and the form has opened. The office enters
    a form that came by mail or fax with --for-name. The choice is signalled to the case, which judges it as of the
    instant at which it was received. Who signed is said by whoever sends: no signature is supplied.

    For example:

        accredit option CASE repeat --attest --by-name "Ann Sample"
        accredit option CASE appeal --attest --medium upload --letter letter.pdf --signed-by supervising_physician
        accredit option CASE withdraw_areas --attest --withdraw-area knee --withdrawal-form form.pdf
            --withdrawal-form-signed-by "supervising_physician:Ann Sample"
        accredit option CASE withdraw --attest --for-name "Ann Sample" --reason "by fax"
    """
    given: dict[str, Any] = {
        "option": choice.value,
        "attested": attest,
        "areas_withdrawn": withdraw_area or [],
        "withdrawal_grounds": grounds,
        "withdrawal_form": _signed(withdrawal_form, withdrawal_form_signed_by) if withdrawal_form else None,
        "medium": medium.value if medium else None,
        "letters": _letters(letter or [], signed_by or []),
        "documents": [{"uri": str(file)} for file in document or []],
        "additional_images": additional_images,
    }
    spoken = envelope(
        by_name=by_name,
        by_role=by_role,
        for_name=for_name,
        for_role=for_role,
        reason=reason,
        message_id=message_id,
        received_at=received_at,
    )
    message = compose(ChooseOption, merged(given, spoken), folder=here(), user=office_user())
    deliver(ctx, case, message, signal=not update, within=seconds(timeout), as_json=as_json)


def _letters(files: list[Path], signers: list[str]) -> list[dict[str, Any]]:
    """Return the letters with their signers: one signer for all of them, or one for each.

    Raises:
        Unusable: So many signers do not go with so many letters.
    """
    if len(signers) > 1 and len(signers) != len(files):
        found = f"{len(signers)} for {len(files)} letter(s)"
        raise Unusable([InputFault("--signed-by", "", found, "one for all letters, or one for each in their order")])
    each = signers if len(signers) == len(files) else signers * len(files)
    return [_signed(file, each[place] if each else None) for place, file in enumerate(files)]


def _signed(file: Path, signer: str | None) -> dict[str, Any]:
    role, _, name = (signer or "").partition(":")
    return {"uri": str(file), "signed_by": {"role": role, "name": name or None} if role else None}
