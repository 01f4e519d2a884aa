"""`make setup` installs by uv, out of the lock, and leaves everything to pip where only pip knows the way."""

from pathlib import Path

import pytest

from tools.install import ONLY_PIPS, part_of, settings_in

LOCK = (Path(__file__).parents[2] / "requirements-dev.lock").read_text("utf-8")


def test_uv_is_installed_by_the_digests_of_the_lock_and_nothing_beside_it() -> None:
    part = part_of(LOCK, "uv")
    assert part.startswith("uv==")
    assert part.count("==") == 1
    assert part.count("--hash=sha256:") > 10
    assert part.endswith("\n")
    assert not part.endswith("\\\n")


def test_a_package_that_the_lock_does_not_name_is_named() -> None:
    with pytest.raises(ValueError, match="does not name left-pad"):
        part_of(LOCK, "left-pad")


def test_the_settings_of_the_environment_stand_above_those_of_files() -> None:
    listed = (
        ":env:.index-url='https://mirror.example.org/simple'\n"
        "global.index-url='https://old.example.org/simple'\n"
        "install.cert='/certificates.pem'\nfreeze.user='true'\n"
    )
    assert settings_in(listed) == {"index-url": "https://mirror.example.org/simple", "cert": "/certificates.pem"}
    assert settings_in("") == {}


@pytest.mark.parametrize("name", ONLY_PIPS)
def test_what_uv_would_not_follow_is_seen_in_pips_settings(name: str) -> None:
    assert name in settings_in(f"global.{name}='something'\n")
