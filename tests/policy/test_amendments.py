"""What a correction changes, told field by field."""

import pytest

from policy.amendments import changes_of

BEFORE = {"medium": "upload", "facility": {"name": "North", "id": "OH-1"}, "units": [{"id": "A"}, {"id": "B"}]}


@pytest.mark.parametrize(
    ("patch", "told"),
    [
        ({}, []),
        ({"medium": "upload"}, []),
        ({"medium": "cd"}, [("medium", "upload", "cd")]),
        ({"medium": None}, [("medium", "upload", None)]),
        ({"facility": {"name": "South"}}, [("facility.name", "North", "South")]),
        ({"facility": {"city": "Akron"}}, [("facility.city", None, "Akron")]),
        ({"units": [{"id": "A"}, {"id": "C"}]}, [("units.1.id", "B", "C")]),
        ({"units": [{"id": "A"}]}, [("units.1", {"id": "B"}, None)]),
        (
            {"facility": {"name": "South"}, "medium": "cd"},
            [("medium", "upload", "cd"), ("facility.name", "North", "South")],
        ),
    ],
)
def test_each_field_is_told_by_its_path_with_what_it_was_and_what_it_is(
    patch: dict[str, object], told: list[tuple[str, object, object]]
) -> None:
    assert [(one.field, one.before, one.after) for one in changes_of(BEFORE, patch)] == told
