"""The columns of an import: the fields of the workbooks' plans, laid out in one row for each unit or location.

Explanations, lists and kinds of cells are those of `accredit template`; here stands only how each column is called.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from intake.workbook import forms
from intake.workbook.plan import PROGRAM, Entry, Kind, Table, WorkbookPlan
from policy.application import ContactRole

CSV, XLSX = ".csv", ".xlsx"
"""The kinds of files that rows are read from."""
OPENED_AT = "opened_at"
"""The column of the day on which a case begins."""
RECEIVED_AT = "received_at"
"""The column of the instant as of which a message counts."""
MOMENTS = (OPENED_AT, RECEIVED_AT)
"""Columns in which a spreadsheet program's own dates are read as well."""
CONTACT = "contact"
"""Before a role and a field: the path of a contact's column, until the contacts become a list."""
REMARKS = ("rule", "reason", "source", "instead")
"""The columns that a file of refused rows has beside those of its rows; they are not read."""
BECAUSE = "refused_because"
"""How the reason is called where the rows have a column of that name themselves."""
AREAS = {"clinical_areas": "clinical", "phantom_areas": "phantom"}
"""The columns of a unit's areas, and the kind of the areas that each holds."""
_HEADINGS = {"id": "{item}_id", "name": "{item}_name"}


@dataclass(frozen=True)
class Layout:
    """The columns of one sheet. An entry's label is the heading of its column, its name the path of its field.

    Attributes:
        sheet: How the sheet is called.
        program: The program whose applications it holds; empty for messages.
        given: What each of its applications says without a column for it, by its path.
        shared: What the rows of one application have in common.
        items: The list whose items the rows are; its columns hold one value each.
        lists: Columns of an item that hold several values.
        contacts: The path of the list of contacts.
        key: The heading by which the sheet is known.
    """

    sheet: str
    program: str
    key: str
    shared: tuple[Entry, ...]
    items: Table
    lists: tuple[Entry, ...] = ()
    contacts: str = ""
    given: Mapping[str, str] = field(default_factory=dict)

    @property
    def remarks(self) -> tuple[str, ...]:
        """The columns that are not read: what is said of refused rows, under other names than those of its own."""
        own = {entry.label for entry in self.entries}
        return tuple(BECAUSE if remark in own else remark for remark in REMARKS)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All columns, in their order."""
        return (*self.shared, *self.items.columns, *self.lists)


def _contacts(plan: WorkbookPlan, path: str, needed_role: ContactRole | None) -> Iterable[Entry]:
    """Yield a name and an e-mail for each role."""
    table = _table(plan, path)
    columns = [column for column in table.columns if column.name != "role"]
    for role in ContactRole:
        for column in columns:
            needed = role is needed_role
            words = role.replace("_", " ")
            yield replace(
                column,
                name=f"{CONTACT}.{role}.{column.name}",
                label=f"{role}_{column.name}",
                explanation=f"Of the {words}. {column.explanation}" + ("" if needed else " May stay empty."),
                needed=needed,
            )


def _table(plan: WorkbookPlan, name: str) -> Table:
    return next(table for page in plan.pages for table in page.tables() if table.name == name)


def _shared(plan: WorkbookPlan, path: str, needed_role: ContactRole | None = None) -> tuple[Entry, ...]:
    """Return the single fields of a plan as columns, then the contacts, and the day of opening at the end."""
    fields = [entry for page in plan.pages for entry in page.entries() if entry.name != PROGRAM]
    return (
        *(replace(entry, label=_heading(entry.name)) for entry in fields),
        *_contacts(plan, path, needed_role),
        _OPENED_AT,
    )


def _heading(name: str) -> str:
    return name.removeprefix("facility.address.").replace(".", "_")


def _items(plan: WorkbookPlan, name: str, item: str) -> Table:
    table = _table(plan, name)
    columns = tuple(replace(entry, label=_of_item(entry.name, item)) for entry in table.columns)
    return replace(table, columns=columns)


def _of_item(name: str, item: str) -> str:
    if name in _HEADINGS:
        return _HEADINGS[name].format(item=item)
    return name.replace("address.", f"{item}_")


def _list(entry: Entry) -> Entry:
    """Return a column that holds the values of a list, one behind the other."""
    offered = f" One of {', '.join(entry.choices.values())}." if entry.choices else ""
    return replace(entry, label=entry.name, explanation=f"{entry.explanation}{offered} Several: divided by semicolons.")


_OPENED_AT = Entry(
    OPENED_AT,
    OPENED_AT,
    "When the case begins: 2028-02-28 (09:00 of that day) or a date-time; empty: when it is imported. A past day "
    "adopts a case that is under way.",
)

_AREAS = (
    Entry(
        "clinical_areas",
        "clinical_areas",
        "Areas tested with images of patients, divided by semicolons; each an id, a colon, module, patient type: "
        "chest-adult: chest, adult; head-adult: head, adult",
        needed=True,
    ),
    Entry(
        "phantom_areas",
        "phantom_areas",
        "Areas tested with a phantom, divided by semicolons; each an id, a colon, its name: phantom: CT phantom",
    ),
)

ACCREDITATION = Layout(
    "Accreditation",
    forms.ACCREDITATION.program,
    "unit_id",
    _shared(forms.ACCREDITATION, "facility.contacts", ContactRole.SUPERVISING_PHYSICIAN),
    _items(forms.ACCREDITATION, "units", "unit"),
    _AREAS,
    "facility.contacts",
)
"""One row for each unit; the rows of one application have its application_id."""

ONCOLOGY = Layout(
    "Oncology",
    forms.ONCOLOGY.program,
    "site_id",
    _shared(forms.ONCOLOGY, "facility.contacts", ContactRole.SUPERVISING_PHYSICIAN),
    _items(forms.ONCOLOGY, "sites", "site"),
    contacts="facility.contacts",
    given=forms.ONCOLOGY.given,
)
"""One row for each site of a radiation oncology practice; the rows of one application have its application_id."""

DESIGNATIONS = Layout(
    "Designations",
    forms.DESIGNATION.program,
    "location_id",
    _shared(forms.DESIGNATION, "practice.contacts"),
    _items(forms.DESIGNATION, "locations", "location"),
    tuple(_list(entry) for entry in _table(forms.DESIGNATION, "offers").columns if entry.kind is not Kind.LINK),
    "practice.contacts",
)
"""One row for each location; the rows of one practice's application have its application_id."""

MESSAGES = Layout(
    "Messages",
    "",
    "message",
    (),
    Table(
        "messages",
        "Messages",
        ("What has happened in a case that is adopted, in the order in which it happened.",),
        (
            Entry("case", "case", "The case, for example accreditation.OH-0417.ct.CT-1.1.", needed=True),
            Entry("message", "message", "What happened, for example accept_application.", needed=True),
            Entry(
                RECEIVED_AT,
                RECEIVED_AT,
                "When the office received it: 2028-02-28 (the end of that day) or a date-time. It counts as of then.",
                needed=True,
            ),
            Entry(
                "fields",
                "fields",
                "Its fields: a JSON object, or field=value divided by semicolons. $invoice is the newest open invoice, "
                "$due what is due on it.",
            ),
            Entry("for_name", "for_name", "Of a facility's message: who at the facility it is from."),
            Entry("for_role", "for_role", "In which role; empty: facility."),
            Entry("by_name", "by_name", "Who at the office enters it; empty: whoever imports the file."),
            Entry("reason", "reason", "Why it is entered now; empty: that it is adopted from this file."),
        ),
        rows=0,
    ),
)
"""One row for each message: what brings a case that is adopted to where it stands today."""

LAYOUTS: tuple[Layout, ...] = (ACCREDITATION, ONCOLOGY, DESIGNATIONS, MESSAGES)
"""The sheets that a file may hold, in the order in which they are carried out."""
