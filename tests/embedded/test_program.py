"""Which programs are new enough, judged by their own words."""

import pytest

from embedded import versions


@pytest.mark.parametrize(
    ("words", "cli", "server", "enough"),
    [
        ("temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)", "1.9.1", "1.32.0", True),
        ("temporal version 1.9.0 (Server 1.32.0, UI 2.54.0)", "1.9.0", "1.32.0", True),
        ("temporal version 1.10.0 (Server 1.33.1, UI 2.60.0)", "1.10.0", "1.33.1", True),
        ("temporal version 2.0.0-rc.1 (Server 1.40.0, UI 3.0.0)", "2.0.0", "1.40.0", True),
        ("temporal version 1.8.2 (Server 1.31.2, UI 2.52.0)", "1.8.2", "1.31.2", False),
        ("temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)", "1.5.1", "1.29.1", False),
        ("temporal version 0.0.0-DEV (Server 1.29.1, UI 2.42.1)", "0.0.0", "1.29.1", False),
        ("temporal version 0.0.0-DEV (Server 1.32.0, UI 2.54.1)", "0.0.0", "1.32.0", True),
    ],
)
def test_a_temporal_command_is_new_enough_from_1_9_and_server_1_32_on(
    words: str, cli: str, server: str, enough: bool
) -> None:
    found = versions.read_cli(words)

    assert found is not None
    assert (versions.show(found.cli), versions.show(found.server)) == (cli, server)
    assert found.new_enough is enough


@pytest.mark.parametrize("words", ["", "temporal 3.1", "tctl version 1.18.0", "usage: temporal [-h] FILE"])
def test_another_program_of_that_name_is_not_taken_for_temporals(words: str) -> None:
    assert versions.read_cli(words) is None


@pytest.mark.parametrize(
    ("words", "version"),
    [
        ("go version go1.26.8 linux/amd64", (1, 26, 8)),
        ("go version go1.27 darwin/arm64", (1, 27)),
        ("go version go1.26rc1 linux/arm64", (1, 26)),
        ("go version devel go1.27-abcdef linux/amd64", None),
    ],
)
def test_the_release_of_go_is_read_from_its_own_words(words: str, version: tuple[int, ...] | None) -> None:
    assert versions.read_go(words) == version


def test_versions_compare_by_number_and_not_by_letter() -> None:
    assert versions.parse("1.9.1") < versions.parse("1.10")
    assert versions.parse("v1.32.0-rc.1") == (1, 32, 0)
    with pytest.raises(ValueError, match="not a version"):
        versions.parse("latest")


def test_what_is_obtained_is_new_enough_itself() -> None:
    assert versions.parse(versions.SERVER) >= versions.OLDEST_SERVER
    assert versions.parse(versions.CLI) >= versions.OLDEST_CLI
