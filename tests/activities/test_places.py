"""A file that is named after a case lies where the case's files lie, or nowhere."""

import ast
import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from activities.mail import Letter, MailFolder, Sender
from activities.papers import shelf
from activities.places import PlaceRefused, file_in, file_named_after, file_of_case, folder_of_case, write_whole
from policy.identity import NoCaseId, parse_accreditation_id, parse_case_id, parse_designation_id
from services.forms.uploads import folder_of_uploads
from tests.records.rows import CASE

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("policy", "records", "activities", "workflows", "services", "embedded", "pictures", "intake", "rehearsal",
         "portal", "starter", "worker.py")  # fmt: skip
REAL = "accreditation.OH-0417.ct.CT-1.1"
NO_IDS = [
    "", ".", "..", "/", "../../escape/evil.1", "/abs/evil.1", "//abs/evil.1", "x.1/../accreditation.OH-0417.ct.CT-1.1",
    f"{REAL}/..", f"{REAL}/", f"./{REAL}", f"{REAL}\x00", f"{REAL}\n", f" {REAL}", f"\\\\host\\{REAL}", f"C:{REAL}",
    "evil.1", "accreditation...ct.CT-1.1", "accreditation.%2e%2e.ct.CT-1.1", "dicoe...1", "dicoe.SAMPLE/../x.OH.1",
    "accreditation.OH-0417.ct.CT-1.\u0661", "accreditation.OH-0417.ct.CT-1.1\u0660", "dicoe.SAMPLE.OH.\u0967",
    "accreditation.OH\u20100417.ct.CT-1.1", "\u0430ccreditation.OH-0417.ct.CT-1.1", "accreditation.OH\u2024ct.CT-1.1",
    "accreditation.OH-0417.ct\uff0eCT-1.1", "accreditation.OH-0417.ct.CT\u22151.1", "\ud800",
    "accreditation.OH-0417.ct.CT-1." + "9" * 5000, f"accreditation.{'O' * 65}.ct.CT-1.1",
    f"accreditation.OH.{'c' * 300}.CT.1", f"dicoe.{'S' * 65}.OH.1", "a" * 100_000,
]  # fmt: skip
"""What is no id of a case, of every kind that was thought of."""
NO_NAMES = [
    "",
    ".",
    "..",
    "../x",
    "/etc/x",
    "a/b",
    "a\\b",
    "a\x00b",
    ".hidden",
    "a\nb",
    "a:b",
    "\u2024\u2024",
    "x" * 300,
]
LETTER = Letter(
    case_id=REAL,
    number=1,
    kind="invoice",
    at=datetime(2028, 5, 1, tzinfo=UTC),
    sender=Sender("Sample Office", "office@example.org", ""),
    to=("ann@example.org",),
    cc=(),
    subject="An invoice",
    body="Sample.",
)


def everything_below(folder: Path) -> set[str]:
    return {str(one.relative_to(folder)) for one in folder.rglob("*")}


WRITERS: dict[str, Callable[[Path, str], object]] = {
    "letters": lambda folder, case: MailFolder(folder).deliver(LETTER._replace(case_id=case)),
    "papers": lambda folder, case: shelf.put(folder, shelf.name_of(case, "2028-000001-invoice.pdf"), b"%PDF-"),
    "papers that are read": lambda folder, case: shelf.get(folder, shelf.name_of(case, "2028-000001-invoice.pdf"), ""),
    "folders of cases": folder_of_case,
    "uploads": lambda folder, case: folder_of_uploads(folder / "uploads", "OH-0417", case),
    "histories": lambda folder, case: write_whole(file_named_after(folder, case, ".json"), b"{}"),
}
"""Everything that makes a path of a case's id (`test_nothing_else_joins_an_id_to_a_path`)."""


@pytest.mark.parametrize("writer", WRITERS)
def test_no_writer_makes_anything_of_what_is_no_id(writer: str, tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b" / "c"
    folder.mkdir(parents=True)
    before = everything_below(tmp_path)
    for text in NO_IDS:
        with pytest.raises(PlaceRefused):
            WRITERS[writer](folder, text)
    assert everything_below(tmp_path) == before


@pytest.mark.parametrize("writer", [name for name in WRITERS if name not in ("papers that are read", "uploads")])
def test_a_writer_stays_in_its_folder_whatever_link_lies_there(writer: str, tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "folder", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    (folder / REAL).symlink_to(elsewhere)
    (folder / f"{REAL}.json").symlink_to(elsewhere / "history.json")
    with pytest.raises(PlaceRefused, match="outside"):
        WRITERS[writer](folder, REAL)
    assert everything_below(elsewhere) == set()


def test_uploads_stay_in_their_folder_whatever_link_lies_there(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "folder", tmp_path / "elsewhere"
    elsewhere.mkdir()
    organisation = folder / "portal" / "OH-0417"
    organisation.mkdir(parents=True)
    (organisation / REAL).symlink_to(elsewhere)
    with pytest.raises(PlaceRefused, match="outside"):
        folder_of_uploads(folder, "OH-0417", REAL)
    with pytest.raises(PlaceRefused):
        folder_of_uploads(folder, "../OH-0417", REAL)
    assert everything_below(elsewhere) == set()


def test_a_link_in_the_folder_of_a_case_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "kept.txt"
    outside.write_text("kept")
    folder = tmp_path / "mail"
    (folder / REAL).mkdir(parents=True)
    (folder / REAL / "0001-invoice.eml").symlink_to(outside)
    with pytest.raises(PlaceRefused, match="outside"):
        MailFolder(folder).deliver(LETTER)
    assert outside.read_text() == "kept"


@pytest.mark.parametrize("name", NO_NAMES)
def test_a_name_that_is_none_for_a_file_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(PlaceRefused):
        file_of_case(tmp_path, REAL, name)
    with pytest.raises(PlaceRefused):
        file_in(tmp_path, name)


def test_ids_that_differ_in_case_alone_never_share_a_folder(tmp_path: Path) -> None:
    MailFolder(tmp_path).deliver(LETTER)
    with pytest.raises(PlaceRefused, match="case alone"):
        MailFolder(tmp_path).deliver(LETTER._replace(case_id=REAL.replace("OH", "oh")))
    assert MailFolder(tmp_path).deliver(LETTER._replace(number=2)).file == f"{REAL}/0002-invoice.eml"


def test_the_folder_itself_may_be_a_link_and_what_is_written_is_for_the_owner_alone(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "mail").symlink_to(tmp_path / "disk")
    MailFolder(tmp_path / "mail").deliver(LETTER)
    (case,) = (tmp_path / "disk").iterdir()
    assert os.stat(case).st_mode & 0o077 == 0
    assert [(one.name, one.stat().st_mode & 0o077) for one in case.iterdir()] == [("0001-invoice.eml", 0)]


def test_the_longest_id_has_room_for_every_ending(tmp_path: Path) -> None:
    longest = f"accreditation.{'O' * 64}.stereotactic_breast_biopsy.{'C' * 64}.999999999"
    write_whole(file_named_after(tmp_path, longest, f".{uuid4()}.json"), b"{}")
    assert MailFolder(tmp_path).deliver(LETTER._replace(case_id=longest)).file == f"{longest}/0001-invoice.eml"


@pytest.mark.parametrize("text", NO_IDS)
def test_what_is_no_id_is_parsed_as_none_and_told_shortly(text: str) -> None:
    assert (parse_accreditation_id(text), parse_designation_id(text)) == (None, None)
    with pytest.raises(NoCaseId) as caught:
        parse_case_id(text)
    assert len(str(caught.value)) < 300
    assert "\x00" not in str(caught.value)


IDS = re.compile(r"\b(case|case_id|facility|practice|unit|invoice|paper|number|name|file|file_name|id|kind|run_id)\b")
"""How something is called that may come from outside."""
KNOWN = {
    ("activities/places.py", "name"): "the one place where it is parsed",
    ("activities/notices/index.py", "f'{program}.toml'"): "a program's own file",
    ("activities/papers/press.py", "f'{name}.typ'"): "a template's name",
    ("intake/applications.py", "named"): "whoever types the command names his own file",
    ("records/engine.py", "path.name"): "the office's own setting",
    ("rehearsal/runner.py", "name"): "a made-up name of a namespace",
    ("rehearsal/sample/lives.py", "f'round-{number}'"): "a number of its own",
    ("rehearsal/sample/office.py", "f'.{file.name}.part'"): "a draft of the file that the command's user named",
    ("embedded/server.py", "f'{name}.log'"): "a name of the program's own",
    ("services/composition.py", "given['uri']"): "whoever types the command names his own file",
    ("rehearsal/scenario.py", "given['uri']"): "whoever writes the scenario names his own file",
    (
        "intake/batch/findings.py",
        "f'{file.stem}.refused{file.suffix.lower()}'",
    ): "beside the file that the command's user named",
    ("intake/batch/findings.py", "f'.{target.name}.{os.getpid()}'"): "a draft of that",
    ("starter/terminal/saving.py", "f'.{file.name}.{os.getpid()}'"): "a draft of what the command's user named",
    (
        "services/security/history_keys.py",
        "f'.{file.name}.{secrets.token_hex(4)}'",
    ): "a draft of a key",
    ("portal/applications/sheets.py", "f'{NAME}{kind}'"): "a name of its own in a folder of its own",
    ("services/people/samples.py", "'ct-unit.json'"): "a sample that is shipped",
    ("portal/rendering.py", "name"): "a file of its own: no separator, no dot in front",
    ("services/security/private.py", "name"): "what a walk through a folder has found there",
    ("services/upkeep/delivery_reports.py", "name"): "the three folders that every Maildir has",
    ("services/reconcile.py", "f'{place.name}.gz'"): "beside the export that was just written",
    ("services/export/runs.py", "place.name.removesuffix('.gz')"): "the export in its folder, before it is compressed",
    ("embedded/build.py", "name"): "a file of the server's own source",
    ("embedded/build.py", "file"): "a file of the server's own source",
    ("starter/applications/template.py", "f'.{target.name}.{os.getpid()}'"): "a draft of what the user named",
}


def joined(module: Path) -> Iterator[str]:
    """Yield what a module joins to a path: the right side of every `/` and every argument of `Path` and `joinpath`."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            yield ast.unparse(node.right)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in MAKING_PATHS:
            yield from map(ast.unparse, node.args)


MAKING_PATHS = ("joinpath", "with_name", "with_stem")


def test_nothing_else_joins_an_id_to_a_path() -> None:
    """A new writer goes through `activities.places` and is added to `WRITERS`; what is no id says why in `KNOWN`."""
    files = [
        file for part in PARTS for file in ([ROOT / part] if part.endswith(".py") else (ROOT / part).rglob("*.py"))
    ]
    found = {
        (str(file.relative_to(ROOT)), text)
        for file in files
        for text in joined(file)
        if IDS.search(re.sub(r"\b[A-Z_]+\b", "", text)) and "for " not in text
    }
    assert {one for one in found if one[0] != "activities/places.py"} - set(KNOWN) == set()


def test_the_tests_own_case_is_one() -> None:
    assert str(parse_case_id(CASE)) == CASE
