"""Going back: an earlier version is given histories of today, and those that it does not understand are named."""

import json
import subprocess
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory

from tests.histories.record import history
from tools import rollback_check
from tools.rollback_check import NoVersion, main, replayed_by

NAME = "inactive-after-missed-package"


def git(folder: Path, *arguments: str) -> None:
    """Run git in a folder."""
    who = ["-c", "user.name=Sample", "-c", "user.email=sample@example.org"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with an earlier version in it, which replays a history only if it knows the activity."""
    room = tmp_path / "services"
    room.mkdir()
    (room / "__init__.py").touch()
    (room / "replay.py").write_text(
        "from types import SimpleNamespace\n"
        "async def replay(histories):\n"
        "    safe, unsafe = 0, {}\n"
        "    async for one in histories:\n"
        "        if 'issue_invoices' in one.to_json(): safe += 1\n"
        "        else: unsafe[one.workflow_id] = 'an activity that nobody knows'\n"
        "    return SimpleNamespace(safe=safe, unsafe=unsafe)\n"
    )
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "Earlier")
    monkeypatch.setattr(rollback_check, "ROOT", tmp_path)
    return tmp_path


@pytest.mark.usefixtures("repository")
def test_the_earlier_version_judges_by_its_own_code() -> None:
    known = history(NAME)
    renamed = json.loads(known.to_json().replace("take_step", "issue_invoices"))
    told = replayed_by("HEAD", {"known": WorkflowHistory.from_json("known", renamed), "unknown": known})
    assert told == {"unknown": "an activity that nobody knows"}


def test_todays_version_replays_what_is_recorded() -> None:
    assert replayed_by("HEAD", {NAME: history(NAME)}) == {}


def test_without_a_release_one_says_which_commit(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(None) == 2
    assert "name the commit to go back to" in capsys.readouterr().err
    git(repository, "tag", "v1")
    assert rollback_check.last_release() == "v1"


@pytest.mark.usefixtures("repository")
def test_a_version_that_git_does_not_know_is_told() -> None:
    with pytest.raises(NoVersion, match="git knows no version v9"):
        replayed_by("v9", {})
