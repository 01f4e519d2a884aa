"""Appeals: letters and signatures, materials of the original exam only, an arbitrator who saw nothing before."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from policy.accreditation.appeal import contested
from policy.accreditation.cycle import CycleFacts
from policy.accreditation.rounds import Appeal, AreaState
from policy.application import Medium
from policy.facts import Stage
from policy.messages import AssignArbitrator, IssueAppealResult, SubmitAppealMaterials
from tests.policy.cycles import (
    CHEST,
    HEAD,
    PHANTOM,
    REPEATED,
    REPORTED,
    REVIEWERS,
    a_cycle_after_a_failed_repeat,
    a_cycle_with_a_deficient_report,
    et,
    finding,
)
from tests.policy.onward import ARBITRATOR, under_appeal
from tests.policy.said import ACR, a_choice, a_document, a_withdrawal_form, refusal, refused_by, said, taken

NOW = et("2027-03-08 12:00")
PHYSICIAN, PHYSICIST = "supervising_physician", "medical_physicist"


def letters_by(*roles: str | None) -> list[Any]:
    return [a_document(f"letter-{number}.pdf", role) for number, role in enumerate(roles)]


@pytest.mark.parametrize(
    ("deficient", "signers"),
    [
        ([CHEST], [PHYSICIAN]),
        ([CHEST, HEAD], [PHYSICIAN]),
        ([PHANTOM], [PHYSICIST]),
        ([CHEST, PHANTOM], [PHYSICIAN, PHYSICIST]),
    ],
)
def test_a_letter_is_signed_by_whoever_answers_for_the_area(deficient: list[str], signers: list[str]) -> None:
    facts = a_cycle_with_a_deficient_report(*deficient)
    assert taken(facts, a_choice("appeal", letters=letters_by(*signers)), NOW) == []
    for absent in signers:
        others: list[str | None] = [s for s in (PHYSICIAN, PHYSICIST, "administrator", None) if s != absent]
        refused = refusal(facts, a_choice("appeal", letters=letters_by(*others)), NOW)
        assert refused.rule == "appeal.wrong_signer"
        assert absent.replace("_", " ") in refused.reason
    refused = refusal(facts, a_choice("appeal", letters=[]), NOW)
    assert refused.rule == "appeal.letter_missing"
    assert all(area in refused.reason for area in deficient)


def test_an_area_that_is_withdrawn_with_the_form_is_not_contested() -> None:
    facts = a_cycle_with_a_deficient_report(CHEST, PHANTOM)
    fields = {"areas_withdrawn": [CHEST], "withdrawal_form": a_withdrawal_form()}
    choice = a_choice("appeal", letters=letters_by(PHYSICIST), **fields)
    assert contested(facts, choice) == [PHANTOM]
    assert all("payers" in warning for warning in taken(facts, choice, NOW))
    facts.areas[0].state = AreaState.WITHDRAWN
    assert contested(facts, a_choice("appeal")) == [PHANTOM]


def test_only_what_was_not_acceptable_is_contested() -> None:
    assert contested(a_cycle_with_a_deficient_report(HEAD, CHEST), a_choice("appeal")) == [CHEST, HEAD]


@pytest.mark.parametrize(
    "name",
    [
        "scan.dcm", "SCAN.DCM", "scan.dicom", "scan.ima", "scan.jpg", "scan.JPEG", "scan.png", "scan.tif", "scan.tiff",
        "scan.bmp", "scan.gif", "scan.nii", "scan.nii.gz", "scan.zip", "scan.tar", "scan.tgz", "scan.7z", "scan.iso",
        "letter.pdf.zip",
    ],
)  # fmt: skip
def test_images_do_not_come_in_the_place_of_the_letter(name: str) -> None:
    facts = a_cycle_with_a_deficient_report(CHEST)
    for document in (
        a_document(name, PHYSICIAN),
        a_document("letter.pdf", PHYSICIAN, uri=f"https://example.org/{name}"),
    ):
        choice = a_choice("appeal", letters=[*letters_by(PHYSICIAN), document])
        assert refused_by(facts, choice, NOW) == "appeal.images_with_letter"


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("letter.pdf", "https://example.org/letter.pdf"),
        ("letter.docx", "file:///letters/letter.docx"),
        ("letter on scan.dcm.pdf", "https://example.org/scan.dcm/letter.pdf"),
        ("letter", "https://example.org/letter?of=scan.dcm"),
        ("letter", "https://example.org/letter#scan.zip"),
        ("letter.pdf", "http://[letter"),
    ],
)
def test_a_letter_is_no_image_whatever_it_is_about(name: str, uri: str) -> None:
    facts = a_cycle_with_a_deficient_report(CHEST)
    assert taken(facts, a_choice("appeal", letters=[a_document(name, PHYSICIAN, uri=uri)]), NOW) == []


def test_an_address_with_a_query_is_an_image_all_the_same() -> None:
    letter = a_document("letter", PHYSICIAN, uri="https://example.org/scan.dcm?version=2#page")
    facts = a_cycle_with_a_deficient_report(CHEST)
    assert refused_by(facts, a_choice("appeal", letters=[letter]), NOW) == "appeal.images_with_letter"


@pytest.mark.parametrize("submitted", list(Medium))
@pytest.mark.parametrize("appealed", [*Medium, None])
def test_an_appeal_comes_the_way_the_images_came(submitted: Medium, appealed: Medium | None) -> None:
    facts = a_cycle_with_a_deficient_report(CHEST, medium=submitted)
    choice = a_choice("appeal", medium=appealed)
    if appealed in (submitted, None):
        assert taken(facts, choice, NOW) == []
    else:
        assert refused_by(facts, choice, NOW) == "appeal.different_medium"


def open_appeal(*deficient: str, medium: Medium = Medium.UPLOAD, complete: bool = False) -> CycleFacts:
    facts = a_cycle_with_a_deficient_report(*(deficient or (CHEST, PHANTOM)), medium=medium)
    return under_appeal(facts, deficient or (CHEST, PHANTOM), NOW if complete else None)


def materials(*sequences: tuple[str, str | None], **fields: Any) -> SubmitAppealMaterials:
    return said(SubmitAppealMaterials, sequences=[{"area": a, "subject": s} for a, s in sequences], **fields)


def test_left_out_sequences_of_the_original_exam_are_taken() -> None:
    facts = open_appeal()
    assert taken(facts, materials((CHEST, f"P1-{CHEST}"), (PHANTOM, None)), NOW) == []
    assert taken(facts, materials((CHEST, f" p1-{CHEST}")), NOW) == []
    assert taken(facts, materials(complete=True), NOW) == []
    assert taken(facts, materials(documents=[a_document("phantom-form.pdf")]), NOW) == []


@pytest.mark.parametrize(
    ("area", "subject"),
    [(CHEST, "P2"), (CHEST, None), (CHEST, f"P1-{HEAD}"), (HEAD, f"P1-{HEAD}"), (PHANTOM, f"P1-{CHEST}")],
)
def test_a_new_case_is_no_sequence_of_the_original_exam(area: str, subject: str | None) -> None:
    assert refused_by(open_appeal(), materials((area, subject)), NOW) == "appeal.new_case"


def test_the_whole_exam_is_not_sent_again() -> None:
    message = materials((CHEST, f"P1-{CHEST}"), whole_exam=True)
    assert refused_by(open_appeal(), message, NOW) == "appeal.whole_exam"


def test_materials_of_an_unknown_area_are_refused() -> None:
    assert refused_by(open_appeal(), materials(("knee", "P1")), NOW) == "testing.unknown_area"


def test_after_a_failed_repeat_only_the_repeats_images_count() -> None:
    facts = under_appeal(a_cycle_after_a_failed_repeat(CHEST), [CHEST], None)
    now = REPEATED + timedelta(days=6)
    assert refused_by(facts, materials((CHEST, f"P1-{CHEST}")), now) == "appeal.new_case"
    assert taken(facts, materials((CHEST, f"P2-{CHEST}")), now) == []


def test_nothing_is_added_once_the_materials_are_complete() -> None:
    assert refused_by(open_appeal(complete=True), materials(complete=True), NOW) == "case.wrong_stage"


@pytest.mark.parametrize("medium", [Medium.CD, Medium.FILM])
def test_the_office_records_what_came_by_post(medium: Medium) -> None:
    facts = open_appeal(CHEST, medium=medium)
    assert taken(facts, materials((CHEST, f"P1-{CHEST}"), by=ACR, complete=True), NOW) == []
    assert refused_by(facts, materials((CHEST, f"P1-{CHEST}")), NOW) == "actor.not_allowed"


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.APPEAL])
def test_without_an_open_appeal_there_is_nothing_to_send_or_decide(stage: Stage) -> None:
    facts = open_appeal(complete=True)
    facts.stage = stage
    assert refused_by(facts, materials(), NOW) == "case.wrong_stage"
    assert refused_by(facts, said(AssignArbitrator, arbitrator=ARBITRATOR), NOW) == "case.wrong_stage"
    assert refused_by(facts, a_result([CHEST, PHANTOM]), NOW) == "case.wrong_stage"


def test_a_stage_without_its_appeal_has_nothing_to_decide_either() -> None:
    facts = open_appeal(complete=True)
    facts.round.appeal = None
    for message in (materials(), said(AssignArbitrator, arbitrator=ARBITRATOR), a_result([CHEST])):
        assert refused_by(facts, message, NOW) == "case.wrong_stage"


def a_result(areas: Sequence[str], arbitrator: str = ARBITRATOR) -> IssueAppealResult:
    findings = [finding(area, acceptable=True) for area in areas]
    return said(IssueAppealResult, arbitrator=arbitrator, findings=findings)


@pytest.mark.parametrize("name", [REVIEWERS[0], REVIEWERS[1].upper(), f"  {REVIEWERS[0].replace(' ', '  ')} "])
def test_the_arbitrator_reviewed_no_round_of_the_case(name: str) -> None:
    facts = open_appeal(complete=True)
    for message in (said(AssignArbitrator, arbitrator=name), a_result([CHEST, PHANTOM], name)):
        refused = refusal(facts, message, NOW)
        assert refused.rule == "appeal.arbitrator_not_independent"


def test_a_reviewer_of_an_earlier_round_is_not_independent_either() -> None:
    facts = under_appeal(a_cycle_after_a_failed_repeat(CHEST), [CHEST], REPEATED)
    facts.rounds[1].reviewers = ["Sample Reviewer Three"]
    now = REPEATED + timedelta(days=6)
    assert refused_by(facts, a_result([CHEST], REVIEWERS[0]), now) == "appeal.arbitrator_not_independent"
    assert refused_by(facts, a_result([CHEST], "Sample Reviewer Three"), now) == "appeal.arbitrator_not_independent"
    assert taken(facts, a_result([CHEST]), now) == []


def test_an_arbitrator_may_be_named_before_the_materials_are_complete() -> None:
    assert taken(open_appeal(), said(AssignArbitrator, arbitrator=ARBITRATOR), NOW) == []


def test_the_result_follows_the_materials() -> None:
    assert refused_by(open_appeal(), a_result([CHEST, PHANTOM]), NOW) == "appeal.materials_incomplete"
    assert taken(open_appeal(complete=True), a_result([CHEST, PHANTOM]), NOW) == []


def test_an_early_result_and_a_late_one_are_both_taken() -> None:
    facts = open_appeal(complete=True)
    for days in (0, 29, 30, 31, 44, 45, 46, 200):
        assert taken(facts, a_result([CHEST, PHANTOM]), NOW + timedelta(days=days)) == []


@pytest.mark.parametrize(
    ("areas", "rule"),
    [
        ([CHEST], "report.area_missing"),
        ([], "report.area_missing"),
        ([CHEST, PHANTOM, HEAD], "report.unknown_area"),
        ([CHEST, CHEST, PHANTOM], "report.unknown_area"),
    ],
)
def test_the_result_has_one_finding_for_each_contested_area(areas: list[str], rule: str) -> None:
    assert refused_by(open_appeal(complete=True), a_result(areas), NOW) == rule


def test_what_was_reported_on_stays_what_the_appeal_is_about() -> None:
    assert REPORTED < NOW
    facts = open_appeal(HEAD, complete=True)
    assert taken(facts, a_result([HEAD]), NOW) == []
    assert refused_by(facts, a_result([CHEST]), NOW) == "report.unknown_area"


@pytest.mark.parametrize("name", ["scan.dcm", "scan.jpg", "SCAN.TIF", "scan.zip"])
def test_images_are_no_supporting_documents_either(name: str) -> None:
    facts = a_cycle_with_a_deficient_report(CHEST)
    choice = a_choice("appeal", documents=[a_document("corrected-form.pdf"), a_document(name)])
    refused = refusal(facts, choice, NOW)
    assert refused.rule == "appeal.images_with_letter"
    assert name in refused.reason
    assert taken(facts, a_choice("appeal", documents=[a_document("corrected-form.pdf")]), NOW) == []
    assert taken(facts, a_choice("repeat", documents=[a_document(name)]), NOW) == []
    facts.rules_revision = 2
    assert taken(facts, choice, NOW) == []


def test_a_named_signer_who_is_not_listed_in_his_role_is_taken_with_a_warning() -> None:
    facts = a_cycle_with_a_deficient_report(CHEST)
    for name in (None, "Sample Supervising Physician", "SAMPLE  supervising physician"):
        letter = a_document("letter.pdf", {"role": PHYSICIAN, "name": name} if name else PHYSICIAN)
        assert taken(facts, a_choice("appeal", letters=[letter]), NOW) == []
    letter = a_document("letter.pdf", {"role": PHYSICIAN, "name": "Sample Successor"})
    (warning,) = taken(facts, a_choice("appeal", letters=[letter]), NOW)
    assert warning.startswith("letter.pdf is signed by Sample Successor as supervising physician, whom the application")
    facts.rules_revision = 2
    assert taken(facts, a_choice("appeal", letters=[letter]), NOW) == []


def test_who_decided_an_earlier_appeal_does_not_decide_the_next() -> None:
    facts = under_appeal(a_cycle_after_a_failed_repeat(CHEST), [CHEST], REPEATED)
    facts.rounds[0].appeal = Appeal(contested=[CHEST], letters=[], additional_images=False, arbitrator=ARBITRATOR)
    now = REPEATED + timedelta(days=6)
    for name in (ARBITRATOR, ARBITRATOR.upper(), f" {ARBITRATOR.replace(' ', '  ')}"):
        for message in (said(AssignArbitrator, arbitrator=name), a_result([CHEST], name)):
            refused = refusal(facts, message, now)
            assert refused.rule == "appeal.arbitrator_not_independent"
            assert "earlier appeal" in refused.reason
    assert taken(facts, a_result([CHEST], "Sample Other Arbitrator"), now) == []
    facts.rules_revision = 2
    assert taken(facts, a_result([CHEST]), now) == []


def test_who_was_named_for_this_appeal_decides_it() -> None:
    facts = open_appeal(complete=True)
    assert facts.round.appeal
    facts.round.appeal.arbitrator = ARBITRATOR
    assert taken(facts, a_result([CHEST, PHANTOM]), NOW) == []
