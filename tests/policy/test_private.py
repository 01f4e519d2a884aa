"""What a message may not say: every text of every message is searched, and a token stands for a patient."""

import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from policy.messages import Message
from policy.messages.proofs import claims_for, read_proof
from policy.phi.in_messages import judge_private
from policy.phi.search import search
from policy.verdict import Refused
from tests.applications import sample
from tests.policy.spoken import FIELDS, data_of, message_of
from tests.policy.test_incoming import texts_of

PATIENT = "Patient: Ada Quilvermon, DOB 03/14/1957, MRN 00483921"


def refusal(message: Message) -> Refused | None:
    try:
        judge_private(message)
    except Refused as refused:
        return refused
    return None


def with_text(data: Any, path: tuple[str | int, ...], text: str) -> Any:
    if not path:
        return text
    changed: Any = dict(data) if isinstance(data, dict) else list(data)
    changed[path[0]] = with_text(data[path[0]], path[1:], text)
    return changed


def texts(name: str) -> list[tuple[str | int, ...]]:
    data = data_of(name)
    found = []
    for path in texts_of(data):
        value: Any = data
        for step in path:
            value = value[step]
        if isinstance(value, str):
            found.append(path)
    return found


def takes(name: str, path: tuple[str | int, ...]) -> bool:
    """Return whether a field takes such a text at all (a date, a digest, an id, one of a list does not)."""
    try:
        return bool(message_with(name, path))
    except ValidationError:
        return False


def message_with(name: str, path: tuple[str | int, ...]) -> Message:
    return type(message_of(name)).model_validate(with_text(data_of(name), path, PATIENT))


SIGNED_LIKE_A_NAME = "pT-RgVORDhg6UwAYRJ0rOJV8msJJqOpuKcPtOxVhjPG6eiELUVi6sbJIJIt3tmDQqCif4n1Uvw9A8ZNLczJXow"
"""A signature that could be one, and begins as words about a patient do."""


def test_the_letters_of_a_proof_are_no_words_and_what_only_stands_in_its_place_is_searched() -> None:
    ann = {"name": "Ann Sample", "role": "administrator"}
    viewed = message_of("view_final_report", by=ann)
    at = datetime(2026, 11, 1, 12, tzinfo=UTC)
    claims = claims_for(viewed, issuer="OH-0417", case_id="accreditation.OH-0417.ct.CT-1.1", namespace="office", at=at)
    head, body = (
        urlsafe_b64encode(json.dumps(part, default=str).encode()).decode().rstrip("=")
        for part in ({"alg": "EdDSA", "kid": "OH-0417-1"}, claims.model_dump(mode="json"))
    )
    signed = viewed.model_copy(update={"proof": f"{head}.{body}.{SIGNED_LIKE_A_NAME}"})
    assert read_proof(str(signed.proof))
    assert list(search(str(signed.proof))), "the example says nothing any more: find another one"
    assert refusal(signed) is None
    forged = refusal(viewed.model_copy(update={"proof": PATIENT}))
    assert forged
    assert forged.rule == "message.contains_phi"


EVERYWHERE = [(name, path) for name in sorted(FIELDS) for path in texts(name) if takes(name, path)]


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_an_ordinary_message_of_every_kind_says_nothing_of_a_patient(name: str) -> None:
    assert refusal(message_of(name)) is None


@pytest.mark.parametrize(("name", "path"), EVERYWHERE, ids=[f"{n}.{'.'.join(map(str, p))}" for n, p in EVERYWHERE])
def test_what_identifies_a_patient_is_found_in_every_text_of_every_message(
    name: str, path: tuple[str | int, ...]
) -> None:
    message = message_with(name, path)
    refused = refusal(message)
    assert refused is not None
    assert refused.rule == "message.contains_phi"
    assert str(path[0]) in refused.reason
    told = refused.verdict(message.digest()).model_dump_json(exclude={"digest"})
    assert not any(value in told for value in ("Quilvermon", "1957", "00483921"))


TOKENS = [
    "S-101", "p1", "101", "12345", "S-000123", "subject-017", "Subject_17", "ANON-0014", "patient-7", "V-02",
    "2026-014", "CT/2026/3", "#4", "subject-head-neck-adult", "token-b",
    "3f2b8c9e-7d1a-4c55-9a0e-52b1c0ffee00", "ab" * 32, "P1-knee-coil", "KX7-QW",
]  # fmt: skip
NO_TOKENS = {
    "HollowayMargaret19570314MRN00483921": "number of a record",
    "Mrs Doe": "more than one word",
    "Doe^Jane": "more than one word",
    "Doe,Jane": "more than one word",
    "Holloway": "a name",
    "margaret-holloway": "a name",
    "HOLLOWAY_M": "a name",
    "Müller-1": "a name",
    "\u041f\u0435\u0442\u0440\u043e\u0432-1": "a name",
    "00483921": "number of a record",
    "483921": "number of a record",
    "S-0048392": "number of a record",
    "MRN\uff10\uff10\uff14\uff18\uff13\uff19\uff12\uff11": "number of a record",
    "453-56-7890": "social security",
    "1957-03-14": "a date",
    "S-3/14/1957": "a date",
    "S\u200b-" + "1" * 70: "too long",
}


def a_package(subject: str) -> Message:
    exam = {"area": "knee-coil", "exam": "knee", "subject": subject}
    return type(message_of("submit_testing_package")).model_validate(
        data_of("submit_testing_package") | {"exams": [exam]}
    )


@pytest.mark.parametrize("subject", TOKENS)
def test_an_opaque_token_stands_for_a_patient(subject: str) -> None:
    assert refusal(a_package(subject)) is None


@pytest.mark.parametrize("subject", NO_TOKENS)
def test_what_is_no_opaque_token_is_refused_by_what_it_looks_like(subject: str) -> None:
    refused = refusal(a_package(subject))
    assert refused is not None
    assert refused.rule == "message.contains_phi"
    assert refused.reason.startswith("exams.0.subject: ")
    assert NO_TOKENS[subject] in refused.reason
    assert subject not in refused.reason


def test_the_images_of_an_appeal_go_by_tokens_too() -> None:
    data = data_of("submit_appeal_materials") | {"sequences": [{"area": "chest", "subject": "Quilvermon"}]}
    assert refusal(type(message_of("submit_appeal_materials")).model_validate(data)) is not None


@pytest.mark.parametrize(
    "name",
    [
        "Holloway_Margaret_MRN00483921.pdf",
        "patient-name-Ada-Quilvermon.pdf",
        "DOB03141957.pdf",
        "Quilvermon_19570314.pdf",
        "scan 1957-03-14.pdf",
        "mrn=482133.dcm",
        "QUILVERMON^ADA.dcm",
    ],
)
def test_the_name_and_the_address_of_a_document_are_read_as_words(name: str) -> None:
    plain = data_of("submit_corrective_action_plan")["documents"][0]
    for changed in ({"name": name}, {"uri": f"https://files.example.org/plans/{name.replace(' ', '%20')}"}):
        if "uri" in changed and "1957" in name and "DOB" not in name:
            continue  # a day in an address is the store's own business
        data = data_of("submit_corrective_action_plan") | {"documents": [plain | changed]}
        refused = refusal(type(message_of("submit_corrective_action_plan")).model_validate(data))
        assert refused is not None, changed
        assert "documents.0" in refused.reason


ORDINARY = [
    "Dr. Ada Quilvermon reviewed the images on March 5, 2027 and called the technologist at 614-555-0142.",
    "The patient was not centered; the patient's arms were down. Repeat the chest exam of another patient.",
    "Ms. Greta Monverdo, RT(R)(CT), was trained on 2027-03-05 by the physicist, Hugo Polkami.",
    "Patient motion on series 3. Technique factors are missing; FOV too large for an average adult patient.",
    "Check 104233 of 03/12/2027, remittance 48213377, account of the facility at Sample Bank.",
    "Flight CMH-BOS, confirmation QX7T2L; taxi; hotel, 2 nights (receipt no. 4471220)",
    "The medical physicist's phone is now 614-555-0199, his e-mail physics@example.org.",
    "Scanner serial number 48332177 replaced by 48332901; the unit is 9 years old.",
    "All names, medical record numbers and dates of birth must be removed from the images.",
    "Moved to 200 Sample Parkway, Suite 12, Columbus, OH 43215 on 1 March 2027; new administrator: Ada Quilvermon.",
    "The subject of area chest-adult is S-101; the subject of head is S-102.",
    "Appeal received by fax on 5 March; original letter of Dr. Polkami follows by mail.",
    "Adult abdomen: noise at 120 kVp, 180 mAs, pitch 0.984; CTDIvol 13.1 mGy. Pediatric: 45 kg, 10 years.",
    "Called the facility twice; Mrs. Monverdo will send the survey agreement by 2027-04-01.",
    "Patient schedule of the site visit: bring 3 adult and 2 pediatric cases, each with its report.",
]


@pytest.mark.parametrize("text", ORDINARY)
def test_what_an_office_writes_every_day_is_taken(text: str) -> None:
    for name, field in (("issue_credit_note", "reason"), ("close_case", "reason")):
        assert refusal(type(message_of(name)).model_validate(data_of(name) | {field: text})) is None


@pytest.mark.parametrize(
    "name", ["ct-unit", "mri-cd", "breast-ultrasound", "dicoe-ohio", "dicoe-abroad", "dicoe-fifteen-locations"]
)
def test_a_whole_application_within_a_message_names_nobody_but_the_facilitys_people(name: str) -> None:
    data = data_of("start_renewal") | {"application": sample(name)}
    assert refusal(type(message_of("start_renewal")).model_validate(data)) is None


def test_json_within_a_message_is_searched_by_the_names_of_its_fields() -> None:
    data = data_of("amend_application") | {"changes": {"patient": {"name": "Ada Quilvermon", "mrn": 483921}}}
    refused = refusal(type(message_of("amend_application")).model_validate(data))
    assert refused is not None
    assert "changes.patient.name" in refused.reason
    assert "changes.patient.mrn" in refused.reason
