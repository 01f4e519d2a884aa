"""Where a case is shown: its address in the Temporal UI."""

import os
from collections.abc import Mapping
from urllib.parse import quote

DEFAULT_UI = "http://localhost:8233"
VARIABLE = "ACCREDIT_UI"


def ui_address(environ: Mapping[str, str] = os.environ) -> str:
    """Return the address of the Temporal UI: that of ACCREDIT_UI, else of a development server on this machine."""
    return environ.get(VARIABLE) or DEFAULT_UI


def case_link(case_id: str, namespace: str, ui: str | None = None) -> str:
    """Return the link to a case; the UI shows its newest run."""
    base = (ui or ui_address()).rstrip("/")
    return f"{base}/namespaces/{quote(namespace, safe='')}/workflows/{quote(case_id, safe='')}"
