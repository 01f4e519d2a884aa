"""The notices of radiation oncology: each says its five things, and none speaks of images or of an option form."""

from typing import Any

import pytest
from jinja2 import Environment, meta

from activities.notices.compose import compose
from activities.notices.filters import FILTERS
from activities.notices.index import TEXTS, Audience, book_of, index, index_of
from activities.notices.layout import WIDTH
from activities.notices.previews import programs_of, sample_notice
from activities.papers.issuing import ANNOUNCED
from activities.recipients import recipients
from policy.rules import OF_ONCOLOGY, RULES, source_of
from records.tables import CaseRecord
from tests.activities.notices.test_orders import WORKFLOWS, ordered_in
from tests.activities.notices.test_texts import ALWAYS, HEADINGS, MOST, sections
from tests.activities.orders import an_office
from tests.applications import sample
from tests.records.rows import NOON, a_case

BOOK = "radiation_oncology"
OWN = sorted(path.stem for path in (TEXTS / BOOK).glob("*.txt") if not path.stem.startswith("_"))
SHARED = ("invoice", "payment_received", "application_returned", "not_granted", "withdrawn", "closed", "expired",
          "renewal_reminder", "due_date_extended", "waiting", "needs_attention")  # fmt: skip
LEAST = {"rule": "report.due", "source": RULES["report.due"]}
FULLEST: dict[str, Any] = MOST | {
    "appeal_by": "2027-07-04T04:00:00Z",
    "areas": ["MAIN", "SAT-1"],
    "findings": [{"area": "SAT-1", "acceptable": False, "comments": "Check charts.", "equipment_concern": ""}],
    "follow_up": "self_audit",
    "outcome": "deferred",
    "withdrawn": [],
}
OF_IMAGES = ("testing", "phantom", "option form", "images", "arbitrator", "reinstat", "MR scientist")


def a_practice() -> CaseRecord:
    application = sample("radiation-oncology")
    return a_case(
        case_id="accreditation.VA-0900.radiation_oncology.site.1",
        modality=BOOK,
        unit="site",
        application=application,
    )


def test_every_kind_of_its_own_has_a_text_and_every_text_a_kind() -> None:
    assert set(OWN) <= set(index_of(BOOK).kinds)
    assert set(index_of(BOOK).kinds) - set(index().kinds) <= set(OWN)
    assert book_of(a_practice()) == BOOK
    assert book_of(a_case()) == "accreditation"


@pytest.mark.parametrize("kind", OWN)
def test_a_text_uses_only_facts_that_the_index_names_for_it(kind: str) -> None:
    environment, known = Environment(autoescape=False), index_of(BOOK)
    environment.filters.update(FILTERS)
    used = {
        name
        for source in ((TEXTS / BOOK / f"{kind}.txt").read_text("utf-8"), known.kinds[kind].subject)
        for name in meta.find_undeclared_variables(environment.parse(source))
    }
    assert used - ALWAYS - {"plan_and_appeal", "their_dates"} <= {*known.kinds[kind].facts, *known.common_facts}


@pytest.mark.parametrize("facts", [{}, FULLEST], ids=["least", "most"])
@pytest.mark.parametrize("kind", [*OWN, *SHARED])
def test_a_notice_says_its_five_things_and_nothing_of_images(kind: str, facts: dict[str, Any]) -> None:
    words = compose(kind, a_practice(), LEAST | facts, NOON, an_office())
    told = sections(words.body)
    assert tuple(told) == HEADINGS
    assert all(told.values())
    assert all(len(line) <= WIDTH for line in words.body.splitlines())
    if kind in OWN:
        body = " ".join(words.body.split()).replace("no images are asked for", "").replace("No images are tested", "")
        assert not [word for word in OF_IMAGES if word in body]


@pytest.mark.parametrize("kind", OWN)
def test_a_sample_has_every_fact_of_its_kind_and_says_when_a_paper_is_attached(kind: str) -> None:
    case = a_practice()
    assert BOOK in programs_of(kind)
    notice, deadlines = sample_notice(case, kind)
    assert notice.facts["source"] == source_of(notice.facts["rule"], BOOK)
    assert set(notice.facts) - {"rule", "source"} >= set(index_of(BOOK).kinds[kind].facts)
    body = compose(kind, case, notice.facts, notice.at, an_office(), deadlines).body
    announced = kind in ANNOUNCED and kind != "appeal_result"
    assert (" attached" in " ".join(body.split())) == announced


def test_every_notice_that_its_lives_send_has_words_and_every_fact_is_known() -> None:
    known = index_of(BOOK).kinds
    ordered = list(ordered_in(*sorted((WORKFLOWS / "accreditation" / "oncology").glob("*.py"))))
    assert len(ordered) > 9
    assert [order for order in ordered if order.kind not in known] == []
    assert [(o.where, fact) for o in ordered for fact in o.facts - {*known[o.kind].facts, "outcome"}] == []


def test_the_office_alone_hears_that_it_is_time_for_a_report_or_a_survey() -> None:
    office = an_office()
    for kind in ("final_report_due", "follow_up_survey_due"):
        assert index_of(BOOK).kinds[kind].audience is Audience.OFFICE
        assert recipients(kind, a_practice(), {}, office).to == (office.issuer.email or office.mail.sender,)


def test_the_chief_is_called_so() -> None:
    words = compose("appeal_result", a_practice(), LEAST, NOON, an_office())
    assert "chief of radiation oncology" in " ".join(words.body.split())
    assert set(OF_ONCOLOGY) <= set(RULES)
