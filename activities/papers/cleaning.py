"""What people wrote, so that it can be printed and kept."""

from typing import Any

from policy.text.visible import visible


def printable(value: Any) -> Any:
    """Return JSON values in which everything can be seen (`policy.text.visible`), as PostgreSQL takes them, too.

    Half a character is the sign for what cannot be shown.
    """
    if isinstance(value, str):
        whole = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return visible(whole.replace("\r\n", "\n"))
    if isinstance(value, dict):
        return {printable(name): printable(one) for name, one in value.items()}
    return [printable(one) for one in value] if isinstance(value, list | tuple) else value
