"""What the tests of the shipped scenarios share: their lives, by program."""

import pytest

from tests.workflows.shipped import ACCREDITATION, DESIGNATION, Life, of_program


@pytest.fixture(scope="session")
def shipped(shipped_lives: dict[str, Life]) -> dict[str, Life]:
    """The shipped scenarios about accreditations, lived through."""
    return of_program(shipped_lives, ACCREDITATION)


@pytest.fixture(scope="session")
def designations(shipped_lives: dict[str, Life]) -> dict[str, Life]:
    """The shipped scenarios about designations, lived through."""
    return of_program(shipped_lives, DESIGNATION)
