"""News in a scenario: what an accreditation's own case would tell a designation; read strictly, like all of it."""

from pathlib import Path

import pytest

from rehearsal.reading import read_scenario
from rehearsal.scenario import ExternalEvent
from services.errors import Unusable
from tests.rehearsal.scenarios import event, shipped, write_scenario

ENDED = 'send = "accreditation_ended"\nfacility = "OH-4412"\nmodality = "ct"\noutcome = "expired"\n'


def read(folder: Path, events: str) -> list[ExternalEvent]:
    """Return the news in a scenario about a designation."""
    application = (shipped("dicoe-lapse").parent / "applications" / "dicoe-lapse.json").as_posix()
    file = folder / "scenario.toml"
    file.write_text(f'title = "A life"\napplication = "{application}"\n{events}', "utf-8")
    return [one for one in read_scenario(file).events if isinstance(one, ExternalEvent)]


def troubles(folder: Path, events: str) -> list[str]:
    with pytest.raises(Unusable) as unusable:
        read(folder, events)
    return [f"{trouble.field}: {trouble.found}" for trouble in unusable.value.troubles]


def test_news_stand_in_time_with_the_messages(tmp_path: Path) -> None:
    granted = 'send = "accreditation_granted"\nfacility = "OH-4412"\nmodality = "ct"\n'
    first, second = read(tmp_path, event(9.0, granted) + event(2.0, ENDED))
    assert (first.day, first.name, first.said) == (2.0, "accreditation_ended", ("OH-4412", "ct", "expired"))
    assert (second.day, second.name, second.said) == (9.0, "accreditation_granted", ("OH-4412", "ct"))
    assert str(first) == "event 2 (day 2, accreditation_ended)"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (ENDED.replace('outcome = "expired"\n', ""), ["event 1 (accreditation_ended).outcome: nothing"]),
        (ENDED.replace("expired", "lapsed"), ["event 1 (accreditation_ended).outcome: 'lapsed'"]),
        (ENDED.replace('"ct"', "7"), ["event 1 (accreditation_ended).modality: 7"]),
        (ENDED + 'reason = "late"\n', ["event 1 (accreditation_ended).reason: an unknown field"]),
        (ENDED + 'refused = "case.closed"\n', ["event 1 (accreditation_ended).refused: case.closed"]),
        (
            'send = "accreditation_granted"\n',
            ["event 1 (accreditation_granted).facility: nothing", "event 1 (accreditation_granted).modality: nothing"],
        ),
    ],
)
def test_what_is_wrong_with_news_is_told_by_field(tmp_path: Path, fields: str, expected: list[str]) -> None:
    assert troubles(tmp_path, event(2.0, fields)) == expected


def test_a_unit_rests_on_no_accreditation(tmp_path: Path) -> None:
    with pytest.raises(Unusable) as unusable:
        read_scenario(write_scenario(tmp_path, event(2.0, ENDED)))
    (trouble,) = unusable.value.troubles
    assert trouble.found == "a scenario of accreditation"
