"""Every template prints what it is told, leaves out what it is not, and stays on its page whatever people wrote."""

from typing import Any

import pytest

from activities.papers.cleaning import printable
from activities.papers.press import press
from tests.activities.papers.printed import (
    INCH,
    claims_of,
    edges_of,
    fonts_of,
    letters_of,
    pages_of,
    reader_of,
    words_of,
)
from tests.activities.papers.said import FINDINGS, KINDS, LINES, OWN, said, texts_in

OURS = {
    *("number", "case", "issued", "stamp", "issuer", "program", "option", "options", "invoice", "round", "sha256"),
    *("due", "received", "granted", "counts_from", "expires", "since", "as_of", "day"),
    *("form_opens", "form_due", "appeal_due", "unit_price", "amount", "total", "paid", "credited", "outstanding"),
    *("charged", "settled", "balance"),
}
"""What the program and the office themselves write: all else comes from people outside."""
FRAMED = {"certificate", "designation"}
TYPST_FONTS = ("LibertinusSerif", "NewCM", "DejaVuSansMono")
MARKUP = '#let x = 1; #panic("no") *bold* _it_ $x^2$ `raw` <label> @ref [x] {y} \\u{41} // "q" = Heading'
HOSTILE = {
    "markup": MARKUP,
    "one long word": "W" * 300,
    "many words": "A name that goes on and on " * 12,
    "lines": "first\nsecond\n\n\nthird\n- item\n= heading",
    "right to left": "مركز التصوير الطبي מרכז הדמיה",
    "accents": "Zürich Łódź Đà Nẵng İstanbul Αθήνα Київ",
    "no font has them": "放射線科 서울 ศูนย์ 🏥",
    "controls": "a\x00b\x07c\ud800d\u200be\u202ef",
    "space": "   ",
}


def everywhere(kind: str, text: str) -> Any:
    """Return what a paper says with the same text wherever people outside wrote one."""

    def put(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: one if name in OURS else put(one) for name, one in value.items()}
        if isinstance(value, list):
            return [put(one) for one in value]
        return text if isinstance(value, str) else value

    return printable(put(said(kind)))


@pytest.mark.parametrize("kind", KINDS)
def test_a_paper_says_all_that_it_is_told(kind: str) -> None:
    own = {name: value for name, value in OWN[kind].items() if name not in {"option", "options", "invoice"}}
    printed = letters_of(press(kind, said(kind)))
    areas = [text for text in texts_in(own) if text not in {"chest", "head"}]
    missing = [text for text in ["Sample Imaging Center", *areas] if "".join(text.split()) not in printed]
    assert missing == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_again_is_the_same_byte_for_byte(kind: str) -> None:
    backwards = dict(reversed(said(kind).items()))
    assert press(kind, said(kind)) == press(kind, backwards)


@pytest.mark.parametrize("kind", KINDS)
def test_a_paper_can_do_without_any_one_thing(kind: str) -> None:
    nothings: list[Any] = [None, "", [], {}]
    for number, left_out in enumerate(said(kind)):
        without = {name: value for name, value in said(kind).items() if name != left_out}
        assert ("pdfuaid:part" in claims_of(press(kind, without))) == (left_out != "stamp"), left_out
        assert pages_of(press(kind, without | {left_out: nothings[number % len(nothings)]})) >= 1, left_out


@pytest.mark.parametrize("kind", KINDS)
def test_a_paper_of_which_nothing_is_known_is_still_one(kind: str) -> None:
    assert pages_of(press(kind, {})) == 1


@pytest.mark.parametrize("nothing", [None, ""])
@pytest.mark.parametrize("kind", KINDS)
def test_parts_may_lack_everything(kind: str, nothing: str | None) -> None:
    def emptied(value: Any) -> Any:
        if isinstance(value, dict):
            return dict.fromkeys(value, nothing)
        return [emptied(one) for one in value] if isinstance(value, list) else value

    facts = {name: value if name == "stamp" else emptied(value) for name, value in said(kind).items()}
    assert pages_of(press(kind, facts)) >= 1
    without = {name: [{}] if value == [{}] or name in {"lines", "findings"} else value for name, value in facts.items()}
    assert pages_of(press(kind, without)) >= 1


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("kind", KINDS)
def test_whatever_people_wrote_stays_within_the_margins(kind: str, text: str) -> None:
    margin = 0.28 * INCH if kind in FRAMED else INCH
    for edges in edges_of(press(kind, everywhere(kind, text))):
        assert min(edges.left, edges.right) >= margin - 2, edges
        assert min(edges.top, edges.bottom) >= 0.28 * INCH - 2, edges


@pytest.mark.parametrize("kind", KINDS)
def test_markup_is_printed_as_it_is_and_never_read(kind: str) -> None:
    assert "".join(MARKUP.split()) in letters_of(press(kind, everywhere(kind, MARKUP)))


@pytest.mark.parametrize("kind", KINDS)
def test_a_paper_can_be_kept_and_read_aloud(kind: str) -> None:
    pdf = press(kind, said(kind))
    root: Any = reader_of(pdf).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-US"
    assert "/StructTreeRoot" in root
    claims = claims_of(pdf)
    assert "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in claims
    assert "<pdfuaid:part>1</pdfuaid:part>" in claims


@pytest.mark.parametrize("kind", KINDS)
def test_metadata_names_the_paper_its_issuer_and_its_case(kind: str) -> None:
    known = reader_of(press(kind, said(kind))).metadata
    assert known is not None
    assert known.title is not None
    assert known.title.endswith("XX2028-000007")
    assert known.author == "Sample Accreditation Office"
    assert known.keywords == "XX2028-000007, accreditation.OH-0417.ct.CT-1.1"
    assert known.creation_date is not None
    assert known.creation_date.isoformat() == "2028-06-03T16:00:00+00:00"


@pytest.mark.parametrize("text", ["right to left", "accents", "no font has them"])
@pytest.mark.parametrize("kind", KINDS)
def test_all_fonts_are_embedded_and_none_is_this_machines(kind: str, text: str) -> None:
    fonts = fonts_of(press(kind, everywhere(kind, HOSTILE[text])))
    assert fonts
    assert all(fonts.values()), fonts
    assert [name for name in fonts if not name.startswith(TYPST_FONTS)] == []


def test_right_to_left_and_accented_names_can_be_read_again() -> None:
    facts = said("invoice", holder={"name": "Zürich Łódź Київ Αθήνα"}, subject="שלום")
    assert "Zürich Łódź Київ Αθήνα" in words_of(press("invoice", facts))
    assert "שלום" in words_of(press("invoice", facts))


def test_what_no_font_has_is_a_box_and_the_paper_claims_no_standard() -> None:
    pdf = press("invoice", said("invoice", holder={"name": "放射線科 Clinic"}))
    assert "Clinic" in words_of(pdf)
    assert "pdfuaid:part" not in claims_of(pdf)


@pytest.mark.parametrize("kind", KINDS)
def test_a_sample_is_marked_across_the_page_and_in_words(kind: str) -> None:
    sample, real = (words_of(press(kind, said(kind, sample=sample))) for sample in (True, False))
    assert "SAMPLE" in sample
    assert "it proves nothing" in sample
    assert "SAMPLE" not in real.replace("SAMPLE ACCREDITATION OFFICE", "")
    assert "it proves nothing" not in real


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (4, 1), (5, 1), (18, 1), (19, 2), (40, 2), (150, 4)])
def test_a_certificate_is_one_page_until_its_areas_need_another(count: int, pages: int) -> None:
    areas = [{"id": f"area-{number}", "label": f"module number {number}, adult"} for number in range(count)]
    pdf = press("certificate", said("certificate", areas=areas))
    assert pages_of(pdf) == pages
    printed = letters_of(pdf)
    assert [area["label"] for area in areas if "".join(area["label"].split()) not in printed] == []
    first = reader_of(pdf).pages[0].extract_text()
    assert "For the office" in first
    assert "31 May 2031" in first


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_certificate_keeps_its_dates_and_number_on_the_first_page(text: str) -> None:
    first = reader_of(press("certificate", everywhere("certificate", text))).pages[0].extract_text()
    assert "31 May 2031" in first
    assert "XX2028-000007" in first


def test_a_certificate_names_no_persons_address() -> None:
    assert "@" not in words_of(press("certificate", said("certificate")))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "statement"])
def test_a_paper_says_how_a_copy_is_verified(kind: str) -> None:
    said_of_it = words_of(press(kind, said(kind)))
    assert "To verify a copy" in said_of_it
    assert "703-555-0100" in said_of_it
    assert "The office holds the file against its books" in said_of_it
    assert "accredit " not in said_of_it


def test_forty_findings_fill_pages_that_are_counted_and_named() -> None:
    findings = [FINDINGS[number % 2] | {"label": f"module {number}"} for number in range(40)]
    pdf = press("final_report", said("final_report", findings=findings))
    pages = [page.extract_text() for page in reader_of(pdf).pages]
    assert len(pages) >= 3
    assert all(f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, start=1))
    assert all("XX2028-000007" in page for page in pages)
    assert all(
        "Recommendation" in page for page in pages if "module" in page.replace("module or", "").replace("a module", "")
    )


def test_the_third_deficiency_leads_through_a_survey() -> None:
    options = ["appeal", "reinstate", "withdraw"]
    second, third = (
        words_of(press("final_report", said("final_report", deficiencies=number, options=options))) for number in (2, 3)
    )
    assert "Reinstate with corrective action" in second
    assert "which makes a first failure" in second
    assert "Reinstate after a scheduled on-site survey" in third
    assert "This is the third deficiency, which makes a second failure." in third


def test_a_report_that_everything_passed_offers_no_options() -> None:
    passed = words_of(press("final_report", said("final_report", passed=True, findings=FINDINGS[:1])))
    assert "is accredited" in passed
    assert "Your options" not in passed


def test_thirty_lines_of_an_invoice_all_are_there() -> None:
    lines = [LINES[0] | {"description": f"line {number}"} for number in range(30)]
    printed = words_of(press("invoice", said("invoice", lines=lines)))
    assert [line for line in lines if str(line["description"]) not in printed] == []


def test_the_result_of_a_supplemental_review_speaks_of_no_arbitrator() -> None:
    told = said("appeal_result", review="supplemental", options=["appeal"], appeal_due="18 June 2028, 24:00 ET")
    printed = words_of(press("appeal_result", told))
    assert "Result of the supplemental review" in printed
    assert "arbitrator" not in printed.partition("What is next")[0]
    assert "another supplemental review of the same report is not possible" in printed
    assert "An appeal must reach us by" in printed
    assert "arbitrator" in words_of(press("appeal_result", said("appeal_result")))
