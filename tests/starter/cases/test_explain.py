"""`accredit explain`: each option with its rule, reason and source; the table; the values of the rules."""

import pytest

from policy.accreditation.option_table import row_of
from services.errors import ExitCode
from tests.office import LivingOffice
from tests.office_terminal import OfficeTerminal
from tests.policy.cycles import TERMS

pytestmark = pytest.mark.server


async def test_every_option_is_explained_with_rule_reason_and_source(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    await office.report(case_id)
    data = (await terminal("explain", case_id, "--json")).data
    assert [one["option"] for one in data["options"]] == [*row_of(1, TERMS)]
    assert {one["option"] for one in data["options"] if one["open"]} == {
        "appeal",
        "repeat",
        "withdraw_areas",
        "withdraw",
    }
    assert all(one["reason"] and one["source"] for one in data["options"])
    assert [one["option"] for one in data["options"] if one["rule"]] == ["reinstate"]


async def test_a_person_reads_what_is_open_on_which_terms_and_which_values_count(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    await office.report(case_id)
    page = (await terminal("explain", case_id)).out
    assert "Open: appeal, repeat, withdraw_areas and withdraw. Not open: reinstate.\n" in page
    assert "\nappeal: open until " in page
    assert "\n  Within 15 days of the final report, once.\n" in page
    assert "  An appeal is possible until: 15 days after the final report.\n" in page
    assert (
        "    Decided by the office, because the source is silent: the article does not say what silence means" in page
    )


async def test_scripts_hear_how_sure_each_reason_and_each_value_is(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    await office.report(case_id)
    data = (await terminal("explain", case_id, "withdraw", "--json")).data
    assert [one["certainty"] for one in data["options"]] == ["stated"]
    assert [(one["name"], one["certainty"]) for one in data["values"]] == [
        ("option_form.opens", "stated"),
        ("option_form.due", "stated"),
        ("option_form.closure", "decided"),
    ]


async def test_an_appeal_names_who_signs_which_medium_and_the_exams_that_were_submitted(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    await office.report(case_id, deficient=("head-neck-adult", "phantom"))
    page = (await terminal("explain", case_id, "appeal")).out
    assert "  It contests head-neck-adult and phantom. The letter is signed by the supervising physician (" in page
    assert ") and the medical physicist (" in page
    assert "  The images come as those of the submission did: by upload." in page
    assert (
        "original exams only: head-neck-adult exam (head-neck-adult, subject-head-neck-adult) and phantom exam" in page
    )
    assert "The letter is signed by" not in (await terminal("explain", case_id, "repeat")).out
    appeal = (await terminal("explain", case_id, "--json")).data["appeal"]
    assert (appeal["contested"], appeal["medium"]) == (["head-neck-adult", "phantom"], "upload")


async def test_one_option_is_explained_alone(office: LivingOffice, terminal: OfficeTerminal) -> None:
    case_id = await office.start()
    await office.report(case_id)
    ran = await terminal("explain", case_id, "reinstate")
    assert ran.out.splitlines()[:5] == [
        f"{case_id}: choice of an option, after the 1st deficiency",
        "",
        "reinstate: not open (option.not_offered)",
        "  Reinstatement with corrective action is not offered after the 1st deficiency.",
        '  Stated in "Options following a failure or deficiency (revised 03-08-2021)": '
        "facility options after each deficiency.",
    ]
    assert "appeal:" not in ran.out


async def test_where_no_outcome_asks_for_a_choice_the_stage_closes_every_option(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    data = (await terminal("explain", case_id, "--json")).data
    assert {(one["open"], one["rule"]) for one in data["options"]} == {(False, "case.wrong_stage")}
    assert (await terminal("explain", case_id)).out.splitlines() == [
        f"{case_id}: application",
        "No option is open.",
        "  The case is in the stage application: an option is chosen after an unsuccessful final report.",
        "  Decided by the office, because the source is silent: order of the stages.",
    ]


async def test_a_deficient_phantom_closes_the_withdrawal_of_areas(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start()
    await office.report(case_id, deficient=("phantom",))
    (one,) = (await terminal("explain", case_id, "withdraw_areas", "--json")).data["options"]
    assert (one["open"], one["rule"]) == (False, "option.not_offered")
    assert "phantom" in one["reason"]


async def test_a_rule_is_explained_by_its_id(terminal: OfficeTerminal) -> None:
    ran = await terminal("explain", "option_form.past_due")
    assert ran.out.splitlines()[:6] == [
        "option_form.past_due: refuses a message",
        '  Stated in "Options following a failure or deficiency (revised 03-08-2021)": '
        "forms are due 15 days after the date they are sent.",
        "",
        "What counts here, by edition 2021-03-08 of the rules:",
        "  The option form opens: 48 hours after the final report (upload) or the return of the images (CD, film).",
        '    Stated in "Options following a failure or deficiency (revised 03-08-2021)": 48 hours, exactly. '
        "In force since 8 March 2021.",
    ]
    data = (await terminal("explain", "designation.mid_cycle", "--json")).data
    assert (data["does"], data["certainty"]) == ("makes something happen by itself", "stated")
    assert "designation.term" in [value["name"] for value in data["values"]]


async def test_the_table_and_the_values_need_no_case(terminal: OfficeTerminal) -> None:
    table = (await terminal("explain", "--table", "--json")).data
    assert table[0]["standing"] == "1st deficiency"
    values = {one["name"]: one for one in (await terminal("explain", "--values", "--json")).data["values"]}
    assert (values["option_form.due"]["value"], values["option_form.due"]["certainty"]) == (15, "stated")
    assert all(one["cited"] for one in values.values())
    page = (await terminal("explain", "--values")).out
    assert "option_form.due\n  The option form is due: 15 days after the form opens.\n" in page
    assert 'Inferred from "Diagnostic Imaging Center of Excellence": the office\'s hours are given in Eastern' in page
    assert "1st deficiency\n  appeal          offered: within 15 days" in (await terminal("explain", "--table")).out


async def test_without_a_server_options_are_not_guessed(office: LivingOffice, terminal: OfficeTerminal) -> None:
    case_id = await office.start()
    await office.until_books(case_id, "application")
    terminal.setenv("TEMPORAL_ADDRESS", "127.0.0.1:9")
    ran = await terminal("explain", case_id)
    assert ran.code == ExitCode.NOT_REACHABLE
    assert "Options are judged by the case itself" in ran.err


async def test_a_designation_has_no_options_which_needs_no_server(
    office: LivingOffice, terminal: OfficeTerminal
) -> None:
    case_id = await office.start_designation()
    await office.until_books(case_id, "application")
    terminal.setenv("TEMPORAL_ADDRESS", "127.0.0.1:9")
    ran = await terminal("explain", case_id)
    assert ran.code == ExitCode.DONE, ran.err
    assert ran.out.splitlines()[1:3] == [
        "No option is open.",
        "  A designation has no option form; options follow an unsuccessful final report of an accreditation.",
    ]


@pytest.mark.parametrize("given", [(), ("--values", "--edition", "1066-10-14")])
async def test_what_cannot_be_explained_is_exit_2(terminal: OfficeTerminal, given: tuple[str, ...]) -> None:
    assert (await terminal("explain", *given)).code == ExitCode.UNUSABLE
