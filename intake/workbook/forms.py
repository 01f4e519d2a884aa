"""The pages, fields and tables of an application for accreditation and of one for a designation."""

from intake.workbook.cells import (
    AREA_KINDS,
    CERTIFICATES,
    KINDS,
    MEDIA,
    METHODS,
    MODALITIES,
    PLEDGES,
    ROLES,
    SERVICES,
    STATES,
)
from intake.workbook.plan import PROGRAM, Entry, Kind, Link, Page, Section, Table, WorkbookPlan
from policy.application import Modality
from policy.identity import SITE

FACILITY, MODALITY, PAYMENT = "Facility", "Modality", "Payment"
"""The sheets, as the programs name them."""

ID_HINT = "Letters, digits, hyphens and underscores, without spaces."

APPLICATION = (
    Entry(
        PROGRAM,
        "Program",
        "Set when this workbook was made. For another program make another workbook.",
    ),
    Entry(
        "application_id",
        "Application id",
        f"Your own name for this application, by which the office knows it again. {ID_HINT}",
        Kind.ID,
        needed=True,
    ),
    Entry(
        "kind",
        "Kind of application",
        "Initial for the first one, renewal for a term or certificate that follows another.",
        Kind.CHOICE,
        needed=True,
        choices=KINDS,
    ),
)


def state(name: str, explanation: str) -> Entry:
    """Return the entry of a state: the list holds those of the United States, others may be typed."""
    return Entry(name, "State", explanation, Kind.CHOICE, needed=True, choices=STATES, open=True)


def address(prefix: str) -> tuple[Entry, ...]:
    """Return the entries of a postal address."""
    return (
        Entry(f"{prefix}.street", "Street", "Street and number.", needed=True),
        Entry(f"{prefix}.city", "City", "City or town.", needed=True),
        state(f"{prefix}.state", "Two letters, for example OH. Outside the United States it may stay empty."),
        Entry(
            f"{prefix}.postal_code",
            "Postal code",
            "As text, so that a zero at its beginning stays. Outside the United States it may stay empty.",
            needed=True,
        ),
        Entry(
            f"{prefix}.country",
            "Country",
            "The country's code of two letters: US for the United States. Elsewhere the office quotes every fee.",
            needed=True,
        ),
    )


def contacts(name: str, explanation: tuple[str, ...]) -> Table:
    """Return the table of the people whom the office writes to."""
    return Table(
        name,
        "Contacts",
        explanation,
        (
            Entry("role", "Role", "What the person is at the facility.", Kind.CHOICE, needed=True, choices=ROLES),
            Entry("name", "Name", "First and last name.", needed=True),
            Entry("email", "E-mail", "One address; the office's notices are sent there.", Kind.EMAIL, needed=True),
        ),
        rows=8,
    )


def applicant(explanation: str, holder: str, example: str, people: tuple[str, ...]) -> Page:
    """Return the page of who applies for an accreditation.

    Args:
        explanation: What the page is about.
        holder: What the applicant is called: `Facility`, `Practice`.
        example: An id that one could have.
        people: Whom the table of contacts must list.
    """
    return Page(
        FACILITY,
        explanation,
        (
            Section("Application", APPLICATION),
            Section(
                holder,
                (
                    Entry(
                        "facility.id",
                        f"{holder} id",
                        f"The {holder.lower()}'s id in the accreditation books, for example {example}. {ID_HINT}",
                        Kind.ID,
                        needed=True,
                    ),
                    Entry("facility.name", f"{holder} name", "As it is to stand on the certificate.", needed=True),
                    *address("facility.address"),
                ),
            ),
            contacts("facility.contacts", people),
        ),
    )


def payment(*, amount_needed: bool, amount_hint: str) -> Page:
    """Return the payment page, which announces a payment."""
    return Page(
        PAYMENT,
        "What you pay and how. The office's fees are shown below, for information.",
        (
            Section(
                "Payment",
                (
                    Entry("payment.amount", "Amount in US dollars", amount_hint, Kind.AMOUNT, needed=amount_needed),
                    Entry(
                        "payment.method",
                        "Method",
                        "How you pay; choose from the list or type another way.",
                        Kind.CHOICE,
                        choices=METHODS,
                        open=True,
                    ),
                    Entry("payment.reference", "Reference", "Your check or transfer number, if there is one."),
                ),
            ),
        ),
    )


_FACILITY = applicant(
    "Who applies, and whom the office writes to.",
    "Facility",
    "OH-0417",
    (
        "One person a row. List the supervising physician, whose signature appeals and withdrawals need.",
        "For phantoms list the medical physicist as well.",
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
        Entry("submodule", "Part", "Where the module has parts: an isotope, a trimester, a vascular submodule."),
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
                    "One modality for each application. Radiation oncology has a workbook of its own.",
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
        Section(
            "MQSA certificate (mammography only)",
            (
                Entry(
                    "mqsa.kind",
                    "Kind of certificate",
                    "Full or provisional; empty where a new facility has none yet, and for every other modality.",
                    Kind.CHOICE,
                    choices=CERTIFICATES,
                ),
                Entry(
                    "mqsa.expires_on",
                    "Last day of the certificate",
                    "Year, month and day, for example 2028-05-31; empty where there is none.",
                ),
            ),
        ),
    ),
)

ACCREDITATION = WorkbookPlan(
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

_PRACTICE_FACILITY = applicant(
    "Which practice applies, and whom the office writes to.",
    "Practice",
    "VA-0900",
    (
        "One person a row. List the chief of radiation oncology as supervising physician: a written appeal",
        "needs that signature.",
    ),
)

_SITES = Table(
    "sites",
    "Sites",
    (
        "One row for each site of the practice, the main one and its satellites.",
        "All of them are surveyed together, and every report has a finding on each.",
    ),
    (
        Entry(
            "id", "Site id", f"Your name for the site, for example MAIN; plans and reports name it. {ID_HINT}",
            Kind.ID, needed=True,
        ),
        Entry("module", "What it is", "For example main site or satellite."),
    ),
    rows=12,
    path="units.0.areas",
)  # fmt: skip

ONCOLOGY = WorkbookPlan(
    "accreditation",
    "Application for accreditation in radiation oncology",
    (
        _PRACTICE_FACILITY,
        Page(
            MODALITY, "What is to be surveyed. Radiation oncology is accredited by a survey, without images.", (_SITES,)
        ),
        payment(
            amount_needed=False,
            amount_hint="What you pay, for example 9000.00. An amount or a method is needed; an invoice follows.",
        ),
    ),
    modality=Modality.RADIATION_ONCOLOGY.value,
    given={"modality": Modality.RADIATION_ONCOLOGY.value, "units.0.id": SITE},
)
"""The workbook of an application in radiation oncology: the practice is one unit, and its sites are the areas."""

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

DESIGNATION = WorkbookPlan(
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

PLANS: dict[str, WorkbookPlan] = {plan.name: plan for plan in (ACCREDITATION, ONCOLOGY, DESIGNATION)}
"""The workbook of each program, and of the modality that is surveyed."""
SHEETS = tuple(page.title for page in ACCREDITATION.pages)
"""The sheets of either workbook, in their order."""
