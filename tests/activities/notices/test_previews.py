"""Every kind can be looked at before anybody gets it: the samples are complete, and fill their texts."""

import pytest

from activities.notices.compose import compose
from activities.notices.index import index_of
from activities.notices.previews import programs_of, sample_notice
from activities.papers.issuing import ANNOUNCED
from policy.rules import source_of
from tests.activities.notices.test_dicoe_texts import KINDS as OF_DESIGNATIONS
from tests.activities.notices.test_dicoe_texts import a_designation
from tests.activities.orders import an_office
from tests.records.rows import a_case

KINDS = [("accreditation", kind) for kind in sorted(index_of("accreditation").kinds)]
KINDS += [("dicoe", kind) for kind in OF_DESIGNATIONS]


@pytest.mark.parametrize(("program", "kind"), KINDS)
def test_a_sample_has_every_fact_of_its_kind_and_no_other(program: str, kind: str) -> None:
    case = a_case() if program == "accreditation" else a_designation()
    assert program in programs_of(kind)
    notice, deadlines = sample_notice(case, kind)
    assert notice.facts["source"] == source_of(notice.facts["rule"], program)
    assert set(notice.facts) - {"rule", "source"} >= set(index_of(program).kinds[kind].facts)
    shared = {
        fact
        for known in (index_of("accreditation"), index_of("dicoe"))
        if kind in known.kinds
        for fact in known.kinds[kind].facts
    }
    assert set(notice.facts) - {"rule", "source"} <= shared
    words = compose(kind, case, notice.facts, notice.at, an_office(), deadlines, preview=True)
    assert "PREVIEW" in words.html


def test_a_sample_speaks_of_the_cases_own_areas() -> None:
    notice, _ = sample_notice(a_case(), "application_accepted")
    assert notice.facts["areas"] == ["chest", "head", "phantom", "phantom"]


def test_nobody_has_a_sample_of_a_kind_that_there_is_not() -> None:
    assert programs_of("gossip") == []


@pytest.mark.parametrize(("program", "kind"), KINDS)
def test_a_text_says_that_something_is_attached_where_a_paper_is_announced(program: str, kind: str) -> None:
    case = a_case() if program == "accreditation" else a_designation()
    notice, deadlines = sample_notice(case, kind)
    body = compose(kind, case, notice.facts, notice.at, an_office(), deadlines).body
    assert (" attached" in " ".join(body.split())) == (kind in ANNOUNCED)
