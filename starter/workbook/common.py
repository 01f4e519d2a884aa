"""What the workbooks of both programs share: the application itself, addresses, contacts, the payment page."""

from starter.workbook.choices import KINDS, METHODS, ROLES, STATES
from starter.workbook.plan import PROGRAM, Entry, Kind, Page, Section, Table

FACILITY, MODALITY, PAYMENT = "Facility", "Modality", "Payment"
"""The sheets, as the programs name them."""

ID_HINT = "Letters, digits, hyphens and underscores, without spaces."

APPLICATION = (
    Entry(
        PROGRAM,
        "Program",
        "Set when this workbook was made. For the other program make another workbook.",
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
