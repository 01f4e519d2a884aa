"""A command on a real terminal of 80 columns, and a picture of what stood there at last: SVG, whose words are text."""

import fcntl
import os
import pty
import re
import shlex
import struct
import termios
import textwrap
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.style import Style
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from services.settings import SAMPLES
from tools.screenshots.typist import begin_typing

COLUMNS, ROWS = 80, 50
WITHIN = 120
"""Seconds after which a command that has not ended is killed."""
INK, GREY = (30, 34, 39), (87, 96, 106)
RED, GREEN, YELLOW, BLUE = (179, 29, 40), (17, 99, 41), (125, 78, 0), (9, 82, 176)
MAGENTA, CYAN = (112, 57, 170), (14, 104, 120)
COLOURS = [INK, RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, GREY]
PAPER = TerminalTheme((255, 255, 255), INK, COLOURS, [GREY, *COLOURS[1:-1], INK])
"""The colours of a light terminal, each readable on white: the pictures are printed too."""
LETTER = 21
"""The height of letters in pixels: at this one the frames of tables meet, because rich puts 24.4 between two lines."""
LETTER_WIDTH = 0.602 * LETTER
"""Of the fonts below."""
RICH_HEIGHT = 20
"""The height that rich takes letters for."""
FORMAT = """<svg viewBox="0 0 {width} {height}" width="{width}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font: LETTERpx "DejaVu Sans Mono", "Liberation Mono", Menlo, Consolas, monospace }}
.{unique_id}-title {{ font: bold 16px system-ui, "DejaVu Sans", Arial, sans-serif }}
{styles}
</style>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})">{backgrounds}<g class="{unique_id}-matrix">
{matrix}
</g></g>
</svg>
""".replace("LETTER", str(LETTER))
"""rich's own template without the font that it fetches from the network."""
CLIPPED = re.compile(r' clip-path="[^"]*"')
"""How rich cuts each line off at its edges, and tears frames."""
MOVES = re.compile(r"\x1b\[(\d*)([AK])|\x1b\[\?25[lh]|\x1b\]8;[^\x1b]*\x1b\\|\r")
"""What moves the cursor or wipes a line (of what rich's progress lines write), or names a link."""
HARD = "\0"
"""Stands for a space at which a line does not end."""


class Shown(NamedTuple):
    """What a command left on its terminal, with its colours, and its exit code."""

    code: int
    text: str

    @property
    def plain(self) -> str:
        """Without colours."""
        return Text.from_ansi(self.text).plain


def run(words: str, folder: Path, environ: Mapping[str, str]) -> Shown:
    """Run `accredit` on a terminal of 80 columns, to its end; one that does not end is killed.

    Args:
        words: What is typed behind `accredit`.
        folder: Where it is typed.
        environ: The variables it finds, beside those that every program needs.
    """
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    needed = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "XDG_CACHE_HOME") if name in os.environ}
    own = {"PYTHONPATH": str(SAMPLES.parent), "PYTHONUTF8": "1", "TERM": "xterm-256color"}
    with ThreadPoolExecutor(1) as reader:
        reading = reader.submit(_read_all, master)
        try:
            process = begin_typing(words, folder, needed | own | dict(environ), os.ttyname(slave))
            process.join(WITHIN)
            process.kill()
            process.join()
        finally:
            os.close(slave)  # which ends the reading
        written = reading.result()
    return Shown(process.exitcode or 0, settled(written.decode("utf-8", "replace")))


def _read_all(master: int) -> bytes:
    """Return what is written to a terminal until nobody holds it any more."""
    written = b""
    try:
        while piece := os.read(master, 65536):
            written += piece
    except OSError:  # how Linux says that the other side has been closed
        pass
    finally:
        os.close(master)
    return written


def settled(written: str) -> str:
    """Return what stands on the screen at last: lines that were wiped and written anew only as they were left."""
    lines, row = [""], 0
    for part in re.split(r"(\n)", written.replace("\r\n", "\n")):
        if part == "\n":
            row += 1
            lines += [""] * (row + 1 - len(lines))
            continue
        end = 0
        for move in MOVES.finditer(part):
            lines[row] += part[end : move.start()]
            end = move.end()
            if move[2] == "A":
                row -= int(move[1] or 1)
            elif move[2] == "K":
                lines[row] = ""
        lines[row] += part[end:]
    return "\n".join(lines).rstrip()


def typed(words: str) -> str:
    """Return a command as somebody types it, continued on further lines where it is long.

    No line ends between quotes, or between an option and its value.
    """
    whole = re.sub(r'"[^"]*"|--[a-z-]+ (?!-)', lambda together: together[0].replace(" ", HARD), words)
    lines = textwrap.wrap(
        f"$ accredit {whole}", COLUMNS - 2, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
    )
    return " \\\n".join(lines).replace(HARD, " ")


def drawn(words: str, shown: Shown) -> str:
    """Return a picture of a terminal, in SVG: the command, and what it showed.

    Args:
        words: What was typed behind `accredit`.
        shown: What it showed.
    """
    console = Console(width=COLUMNS, record=True, file=StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text(typed(words), Style(bold=True, color="blue")), soft_wrap=True)
    for line in Text.from_ansi(shown.text).split("\n", allow_blank=True):
        for part in line.divide(range(COLUMNS, len(line), COLUMNS)):  # a terminal goes on in its next row
            console.print(part, soft_wrap=True)
    title = f"accredit {shlex.split(words)[0]}"
    svg = console.export_svg(title=title, theme=PAPER, code_format=FORMAT, font_aspect_ratio=LETTER_WIDTH / RICH_HEIGHT)
    framed = CLIPPED.sub("", svg).replace("rgba(255,255,255,0.35)", "#c3cad2")  # rich's edge is for a dark page
    return "\n".join(line.rstrip() for line in framed.splitlines()) + "\n"
