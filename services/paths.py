"""Where everything lies: data, the demonstration, and a case in the Temporal UI."""

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

VAR = Path("var")
"""Where everything lies that is not part of the program."""
SERVER = VAR / "temporal"
"""The data of the server."""
DEMO = VAR / "demo"
"""What the demonstration leaves behind: books, mail and reports."""
LIVES = DEMO / "lives"
"""Where the demonstration keeps the report of each life, as JSON, under the id of its case."""
PICTURES = DEMO / "pictures"
"""Where the demonstration leaves the pictures of the lives, with an index over them."""
DEMO_NAMESPACE = "demo"
BOOKS = "books.db"
"""The books of a rehearsal, in its folder."""
MAIL = "mail"
PAPERS = "papers"
"""The letters and the papers of a rehearsal, in its folder."""
DEMO_BOOKS = DEMO / BOOKS
DEMONSTRATION = {
    "ACCREDIT_DATABASE_URL": f"sqlite:///{DEMO_BOOKS}",
    "ACCREDIT_MAIL_FOLDER": str(DEMO / MAIL),
    "ACCREDIT_PAPERS_FOLDER": str(DEMO / PAPERS),
    "TEMPORAL_NAMESPACE": DEMO_NAMESPACE,
}
"""The variables by which a command looks at the demonstration instead of an office's own cases."""
DEFAULT_UI = "http://localhost:8233"
UI_VARIABLE = "ACCREDIT_UI"


def ui_address(environ: Mapping[str, str] = os.environ) -> str:
    """Return the address of the Temporal UI: that of ACCREDIT_UI, else of a development server on this machine."""
    return environ.get(UI_VARIABLE) or DEFAULT_UI


def case_link(case_id: str, namespace: str, ui: str | None = None) -> str:
    """Return the link to a case; the UI shows its newest run."""
    base = (ui or ui_address()).rstrip("/")
    return f"{base}/namespaces/{quote(namespace, safe='')}/workflows/{quote(case_id, safe='')}"
