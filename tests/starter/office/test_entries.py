"""Entries about money say what they are about in words."""

import pytest

from services.facility.account import about


@pytest.mark.parametrize(
    ("case_id", "words"),
    [
        ("accreditation.OH-0417.ct.CT-1.1", "CT unit CT-1"),
        ("accreditation.OH-0417.ct.CT-1.2", "CT unit CT-1, cycle 2"),
        ("accreditation.MD-0310.breast_ultrasound.site.1", "breast ultrasound"),
        ("accreditation.MD-0310.another_modality.U-1.1", "another modality unit U-1"),
        ("dicoe.PRACTICE-02.OH.1", "practice in OH"),
        ("dicoe.PRACTICE-02.OH.2", "practice in OH, term 2"),
        ("something else", "something else"),
    ],
)
def test_a_case_is_named_by_what_it_is_about(case_id: str, words: str) -> None:
    assert about(case_id) == words
