"""`accredit explain`: which options a case has and which not, why, and where that stands; also the rules' values."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from activities.terms import rules_at, rules_named
from policy.accreditation.option_table import option_table, standing, table_source
from policy.application import Modality
from policy.edition import Edition, EditionError, Rules
from policy.editions.own import OwnEditions
from policy.identity import parse_designation_id
from policy.messages import Option
from policy.rules import REFUSALS, RULES
from policy.status import CaseStatus, OptionView
from policy.words import listed
from records.words import Program
from services.clock import now
from services.errors import ExitCode, InputFault, ServiceError, Unusable
from services.forms.option import Appeal, appeal_of, explained
from services.words import stage_words
from starter.cases.show import option_head, option_reason, option_source
from starter.cases.values import Value, rule_certainty, source_in_words
from starter.terminal import completion
from starter.terminal.arguments import AsJson
from starter.terminal.books import snapshot_of
from starter.terminal.context import office_of
from starter.terminal.output import note, say, show_json

MaybeCase = Annotated[
    str | None,
    typer.Argument(
        metavar="CASE",
        help="The case, or the id of a rule; left out with --table.",
        autocompletion=completion.cases,
    ),
]
ProgramName = Annotated[Program, typer.Option("--program", help="With --values: of which program.")]
MaybeOption = Annotated[
    Option | None, typer.Argument(metavar="OPTION", help=f"One option: {', '.join(Option)}.", show_default=False)
]
Table = Annotated[bool, typer.Option("--table", help="Print what is offered after each deficiency.")]
Values = Annotated[bool, typer.Option("--values", help="Print every value of the rules with its source.")]
EditionName = Annotated[
    str | None,
    typer.Option(
        "--edition", metavar="NAME", help="With --values, --table or a rule: which edition (left out: the office's)."
    ),
]
BEARING: dict[str, tuple[str, ...]] = {
    Option.APPEAL: (
        "option_form.opens",
        "option_form.opens_upload",
        "appeal.due",
        "appeal.result_earliest",
        "appeal.result_latest",
    ),
    Option.REPEAT: (
        *("option_form.opens", "option_form.opens_upload", "option_form.due", "repeat.requested"),
        "mammography.repeat_above",
    ),
    Option.SUPPLEMENTAL_REVIEW: (
        *("option_form.opens", "option_form.opens_upload", "option_form.due", "supplemental_review.offered"),
        *("supplemental_review.accepts", "supplemental_review.fee", "supplemental_review.window"),
    ),
    Option.REINSTATE: (
        *("option_form.opens", "option_form.opens_upload", "option_form.due", "survey.team"),
        "mammography.repeat_above",
    ),
    Option.WITHDRAW_AREAS: (
        "option_form.opens",
        "option_form.opens_upload",
        "option_form.due",
        "withdrawal.all_patient_types",
        "withdrawal.parts",
    ),
    Option.WITHDRAW_UNIT: ("option_form.opens", "option_form.opens_upload", "option_form.due", "withdrawal.parts"),
    Option.WITHDRAW: ("option_form.opens", "option_form.opens_upload", "option_form.due", "option_form.closure"),
}
"""The values that bear on each option."""


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
    """Explain which options of a case are open and which are not: why, by which rule, where it stands and how sure.

    A source states a thing, or it is inferred from the source, or the office decided it because the source is silent.
    The id of a rule, as a refusal names it, says where that rule stands. Without either: the table of options
    (`--table`), or every value of the rules with its source (`--values`).

    For example:

        accredit explain accreditation.OH-0417.ct.CT-1.1
        accredit explain accreditation.OH-0417.ct.CT-1.1 appeal
        accredit explain option_form.past_due
        accredit explain --table
        accredit explain --values
        accredit explain --values --program dicoe
    """
    if table:
        _explain_table(_rules(ctx, Program.ACCREDITATION, edition), as_json=as_json)
    elif values:
        _explain_values(_rules(ctx, program, edition), as_json=as_json)
    elif case is None:
        raise Unusable([InputFault("CASE", "", "nothing", "a case or a rule, or --table, or --values")])
    elif case in RULES:
        _explain_rule(ctx, case, edition, as_json=as_json)
    else:
        _explain_case(ctx, case, option, as_json=as_json)


def _explain_case(ctx: typer.Context, case_id: str, option: Option | None, *, as_json: bool) -> None:
    found = snapshot_of(ctx, case_id)
    if not found.knows_options and parse_designation_id(case_id) is None:
        next_step = "Start its server and a worker (`make up`), then ask again."
        text = f"Options are judged by the case itself, and {case_id} was not reached: {found.why}."
        raise ServiceError([text, next_step], {"problem": text, "next_step": next_step}, ExitCode.NOT_REACHABLE)
    own = office_of(ctx, amounts=False).editions.own
    case, options = found.case, [one for one in explained(found.case, own) if option is None or one.option == option]
    values = _bearing(case, options, own) if case.options else []
    appeal = appeal_of(found) if any(one.open and one.option == Option.APPEAL for one in options) else None
    if as_json:
        head = {"case": case_id, "stage": case.stage, "deficiencies": case.deficiencies, "told_by": found.told_by}
        head |= {"appeal": appeal._asdict()} if appeal else {}
        show_json({**head, "options": [_as_json(one) for one in options], "values": [one.as_json() for one in values]})
        return
    if not found.live and case.options:
        note(f"As told by {found.told_by}: options may have opened or closed since.")
    if not case.options:
        say(f"{case_id}: {stage_words(case.stage).lower()}", style="bold")
        say("No option is open.")
        _say_reason(options[0])  # what closes one closes all: no outcome asks for a choice
        return
    after = standing(case.deficiencies).removesuffix(" and later")
    say(f"{case_id}: {stage_words(case.stage).lower()}, after the {after}", style="bold")
    if option is None:
        say(_summary(options))
    _say_options(options, appeal)
    _say_values(values, f"What counts here, by edition {case.edition} of the rules:")


def _say_options(options: Sequence[OptionView], appeal: Appeal | None) -> None:
    for one in options:
        say()
        say(option_head(one), style="bold")
        _say_reason(one)
        if appeal and one.option == Option.APPEAL:
            for line in appeal.lines():
                say(f"  {line}")


def _say_values(values: Sequence[Value], title: str) -> None:
    if values:
        say()
        say(title, style="bold")
    for line in (line for value in values for line in value.lines()):
        say(f"  {line}")


def _summary(options: Sequence[OptionView]) -> str:
    there = [one.option for one in options if one.open]
    closed = [one.option for one in options if not one.open]
    told = [f"Open: {listed(there)}."] if there else ["No option is open."]
    return " ".join([*told, *([f"Not open: {listed(closed)}."] if closed else [])])


def _say_reason(one: OptionView) -> None:
    for line in (option_reason(one), option_source(one)):
        if line:
            say(f"  {line}")


def _bearing(case: CaseStatus, options: Sequence[OptionView], own: OwnEditions) -> list[Value]:
    """Return the values that bear on options; none where the case carries an edition that is not known here."""
    try:
        edition = rules_named(Program.ACCREDITATION, case.edition or "", own)
    except EditionError:
        return []
    provisions = edition.provisions()
    names = dict.fromkeys(name for one in options for name in BEARING.get(one.option, ()))
    return [Value(name, provisions[name], edition) for name in names if name in provisions]


def _as_json(one: OptionView) -> dict[str, Any]:
    sure = rule_certainty(one.source, one.reason or "") if one.source else None
    return {**one.model_dump(mode="json"), "certainty": sure}


def _explain_rule(ctx: typer.Context, rule: str, name: str | None, *, as_json: bool) -> None:
    """Say what a rule does, where it stands, and which values have to do with what it is about."""
    about = rule.partition(".")[0]
    does = "refuses a message" if rule in REFUSALS else "makes something happen by itself"
    program = Program.DICOE if about in ("designation", "eligibility") else Program.ACCREDITATION
    edition = _rules(ctx, program, name)
    source = edition.where(rule, RULES[rule])
    certainty = rule_certainty(source)
    values = [Value(name, one, edition) for name, one in edition.provisions().items() if name.startswith(f"{about}.")]
    if as_json:
        told = {"rule": rule, "does": does, "source": source, "certainty": certainty}
        show_json({**told, "values": [value.as_json() for value in values]})
        return
    say(f"{rule}: {does}", style="bold")
    say(f"  {source_in_words(source, certainty)}")
    _say_values(values, f"What counts here, by edition {edition.edition} of the rules:")


def _explain_table(edition: Rules, *, as_json: bool) -> None:
    if not isinstance(edition, Edition):
        raise TypeError(f"an edition of accreditation is expected, found one of {edition.program}")
    rows = option_table(edition)
    if as_json:
        show_json(rows)
        return
    _say_table(rows, edition)
    own = rules_at(Program.ACCREDITATION.value, now(), Modality.MAMMOGRAPHY)
    if isinstance(own, Edition) and own.mammography and not edition.mammography:
        say()
        _say_table(option_table(own), own, "Mammography, after")
    say("What is marked (inferred) is not stated there, but follows from it.")


def _say_table(rows: Sequence[dict[str, str]], edition: Edition, after: str = "After") -> None:
    widest = max(14, *(len(option) for option in rows[0] if option != "standing"))
    for row in rows:
        say(f"{after} the {row['standing']}", style="bold")
        for option in (one for one in Option if one in row):
            terms = row[option] if row[option].startswith("offered") else "not offered"
            say(f"  {option:<{widest}}  {terms}")
        say()
    source = table_source(edition)
    say(source_in_words(source, rule_certainty(source)))


def _rules(ctx: typer.Context, program: Program, name: str | None) -> Rules:
    editions = office_of(ctx, amounts=False).editions
    try:
        if name is not None:
            return rules_named(program.value, name, editions.own)
        return rules_at(program.value, now(), editions=editions)
    except EditionError as error:
        expected = "an edition that `accredit editions` lists, for example 2021-03-08"
        raise Unusable([InputFault("--edition", "", str(error), expected)]) from None


def _explain_values(edition: Rules, *, as_json: bool) -> None:
    values = [Value(name, provision, edition) for name, provision in edition.provisions().items()]
    if as_json:
        told = [value.as_json() for value in values]
        show_json({"edition": edition.edition, "title": edition.title, "values": told})
        return
    say(f"{edition.title}, edition {edition.edition}", style="bold")
    for value in values:
        say()
        say(value.name, style="bold")
        for line in value.lines():
            say(f"  {line}")
