"""Letters of mammography that are foreseen: what the office decides after a failure, interim time, image checks."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from policy.accreditation.mammography.image_check import plan_due
from policy.messages import DecideAfterFailure, GrantInterimAccreditation, OrderImageCheck, ReportImageCheck
from policy.status import CaseStatus, MqsaView
from records.tables import CaseRecord
from services.foreseen.before import Before, Caused
from services.foreseen.caused import letters_caused
from tests.policy.accreditation.mammography.cycles import TERMS

AT = datetime(2028, 3, 1, 15, tzinfo=UTC)
BY = {"message_id": "m-1", "by": {"name": "Olga Sample", "role": "acr"}}


def before(**told: Any) -> Before:
    """A case of mammography as far as these letters need it."""
    case_id = "accreditation.OH-0417.mammography.MAM-1.1"
    row = CaseRecord(
        case_id=case_id, subject="", cycle=1, program="accreditation", opened_at=AT, stage="options", application={}
    )
    case = CaseStatus.model_construct(**{"case": case_id, "stage": "options", "deadlines": (), "mqsa": None, **told})
    return Before(row, case, (), None, TERMS, AT, AT)


def caused(model: type[Any], told: Before, **fields: Any) -> Caused:
    (letter,) = letters_caused(model.model_validate({**BY, **fields}), told)
    return letter


@pytest.mark.parametrize(("number", "options"), [(2, None), (3, ["repeat", "withdraw"])])
def test_after_a_third_failure_the_letter_tells_what_the_form_takes(number: int, options: list[str] | None) -> None:
    letter = caused(
        DecideAfterFailure, before(deficiencies=number), unit_stops=True, options=["repeat"], reason="A decision."
    )
    assert letter.facts.get("options") == options
    assert letter.facts["unit_stops"] is True


def test_interim_accreditation_ends_45_days_after_the_certificate() -> None:
    kept = MqsaView(kind="full", expires_on=date(2028, 3, 10))
    letter = caused(GrantInterimAccreditation, before(mqsa=kept), reason="In time so far.")
    assert letter.facts["expires_at"] == "2028-04-25T04:00:00+00:00"


def test_without_a_certificate_no_letter_of_interim_accreditation_is_foreseen() -> None:
    message = GrantInterimAccreditation.model_validate({**BY, "reason": "In time so far."})
    assert letters_caused(message, before()) == []


def test_a_failed_image_check_asks_for_a_plan_and_a_passed_one_does_not() -> None:
    assert caused(OrderImageCheck, before(), reason="Drawn.").kind == "image_check_ordered"
    for acceptable, due in ((False, plan_due(AT, TERMS)), (True, None)):
        found = [{"area": "ffdm", "acceptable": acceptable, "comments": "Positioning."}]
        letter = caused(ReportImageCheck, before(), findings=found)
        assert letter.facts["due_at"] == (due.isoformat() if due else None)
        assert [one.due_at for one in letter.windows] == ([due] if due else [])
