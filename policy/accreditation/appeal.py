"""Appeals: what is contested, letters and signers, materials, the arbitrator's independence (S1, "Appeals")."""

import re
from pathlib import PurePosixPath

from policy.accreditation.cycle import CycleFacts
from policy.accreditation.rounds import AreaState
from policy.accreditation.testing_package import judge_findings
from policy.application import AreaKind, ContactRole, Modality, responsible_physician
from policy.facts import Stage
from policy.messages import (
    AssignArbitrator,
    ChooseOption,
    Document,
    IssueAppealResult,
    Option,
    SubmitAppealMaterials,
)
from policy.rules import refuse
from policy.words import listed

IMAGES = frozenset(
    {".dcm", ".dicom", ".ima", ".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".jp2", ".webp", ".nii"}
    | {".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".iso"}
)
"""Endings of DICOM, image and archive files: none of them is a letter."""


def signer(modality: Modality | None, kind: AreaKind) -> ContactRole:
    """Return who signs the letter, by the kind of area that is contested (mammography: decided)."""
    return responsible_physician(modality) if kind is AreaKind.CLINICAL else ContactRole.MEDICAL_PHYSICIST


def contested(facts: CycleFacts, choice: ChooseOption) -> list[str]:
    """Return what an appeal contests: every not-acceptable area that is not withdrawn with the same form."""
    return [area.id for area in facts.areas_in(AreaState.NOT_ACCEPTABLE) if area.id not in choice.areas_withdrawn]


def judge_medium(facts: CycleFacts, choice: ChooseOption) -> None:
    """Judge that the appeal comes the same way as the submission.

    Raises:
        Refused: `appeal.different_medium`.
    """
    if choice.medium is not None and choice.medium is not facts.medium:
        raise refuse(
            "appeal.different_medium",
            f"The images were submitted {facts.medium.words}, the appeal comes {choice.medium.words}.",
            f"Appeal {facts.medium.words}.",
        )


def judge_letters(facts: CycleFacts, choice: ChooseOption) -> None:
    """Judge the letters: there are some, everyone who must sign has signed, and no images come with them.

    Raises:
        Refused: `appeal.images_with_letter`, `appeal.letter_missing` or `appeal.wrong_signer`.
    """
    beside = choice.documents if facts.rules_revision >= 3 else ()
    if images := [document.name for document in (*choice.letters, *beside) if is_image(document)]:
        raise refuse(
            "appeal.images_with_letter",
            f"{listed(images)} is no letter but images.",
            "Send letter and forms alone; images that were missing follow as materials of the appeal.",
        )
    disputed = contested(facts, choice)
    kinds = [kind for kind in AreaKind if any(a.id in disputed and a.kind is kind for a in facts.areas)]
    needed = [signer(facts.application.modality, kind) for kind in kinds]
    physician = responsible_physician(facts.application.modality).replace("_", " ")
    if not disputed:
        return
    if not choice.letters:
        raise refuse(
            "appeal.letter_missing",
            f"An appeal of {listed(disputed)} needs a letter.",
            f"Send a letter signed by the {listed(role.replace('_', ' ') for role in needed)}.",
        )
    signed = {letter.signed_by.role for letter in choice.letters if letter.signed_by}
    if missing := [role.replace("_", " ") for role in needed if role not in signed]:
        raise refuse(
            "appeal.wrong_signer",
            f"The signature of the {listed(missing)} is missing.",
            f"A letter on clinical areas is signed by the {physician}, on phantoms by the medical physicist.",
        )


def strange_signers(facts: CycleFacts, choice: ChooseOption) -> list[str]:
    """Return a warning for each letter whose named signer the application does not list in the signer's role.

    Such a letter is accepted: people change, and an application is corrected later than they do. Both sides hear of it.
    """
    if choice.option is not Option.APPEAL or facts.rules_revision < 3:
        return []
    signers = [signer(facts.application.modality, kind) for kind in AreaKind]
    strange = []
    for letter in choice.letters:
        signed = letter.signed_by
        if signed and signed.name and signed.role in signers:
            role = ContactRole(signed.role)
            if facts.folded(signed.name) not in facts.listed(role):
                strange.append(
                    f"{letter.name} is signed by {signed.name} as {role.replace('_', ' ')}, whom the application does "
                    "not list in that role; it is accepted. Correct the application, or send a letter by who is listed."
                )
    return strange


def is_image(document: Document) -> bool:
    """Return whether a document's name or address ends like images or an archive of them."""
    address = re.split(r"[?#]", document.uri, maxsplit=1)[0]
    return any(PurePosixPath(name.strip().lower()).suffix in IMAGES for name in (document.name, address))


def judge_materials(facts: CycleFacts, message: SubmitAppealMaterials) -> None:
    """Judge materials: only left-out sequences of the exams originally submitted, never a new case or a whole exam.

    Raises:
        Refused: `case.wrong_stage`, `appeal.whole_exam`, `testing.unknown_area` or `appeal.new_case`.
    """
    appeal = facts.round.appeal
    if facts.stage is not Stage.APPEAL or appeal is None:
        raise refuse("case.wrong_stage", f"No appeal is open; the case is in the stage {facts.stage.words}.")
    if appeal.complete_at is not None:
        raise refuse("case.wrong_stage", "The appeal's materials are complete and with the arbitrator.")
    if message.whole_exam:
        raise refuse(
            "appeal.whole_exam",
            "An entire exam cannot be submitted again.",
            "Submit only the sequences that were left out of the original exam.",
        )
    for sequence in message.sequences:
        if facts.area(sequence.area) is None:
            raise refuse("testing.unknown_area", f"{sequence.area} is no area of the application.")
        original = {facts.token(exam.subject) for exam in facts.original_exams(sequence.area)}
        if sequence.area not in appeal.contested or facts.token(sequence.subject) not in original:
            raise refuse(
                "appeal.new_case",
                f"The sequence for {sequence.area} does not belong to an exam that is contested.",
                f"Submit sequences of the original exams of {listed(appeal.contested)} only.",
            )


def judge_arbitrator(facts: CycleFacts, message: AssignArbitrator | IssueAppealResult) -> None:
    """Judge that an appeal is open and that its arbitrator reviewed or arbitrated in no earlier round of the case.

    Raises:
        Refused: `case.wrong_stage` or `appeal.arbitrator_not_independent`.
    """
    if facts.stage is not Stage.APPEAL or facts.round.appeal is None:
        raise refuse("case.wrong_stage", f"No appeal is open; the case is in the stage {facts.stage.words}.")
    judge_arbitrator_alone(facts, message.arbitrator)


def judge_arbitrator_alone(facts: CycleFacts, name: str) -> None:
    """Judge that an arbitrator reviewed or arbitrated in no earlier round of the case.

    Raises:
        Refused: `appeal.arbitrator_not_independent`.
    """
    arbitrator = facts.folded(name)
    instead = "Choose a reviewer who took part in no earlier review or appeal of the case."
    reviewed = [
        *(r.reviewers for r in facts.rounds),
        *(r.supplemental.reviewers for r in facts.rounds if r.supplemental),
    ]
    if arbitrator in {facts.folded(one) for names in reviewed for one in names}:
        raise refuse("appeal.arbitrator_not_independent", f"{name} reviewed this case before.", instead)
    before = [r.appeal.arbitrator for r in facts.rounds[:-1] if r.appeal and r.appeal.arbitrator]
    if facts.rules_revision >= 3 and arbitrator in {facts.folded(name) for name in before}:
        reason = f"{name} decided an earlier appeal of this case."
        raise refuse("appeal.arbitrator_not_independent", reason, instead)


def judge_result(facts: CycleFacts, message: IssueAppealResult) -> None:
    """Judge an appeal's result: independent, after all materials, one finding for each contested area.

    Raises:
        Refused: as `judge_arbitrator`, `appeal.materials_incomplete`, `report.area_missing` or `report.unknown_area`.
    """
    judge_arbitrator(facts, message)
    appeal = facts.round.appeal
    if appeal and appeal.findings is not None:
        raise refuse("appeal.already_decided", "The result has been issued; the arbitrator's determination is final.")
    if appeal is None or appeal.complete_at is None:
        raise refuse(
            "appeal.materials_incomplete",
            "The appeal's materials are not complete.",
            "Wait for the last materials: whoever hands them in says that they are complete.",
        )
    judge_findings(message.findings, appeal.contested)
