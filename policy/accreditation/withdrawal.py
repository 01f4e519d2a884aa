"""Withdrawing modules or patient types: which areas may go, whose signature it takes (S1, "Withdraw Module/Patient
Type").
"""

from collections.abc import Iterable, Sequence

from policy.accreditation.cycle import CycleFacts
from policy.accreditation.rounds import AreaState
from policy.application import Area, AreaKind, ContactRole, Modality
from policy.edition import Edition
from policy.messages import ChooseOption
from policy.names import folded
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
    if not choice.areas_withdrawn or choice.option.ends_the_case:
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
    """Return the areas that may be withdrawn: clinical, deficient or untested, no patient type that must stay, and no
    part of a module of which another part was found acceptable, where the edition lets whole modules go alone.
    """
    in_question = facts.areas_in(AreaState.NOT_ACCEPTABLE, AreaState.UNTESTED)
    may_be = [area.id for area in in_question if area.kind is AreaKind.CLINICAL]

    def may_go(area_id: str) -> bool:
        try:
            judge_types_stay(facts, terms, [area_id])
            judge_whole_modules(facts, terms, may_be, [area_id])
        except Refused:
            return False
        return True

    return [area_id for area_id in may_be if may_go(area_id)]


def judge_areas(facts: CycleFacts, terms: Edition, choice: ChooseOption, others: Sequence[str] = ()) -> None:
    """Judge the areas to withdraw: clinical ones in question (deficient or untested), never a phantom.

    `others`: what to choose instead, where the option that was chosen cannot be had with any areas.

    Raises:
        Refused: `withdrawal.area_not_withdrawable`.
    """
    if choice.option.ends_the_case:
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


def judge_parts(facts: CycleFacts, terms: Edition, choice: ChooseOption, others: Sequence[str] = ()) -> None:
    """Judge whether the edition lets a part of a module go, or the whole module alone.

    Raises:
        Refused: `withdrawal.part_not_offered`.
    """
    if not choice.option.ends_the_case:
        judge_whole_modules(facts, terms, choice.areas_withdrawn, others=others)


def part_of(area: Area, modality: Modality | None) -> str | None:
    """Return what a part of a module is called in its modality; None: its modules have no parts that have a name."""
    if not area.submodule:
        return None
    if modality in (Modality.NUCLEAR_MEDICINE, Modality.PET):
        return "isotope"
    if modality is Modality.ULTRASOUND:
        return "vascular_submodule" if "vascular" in folded(area.module or "") else "trimester"
    return "submodule"


def judge_whole_modules(
    facts: CycleFacts,
    terms: Edition,
    going: Iterable[str],
    asked: Iterable[str] | None = None,
    others: Sequence[str] = (),
) -> None:
    """Judge that parts of a module (an isotope, a trimester, a vascular submodule) go by themselves only by an edition
    that says so; else the module goes as a whole.

    Args:
        facts: What is known of the case.
        terms: The edition that it carries.
        going: The areas that are withdrawn together.
        asked: The areas that it is asked for; None: those that are withdrawn.
        others: What is possible instead, where it is not this.

    Raises:
        Refused: `withdrawal.part_not_offered`.
    """
    gone = {*going}
    areas = {area.id: area for unit in facts.application.units for area in unit.areas}
    offered = terms.withdrawal.parts.value if terms.withdrawal.parts else []
    for area_id in gone if asked is None else asked:
        area = areas.get(area_id)
        part = part_of(area, facts.application.modality) if area else None
        if area is None or part is None or part in offered:
            continue
        stay = [
            one.id
            for one in facts.areas
            if one.id not in gone
            and one.state is not AreaState.WITHDRAWN
            and one.kind is AreaKind.CLINICAL
            and folded(areas[one.id].module or "") == folded(area.module or "")
        ]
        if stay:
            raise refuse(
                "withdrawal.part_not_offered",
                f"{area_id} ({area.submodule}) is a part of the module {area.module}; by edition {terms.edition} "
                "modules and patient types are withdrawn, no parts of them.",
                *(others or [f"Withdraw the whole module, with {listed(stay)}, or leave {area_id} in."]),
            )


def judge_patient_types(facts: CycleFacts, terms: Edition, choice: ChooseOption, others: Sequence[str] = ()) -> None:
    """Judge whether the modality lets a patient type go (a policy value).

    Raises:
        Refused: `withdrawal.patient_types_required`.
    """
    if not choice.option.ends_the_case:
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
