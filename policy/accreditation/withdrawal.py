"""Withdrawing modules or patient types: which areas may go, whose signature it takes (S1, "Withdraw Module/Patient
Type").
"""

from collections.abc import Iterable, Sequence

from policy.accreditation.cycle import AreaState, CycleFacts
from policy.application import AreaKind, ContactRole
from policy.edition import Edition
from policy.messages import ChooseOption, Option
from policy.rules import refuse
from policy.verdict import Refused
from policy.words import listed, spoken

PAYERS = (
    "Some third-party payers may ask for more than the program's minimum; the office keeps no list of them, "
    "so ask your payers before you drop a module or patient type."
)


def judge_form(facts: CycleFacts, choice: ChooseOption) -> None:
    """Judge the form that goes with a withdrawal of areas: it names who signed it, the listed supervising physician.

    Raises:
        Refused: `withdrawal.form_unsigned`.
    """
    if not choice.areas_withdrawn or choice.option is Option.WITHDRAW:
        return
    form = choice.withdrawal_form
    how = (
        "Send the form signed by the supervising physician listed in the application, and say who that is; or fax it "
        "to the office."
    )
    if form is None or form.signed_by is None:
        missing = "is missing" if form is None else "bears no signature"
        raise refuse("withdrawal.form_unsigned", f"The withdrawal form {missing}.", how)
    if form.signed_by.role != ContactRole.SUPERVISING_PHYSICIAN:
        role = spoken(form.signed_by.role)
        raise refuse("withdrawal.form_unsigned", f"The withdrawal form is signed by the {role}.", how)
    if facts.rules_revision >= 3 and not form.signed_by.name:
        raise refuse("withdrawal.form_unsigned", "The withdrawal form names nobody who signed it.", how)
    listed_names = facts.listed(ContactRole.SUPERVISING_PHYSICIAN)
    if form.signed_by.name and listed_names and facts.folded(form.signed_by.name) not in listed_names:
        raise refuse(
            "withdrawal.form_unsigned",
            f"The withdrawal form is signed by {form.signed_by.name}; the application lists "
            f"{listed(facts.contacts_as(ContactRole.SUPERVISING_PHYSICIAN))} as supervising physician.",
            how,
        )


def withdrawable(facts: CycleFacts, terms: Edition) -> list[str]:
    """Return the areas that may be withdrawn: clinical, deficient or untested, and no patient type that must stay."""

    def may_go(area_id: str) -> bool:
        try:
            judge_types_stay(facts, terms, [area_id])
        except Refused:
            return False
        return True

    in_question = facts.areas_in(AreaState.NOT_ACCEPTABLE, AreaState.UNTESTED)
    return [area.id for area in in_question if area.kind is AreaKind.CLINICAL and may_go(area.id)]


def judge_areas(facts: CycleFacts, terms: Edition, choice: ChooseOption, others: Sequence[str] = ()) -> None:
    """Judge the areas to withdraw: clinical ones in question (deficient or untested), never a phantom.

    `others`: what to choose instead, where the option that was chosen cannot be had with any areas.

    Raises:
        Refused: `withdrawal.area_not_withdrawable`.
    """
    if choice.option is Option.WITHDRAW:
        return
    for area_id in choice.areas_withdrawn:
        area = facts.area(area_id)
        if area is None:
            why = "is no area of the application"
        elif area.kind is AreaKind.PHANTOM:
            why = "is tested with a phantom"
        elif area.state is AreaState.ACCEPTABLE:
            why = "was found acceptable"
        elif area.state is AreaState.WITHDRAWN:
            why = "is withdrawn already"
        else:
            continue
        can_go = withdrawable(facts, terms)
        what = f"What can be withdrawn{' with it' if others else ''}: {listed(can_go)}."
        raise refuse(
            "withdrawal.area_not_withdrawable",
            f"{area_id} {why}.",
            *others,
            what if can_go else "Send the form without areas to withdraw.",
        )


def judge_patient_types(facts: CycleFacts, terms: Edition, choice: ChooseOption, others: Sequence[str] = ()) -> None:
    """Judge whether the modality lets a patient type go (a policy value).

    Raises:
        Refused: `withdrawal.patient_types_required`.
    """
    if choice.option is not Option.WITHDRAW:
        judge_types_stay(facts, terms, choice.areas_withdrawn, others)


def judge_types_stay(facts: CycleFacts, terms: Edition, area_ids: Iterable[str], others: Sequence[str] = ()) -> None:
    """Judge whether these areas may go although the modality may require all patient types.

    Raises:
        Refused: `withdrawal.patient_types_required`.
    """
    if facts.application.modality not in terms.withdrawal.all_patient_types.value:
        return
    modality, whole = spoken(str(facts.application.modality)), terms.mammography is not None
    for area_id in area_ids:
        area = facts.area(area_id)
        if area and (area.patient_type or whole):
            must = "is accredited unit by unit, as a whole" if whole else "requires all patient types"
            of_whom = f" ({area.patient_type})" if area.patient_type else ""
            raise refuse(
                "withdrawal.patient_types_required",
                f"{modality} {must}: {area_id}{of_whom} must stay.",
                *(others or ["Send the form without a patient type to withdraw, or withdraw from accreditation."]),
            )
