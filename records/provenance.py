"""Which runs of the server may write of a case: the one with which it began, and those that continue it.

An id of the server can be used again, by anybody who reaches it, once its workflow has ended. The books are bound to
the first run that wrote of a case; what was started later under the same id is another one's.
"""

from sqlmodel import Session

from records.queries import case_by_id
from records.tables import CaseRecord
from records.words import STARTING


class AnotherRun(LookupError):
    """A run wants to write of a case that these books know as another run's."""


def keep_to_first_run(session: Session, case_id: str, first_run_id: str | None) -> CaseRecord | None:
    """Return the case's row, if there is one, after seeing that it is the one of this run.

    Args:
        session: The books.
        case_id: The case.
        first_run_id: The run with which the asker began, as the server knows it; null where nobody has asked the server
            (activities that are called by hand), and nothing is seen to.

    Raises:
        AnotherRun: The books know the case as that of another run.
    """
    case = case_by_id(session, case_id)
    if case and first_run_id and case.first_run_id and case.first_run_id != first_run_id:
        raise AnotherRun(f"the books know {case_id} as the case that began with run {case.first_run_id}")
    return case


def refuse_repetition(case: CaseRecord | None, number: int, *, opens: bool, passed: bool) -> None:
    """See that a step comes after all that were taken: a run that was reset lives through the same days again.

    Args:
        case: The case's row, if there is one.
        number: The step's number; it counts through all runs of a case.
        opens: Whether it is the case's first one.
        passed: Whether another run has taken it, or a later one. Steps of a run that the server has lost do not count:
            the case begins anew, and the books add what they lack.

    Raises:
        AnotherRun: Another run took that step, or a later one, before.
    """
    if case is None:
        return
    if opens and case.stage != STARTING:
        raise AnotherRun(f"{case.case_id} opened long ago, and a run wants to open it again")
    if not opens and case.stage == STARTING:
        raise AnotherRun(f"{case.case_id} has not opened yet, and a run wants to go on with it")
    if passed:
        raise AnotherRun(f"step {number} of {case.case_id}, or a later one, was taken by another run before")
