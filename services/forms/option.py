"""What the option form offers in a case, and what an appeal must hold: for the terminal and for the portal."""

from typing import Any, NamedTuple

from activities.terms import edition_carried
from policy.accreditation.appeal import signer
from policy.accreditation.option_table import FIRST, TABLE, row_of
from policy.accreditation.rounds import AreaState
from policy.application import AccreditationApplication, AreaKind
from policy.editions.own import OwnEditions
from policy.identity import parse_designation_id
from policy.rules import RULES
from policy.status import CaseStatus, OptionView
from policy.words import listed, outcome_words
from services.case_snapshot import CaseSnapshot
from services.forms.cycle import PACKAGES, said


class Appeal(NamedTuple):
    """What an appeal in a case must hold (S1, "Appeals").

    Attributes:
        contested: The areas that are not acceptable.
        signers: Who signs the letter: the role, with the name that the application lists, where it lists one.
        medium: How the images were submitted, and those of the appeal come.
        exams: The exams that were submitted of these areas; only sequences of them may follow.
    """

    contested: list[str]
    signers: list[str]
    medium: str
    exams: list[str]

    def lines(self) -> list[str]:
        """Return it as sentences."""
        exams = f" Sequences may follow of the original exams only: {listed(self.exams)}." if self.exams else ""
        return [
            f"It contests {listed(self.contested)}. The letter is signed by {listed(self.signers)}.",
            f"The images come as those of the submission did: by {self.medium}.{exams}",
        ]


def appeal_of(snapshot: CaseSnapshot) -> Appeal | None:
    """Return what an appeal in a case must hold; None where it is not known which areas the application has."""
    application = AccreditationApplication.model_validate(snapshot.status.get("application") or {})
    failed = {area.id for area in snapshot.case.areas if area.state == AreaState.NOT_ACCEPTABLE}
    kinds = {area.id: area.kind for unit in application.units for area in unit.areas if area.id in failed}
    if not kinds:
        return None
    contacts = {one.role: one.name for one in application.facility.contacts} if application.facility else {}
    roles = [signer(application.modality, kind) for kind in AreaKind if kind in kinds.values()]
    signers = [f"the {role.replace('_', ' ')}{f' ({contacts[role]})' if contacts.get(role) else ''}" for role in roles]
    packages = [said(entry) for entry in snapshot.entries if entry.kind == "message" and entry.text in PACKAGES]
    package = packages[-1] if packages else {}
    exams = [_exam(exam) for exam in package.get("exams") or [] if exam.get("area") in failed]
    return Appeal([*kinds], signers, str(application.medium or "the same medium"), exams)


def _exam(exam: dict[str, Any]) -> str:
    of = f"{exam['area']}, {exam['subject']}" if exam.get("subject") else exam["area"]
    return f"{exam.get('exam')} ({of})"


def explained(case: CaseStatus, own: OwnEditions) -> list[OptionView]:
    """Return every option with its reason: the case's own, or the stage where no outcome asks for a choice.

    Args:
        case: How it stands.
        own: The office's own editions.
    """
    if case.options:
        return list(case.options)
    edition = edition_carried(case.edition, own)
    surveyed = edition is not None and edition.survey_based
    rule = "case.closed" if case.closed_at else "case.wrong_stage"
    if case.closed_at:
        reason = f"The case is closed: {outcome_words(case.outcome or 'nothing more follows')}."
    elif parse_designation_id(case.case):
        reason = "A designation has no option form; options follow an unsuccessful final report of an accreditation."
    elif surveyed:
        reason = "A survey accredits this program: no option form follows its report."
    else:
        reason = f"The case is in the stage {case.stage}: an option is chosen after an unsuccessful final report."
    known = row_of(1, edition) if edition and not surveyed else TABLE[FIRST]
    return [OptionView(option=one, open=False, rule=rule, reason=reason, source=RULES[rule]) for one in known]
