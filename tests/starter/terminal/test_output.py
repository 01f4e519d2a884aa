"""What is printed is read and never obeyed, whatever people typed and wherever output goes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from policy.text.visible import on_one_line, visible
from services.settings import SAMPLES
from starter.terminal.output import card, hung, say, show_json, show_table, widths
from tests.starter.terminal.terminal import shown

ESCAPES = {
    "erase the line": ("\x1b[2K", "\\x1b[2K"),
    "name the window": ("\x1b]0;owned\x07", "\\x1b]0;owned\\x07"),
    "a sequence in one character": ("\x9b31m", "\\x9b31m"),
    "begin the line anew": ("paid\rowed", "paid\\rowed"),
    "go back": ("5\b6", "5\\x086"),
    "turn the direction": ("\u202e05.2$", "\\u202e05.2$"),
    "half a character": ("\ud83d", "\\ud83d"),
}
ESCAPING = pytest.mark.parametrize(("typed", "read"), ESCAPES.values(), ids=ESCAPES)
NAME = "\u6771\u4eac\u753b\u50cf"
"""Four characters, eight columns wide."""


@ESCAPING
def test_what_a_terminal_would_obey_is_shown(typed: str, read: str) -> None:
    assert visible(f"A {typed} centre") == f"A {read} centre"


@pytest.mark.parametrize(
    "text", ["Caf\u00e9 M\u00fcller", NAME, "two\nlines", "\u0644\u0637\u0628", "\U0001f9d1\u200d\u2695"]
)
def test_what_people_write_is_left_as_it_is(text: str) -> None:
    assert visible(text) == text


def test_a_cell_is_one_line() -> None:
    assert on_one_line("one\r\ntwo\u2028three\tfour") == "one two three four"


@ESCAPING
def test_lines_and_tables_are_never_obeyed(typed: str, read: str, capsys: pytest.CaptureFixture[str]) -> None:
    say(f"To: {typed}")
    show_table(["Name"], [[typed]])
    out = capsys.readouterr().out
    assert out.count(read) >= 1
    assert all(sign.isprintable() or sign == "\n" for sign in out)


@ESCAPING
def test_json_is_never_obeyed_and_reads_back_as_it_was(
    typed: str, read: str, capsys: pytest.CaptureFixture[str]
) -> None:
    show_json({"name": typed})
    out = capsys.readouterr().out
    assert json.loads(out) == {"name": typed}
    assert out.replace("\n", "").isprintable()


async def test_on_a_terminal_a_name_from_outside_moves_no_cursor(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(json.dumps({"program": "\x1b]0;owned\x07\x1b[2K"}), "utf-8")
    _, text = await shown(tmp_path, "check", "x.json", columns=200)
    assert "owned" in text
    assert "\x07" not in text


def test_a_character_of_two_columns_takes_two() -> None:
    assert widths([["Name", "Due"], [NAME, "today"]], 80) == [8, 5]
    assert hung(f"See  {NAME} {NAME} {NAME} {NAME}", 32) == [f"See  {NAME} {NAME} {NAME}", f"     {NAME}"]
    assert card(["Case", "Name", "Due"], ["C-1", NAME, "today"], 20) == ["Case: C-1", f"  Name: {NAME}", "  Due: today"]


def ran(*arguments: str, output: int, **environ: str) -> subprocess.CompletedProcess[bytes]:
    """Run `accredit`, its output going to a file descriptor."""
    own = {"PYTHONPATH": str(SAMPLES.parent), **environ}
    command = [sys.executable, "-m", "starter", *arguments]
    return subprocess.run(
        command, env=os.environ | own, stdout=output, stderr=subprocess.PIPE, timeout=120, check=False
    )


@pytest.mark.parametrize("arguments", [("explain", "--values"), ("explain", "--values", "--json"), ("--help",)])
def test_a_reader_that_has_seen_enough_ends_a_command_quietly(arguments: tuple[str, ...]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        ended = ran(*arguments, output=writer)
    finally:
        os.close(writer)
    assert (ended.returncode, ended.stderr) == (141, b"")


@pytest.mark.parametrize("arguments", [("explain", "--table"), ("explain", "--table", "--json"), ("--help",)])
def test_a_full_disk_is_told_in_one_line(arguments: tuple[str, ...]) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        ended = ran(*arguments, output=full)
    finally:
        os.close(full)
    assert (ended.returncode, ended.stderr) == (2, b"Cannot write: No space left on device.\n")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_what_an_encoding_lacks_is_printed_as_its_number(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "x.json").write_text(json.dumps({"program": NAME}), "utf-8")
    ended = ran("check", str(tmp_path / "x.json"), output=subprocess.DEVNULL, PYTHONIOENCODING=encoding)
    assert ended.returncode == 2
    assert b"\\u6771\\u4eac" in ended.stderr
