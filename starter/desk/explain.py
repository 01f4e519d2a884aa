"""`accredit explain`: which options a case has and which not, why, and where that stands; also the rules' values."""

from typing import Annotated, Any

import typer

from activities.terms import rules_at, rules_named
from policy.edition import EditionError, Rules
from policy.identity import parse_designation_id
from policy.messages import Option
from policy.options import option_table
from policy.rules import RULES
from records.words import Program
from starter.desk.arguments import AsJson
from starter.desk.clock import now
from starter.desk.page import option_lines
from starter.desk.situation import OptionView, Situation
from starter.desk.standing import standing_of
from starter.output import say, show_json, show_table
from starter.problems import NotReachable, Trouble, Unusable

MaybeCase = Annotated[str | None, typer.Argument(metavar="CASE", help="The case; left out with --table or --values.")]
ProgramName = Annotated[Program, typer.Option("--program", help="With --values: of which program.")]
MaybeOption = Annotated[
    Option | None, typer.Argument(metavar="OPTION", help=f"One option: {', '.join(Option)}.", show_default=False)
]
Table = Annotated[bool, typer.Option("--table", help="Print what each standing offers.")]
Values = Annotated[bool, typer.Option("--values", help="Print every value of the rules with its source.")]
EditionName = Annotated[
    str | None, typer.Option("--edition", metavar="NAME", help="With --values: which edition (left out: today's).")
]


def explain(
    ctx: typer.Context,
    case: MaybeCase = None,
    option: MaybeOption = None,
    table: Table = False,
    values: Values = False,
    program: ProgramName = Program.ACCREDITATION,
    edition: EditionName = None,
    as_json: AsJson = False,
) -> None:
    """Explain which options of a case are open and which are not: the rule, the reason and where it stands.

    Without a case: the table of options (`--table`), or every value of the rules with its source (`--values`).

    For example:

        accredit explain accreditation.OH-0417.ct.CT-1.1
        accredit explain accreditation.OH-0417.ct.CT-1.1 appeal
        accredit explain --table
        accredit explain --values
        accredit explain --values --program dicoe
    """
    if table:
        _explain_table(as_json=as_json)
    elif values:
        _explain_values(_rules(program, edition), as_json=as_json)
    elif case is None:
        raise Unusable([Trouble("CASE", "", "nothing", "a case, or --table, or --values")])
    else:
        _explain_case(ctx, case, option, as_json=as_json)


def _explain_case(ctx: typer.Context, case_id: str, option: Option | None, *, as_json: bool) -> None:
    found = standing_of(ctx, case_id)
    if not found.live and found.case.closed_at is None:
        next_step = "Options are judged by the case itself: start a worker (`make up`), then ask again."
        raise NotReachable("worker for the case", case_id, next_step, found.told_by)
    options = [one for one in explained(found.case) if option is None or one.option == option]
    if as_json:
        head = {"case": case_id, "stage": found.case.stage, "deficiencies": found.case.deficiencies}
        show_json({**head, "options": [one.model_dump(mode="json") for one in options]})
        return
    say(f"{case_id}: stage {found.case.stage}, deficiencies {found.case.deficiencies}", style="bold")
    for line in option_lines(options):
        say(line)


def explained(case: Situation) -> list[OptionView]:
    """Return every option with its reason: the case's own, or the stage where no outcome asks for a choice."""
    if case.options:
        return list(case.options)
    rule = "case.closed" if case.closed_at else "case.wrong_stage"
    if case.closed_at:
        reason = f"The case is closed: {case.outcome}."
    elif parse_designation_id(case.case):
        reason = "A designation has no option form; options follow an unsuccessful final report of an accreditation."
    else:
        reason = f"The case is in the stage {case.stage}: an option is chosen after an unsuccessful final report."
    return [OptionView(option=one, open=False, rule=rule, reason=reason, source=RULES[rule]) for one in Option]


def _explain_table(*, as_json: bool) -> None:
    rows = option_table()
    if as_json:
        show_json(rows)
        return
    columns = list(rows[0])
    show_table(columns, [[row[column] for column in columns] for row in rows])


def _rules(program: Program, name: str | None) -> Rules:
    try:
        return rules_at(program.value, now()) if name is None else rules_named(program.value, name)
    except EditionError as error:
        expected = "an edition that ships, for example 2021-03-08"
        raise Unusable([Trouble("--edition", "", str(error), expected)]) from None


def _explain_values(edition: Rules, *, as_json: bool) -> None:
    told: list[dict[str, Any]] = [
        {"name": name, **provision.model_dump(mode="json"), "cited": edition.cite(provision)}
        for name, provision in edition.provisions().items()
    ]
    if as_json:
        show_json({"edition": edition.edition, "title": edition.title, "values": told})
        return
    say(f"{edition.title}, edition {edition.edition}", style="bold")
    rows = [[one["name"], _value(one["value"]), one["unit"], one["effective"], one["cited"]] for one in told]
    show_table(["Value of", "Value", "Unit", "Since", "Where it stands"], rows)


def _value(value: Any) -> str:
    return ", ".join(str(item) for item in value) or "none" if isinstance(value, list) else str(value)
