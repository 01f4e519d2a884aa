"""Every message: its letters are shown before it is sent, or a sentence says which go out, or none does."""

import pytest

from services.foreseen.caused import FORESEEN
from services.foreseen.not_shown import NOT_SHOWN, SILENT
from tests.policy.spoken import KINDS


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_message_is_foreseen_or_told_of_or_causes_no_letter(name: str) -> None:
    kind = KINDS[name]
    told = kind in FORESEEN or kind in NOT_SHOWN
    assert told != (kind in SILENT), f"services/foreseen does not know which letters {name} causes"


def test_the_tables_name_messages_alone() -> None:
    assert FORESEEN | set(NOT_SHOWN) | SILENT == set(KINDS.values())
