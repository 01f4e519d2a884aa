"""A body that is not ACR sends letters that speak of itself alone; mammography cites its own articles."""

import re
from collections.abc import Iterator

import pytest

from activities.notices.compose import compose
from activities.notices.index import TEXTS, index_of
from activities.notices.previews import programs_of, sample_case, sample_notice
from activities.papers.press import press
from activities.terms import rules_at
from policy.designation.edition import DicoeEdition, shipped_parts
from policy.edition import Edition
from policy.editions.own import OwnEditions
from policy.office import OfficeSettings
from policy.rules import OF_MAMMOGRAPHY, OFFICE, RULES, S1, TIME, source_of
from policy.terms.parts import EditionWords
from policy.words import role_in_words
from records.tables import CaseRecord
from tests.activities.notices.test_oncology_texts import OWN, SHARED
from tests.activities.orders import an_office
from tests.activities.papers.printed import letters_of
from tests.activities.papers.said import KINDS, said
from tests.applications import sample
from tests.records.rows import NOON, a_case

BODY = "SIC"
FOREIGN = re.compile(r"\bACR\b|American College", re.IGNORECASE)


def a_body() -> OfficeSettings:
    """Return the settings of a body that does not exist: the shipped rules under its own name."""
    issuer = {"name": "Sample Imaging Council", "email": "office@council.example.org", "phone": "312-555-0100"}
    issuer["address"] = "2 Sample Avenue, Sampleville, IL 60601"
    own_desk = {"dicoe_phone": "312-555-0102", "dicoe_email": "centers@council.example.org"}
    office = an_office(issuer=issuer, office=own_desk)
    own = [
        _renamed(rules_at("accreditation", NOON, modality)) for modality in ("mammography", "radiation_oncology", "ct")
    ]
    parts = tuple(part | {"edition": "sic", "title": "Handbook", "words": {"body": BODY}} for part in _parts())
    editions = office.editions.having(OwnEditions(accreditation=tuple(own), parts=parts))
    return office.model_copy(update={"editions": editions})


def _renamed(edition: object) -> Edition:
    assert isinstance(edition, Edition)
    changes = {
        "edition": f"sic-{edition.edition}",
        "title": "Handbook of the council",
        "words": EditionWords(body=BODY),
    }
    return edition.model_copy(update=changes)


def _parts() -> Iterator[dict[str, object]]:
    return (part for part in shipped_parts() if part["edition"] == "2021-01-01")


def of_body(name: str) -> CaseRecord:
    data = sample(name)
    return sample_case(data["program"], data)


OF_DESIGNATIONS = sorted(path.stem for path in (TEXTS / "dicoe").glob("*.txt") if not path.stem.startswith("_"))
SHARED_KINDS = sorted(kind for kind in index_of("accreditation").kinds if "accreditation" in programs_of(kind))
LETTERS = [
    *(("ct-unit", kind) for kind in SHARED_KINDS),
    *(("mammography-unit", kind) for kind in SHARED_KINDS),
    *(("radiation-oncology", kind) for kind in (*OWN, *SHARED)),
    *(("dicoe-ohio", kind) for kind in (*OF_DESIGNATIONS, *SHARED)),
]


@pytest.mark.parametrize(("name", "kind"), LETTERS)
def test_a_letter_of_another_body_speaks_of_that_body_alone(name: str, kind: str) -> None:
    case = of_body(name)
    told = sample_notice(case, kind)
    facts = told.notice.facts | {"team": [f"Sample Three ({role_in_words('acr_staff_technologist', BODY)})"]}
    words = compose(kind, case, facts, told.notice.at, a_body(), told.deadlines)
    assert not FOREIGN.search(f"{words.subject} {words.body} {words.html}"), words.body


@pytest.mark.parametrize("kind", KINDS)
def test_a_paper_speaks_of_whoever_issues_it_alone(kind: str) -> None:
    told = said(kind)
    told["issuer"] = told["issuer"] | {"name": "Sample Imaging Council"}
    assert not FOREIGN.search(letters_of(press(kind, told)))


def test_another_body_cites_its_own_book_and_its_office_as_before() -> None:
    rules = a_body().editions.in_force("accreditation", NOON.date(), "ct")
    assert rules.where("option_form.past_due", RULES["option_form.past_due"]) == "Handbook of the council"
    assert rules.where("case.waiting", RULES["case.waiting"]) == RULES["case.waiting"]
    assert rules.where("option_form.past_due", "Handbook, 4.2") == "Handbook, 4.2"
    shipped = rules_at("accreditation", NOON, "ct")
    assert shipped.where("option_form.past_due", RULES["option_form.past_due"]).startswith(S1)


def test_a_designation_of_another_body_is_read_with_its_words() -> None:
    rules = a_body().editions.in_force("dicoe", NOON.date())
    assert isinstance(rules, DicoeEdition)
    assert rules.words.body == BODY


@pytest.mark.parametrize("rule", sorted(OF_MAMMOGRAPHY))
def test_mammography_cites_no_article_of_the_diagnostic_modalities(rule: str) -> None:
    assert rule in RULES
    source = source_of(rule, "mammography")
    assert not source.startswith((S1, TIME))
    assert source.startswith(OFFICE) or "ammography" in source


@pytest.mark.parametrize("kind", sorted(index_of("accreditation").kinds))
def test_a_letter_of_mammography_cites_mammography(kind: str) -> None:
    case = of_body("mammography-unit")
    told = sample_notice(case, kind)
    if told.notice.facts["rule"] in OF_MAMMOGRAPHY:
        words = compose(kind, case, told.notice.facts, told.notice.at, an_office(), told.deadlines)
        assert S1 not in " ".join(words.body.split())
    assert a_case().modality == "ct", "the other modalities keep to theirs"
