"""`accredit editions` and `accredit impact`: the rules by date, and which open cases another edition would touch."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from policy.dates import local_day
from policy.edition import Certainty
from policy.editions.own import OwnEditions
from policy.words import due_in_words, spoken
from records.problems import NoBooks
from records.words import Program
from services.clock import now
from services.editions.impact import CaseImpact, impact_of
from services.editions.known import (
    KnownEdition,
    edition_called,
    known_editions,
    open_cases_by_edition,
    standing_of,
)
from services.words import stage_words
from starter.cases.values import changed_in_words, difference_as_json
from starter.terminal import completion
from starter.terminal.arguments import AsJson
from starter.terminal.books import reading
from starter.terminal.context import office_of
from starter.terminal.output import note, say, show_json, show_table

OfProgram = Annotated[Program | None, typer.Option("--program", help="Only of this program.")]
EditionName = Annotated[
    str, typer.Argument(metavar="EDITION", help="Its name, as `accredit editions` lists it.", show_default=False)
]
OnlyCases = Annotated[
    list[str] | None,
    typer.Argument(metavar="CASE", help="Only these cases.", autocompletion=completion.cases, show_default=False),
]
Carrying = Annotated[
    str | None, typer.Option("--carrying", metavar="EDITION", help="Only cases that carry this edition.")
]
OWN = " (the office's own)"
COLUMNS = ["Edition", "From", "Title", "Covers", ", ".join(Certainty).capitalize(), "Today", "Open cases"]


def editions(ctx: typer.Context, program: OfProgram = None, as_json: AsJson = False) -> None:
    """List the editions of the rules: those that ship and the office's own, and how many open cases live under each.

    A case goes by the edition that counts on the day it begins, and keeps it; one that is announced for a day counts
    for the cases that begin from that day on. Of a designation the edition is named by the newest of its parts.

    For example:

        accredit editions
        accredit editions --program dicoe --json
    """
    settings = office_of(ctx, amounts=False)
    own, today = settings.editions.own, local_day(now(), settings.zone)
    known = [one for one in known_editions(own) if program is None or one.key[0] == program.value]
    counts: dict[tuple[str, str], int] | None = None
    with suppress(NoBooks), reading(ctx) as session:
        counts = open_cases_by_edition(session)
    if as_json:
        show_json([_as_json(one, standing_of(one, settings.editions, today), counts) for one in known])
        return
    show_table(COLUMNS, [_row(one, standing_of(one, settings.editions, today), counts) for one in known])
    if counts is None:
        note("There are no books here: how many cases live under each is not known.")
    gone = {key: number for key, number in (counts or {}).items() if key not in {one.key for one in known}}
    for (of, name), number in gone.items():
        note(f"{number} open case(s) of {of} carry {name}, which is not known here any more.", style="yellow")


def impact(
    ctx: typer.Context,
    edition: EditionName,
    cases: OnlyCases = None,
    carrying: Carrying = None,
    as_json: AsJson = False,
) -> None:
    """Tell which open cases another edition would touch, and in which values and dates. Nothing moves.

    Told is what each case would go by from where it stands: what is decided stays, and a window that runs keeps its
    day; the day that the other edition would have given it is named beside it.

    For example:

        accredit impact 2021-03-08
        accredit impact dicoe:2021-01-01 --json
        accredit impact sic-2026 accreditation.OH-0417.ct.CT-1.1
    """
    settings = office_of(ctx, amounts=False)
    rules = edition_called(edition, settings.editions.own)
    with reading(ctx) as session:
        found = impact_of(session, rules, settings.editions.own, cases or (), carrying)
    if as_json:
        show_json(impact_as_json(rules.edition, found))
        return
    tell_impact(rules.edition, found, settings.zone)


def tell_impact(edition: str, found: Sequence[CaseImpact], zone: ZoneInfo) -> None:
    """Print what an edition would mean for cases."""
    touched = [one for one in found if one.differs]
    for one in touched:
        say(f"{one.case_id}  {one.facility}  {stage_words(one.stage).lower()}, by edition {one.carried}", style="bold")
        if one.unknown:
            say("  That edition is not known here any more: what would differ cannot be told.")
        for difference in one.differences:
            say(f"  {changed_in_words(difference)}")
        for window in one.windows:
            kept, anew = due_in_words(window.due_at, zone), due_in_words(window.counted_anew, zone)
            say(f"  The {spoken(window.name)} that runs keeps {kept}; counted by {edition} it would be {anew}.")
        say()
    say(f"{len(touched)} of {len(found)} open case(s) under other editions would go on differently under {edition}.")


def impact_as_json(edition: str, found: Sequence[CaseImpact]) -> dict[str, Any]:
    """Return what an edition would mean for cases, for a script."""
    return {
        "edition": edition,
        "cases": [
            {
                "case": one.case_id,
                "facility_name": one.facility,
                "stage": one.stage,
                "carries": one.carried,
                "differs": one.differs,
                "known": not one.unknown,
                "values": [difference_as_json(difference) for difference in one.differences],
                "windows": [
                    {
                        "name": window.name,
                        "due_at": window.due_at.isoformat(),
                        "counted_anew": window.counted_anew.isoformat(),
                    }
                    for window in one.windows
                ],
            }
            for one in found
        ],
    }


def own_of(ctx: typer.Context) -> OwnEditions:
    """Return the office's own editions."""
    return office_of(ctx, amounts=False).editions.own


def _row(known: KnownEdition, standing: str, counts: dict[tuple[str, str], int] | None) -> list[str]:
    covers = ", ".join(spoken(one) for one in known.covers()) or "designations"
    sure = ", ".join(str(number) for number in known.certainties().values())
    title = f"{known.rules.title}{OWN if known.own else ''}"
    return [
        known.rules.edition,
        str(known.begins),
        title,
        covers,
        sure,
        standing,
        "" if counts is None else str(counts.get(known.key, 0)),
    ]


def _as_json(known: KnownEdition, standing: str, counts: dict[tuple[str, str], int] | None) -> dict[str, Any]:
    return {
        "program": known.rules.program,
        "edition": known.rules.edition,
        "title": known.rules.title,
        "effective": known.begins.isoformat(),
        "covers": list(known.covers()),
        "values": known.certainties(),
        "own": known.own,
        "standing": standing,
        "open_cases": None if counts is None else counts.get(known.key, 0),
    }
