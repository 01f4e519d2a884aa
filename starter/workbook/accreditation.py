"""The workbook of an application for accreditation: one facility, one modality, its units and areas."""

from starter.workbook.choices import AREA_KINDS, MEDIA, MODALITIES
from starter.workbook.common import APPLICATION, FACILITY, ID_HINT, MODALITY, address, contacts, payment
from starter.workbook.plan import Entry, Kind, Link, Page, Plan, Section, Table

_FACILITY = Page(
    FACILITY,
    "Who applies, and whom the office writes to.",
    (
        Section("Application", APPLICATION),
        Section(
            "Facility",
            (
                Entry(
                    "facility.id",
                    "Facility id",
                    f"The facility's id in the accreditation books, for example OH-0417. {ID_HINT}",
                    Kind.ID,
                    needed=True,
                ),
                Entry("facility.name", "Facility name", "As it is to stand on the certificate.", needed=True),
                *address("facility.address"),
            ),
        ),
        contacts(
            "facility.contacts",
            (
                "One person a row. List the supervising physician, whose signature appeals and withdrawals need.",
                "For phantoms list the medical physicist as well.",
            ),
        ),
    ),
)

_UNITS = Table(
    "units",
    "Units",
    ("One scanner a row; where the modality is accredited by facility, one row for its service.",),
    (
        Entry(
            "id", "Unit id", f"Your name for the unit, for example CT-1; part of the case's name. {ID_HINT}",
            Kind.ID, needed=True,
        ),
        Entry("manufacturer", "Manufacturer", "Who made the unit."),
        Entry("model", "Model", "The unit's model."),
    ),
    rows=6,
)  # fmt: skip

_AREAS = Table(
    "areas",
    "Areas",
    (
        "One row for each module or patient type, and one for each phantom, that a unit is to be tested in.",
        "Each unit needs one clinical area at least. The unit is chosen from the table above.",
    ),
    (
        Entry("unit", "Unit id", "The unit, as it is named in the table of units.", Kind.LINK, needed=True),
        Entry(
            "id", "Area id", f"Your name for the area, for example chest-adult; once for each unit. {ID_HINT}",
            Kind.ID, needed=True,
        ),
        Entry(
            "kind", "Kind", "Clinical: images of patients. Phantom: images of a phantom.",
            Kind.CHOICE, needed=True, choices=AREA_KINDS,
        ),
        Entry("module", "Module", "What is examined, for example chest or head/neck."),
        Entry("patient_type", "Patient type", "For example adult or pediatric; empty for a phantom."),
    ),
    rows=40,
    link=Link(to="units", column="unit", item="unit", into="areas"),
)  # fmt: skip

_MODALITY = Page(
    MODALITY,
    "What is to be accredited.",
    (
        Section(
            "Modality and images",
            (
                Entry(
                    "modality",
                    "Modality",
                    "One modality for each application.",
                    Kind.CHOICE,
                    needed=True,
                    choices=MODALITIES,
                ),
                Entry(
                    "medium",
                    "Medium of the images",
                    "How images are submitted. An appeal has to use the same medium.",
                    Kind.CHOICE,
                    needed=True,
                    choices=MEDIA,
                ),
            ),
        ),
        _UNITS,
        _AREAS,
    ),
)

PLAN = Plan(
    "accreditation",
    "Application for accreditation",
    (
        _FACILITY,
        _MODALITY,
        payment(
            amount_needed=False,
            amount_hint="What you pay, for example 2900.00. An amount or a method is needed; an invoice follows.",
        ),
    ),
)
"""The workbook of an application for accreditation."""
