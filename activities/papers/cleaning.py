"""What people wrote, so that it can be printed and kept."""

import re
from typing import Any

CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")
"""Characters that no font shows; PostgreSQL refuses the first of them even in JSON."""


def printable(value: Any) -> Any:
    """Return JSON values with the sign for what cannot be shown in place of control characters and lone surrogates."""
    if isinstance(value, str):
        whole = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return CONTROLS.sub("\ufffd", whole.replace("\r\n", "\n"))
    if isinstance(value, dict):
        return {printable(name): printable(one) for name, one in value.items()}
    return [printable(one) for one in value] if isinstance(value, list | tuple) else value
