"""A scenario is read strictly, and everything that is wrong with it is said at once."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from policy.messages import AcceptApplication, ChooseOption, RecordPayment, StartRenewal
from rehearsal.preparation import make_plans
from rehearsal.reading import read_scenario, read_scenarios
from rehearsal.scenario import Event
from services.errors import Unusable
from services.settings import SAMPLE, load_settings
from starter.rehearsals.demo import SCENARIOS, shipped_scenarios
from tests.rehearsal.scenarios import PAID_AND_ACCEPTED, event, write_scenario


def troubles(file: Path) -> dict[str, tuple[str, str]]:
    """Return what is said of each place of a scenario that cannot be read."""
    with pytest.raises(Unusable) as caught:
        read_scenario(file)
    return {trouble.field: (trouble.found, trouble.expected) for trouble in caught.value.troubles}


def test_a_scenario_tells_what_is_sent_when(tmp_path: Path) -> None:
    file = write_scenario(
        tmp_path,
        PAID_AND_ACCEPTED
        + event(12, 'send = "choose_option"\nvia = "signal"\noption = "appeal"\nrefused = "case.wrong_stage"'),
        "until_day = 1200\nopens = 2050-03-01",
    )
    scenario = read_scenario(file)
    assert (scenario.title, scenario.until_day, str(scenario.opens)) == ("A life", 1200, "2050-03-01")
    assert scenario.application.model_dump()["units"][0]["id"] == "CT-1"
    messages = [event for event in scenario.events if isinstance(event, Event)]
    assert [event.model for event in messages] == [RecordPayment, AcceptApplication, ChooseOption]
    last = messages[-1]
    assert (last.number, last.day, last.via, last.refused) == (3, 12.0, "signal", "case.wrong_stage")
    assert last.fields == {"option": "appeal"}


def test_the_application_may_stand_in_the_scenario_itself(tmp_path: Path) -> None:
    file = tmp_path / "inline.toml"
    unit = '[application]\nprogram = "accreditation"\n[[application.units]]\nid = "CT-1"'
    file.write_text(f'title = "Inline"\n{unit}\n', "utf-8")
    assert read_scenario(file).application.model_dump()["units"][0]["id"] == "CT-1"


def test_events_are_lived_in_time_and_those_of_one_instant_in_the_order_of_the_file(tmp_path: Path) -> None:
    accepted = 'send = "accept_application"'
    events = event(9, accepted) + event(2.0, accepted) + event(9.0, accepted) + event(0, accepted)
    assert [one.number for one in read_scenario(write_scenario(tmp_path, events)).events] == [4, 2, 1, 3]


def test_every_trouble_is_said_at_once_with_the_number_of_its_event(tmp_path: Path) -> None:
    events = (
        event(1, 'send = "record_payment"\ninvoice = "$invoice"\namount = "much"')
        + event(2, 'send = "acept_application"')
        + '\n[[event]]\nday = "three"\nsend = "accept_application"\n'
        + event(4, 'send = "accept_application"\nvia = "signal"')
        + event(5, 'send = "view_final_report"\nveiwer = "Sample Administrator"')
        + '\n[[event]]\nsend = "accept_application"\n'
        + event(7, 'send = "issue_final_report"\nreviewers = ["One"]\nfindings = [{ area = "chest" }]')
    )
    said = troubles(write_scenario(tmp_path, events, "until = 3"))
    assert set(said) == {
        "until",
        "event 1 (record_payment).amount",
        "event 2.send",
        "event 3.day",
        "event 4 (accept_application).via",
        "event 5 (view_final_report).veiwer",
        "event 6.day",
        "event 7 (issue_final_report).findings.0.acceptable",
    }
    assert said["event 1 (record_payment).amount"][0] == '"much"'
    assert said["event 3.day"][0] == '"three"'
    assert said["event 6.day"][0] == "nothing"
    assert "accept_application" in said["event 2.send"][1]


def test_the_troubles_of_all_files_are_said_at_once(tmp_path: Path) -> None:
    bad = [write_scenario(tmp_path / name, event(1, 'send = "nothing"')) for name in ("one", "two")]
    with pytest.raises(Unusable) as caught:
        read_scenarios([*bad, tmp_path / "three.toml"])
    assert [trouble.file for trouble in caught.value.troubles] == [*map(str, bad), str(tmp_path / "three.toml")]


@pytest.mark.parametrize(
    ("text", "field", "found"),
    [
        ('title = "A"', "application", "nothing"),
        ('title = "A"\napplication = 5', "application", "5"),
        ('application = "unit.json"', "title", "nothing"),
        ('title = "A"\napplication = "unit.json"\nopens = "soon"', "opens", '"soon"'),
        ('title = "A"\napplication = "unit.json"\nuntil_day = -1', "until_day", "-1"),
        ('title = "A"\napplication = "unit.json"\noffice = "none.toml"', "office", "no file"),
        ('title = "A"\napplication = "absent.json"', "", "no such file"),
        ('title = "A', "", "no TOML"),
    ],
)
def test_what_a_scenario_lacks_is_named(tmp_path: Path, text: str, field: str, found: str) -> None:
    file = write_scenario(tmp_path, "")
    file.write_text(text, "utf-8")
    said = troubles(file)
    assert list(said) == [field]
    assert said[field][0].startswith(found)


def test_the_application_of_a_scenario_holds_one_unit(tmp_path: Path) -> None:
    said = troubles(write_scenario(tmp_path, "", units=[{"id": "CT-1"}, {"id": "CT-2"}]))
    assert said["units"][0] == "2"


def test_the_program_of_an_application_is_known(tmp_path: Path) -> None:
    said = troubles(write_scenario(tmp_path, "", program="lottery"))
    assert said["program"][0] == '"lottery"'


def test_a_wrong_value_may_stand_where_the_scenario_expects_a_refusal_but_an_unknown_field_never(
    tmp_path: Path,
) -> None:
    wrong = 'send = "return_application"\nreasons = []\nrefused = "message.unreadable"'
    assert len(read_scenario(write_scenario(tmp_path, event(1, wrong))).events) == 1
    said = troubles(write_scenario(tmp_path, event(1, f"{wrong}\nreson = 1")))
    assert list(said) == ["event 1 (return_application).reson"]


def test_the_application_of_a_renewal_is_a_file_or_a_table(tmp_path: Path) -> None:
    from_file = event(900, 'send = "start_renewal"\napplication = "unit.json"')
    inline = event(900, 'send = "start_renewal"\napplication = { program = "accreditation", kind = "renewal" }')
    missing = event(900, 'send = "start_renewal"\napplication = "absent.json"')
    (first,) = read_scenario(write_scenario(tmp_path, from_file)).events
    (second,) = read_scenario(write_scenario(tmp_path, inline)).events
    assert isinstance(first, Event)
    assert isinstance(second, Event)
    assert first.model is second.model is StartRenewal
    assert first.fields["application"]["facility"]["id"] == "OH-0417"
    assert second.fields["application"] == {"program": "accreditation", "kind": "renewal"}
    with pytest.raises(Unusable, match=r"event 1 \(start_renewal\).application: .*absent.json"):
        read_scenario(write_scenario(tmp_path, missing))


def test_the_demonstration_shows_cases_of_their_own_under_one_offices_settings() -> None:
    scenarios = read_scenarios(shipped_scenarios())
    assert len(scenarios) >= 5
    case_ids = [plan.case_id for plan in make_plans(scenarios, load_settings(SAMPLE), datetime.now(UTC))]
    assert len(set(case_ids)) == len(scenarios)
    assert [scenario.office for scenario in scenarios] == [None] * len(scenarios)


def test_every_shipped_scenario_can_be_read() -> None:
    assert len(read_scenarios(sorted(SCENARIOS.glob("*.toml")))) >= len(shipped_scenarios())
