"""`accredit schema`: the shape of every file and message, for editors and scripts."""

from pathlib import Path
from typing import Any

import pytest

from policy.messages import Message
from starter.applications.check import schemas
from tests.command import Command


@pytest.fixture
def accredit(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    return Command(monkeypatch, capsys, tmp_path)


def properties(schema: dict[str, Any]) -> set[str]:
    return set(schema["properties"])


def test_the_schema_of_an_application_names_its_sheets(accredit: Command) -> None:
    ran = accredit("schema", "application")
    assert ran.code == 0
    assert properties(ran.data) >= {"program", "facility", "modality", "medium", "units", "payment"}
    assert ran.data["additionalProperties"] is False
    assert accredit("schema", "application", "--json").data == ran.data
    assert accredit("schema", "accreditation").data == ran.data, "by the name of its program too"


def test_every_message_has_a_schema_with_its_own_fields(accredit: Command) -> None:
    for model in Message.__subclasses__():
        ran = accredit("schema", model.NAME)
        assert ran.code == 0, model.NAME
        assert properties(ran.data) == set(model.model_fields)


def test_settings_and_scenarios_have_a_schema(accredit: Command) -> None:
    assert "fees" in properties(accredit("schema", "office").data)
    assert properties(accredit("schema", "scenario").data) >= {"title", "application", "office", "until_day", "event"}


def test_an_unknown_name_is_answered_with_the_known_ones(accredit: Command) -> None:
    ran = accredit("schema", "aplication")
    assert ran.code == 2
    assert "NAME: found aplication, expected one of application" in ran.err
    assert all(name in ran.err for name in schemas())
