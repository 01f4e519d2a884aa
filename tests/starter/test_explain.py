"""`accredit explain`: each option with its rule, reason and source; the table; the values of the rules."""

import pytest

from policy.messages import Option
from starter.problems import ExitCode
from tests.office import LivingOffice
from tests.office_desk import OfficeDesk

pytestmark = pytest.mark.server


async def test_every_option_is_explained_with_rule_reason_and_source(office: LivingOffice, desk: OfficeDesk) -> None:
    case_id = await office.start()
    await office.report(case_id)
    data = (await desk("explain", case_id, "--json")).data
    assert [one["option"] for one in data["options"]] == list(Option)
    assert {one["option"] for one in data["options"] if one["open"]} == {
        "appeal",
        "repeat",
        "withdraw_areas",
        "withdraw",
    }
    assert all(one["reason"] and one["source"] for one in data["options"])
    assert [one["option"] for one in data["options"] if one["rule"]] == ["reinstate"]


async def test_one_option_is_explained_alone(office: LivingOffice, desk: OfficeDesk) -> None:
    case_id = await office.start()
    await office.report(case_id)
    ran = await desk("explain", case_id, "reinstate")
    assert "reinstate: closed by option.not_offered: reinstate is not offered after the 1st deficiency." in ran.out
    assert "Source: Options following a failure or deficiency" in ran.out
    assert "appeal:" not in ran.out


async def test_where_no_outcome_asks_for_a_choice_the_stage_closes_every_option(
    office: LivingOffice, desk: OfficeDesk
) -> None:
    case_id = await office.start()
    data = (await desk("explain", case_id, "--json")).data
    assert {(one["open"], one["rule"]) for one in data["options"]} == {(False, "case.wrong_stage")}


async def test_a_deficient_phantom_closes_the_withdrawal_of_areas(office: LivingOffice, desk: OfficeDesk) -> None:
    case_id = await office.start()
    await office.report(case_id, deficient=("phantom",))
    (one,) = (await desk("explain", case_id, "withdraw_areas", "--json")).data["options"]
    assert (one["open"], one["rule"]) == (False, "option.not_offered")
    assert "phantom" in one["reason"]


async def test_the_table_and_the_values_need_no_case(desk: OfficeDesk) -> None:
    table = (await desk("explain", "--table", "--json")).data
    assert table[0]["standing"] == "1st deficiency"
    values = {one["name"]: one for one in (await desk("explain", "--values", "--json")).data["values"]}
    assert (values["option_form.due"]["value"], values["option_form.due"]["certainty"]) == (15, "stated")
    assert all(one["cited"] for one in values.values())
    assert "option_form.due" in (await desk("explain", "--values")).out
    assert "1st deficiency" in (await desk("explain", "--table")).out


async def test_without_a_server_options_are_not_guessed(office: LivingOffice, desk: OfficeDesk) -> None:
    case_id = await office.start()
    await office.until_books(case_id, "application")
    desk.setenv("TEMPORAL_ADDRESS", "127.0.0.1:9")
    ran = await desk("explain", case_id)
    assert ran.code == ExitCode.NOT_REACHABLE
    assert "Options are judged by the case itself" in ran.err


@pytest.mark.parametrize("given", [(), ("--values", "--edition", "1066-10-14")])
async def test_what_cannot_be_explained_is_exit_2(desk: OfficeDesk, given: tuple[str, ...]) -> None:
    assert (await desk("explain", *given)).code == ExitCode.UNUSABLE
