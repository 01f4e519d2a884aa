"""What one case's step means for others: an accreditation was granted or has ended, and designations rest on it."""

from policy.facts import Outcome, Stage
from records.accreditations import designations_resting_on, is_accredited
from records.books import Session
from records.tables import CaseRecord
from records.words import Program


def designations_to_tell(session: Session, case: CaseRecord, stage_before: str) -> tuple[str, ...]:
    """Return the open designation cases that must hear of a case's step.

    They hear that a unit was accredited, and that a case ended, or lost its certificate by a correction, while its
    facility has no other accredited unit of that modality. A renewed certificate has not ended.

    Args:
        session: The books, in which the step is written already.
        case: The case, as it stands after the step.
        stage_before: The stage in which it stood before.
    """
    if case.program != Program.ACCREDITATION or not case.modality or case.stage == stage_before:
        return ()
    ended = (case.stage == Stage.CLOSED and case.outcome != Outcome.RENEWED) or is_taken_back(case, stage_before)
    if ended and is_accredited(session, case.facility_id, case.modality):
        return ()
    if ended or case.stage == Stage.ACCREDITED:
        return tuple(designations_resting_on(session, case.facility_id, case.modality))
    return ()


def is_taken_back(case: CaseRecord, stage_before: str) -> bool:
    """Return whether a step took the certificate of a case back, which goes on without it. Takes what the other takes.

    A grant that a correction made again within one step took nothing back.
    """
    return stage_before == Stage.ACCREDITED and case.stage not in (Stage.ACCREDITED, Stage.CLOSED)
