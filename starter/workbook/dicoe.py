"""The workbook of an application for a designation: one practice in one state, its locations and what they offer."""

from starter.workbook.choices import MODALITIES, PLEDGES, SERVICES
from starter.workbook.common import APPLICATION, FACILITY, ID_HINT, MODALITY, address, contacts, payment, state
from starter.workbook.plan import Entry, Kind, Link, Page, Plan, Section, Table

REGISTRIES = "registries"
"""The column whose list the edition of the rules names."""

_PRACTICE = Section(
    "Practice",
    (
        Entry(
            "practice.id",
            "Practice id",
            f"Your name for the practice; part of the case's name. {ID_HINT}",
            Kind.ID,
            needed=True,
        ),
        Entry("practice.name", "Practice name", "As it is to stand on the designation.", needed=True),
        state("state", "The state of all locations; another state needs another application."),
        Entry(
            "country",
            "Country",
            "The country's code of two letters: US for the United States. Elsewhere the office quotes every fee.",
            needed=True,
        ),
        Entry(
            "shared_governance",
            "One practice",
            "Yes: all locations share governance, policy, procedures and the group of radiologists.",
            Kind.YES_NO,
            needed=True,
        ),
        Entry(
            "agrees_to_survey",
            "Agrees to the survey",
            "Yes: the practice agrees to the site survey and pays the surveyors' travel and expenses.",
            Kind.YES_NO,
            needed=True,
        ),
    ),
)

_LOCATIONS = Table(
    "locations",
    "Locations",
    ("One location a row. What each of them offers is filled in on the sheet Modality.",),
    (
        Entry(
            "id", "Location id", f"The facility's id in the accreditation books, for example OH-0417. {ID_HINT}",
            Kind.ID, needed=True,
        ),
        Entry("name", "Location name", "The name of the location.", needed=True),
        *address("address"),
        Entry(
            "consulting_radiologist", "Consulting radiologist",
            "The radiologist whom referring providers consult during working hours.", needed=True,
        ),
    ),
    rows=20,
)  # fmt: skip

_OFFERS = Table(
    "offers",
    "Services, accreditations, registries and pledges",
    (
        "Use as many rows for a location as its longest list needs, each with the location's id in the first column.",
        "The other columns are four separate lists: what stands side by side need not belong together.",
        "A location with CT, MRI and X-ray has three rows: CT, MRI, X-ray under Service; CT, MRI under Accredited in;",
        "its registries, for example DIR and GRID, under Registry; Image Gently and Image Wisely under Pledge.",
    ),
    (
        Entry("location", "Location id", "The location, as it is named on the sheet Facility.", Kind.LINK, needed=True),
        Entry(
            "services", "Service", "A service that the location offers, X-ray and fluoroscopy included.",
            Kind.CHOICE, needed=True, choices=SERVICES,
        ),
        Entry(
            "accredited", "Accredited in",
            "A modality in which the location is accredited: each service but X-ray and fluoroscopy.",
            Kind.CHOICE, choices=MODALITIES,
        ),
        Entry(
            REGISTRIES, "Registry", "A registry that the location participates in, by its short name.",
            Kind.CHOICE, needed=True, open=True,
        ),
        Entry(
            "pledges", "Pledge", "A pledge that the location has made.",
            Kind.CHOICE, needed=True, choices=PLEDGES,
        ),
    ),
    rows=80,
    link=Link(to="locations", column="location", item="location"),
)  # fmt: skip

PLAN = Plan(
    "dicoe",
    "Application for the designation as Diagnostic Imaging Center of Excellence",
    (
        Page(
            FACILITY,
            "The practice, whom the office writes to, and all its locations in one state.",
            (
                Section("Application", APPLICATION),
                _PRACTICE,
                contacts("practice.contacts", ("One person a row, one person at least.",)),
                _LOCATIONS,
            ),
        ),
        Page(MODALITY, "What each location offers, and what makes it eligible.", (_OFFERS,)),
        payment(
            amount_needed=True,
            amount_hint="Exactly the fee of this application; `accredit quote` computes it. Outside the US: empty.",
        ),
    ),
)
"""The workbook of an application for a designation."""
