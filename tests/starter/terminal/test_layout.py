"""Text that fits a screen: lines hang under their last column, tables shrink or become cards, words stay whole."""

import pytest

from starter.terminal.output import card, hung, widths

CASE = "accreditation.OH-0417.ct.CT-1.1"


def test_a_line_that_fits_is_left_alone() -> None:
    assert hung("ok           server  127.0.0.1:7233", 40) == ["ok           server  127.0.0.1:7233"]


def test_a_line_hangs_under_its_last_column() -> None:
    assert hung("ok  server  a version that takes its time to be said", 40) == [
        "ok  server  a version that takes its",
        "            time to be said",
    ]


def test_where_the_last_column_has_no_room_it_hangs_further_left() -> None:
    line = f"warning      settings           {CASE} is open"
    assert hung(line, 44) == ["warning      settings", f"             {CASE}", "             is open"]


def test_text_without_columns_hangs_two_further_in() -> None:
    assert hung("  As told by the books, as of yesterday", 24) == ["  As told by the books,", "    as of yesterday"]


def test_a_word_is_never_broken() -> None:
    assert hung(f"see {CASE} today", 20) == ["see", f"  {CASE}", "  today"]


def test_lines_of_a_text_wrap_each_by_itself() -> None:
    assert hung("one two three\nfour", 8) == ["one two", "  three", "four"]


def test_a_table_with_room_has_its_natural_widths() -> None:
    assert widths([["Case", "Due"], [CASE, "2026-12-01"]], 80) == [len(CASE), 10]


def test_long_text_gives_way_and_ids_do_not() -> None:
    text = "a text that is much longer than what a column should take of a screen"
    assert widths([["Case", "What"], [CASE, text]], 80) == [len(CASE), 80 - 7 - len(CASE)]


@pytest.mark.parametrize("width", [40, 61])
def test_a_screen_without_room_has_no_table(width: int) -> None:
    assert widths([["Case", "What"], [CASE, "a text that has more than twenty-four letters"]], width) is None


def test_a_card_names_each_cell_but_the_empty_ones() -> None:
    titles = ["Invoice", "Paid", "", "Open", "Case"]
    assert card(titles, ["2026-000001", "$0.00", "soon", "", CASE], 50) == [
        "Invoice: 2026-000001",
        "  Paid: $0.00   soon",
        f"  Case: {CASE}",
    ]


def test_the_card_of_a_sum_says_so() -> None:
    assert card(["Invoice", "Open"], ["Total", "$5.00"], 50) == ["Total", "  Open: $5.00"]


def test_a_long_cell_of_a_card_wraps() -> None:
    assert card(["ID", "To"], ["1", "one@example.org, two@example.org"], 24) == [
        "ID: 1",
        "  To: one@example.org,",
        "    two@example.org",
    ]
