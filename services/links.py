"""Where a case is shown: its address in the Temporal UI."""

import os
from collections.abc import Mapping
from urllib.parse import quote

from services.connect import chosen_server
from services.errors import ServiceError

DEFAULT_UI = "http://localhost:8233"
VARIABLE = "ACCREDIT_UI"


def ui_address(environ: Mapping[str, str] = os.environ) -> str:
    """Return the address of the Temporal UI: that of ACCREDIT_UI, else of the server that `make up` runs here.

    Where neither is known, it is that of a development server on this machine.
    """
    if named := environ.get(VARIABLE):
        return named
    try:
        return chosen_server().ui_url or DEFAULT_UI
    except ServiceError:
        return DEFAULT_UI


def case_link(case_id: str, namespace: str, ui: str | None = None) -> str:
    """Return the link to a case; the UI shows its newest run."""
    base = (ui or ui_address()).rstrip("/")
    return f"{base}/namespaces/{quote(namespace, safe='')}/workflows/{quote(case_id, safe='')}"
