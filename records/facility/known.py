"""What the books know of many applications at once: whether there is anything to look at before their cases open."""

from collections.abc import Collection, Iterable

from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, func, select

from records.tables import CaseRecord, FacilityChange


class Known:
    """Names that the books have, of those that are asked for, and of cases that are entered meanwhile.

    A unit that the books know nothing of, at a facility that has always had this id, needs no further look.
    """

    def __init__(self, session: Session, holders: Collection[str], subjects: Collection[str]) -> None:
        """Look for facilities or practices, and for case ids without their numbers; each with one statement."""
        self._spelt: dict[str, set[str]] = {}
        for one in _spelt_like(session, col(CaseRecord.facility_id), holders):
            self._spelt.setdefault(one.lower(), set()).add(one)
        self._subjects = {one.lower() for one in _spelt_like(session, col(CaseRecord.subject), subjects)}
        self._changed = {one.lower() for one in _spelt_like(session, col(FacilityChange.facility), holders)}

    def says_nothing_of(self, holder: str, subject: str) -> bool:
        """Whether neither the unit nor another spelling of its facility is known, nor a change of that facility."""
        folded = holder.lower()
        return (
            subject.lower() not in self._subjects
            and folded not in self._changed
            and self._spelt.get(folded, {holder}) == {holder}
        )

    def learn(self, holder: str, subject: str) -> None:
        """Take down that a case of a unit has been entered."""
        self._spelt.setdefault(holder.lower(), set()).add(holder)
        self._subjects.add(subject.lower())


def _spelt_like(session: Session, column: Mapped[str], names: Iterable[str]) -> Collection[str]:
    """Return what a column holds that differs from one of the names in case at most."""
    folded = sorted({name.lower() for name in names})
    return session.exec(select(column).where(func.lower(column).in_(folded)).distinct()).all()
