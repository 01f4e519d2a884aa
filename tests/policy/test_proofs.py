"""What a proof claims is held against the message, the case and the clock: a table of claims and rules."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from policy.identity import holder_of
from policy.messages import Document, Message, Role, Signature
from policy.messages.proofs import (
    LEEWAY,
    LIFE,
    LONGEST_LIFE,
    Claims,
    claims_for,
    judge_claims,
    read_proof,
    sender_of,
)
from policy.verdict import Refused
from tests.policy.spoken import message_of

CASE, PRACTICE = "accreditation.OH-0417.ct.CT-1.1", "dicoe.SAMPLE.OH.1"
ANN = {"name": "Ann Sample", "role": "administrator"}
OFFICER = {"name": "Sample Officer", "role": "acr"}
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
NOT_VERIFIED, NOT_ALLOWED, OTHER = "actor.not_verified", "actor.not_allowed", "actor.other_facility"
VIEWING = message_of("view_final_report", by=ANN)
PAYMENT = message_of("record_payment", by=OFFICER)
ENTERED = message_of("view_final_report", by=OFFICER, on_behalf_of=ANN, reason="by telephone")


def claims(message: Message, issuer: str, case_id: str = CASE, /, **changes: Any) -> Claims:
    told = claims_for(message, issuer=issuer, case_id=case_id, namespace="default", at=NOW)
    return Claims.model_validate(told.model_dump() | changes)


def rule_of(proof: Claims, message: Message, case_id: str = CASE, at: datetime = NOW) -> str | None:
    try:
        judge_claims(proof, message, case_id=case_id, namespace="default", at=at)
    except Refused as refused:
        return refused.rule
    return None


@pytest.mark.parametrize(
    ("message", "issuer", "case_id"),
    [
        (VIEWING, "OH-0417", CASE),
        (VIEWING, "SAMPLE", PRACTICE),
        (VIEWING, "office", CASE),
        (VIEWING, "office", PRACTICE),
        (PAYMENT, "office", CASE),
        (ENTERED, "office", CASE),
    ],
)
def test_a_facility_speaks_in_its_own_cases_and_the_office_in_all(message: Message, issuer: str, case_id: str) -> None:
    assert rule_of(claims(message, issuer, case_id), message, case_id) is None


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"ns": "other"}, NOT_VERIFIED),
        ({"case": "accreditation.OH-0417.ct.CT-2.1"}, NOT_VERIFIED),
        ({"message": "confirm_pledge"}, NOT_VERIFIED),
        ({"message_id": "another"}, NOT_VERIFIED),
        ({"digest": "0" * 64}, NOT_VERIFIED),
        ({"received_at": "2026-10-01"}, NOT_VERIFIED),
        ({"sub": "Bob Sample"}, NOT_ALLOWED),
        ({"sub": "  ANN  sample "}, None),
        ({"roles": ["technologist"]}, NOT_ALLOWED),
        ({"roles": []}, NOT_ALLOWED),
        ({"roles": ["technologist", "administrator"]}, None),
        ({"org": "OH-0418"}, OTHER),
        ({"org": "oh-0417"}, OTHER),
        ({"org": "office"}, OTHER),
        ({"org": ""}, OTHER),
    ],
)
def test_a_proof_is_that_of_its_message_its_case_its_person_and_its_facility(
    changes: dict[str, Any], rule: str | None
) -> None:
    assert rule_of(claims(VIEWING, "OH-0417", **changes), VIEWING) == rule


def test_nobody_but_the_office_speaks_in_its_role_or_on_somebodys_behalf() -> None:
    assert rule_of(claims(PAYMENT, "OH-0417"), PAYMENT) == NOT_ALLOWED
    assert rule_of(claims(ENTERED, "OH-0417"), ENTERED) == NOT_ALLOWED
    by_facility = message_of("view_final_report", by=ANN, on_behalf_of={"name": "Bob", "role": "facility"}, reason="x")
    assert rule_of(claims(by_facility, "OH-0417"), by_facility) == NOT_ALLOWED


def test_a_case_whose_id_names_no_facility_hears_no_facility() -> None:
    assert holder_of("somebody") is None
    assert rule_of(claims(VIEWING, "OH-0417", "somebody"), VIEWING, "somebody") == OTHER


@pytest.mark.parametrize(
    ("after", "rule"),
    [
        (timedelta(0), None),
        (LIFE + LEEWAY, None),
        (LIFE + LEEWAY + timedelta(seconds=1), NOT_VERIFIED),
        (-LEEWAY, None),
        (-LEEWAY - timedelta(seconds=1), NOT_VERIFIED),
    ],
)
def test_a_proof_is_good_for_a_while(after: timedelta, rule: str | None) -> None:
    assert rule_of(claims(VIEWING, "OH-0417"), VIEWING, at=NOW + after) == rule


@pytest.mark.parametrize("life", [LONGEST_LIFE + timedelta(seconds=1), timedelta(seconds=-1)])
def test_no_proof_lives_longer_than_a_stamp_is_believed(life: timedelta) -> None:
    longer = claims_for(VIEWING, issuer="OH-0417", case_id=CASE, namespace="default", at=NOW, life=life)
    assert rule_of(longer, VIEWING) == NOT_VERIFIED


def test_who_signed_a_document_may_be_who_sends_it() -> None:
    signed = Document(name="letter", uri="file:///a", sha256="0" * 64, signed_by=Signature(role="administrator"))
    form = message_of("choose_option", by=ANN, option="appeal", letters=[signed.model_dump(mode="json")])
    assert rule_of(claims(form, "OH-0417"), form) is None


def test_neither_digest_nor_content_nor_what_is_printed_knows_the_proof() -> None:
    proved = VIEWING.model_copy(update={"proof": "a.b.c"})
    assert proved.digest() == VIEWING.digest()
    assert "proof" not in proved.content()
    assert "a.b.c" not in repr(proved)
    assert "proof" not in VIEWING.model_dump(mode="json")


@pytest.mark.parametrize("token", ["", "x", "a.b", "a.b.c", "e30.e30.", "..", "bnVsbA.bnVsbA.x", "W10.W10.x", "é.é.é"])
def test_what_is_no_proof_tells_of_no_sender(token: str) -> None:
    assert read_proof(token) is None
    assert sender_of(VIEWING.model_copy(update={"proof": token})) is None


@pytest.mark.parametrize("claim", sorted(set(Claims.model_fields) - {"received_at"}))
def test_every_claim_is_needed(claim: str) -> None:
    told = claims(VIEWING, "OH-0417").model_dump()
    with pytest.raises(ValueError, match=claim):
        Claims.model_validate({name: value for name, value in told.items() if name != claim})


def test_a_role_is_one_of_the_proofs() -> None:
    assert claims(VIEWING, "office").roles == [Role.ADMINISTRATOR.value]
    assert claims(VIEWING, "office").org == "OH-0417"
