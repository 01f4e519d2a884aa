"""Files made to hurt whoever reads them, and a process that reads them one after the other and says what it took.

    python -m tests.intake.hostile FOLDER

prints a line of JSON: what came of each file, how many bytes the process grew, and how many seconds of the processor
the slowest file took for each of its megabytes.
"""

import json
import os
import resource
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO
from pathlib import Path

from services.errors import ServiceError

MEGABYTE = 1024 * 1024
LONGEST_LINE = 20_000
"""Characters of a line that a person is told."""
MEMORY = 1024 * MEGABYTE
"""Bytes that the process may take at all, with everything that it imports: what takes more fails."""


def json_files(most: int) -> Iterator[tuple[str, bytes]]:
    """Yield JSON; `most`: bytes that the reader takes."""
    yield "many keys", ("{" + ",".join(f'"k{n}":1' for n in range(40_000)) + "}").encode()
    yield "the same key", ("{" + ",".join('"k":1' for n in range(40_000)) + "}").encode()
    yield "deep", b"[" * 200_000
    yield "deep, and ends", b'{"a":' * 900 + b"1" + b"}" * 900
    yield "a long number", b'{"a": ' + b"9" * 5_000 + b"}"
    yield "a longer number", b'{"a": ' + b"9" * 90_000 + b"}"
    yield "no number", b'{"a": NaN}'
    yield "lists", (b"[" + b"[]," * (most // 3 - 10) + b"[]]")
    yield "objects", (b'{"units": [' + b"{}," * (most // 3 - 10) + b"{}]}")
    yield "a text that does not end", b'{"a": "' + b'\\"' * (most // 2 - 10)
    yield "a text that ends half-way", b'{"a": "' + b'\\"' * (most // 2 - 10) + b"\\"
    yield "no text", b"\xff\xfe" * 1000
    yield "half a sign", b'{"program": "\\ud800"}'
    yield "nothing", b""
    yield "too large", b" " * (most + 1)


def toml_files(most: int) -> Iterator[tuple[str, bytes]]:
    """Yield TOML; `most`: bytes that the reader takes."""
    yield "deep", b"a = " + b"[" * 20_000 + b"]" * 20_000
    yield "deep tables", b"a = " + b"{a = " * 20_000 + b"1" + b"}" * 20_000
    yield "a long number", b"a = " + b"9" * 5_000
    yield "a dotted key", ".".join(["a"] * 20_000).encode() + b" = 1"
    yield "a dotted table", b"[" + ".".join(["a"] * 20_000).encode() + b"]"
    yield "a dotted key in a table", b"a = {" + " . ".join(['"a"'] * 20_000).encode() + b" = 1}"
    yield "a dotted key behind a text", b'a = "# \\" ."\n' + ".".join(["a"] * 20_000).encode() + b" = 1"
    yield "many tables", "".join(f"[x{n}.a.a.a.a.a.a.a]\n" for n in range(most // 25)).encode()[:most]
    yield "many keys", "".join(f"k{n}=1\n" for n in range(most // 9)).encode()[:most]
    yield "lists of tables", (b"[[event]]\n" * (most // 10))[:most]
    yield "a text that does not end", b'a = """' + b'\\"""' * (most // 4 - 10)
    yield "a text that ends half-way", b'a = "' + b'\\"' * (most // 2 - 10) + b"\\"
    yield "a long text that ends half-way", b'a = """' + b'\\"' * (most // 2 - 10) + b"\\"
    yield "deep behind four quotes", b'a = ["""a"""", ' + b"[" * 20_000
    yield "deep behind four others", b"a = ['''a'''', " + b"[" * 20_000
    yield "a dotted key behind five quotes", b'a = ["""a""""", {' + ".".join(["a"] * 20_000).encode() + b" = 1}]"
    yield "quotes", (b"'" * most)[:most]
    yield "no day", b"a = 2027-02-31"
    yield "no text", b"\xff\xfe" * 1000
    yield "too large", b"#" * (most + 1)


def csv_files(most: int) -> Iterator[tuple[str, bytes]]:
    """Yield CSV; `most`: bytes that the reader takes."""
    head = b"facility_id,modality\n"
    yield "cells", head + b"a," * (most // 2 - 20)
    yield "rows", head + b"a,b\n" * (most // 4 - 10)
    yield "empty rows", head + b"\n" * (most - 30)
    yield "wide rows", head + (b",".join([b"a"] * 50) + b"\n") * (most // 110)
    yield "headings", b",".join([b"facility_id"] * (most // 14))
    yield "a quote that does not end", head + b'"' + b"a" * (most - 40)
    yield "wide signs", head + "\N{OLD ITALIC LETTER A}".encode() * (most // 4 - 10)
    yield "no text", b"\xff\xfe" * 1000
    yield "too large", b"a" * (most + 1)


MERGED = '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
FONTS = "<font><b/></font>" * 140_000


def workbooks() -> Iterator[tuple[str, bytes]]:
    """Yield workbooks; a good one is in each, with one part that is not."""
    from openpyxl import Workbook

    whole = BytesIO()
    Workbook().save(whole)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<worksheet xmlns="{main}"><sheetData>{{}}</sheetData></worksheet>'
    parts = {
        "cells": ("xl/worksheets/sheet1.xml", sheet.format('<row r="1">' + "<c><v>1</v></c>" * 140_000 + "</row>")),
        "rows": (
            "xl/worksheets/sheet1.xml",
            sheet.format("".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 2900))),
        ),
        "zeros": ("xl/media/image1.png", "\0" * 39 * MEGABYTE),
        "more zeros": ("xl/media/image1.png", "\0" * 300 * MEGABYTE),
        "fonts": ("xl/styles.xml", f'<styleSheet xmlns="{main}"><fonts>{FONTS}</fonts></styleSheet>'),
        "merged": (
            "xl/worksheets/sheet1.xml",
            sheet.format("").replace("</worksheet>", f"{MERGED}</worksheet>"),
        ),
        "an entity": ("xl/workbook.xml", '<!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>'),
        "texts": ("xl/sharedStrings.xml", f'<sst xmlns="{main}">' + "<si><t>a</t></si>" * 140_000 + "</sst>"),
    }
    for name, (place, content) in parts.items():
        changed = BytesIO()
        with zipfile.ZipFile(whole) as good, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as bad:
            for part in good.namelist():
                if part != place:
                    bad.writestr(part, good.read(part))
            bad.writestr(place, content)
        yield name, changed.getvalue()
    yield "no archive", b"PK\x03\x04" + b"\0" * 1000
    yield "too large", b"PK\x03\x04" + b"\0" * 6 * MEGABYTE


def readers() -> dict[str, tuple[Callable[[Path], object], str, Iterator[tuple[str, bytes]]]]:
    """Return every reader of a file that a person gives: how it is called, the ending of its files, and the files."""
    from intake.applications import read_application
    from intake.batch.columns import ACCREDITATION
    from intake.batch.grid import CSV_LIMIT, read_grids
    from rehearsal.reading import read_scenario
    from services.input.files import APPLICATION_LIMIT, MESSAGE_LIMIT, SETTINGS_LIMIT
    from services.settings import load_settings
    from starter.cases.send import _from_file

    def batch(path: Path) -> object:
        return read_grids(path, [ACCREDITATION], lambda _: None)

    return {
        "application": (read_application, "json", json_files(APPLICATION_LIMIT)),
        "message": (lambda path: _from_file(str(path)), "json", json_files(MESSAGE_LIMIT)),
        "standard input": (_as_input, "json", json_files(MESSAGE_LIMIT)),
        "settings": (partial(load_settings, environ={}), "toml", toml_files(SETTINGS_LIMIT)),
        "scenario": (read_scenario, "toml", toml_files(SETTINGS_LIMIT)),
        "temporal.toml": (_as_configuration, "toml", toml_files(SETTINGS_LIMIT)),
        "batch": (batch, "csv", csv_files(CSV_LIMIT)),
        "batch workbook": (batch, "xlsx", workbooks()),
        "application workbook": (read_application, "xlsx", workbooks()),
    }


def _as_input(path: Path) -> object:
    from starter.cases.send import _from_file

    with path.open("rb") as file, os.fdopen(os.dup(file.fileno()), "r") as stream:
        sys.stdin = stream
        return _from_file("-")


def _as_configuration(path: Path) -> object:
    from services.connect import configured_address

    os.environ["TEMPORAL_CONFIG_FILE"] = str(path)
    return configured_address()


def write(ending: str, folder: Path) -> None:
    """Write every hostile file of an ending, for each of its readers into a folder of its own."""
    for reader, (_, kind, files) in readers().items():
        if kind == ending:
            (folder / reader).mkdir()
            for name, content in files:
                (folder / reader / f"{name}.{ending}").write_bytes(content)


def main(folder: Path) -> None:
    """Read every hostile file with the reader whose folder it lies in, and print what came of it."""
    known = readers()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    before, told, took = _peak(), {}, {}
    for place in sorted(folder.iterdir()):
        for file in sorted(place.iterdir()):
            name, began = f"{place.name}: {file.stem}", time.process_time()
            told[name] = _read(known[place.name][0], file)
            took[name] = (time.process_time() - began) / max(1, file.stat().st_size / MEGABYTE)
    slowest = max(took, key=lambda name: took[name])
    print(json.dumps({"told": told, "grown": _peak() - before, "slowest": slowest, "seconds": took[slowest]}))


def _read(read: Callable[[Path], object], path: Path) -> str:
    try:
        read(path)
    except ServiceError as error:
        return type(error).__name__ if max(map(len, error.lines)) < LONGEST_LINE else "TRACEBACK a long line"
    except BaseException as error:  # a traceback: what must never be
        return f"TRACEBACK {error!r}"[:200]
    return "read"


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]))
