"""Documents of a message: which are letters, which are searched, who signed, and what follows from reading them."""

import pytest

from policy.documents import (
    INSTEAD,
    Fault,
    documents_of,
    is_screened,
    judge_addresses,
    judge_documents,
    letters_of,
    signings_of,
)
from policy.facts import RULES_REVISION
from policy.messages import (
    ConfirmCorrectiveActions,
    SubmitAppealMaterials,
    SubmitCorrectiveActionPlan,
    SubmitImageCheckPlan,
    SubmitReapplication,
    SubmitSelfAudit,
    SubmitSupplementalMaterials,
    SubmitTestingPackage,
)
from policy.rules import REFUSALS
from policy.verdict import Refused
from tests.policy.cycles import TERMS
from tests.policy.said import a_choice, a_document, said

PLAN = {"actions": [{"area": "chest", "action": "Sample."}]}


def test_every_document_of_a_message_is_found_wherever_it_stands() -> None:
    form, letter, data_form = a_document("form.pdf"), a_document("letter.pdf"), a_document("data.pdf")
    choice = a_choice("appeal", withdrawal_form=form, letters=[letter], documents=[data_form])
    assert sorted(one.name for one in documents_of(choice)) == ["data.pdf", "form.pdf", "letter.pdf"]
    assert documents_of(a_choice("repeat")) == []


def test_what_comes_with_an_appeal_must_be_no_images() -> None:
    letter, images = a_document("letter.pdf"), a_document("images.zip")
    appeal = a_choice("appeal", letters=[letter], documents=[images])
    assert letters_of(appeal, RULES_REVISION) == [letter, images]
    assert letters_of(appeal, 2) == [letter]
    assert letters_of(a_choice("repeat", documents=[images]), RULES_REVISION) == []
    assert letters_of(said(SubmitAppealMaterials, documents=[images]), RULES_REVISION) == []


def test_corrective_action_documents_are_searched_and_others_are_not() -> None:
    plan = said(SubmitCorrectiveActionPlan, documents=[a_document("plan.pdf")], **PLAN)
    assert is_screened(TERMS, plan)
    assert is_screened(TERMS, said(ConfirmCorrectiveActions, documents=[a_document("done.pdf")]))
    assert not is_screened(TERMS, said(SubmitTestingPackage, medium="upload", exams=[]))
    assert not is_screened(TERMS, a_choice("appeal"))


def test_plans_audits_and_reapplications_are_searched_by_every_edition_and_what_is_reviewed_again_is_not() -> None:
    found = [a_document("found.pdf")]
    assert is_screened(TERMS, said(SubmitImageCheckPlan, documents=found, **PLAN))
    assert is_screened(TERMS, said(SubmitSelfAudit, documents=found))
    assert is_screened(TERMS, said(SubmitReapplication, documents=found, agrees_to_survey=True))
    assert not is_screened(TERMS, said(SubmitSupplementalMaterials, documents=found))
    assert not is_screened(TERMS, said(SubmitAppealMaterials, documents=found))


def test_an_edition_that_a_case_took_along_before_documents_were_read_searches_nothing() -> None:
    before = type(TERMS).model_validate(TERMS.model_dump(exclude={"documents"}))
    assert not is_screened(before, said(ConfirmCorrectiveActions, documents=[a_document("done.pdf")]))


def test_who_signed_and_who_attested_is_recorded_with_the_digest_of_what_was_signed() -> None:
    signed = a_document(
        "letter.pdf", signed_by={"role": "medical_physicist", "name": "Sample Physicist"}, sha256="cd" * 32
    )
    choice = a_choice("appeal", letters=[signed, a_document("annex.pdf")])
    signature, attestation = signings_of(choice)
    assert signature == ("signature", "medical_physicist", "Sample Physicist", "letter.pdf", "cd" * 32)
    assert attestation == ("attestation", "administrator", "Sample Administrator", "option form", choice.digest())


def test_a_form_that_was_not_attested_has_no_attestation() -> None:
    assert signings_of(a_choice("repeat", attested=False)) == []


def test_documents_without_a_fault_pass() -> None:
    judge_documents([])


@pytest.mark.parametrize("rule", sorted(INSTEAD))
def test_a_fault_refuses_by_its_rule_with_its_source_and_what_to_do(rule: str) -> None:
    with pytest.raises(Refused) as caught:
        judge_documents([Fault(rule, "plan.pdf", "a date of birth on page 2")])
    refused = caught.value
    assert (refused.rule, refused.source) == (rule, REFUSALS[rule])
    assert refused.reason == "plan.pdf: a date of birth on page 2."
    assert refused.instead == (INSTEAD[rule],)


def test_all_faults_are_told_at_once_and_the_first_one_names_the_rule() -> None:
    faults = [
        Fault("document.digest_differs", "a.pdf", "its SHA-256 is another one."),
        Fault("document.contains_phi", "b.pdf", "a telephone number on page 1"),
    ]
    with pytest.raises(Refused) as caught:
        judge_documents(faults)
    told = caught.value
    assert told.rule == "document.digest_differs"
    assert told.reason == (
        "a.pdf: its SHA-256 is another one. b.pdf: a telephone number on page 1. (Also: document.contains_phi.)"
    )
    assert told.instead == (INSTEAD["document.digest_differs"], INSTEAD["document.contains_phi"])


PLAIN = [
    "file:///office/letters/letter.pdf", "file:///srv/ann@office/plan%3F%23.pdf", "/office/plan@home/plan.pdf",
    "plan.pdf", "https://files.example.org/~ann@office/plan.pdf", "s3://cases/ann@office.pdf", "file://localhost/plan@x.pdf",
    "file:///office/a::b.pdf", "https://[2606:4700::1111]:8443/plan.pdf",
]  # fmt: skip
SECRET = [
    "https://user:pa55word@store.example.org/x.pdf?X-Amz-Signature=abc", "https://user@store.example.org/x.pdf",
    "https://store.example.org/x.pdf?X-Amz-Signature=abc", "https://store.example.org/x.pdf#token=abc",
    "https:///user:pa55word@store.example.org/x", "https:\\\\user:pa55word@store.example.org/x",
    "HTTPS:user:pa55word@store.example.org/x", "//user:pa55word@store.example.org/x",
    "user:pa55word@store.example.org/x",
    "s3://key:secret@bucket/x.pdf", "sftp://ann:pa55word@host/x", "file://user:pa55word@host/x", "file:///x.pdf?token=abc",
    "simplecache::https://user:pa55word@store.example.org/x", "x.pdf?sig=abc",
]  # fmt: skip
CHAINED = ["simplecache::s3://cases/x.pdf", "zip://x.pdf::https://store.example.org/x.zip", "file::https://h/x", "a::b"]


@pytest.mark.parametrize("uri", PLAIN)
def test_an_address_that_names_a_place_is_plain(uri: str) -> None:
    judge_addresses(a_choice("appeal", letters=[a_document("plan.pdf", uri=uri)]))


@pytest.mark.parametrize(
    ("rule", "uri"),
    [*(("document.uri_has_secret", uri) for uri in SECRET), *(("document.uri_chained", uri) for uri in CHAINED)],
)
def test_an_address_with_a_secret_or_a_way_through_others_is_refused_and_never_repeated(rule: str, uri: str) -> None:
    plain = a_document("letter.pdf")
    with pytest.raises(Refused) as caught:
        judge_addresses(a_choice("appeal", letters=[plain], documents=[a_document("plan.pdf", uri=uri)]))
    assert (caught.value.rule, caught.value.source) == (rule, REFUSALS[rule])
    told = " ".join((caught.value.reason, *caught.value.instead))
    assert "document 2" in told or "document 1" in told
    assert not [
        part for part in ("pa55word", "Signature", "secret", "abc", "example.org") if part in told and part != "secret"
    ]
