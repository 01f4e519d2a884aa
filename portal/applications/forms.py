"""The form of an application: made from the plan of the workbook, so that the two never differ; and read back."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from starlette.datastructures import FormData

from intake.workbook.cell_rules import Terms, terms_of
from intake.workbook.cells import KINDS, NO, YES
from intake.workbook.filling import Cells, Filling
from intake.workbook.forms import PLANS
from intake.workbook.plan import PROGRAM, Entry, Kind, Table, WorkbookPlan
from intake.workbook.typed import Told, field_of, submission_of, told_of
from policy.dates import local_day
from policy.fees import Quote
from policy.office import OfficeSettings
from services.opening import JudgedApplication, judge_application
from services.programs import is_quoted, parts_of, quote_as_far_as_known

MOST_ROWS = 120
"""Rows of a table; a longer list is handed in as a workbook, through the office."""
LONGEST = 2_000
"""Characters of a field; what an application may have of each, its model says."""
FIRST_ROWS = {"areas": 4, "offers": 4, "facility.contacts": 2, "practice.contacts": 2}
"""Rows that a new form has ready, by table; one in every other."""
OWN_ID = {"accreditation": "facility.id", "radiation_oncology": "facility.id", "dicoe": "practice.id"}
"""The field of the id of whoever applies, by plan: the visitor's own organisation, and no other."""
DRAFT_ID = re.compile("[0-9a-f]{32}")
ROW_WORDS = {"areas": "area", "offers": "row", "units": "unit", "sites": "site", "locations": "location"}


@dataclass(frozen=True)
class Form:
    """An application as it is being written.

    Attributes:
        plan: What it consists of.
        filling: What was typed.
        org: Who applies.
        renews: The case that it renews; None: none.
        notes: What its reader should know of how a sheet was read.
    """

    plan: WorkbookPlan
    filling: Filling
    org: str
    renews: str | None = None
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return what a draft keeps of it."""
        return {
            "program": self.plan.name,
            "fields": dict(self.filling.fields),
            "tables": {name: [dict(row) for row in rows] for name, rows in self.filling.tables.items()},
            "notes": list(self.notes),
        }


def form_of(org: str, kept: Mapping[str, Any], renews: str | None) -> Form:
    """Return the form that a draft keeps."""
    filling = Filling(kept["fields"], kept["tables"])
    return Form(PLANS[kept["program"]], own(filling, kept["program"], org), org, renews, tuple(kept.get("notes", ())))


def own(filling: Filling, plan: str, org: str) -> Filling:
    """Return the filling of a plan that is the organisation's own: nobody applies for another one."""
    return Filling({**filling.fields, PROGRAM: plan, OWN_ID[plan]: org}, filling.tables)


def new_id(at: datetime) -> str:
    """Return an id for a new application; the applicant may choose another one."""
    return f"APP-{at:%Y%m%d}-{uuid4().hex[:6]}"


def begun(filling: Filling, plan: WorkbookPlan, org: str, at: datetime, *, renews: str | None, whole: bool) -> Form:
    """Return a new form, filled with what is known.

    Args:
        filling: An application that the organisation handed in before.
        plan: What the new one consists of.
        org: Who applies.
        at: Now (UTC).
        renews: The case that it renews.
        whole: Whether what was applied for is taken over as well, not only who applies.
    """
    holder = OWN_ID[plan.name].partition(".")[0]
    new = {"application_id": new_id(at), "kind": _label(KINDS, "renewal" if renews else "initial")}
    known = {
        name: text
        for name, text in filling.fields.items()
        if (whole or name.startswith(f"{holder}.")) and not name.startswith("payment.") and name not in new
    }
    tables = {name: rows for name, rows in filling.tables.items() if whole or name.startswith(f"{holder}.")}
    return Form(plan, own(Filling(known | new, tables), plan.name, org), org, renews)


def _label(choices: Mapping[str, str], held: str) -> str:
    return next(label for label, value in choices.items() if value == held)


def read_form(plan: WorkbookPlan, form: FormData, org: str, renews: str | None) -> Form:
    """Return what was posted. Rows beyond those that the form has are not read."""
    fields = {entry.name: _text(form, entry.name) for page in plan.pages for entry in page.entries()}
    tables = {table.name: _posted_rows(table, form) for page in plan.pages for table in page.tables()}
    return Form(plan, own(Filling(fields, tables), plan.name, org), org, renews)


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value.replace("\x00", "")[:LONGEST] if isinstance(value, str) else ""


def _posted_rows(table: Table, form: FormData) -> list[Cells]:
    said = _text(form, f"rows:{table.name}")
    number = min(int(said), MOST_ROWS) if re.fullmatch("[0-9]{1,4}", said) else 0
    return [
        {entry.name: _text(form, field_of(table.name, row, entry.name)) for entry in table.columns}
        for row in range(number)
    ]


def with_row(form: Form, table: str) -> Form:
    """Return the form with one more row in a table."""
    rows = list(_shown_rows(form, table))
    return _with_rows(form, table, [*rows, {}][:MOST_ROWS])


def without_row(form: Form, table: str, number: int) -> Form:
    """Return the form without a row of a table."""
    rows = [row for place, row in enumerate(_shown_rows(form, table)) if place != number]
    return _with_rows(form, table, rows)


def _with_rows(form: Form, table: str, rows: Sequence[Cells]) -> Form:
    tables = {**form.filling.tables, table: rows}
    return Form(form.plan, Filling(form.filling.fields, tables), form.org, form.renews, form.notes)


def _shown_rows(form: Form, table: str) -> Sequence[Cells]:
    """Return the rows of a table as the form shows them: those that were typed, or empty ones to begin with."""
    return form.filling.tables.get(table) or [{}] * FIRST_ROWS.get(table, 1)


def tables_of(plan: WorkbookPlan) -> dict[str, Table]:
    """Return the tables of a plan by their names."""
    return {table.name: table for page in plan.pages for table in page.tables()}


@dataclass(frozen=True)
class Standing:
    """How an application stands as it was typed.

    Attributes:
        judged: It, by the rules of today.
        told: All that stands against it.
        quote: What it costs as far as that is known, in US dollars.
        quoted: Whether the office quotes every fee, because it comes from outside the United States.
        cases: The cases that it opens, without the number of the cycle.
        lists: What its fields offer.
        notes: Further lines above its tables.
    """

    judged: JudgedApplication
    told: list[Told]
    quote: Quote
    quoted: bool
    cases: list[str]
    lists: Mapping[str, Mapping[str, str]]
    notes: Mapping[str, Sequence[str]] = field(default_factory=dict)


def standing_of(form: Form, settings: OfficeSettings, at: datetime) -> Standing:
    """Judge what was typed, as `accredit check` judges a workbook. To be called in a thread: it takes its time."""
    submission = submission_of(form.plan, form.filling)
    judged = judge_application(submission.application, settings, at)
    told = told_of(submission, judged.findings)
    quote = quote_as_far_as_known(judged.application, judged.edition, settings)
    parts = () if told else parts_of(judged.application, judged.edition)
    terms: Terms = terms_of(judged.edition, settings, local_day(at, settings.zone), quote)
    return Standing(
        judged,
        told,
        quote,
        is_quoted(judged.application),
        [part.case_id(1).subject for part in parts],
        terms.lists,
        terms.notes,
    )


@dataclass(frozen=True)
class Field:
    """One field as the page shows it: how it is called, what it offers, what was typed, what stands against it."""

    name: str
    label: str
    explanation: str
    needed: bool
    value: str
    choices: tuple[str, ...]
    open: bool
    kind: str
    fixed: bool = False


def field_shown(form: Form, entry: Entry, name: str, value: str, lists: Mapping[str, Mapping[str, str]]) -> Field:
    """Return a field of the plan as the page shows it."""
    choices = tuple(lists.get(entry.name, entry.choices)) if entry.kind is Kind.CHOICE else ()
    if entry.kind is Kind.YES_NO:
        choices = (YES, NO)
    if entry.kind is Kind.LINK:
        table = next(one for one in tables_of(form.plan).values() if entry in one.columns)
        owners = form.filling.tables.get(table.link.to if table.link else "", ())
        choices = tuple(dict.fromkeys(filter(None, (row.get("id", "").strip() for row in owners))))
    if value and choices and not entry.open and entry.kind is not Kind.LINK and value not in choices:
        choices = (*choices, value)
    return Field(
        name, entry.label, entry.explanation, entry.needed, value, choices,
        entry.open or entry.kind is Kind.LINK, entry.kind.value, name == OWN_ID[form.plan.name],
    )  # fmt: skip


def table_shown(form: Form, table: Table, lists: Mapping[str, Mapping[str, str]]) -> list[list[Field]]:
    """Return the rows of a table as the page shows them."""
    return [
        [
            field_shown(form, entry, field_of(table.name, number, entry.name), row.get(entry.name, ""), lists)
            for entry in table.columns
        ]
        for number, row in enumerate(_shown_rows(form, table.name))
    ]
