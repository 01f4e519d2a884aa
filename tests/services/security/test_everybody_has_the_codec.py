"""Every program of the office that speaks to its server does so with the office's codec."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PARTS = ("worker.py", "services", "starter", "rehearsal", "embedded")
NEED_NONE = {
    "embedded/__main__.py": "asks a server for its version",
    "embedded/server.py": "shows in its docstring how to connect",
    "rehearsal/world.py": "a rehearsal is never encrypted",
    "services/namespace.py": "sets namespaces up; reads no case",
    "starter/operation/doctor.py": "asks about the server; has a check of its own for the keys",
    "starter/operation/up.py": "connects to the demonstration as well, which is a rehearsal",
}
"""Where somebody connects without the codec, and why."""


def connections() -> dict[str, list[bool]]:
    """Return every module that connects, and of each connection whether it has the codec."""
    found: dict[str, list[bool]] = {}
    for part in PARTS:
        for file in [ROOT / part] if part.endswith(".py") else sorted((ROOT / part).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "connect":
                    has = any(keyword.arg == "security" for keyword in node.keywords)
                    found.setdefault(str(file.relative_to(ROOT)), []).append(has)
    return found


def test_whoever_connects_has_the_codec_or_a_reason_to_have_none() -> None:
    found = connections()
    assert len(found) > 8
    without = {file for file, those in found.items() if not all(those)}
    assert without <= NEED_NONE.keys(), "these connect without `security=`: they could not read what is encrypted"
    assert found["starter/operation/up.py"] == [True, False]
