"""What the books say of news that a case has heard: of the case that renews it, or of an accreditation."""

from activities.contract import NewsFound, NewsToAsk
from policy.facts import Answer, Outcome, Stage
from policy.rules import RULES
from policy.verdict import Verdict
from policy.words import TAKEN_BACK
from records.accreditations import accreditation_in_books, taken_back_in_books
from records.books import Books, Session
from records.provenance import keep_to_first_run
from records.queries import case_by_id, refusals_at, stage_entered
from records.tables import MessageRecord

GRANTED = (Stage.ACCREDITED.value, Stage.DESIGNATED.value)


def news_of(books: Books, asked: NewsToAsk) -> NewsFound:
    """Return how it stands.

    Raises:
        AnotherRun: The books know the asking case as another run's.
    """
    with books.reading() as session:
        keep_to_first_run(session, asked.case_id, asked.first_run_id)
        if asked.renewal is not None:
            return _of_renewal(session, asked.case_id, asked.renewal)
        if asked.message is not None:
            return NewsFound(answer=_answer_before(session, asked.case_id, asked.message))
        if asked.facility and asked.modality:
            return _of_accreditation(session, asked.facility, asked.modality)
    return NewsFound()


def _answer_before(session: Session, case_id: str, key: str) -> Answer | None:
    """Return what a message was answered; why it was refused stands in the timeline."""
    known = session.get(MessageRecord, (case_id, key))
    if known is None:
        return None
    if known.accepted:
        return Answer(digest=known.digest, verdict=Verdict(accepted=True, digest=known.digest))
    lines = refusals_at(session, case_id, known.at)
    wanted = known.name, known.rule
    told = next((one.detail for one in lines if (one.detail["message"], one.detail["rule"]) == wanted), {})
    rule = known.rule or ""
    verdict = Verdict(
        accepted=False,
        rule=rule,
        reason=told.get("reason", "It was refused before; the timeline says why."),
        source=told.get("source", RULES.get(rule, "")),
        digest=known.digest,
    )
    return Answer(digest=known.digest, verdict=verdict)


def _of_renewal(session: Session, case_id: str, renewal: str) -> NewsFound:
    """A renewal that was granted renews the case, whatever has become of it since."""
    case = case_by_id(session, renewal)
    if case is None or case.predecessor != case_id:
        return NewsFound()
    if granted := stage_entered(session, case.case_id, GRANTED):
        return NewsFound(stands="granted", at=granted)
    return NewsFound(stands="ended", outcome=case.outcome, at=case.closed_at) if case.closed_at else NewsFound()


def _of_accreditation(session: Session, facility: str, modality: str) -> NewsFound:
    if taken_back := taken_back_in_books(session, facility, modality):
        return NewsFound(stands="ended", outcome=TAKEN_BACK, at=taken_back[1])
    case = accreditation_in_books(session, facility, modality)
    if case is None:
        return NewsFound()
    if case.closed_at is None:
        return NewsFound(stands="granted", at=stage_entered(session, case.case_id, GRANTED) or case.first_passed_at)
    return NewsFound(stands="ended", outcome=case.outcome or Outcome.CLOSED_BY_ACR.value, at=case.closed_at)
