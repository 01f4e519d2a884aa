"""The pages of the portal, as docs/portal-pages.md tells them."""

from portal.app import PAGES
from tools.pages import FILE, WORDS, written


def test_the_table_is_the_one_of_the_pages_themselves() -> None:
    assert FILE.read_text("utf-8") == written(), "run `make pages`"


def test_it_tells_every_page_and_what_each_form_does() -> None:
    assert {page.who for page in PAGES} <= set(WORDS)
    rows = [line for line in written().splitlines() if line.startswith("| `/")]
    assert len(rows) == sum(len(page.methods) for page in PAGES)
    assert [row for row in rows if row.endswith("|  |")] == []
