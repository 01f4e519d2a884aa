"""Applications for tests: the shipped samples, changed where a test needs something else."""

import json
from typing import Any

from policy.application import AccreditationApplication
from services.settings import SAMPLES


def sample(name: str = "ct-unit") -> dict[str, Any]:
    """Return a shipped sample application as JSON values, to be changed at will."""
    data: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))
    return data


def an_application(name: str = "ct-unit", **changes: Any) -> AccreditationApplication:
    """Return a shipped sample application with other values at its top."""
    return AccreditationApplication.model_validate(sample(name) | changes)
