"""What people wrote is seen as it is, whatever it holds; names that are honest in their script stay as they are."""

import re
import sys
import unicodedata

import pytest

from policy.text.visible import as_markdown, on_one_line, unseen, visible

HONEST = {
    "Latin": "Café Müller & Søn – O’Brien",
    "Greek and Cyrillic": "Ιατρική Щербаков",
    "Chinese": "東京画像 葛\U000e0100飾",
    "Korean": "서울영상의학과",
    "Hebrew": "מכון רנטגן\u200f (א.ב.)\u200f",
    "Arabic": "مركز الأشعة \u061c(1)",
    "Persian, with joiners": "می\u200cخواهم ه\u200d.ش",
    "Hindi": "क्\u200dष क्\u200cष",
    "Sinhala": "ශ්\u200dරී ලංකා",
    "Thai": "ศูนย์ภาพ",
    "emoji": "👩\u200d⚕\ufe0f 1\ufe0f\u20e3",
    "lines": "one\n\ttwo",
}
DECEIVING = {
    "a joiner in a Latin word": ("ad\u200dmin", r"ad\u200dmin"),
    "a second joiner behind the first": ("می\u200c\u200cخواهم", r"می‌\u200cخواهم"),
    "a mark of direction in a Latin word": ("a\u200eb", r"a\u200eb"),
    "no space at all": ("a\u200bb\u2060c\ufeffd", r"a\u200bb\u2060c\ufeffd"),
    "a soft hyphen": ("pay\u00adpal", r"pay\xadpal"),
    "tags": ("a\U000e0041\U000e007f", r"a\U000e0041\U000e007f"),
    "fillers": ("a\u3164b\u115fc", r"a\u3164b\u115fc"),
    "an override, in a Hebrew name too": ("א\u202eב\u2066ג\u2069", r"א\u202eב\u2066ג\u2069"),
    "a selector where nothing varies": ("a\ufe00b", r"a\ufe00b"),
    "a link of a terminal": ("\x1b]8;;http://x\x1b\\y\x9c", r"\x1b]8;;http://x\x1b\y\x9c"),
    "no characters": ("\x00\ufffe\uffff\ud800", r"\x00\ufffe\uffff\ud800"),
}


@pytest.mark.parametrize("name", HONEST.values(), ids=HONEST)
def test_an_honest_name_stays_as_it_was_written(name: str) -> None:
    assert visible(name) == name


@pytest.mark.parametrize(("text", "seen"), DECEIVING.values(), ids=DECEIVING)
def test_what_works_unseen_is_shown_as_its_number(text: str, seen: str) -> None:
    assert visible(text) == seen
    assert visible(seen) == seen


def test_no_character_without_a_shape_passes_by_itself() -> None:
    passing = [
        character
        for character in map(chr, range(sys.maxunicode + 1))
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") and visible(character) == character
    ]
    shown_by_fonts = {one for one in passing if re.match("SYRIAC|ARABIC|KAITHI|EGYPTIAN", unicodedata.name(one, ""))}
    assert {*passing} - shown_by_fonts == {"\n", "\t"}


def test_a_line_is_one_line() -> None:
    assert on_one_line("one\r\ntwo\u2028three\x0b\x85four") == "one two three four"
    assert unseen(on_one_line("\x1b\u202e")).search(on_one_line("\x1b\u202e")) is None


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("[x](https://evil.example)", r"\[x\](https\://evil.example)"),
        ("<h1>APPROVED</h1> &lt; | a", r"\<h1\>APPROVED\</h1\> \&lt; \| a"),
        ("a\n# b\n1. c", r"a \# b 1. c"),
        ("*a* _b_ c_d `e` ~f~ $g$", r"\*a\* \_b\_ c_d \`e\` \~f\~ \$g\$"),
        (r"\[x](y)", r"\\\[x\](y)"),
        ("mailto:a@evil.example", r"mailto\:a@evil.example"),
        ("Sample Imaging (North), 24:00", "Sample Imaging (North), 24:00"),
    ],
)
def test_in_markdown_words_stay_words(text: str, markdown: str) -> None:
    assert as_markdown(text) == markdown
