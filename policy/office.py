"""What an office sets for itself: who it is, where it keeps its books and mail, and what it charges.

The shape of `office.toml`. Everything but the fees has a default; a fee has none, because an office that charges a
made-up amount is worse than one that waits until somebody sets it. Names that are not listed here are mistakes.
"""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, SecretStr

from policy.application import Email, Identifier, Modality
from policy.dates import zone_names
from policy.designation.edition import dicoe_edition_in_force
from policy.edition import Rules, edition_in_force, shipped_editions
from policy.editions.own import DICOE, NONE, OwnEditions


def _read_amount(value: object) -> object:
    """Take a decimal written as text: a TOML number is a binary fraction, and 0.1 + 0.2 dollars are not 0.3."""
    if isinstance(value, str | Decimal):
        return value
    raise ValueError('an amount in US dollars written as text, for example "2900.00"')


def _known_zone(name: str) -> str:
    if name not in zone_names():
        raise ValueError("the name of a time zone, for example America/New_York")
    return name


Amount = Annotated[Decimal, BeforeValidator(_read_amount), Field(gt=0, max_digits=11, decimal_places=2)]
"""A fee in US dollars, more than nothing."""


class Section(BaseModel):
    """A table of `office.toml`."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, hide_input_in_errors=True)


class Issuer(Section):
    """Who issues invoices and notices. The defaults are what the programs' pages print, empty where they are silent.

    `payment`: whom and where to pay (payee, bank, address for checks), printed on invoices.
    """

    name: str = "American College of Radiology"
    address: str = "1891 Preston White Drive, Reston, VA 20191-4397"
    phone: str = "1-800-770-0145"
    email: str = ""
    fax: str = "703-295-6776"
    payment: str = ""


class OfficeContact(Section):
    """The office's hours and how the designation program is reached. Days begin and end in `time_zone`.

    `how_to_send`: how a facility sends forms, packages and answers (a portal's address, an e-mail), printed in notices;
    `dicoe_how_to_send`: the same for a practice's designation (empty: as `how_to_send`). `reopen_days`: for so
    many days a case that was closed in error may be opened again.
    """

    time_zone: Annotated[str, AfterValidator(_known_zone)] = "America/New_York"
    hours: str = "Monday-Friday 8:30 a.m.-5 p.m. ET"
    dicoe_phone: str = "1-800-770-0145 x4542"
    dicoe_email: str = "dicoe@acr.org"
    how_to_send: str = ""
    dicoe_how_to_send: str = ""
    reopen_days: Annotated[int, Field(ge=0, le=3650)] = 90


class Mail(Section):
    """How notices leave the office.

    Attributes:
        folder: Where a copy of every message is kept, one file each.
        host: The mail server. Without one nothing is sent: notices stay in the folder.
        port: Its port.
        starttls: Whether the connection is encrypted after the greeting.
        tls: Whether it is encrypted from the first byte (usually port 465); `starttls` then means nothing.
        ca_file: The certificates that the server's one is held against (left out: those of the system).
        username: Whom the mail server knows, where it asks.
        password: Its secret; better set by ACCREDIT_MAIL_PASSWORD than written into a file.
        sender: The address that messages come from.
        timeout: Seconds after which a silent mail server counts as unreachable.
    """

    folder: str = "var/mail"
    host: str | None = None
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    starttls: bool = True
    tls: bool = False
    ca_file: str | None = None
    username: str | None = None
    password: SecretStr | None = None
    sender: str = "accredit@localhost"
    timeout: Annotated[int, Field(ge=1, le=30)] = 10


class Papers(Section):
    """Where the papers that the office issues (invoices, certificates, letters) are kept as PDF.

    `fonts`: a folder with further fonts (.ttf, .otf, .ttc) for names in other scripts, for example Noto Sans CJK.
    """

    folder: str = "var/papers"
    fonts: str = ""


LEADS_ELSEWHERE = frozenset(
    {
        *("local", "dir", "memory", "data", "root", "generic", "reference", "asynclocal"),
        *("cached", "filecache", "blockcache", "simplecache"),
        *("zip", "tar", "libarchive", "git", "dask", "dbfs", "jupyter", "jlab"),
    }
)
"""Schemes of fsspec that open other addresses, or files of this machine past the folders: no store of documents."""


def _opens_a_store(scheme: str) -> str:
    if (scheme := scheme.lower()) in LEADS_ELSEWHERE or not scheme.isascii() or ":" in scheme:
        raise ValueError("a store of documents, for example file, s3 or https")
    return scheme


def _of_fsspec(storage: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    if storage.keys() & {"file", "http", "https"}:
        raise ValueError("settings of other stores: file, http and https take none")
    return storage


class Documents(Section):
    """How documents that a message names are fetched and read.

    Attributes:
        schemes: The kinds of address that are opened at all: `file`, `http`, `https`, or what fsspec knows (`s3` …).
        uploads: The folder of uploads. What lies in it is opened; what the office's own command names is noted there.
        folders: Further local folders that files may lie in.
        private_addresses: Whether a web server may be this machine, or one of the office's own network.
        largest: Megabytes of one document; a larger one cannot be read.
        within: Seconds in which a document must be read; one that takes longer cannot be read.
        memory: Megabytes that reading one may take.
        storage: For each scheme what fsspec needs to open it, for example an endpoint (no secret belongs in a file).
    """

    schemes: tuple[Annotated[str, AfterValidator(_opens_a_store)], ...] = ("file",)
    uploads: Annotated[str, Field(min_length=1)] = "var/uploads"
    folders: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    private_addresses: bool = False
    largest: Annotated[int, Field(ge=1, le=2000)] = 50
    within: Annotated[int, Field(ge=1, le=100)] = 20
    memory: Annotated[int, Field(ge=128, le=16000)] = 1024
    storage: Annotated[dict[str, dict[str, Any]], AfterValidator(_of_fsspec), Field(repr=False)] = {}


class Database(Section):
    """Where the books are: an SQLAlchemy address."""

    url: str = Field(default="sqlite:///var/accredit.db", repr=False)


class Security(Section):
    """Who is heard, and who may read what the Temporal server keeps.

    Attributes:
        senders: `verified`: every message carries a proof of who sends it; `claimed`: who sends it is what he says.
        keys: The folder of the keys by which proofs are signed and verified, readable for its owner alone.
        encrypt: Whether what a case keeps and is told is encrypted before it goes to the Temporal server.
        compress: Whether what is encrypted is compressed before.
        history_keys: The folder of the keys for that (`accredit codec new-key` makes them), the same ones for every
            worker and command.
    """

    senders: Literal["verified", "claimed"] = "verified"
    keys: str = "var/keys"
    encrypt: bool = False
    compress: bool = True
    history_keys: str = "var/keys/histories"


_ISSUER = re.compile(r"https://[^\s/?#@\\|]+(/[^\s?#\\|]*)?|http://(localhost|127\.0\.0\.1)(:\d{1,5})?(/[^\s?#\\|]*)?")


def _is_issuer(address: str) -> str:
    if not _ISSUER.fullmatch(address):
        raise ValueError("the provider's address as it says it itself, for example https://login.example.org")
    return address


class IdentityProvider(Section):
    """An identity provider (OpenID Connect) by which the people of some organisations sign in.

    Attributes:
        issuer: Its address, exactly as its own tokens say it.
        client_id: What it calls this portal.
        client_secret: The secret of that; better set by ACCREDIT_PORTAL_PROVIDERS_NAME_CLIENT_SECRET than written into
            a file.
        orgs: For whose people it vouches: `office`, or ids of facilities and practices.
        only: Whether they sign in by it alone, and by no link and no passkey.
        title: What its button calls it; empty: as the settings name it.
    """

    issuer: Annotated[str, AfterValidator(_is_issuer)]
    client_id: Annotated[str, Field(min_length=1)]
    client_secret: SecretStr | None = None
    orgs: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    only: bool = False
    title: Annotated[str, Field(max_length=60)] = ""


ProviderName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]{0,30}$")]
"""Part of an address, and of the name of a variable."""


class Portal(Section):
    """Where facilities and the office sign in.

    Attributes:
        public_url: The address by which browsers reach it, for example https://accreditation.example.org; empty: this
            machine's. Cookies are kept to encrypted connections where it begins with https.
        providers: The identity providers of organisations that have one, by a name of small letters and digits.
    """

    public_url: str = ""
    providers: dict[ProviderName, IdentityProvider] = {}


class Authorities(Section):
    """Whom the office must tell beside the facility. Nobody's address is made up: an empty one needs attention.

    `fda`: where FDA takes what an accreditation body tells it about mammography facilities (MQSA).
    """

    fda: Email | Literal[""] = ""


class DicoeProgram(Section):
    """Lists of the designation program that are not at hand: unknown until the office fills them in, never made up.

    Attributes:
        assessment_areas: What a practice is assessed in.
        survey_focus: What a survey focuses on.
    """

    assessment_areas: list[str] = []
    survey_focus: list[str] = []


class DicoeFees(Section):
    """The base fee of a designation, which no page of the program publishes."""

    base: Amount | None = None


class ModalityFees(Section):
    """What accreditation in one modality costs, for each unit (or facility, where the modality is tested by facility).

    Attributes:
        application: The first unit of an application.
        additional_unit: Each further unit of the same application; left out, it costs what the first one does.
        repeat: A repeat of the areas that were not acceptable.
        reinstatement: A reinstatement, in which every area is tested again.

    Radiation oncology has an application fee alone, that of its survey; a re-application costs what the rules say.
    """

    application: Amount | None = None
    additional_unit: Amount | None = None
    repeat: Amount | None = None
    reinstatement: Amount | None = None


class SiteSurveyFees(Section):
    """The base fee of a scheduled on-site survey; travel is invoiced from the survey's report."""

    base: Amount | None = None


class Fees(Section):
    """Every fee of the office. `payment_term_days` left out: the days that the edition of the rules names."""

    payment_term_days: Annotated[int, Field(ge=0, le=365)] | None = None
    dicoe: DicoeFees = DicoeFees()
    accreditation: dict[Modality, ModalityFees] = {}
    site_survey: SiteSurveyFees = SiteSurveyFees()


def _shipped(adopted: str | dict[str, date]) -> str | dict[str, date]:
    known = [edition.edition for edition in shipped_editions("accreditation")]
    if [name for name in ([adopted] if isinstance(adopted, str) else adopted) if name not in known]:
        raise ValueError(f"names of editions that there are ({', '.join(known)})")
    return adopted


class Editions(Section):
    """By which editions of the rules the office works: its own, and those of the shipped ones that it has adopted.

    Attributes:
        accreditation: Each edition that the office adopts, with the day from which cases begin under it; or the name
            of the one under which every case begins, whatever is newer.
        folder: Where its own editions lie, one TOML file each, relative to the settings' file; empty: it has none.
    """

    accreditation: Annotated[str | dict[str, date], AfterValidator(_shipped)] = {}
    folder: str = ""
    _own: OwnEditions = PrivateAttr(default=NONE)

    @property
    def own(self) -> OwnEditions:
        """The office's own editions, as whoever read the settings has read them."""
        return self._own

    def having(self, own: OwnEditions) -> "Editions":
        """Return the section with the editions that its folder holds."""
        other = self.model_copy()
        other._own = own
        return other

    def in_force(self, program: str, on: date, modality: str | None = None) -> Rules:
        """Return the edition under which a case of a program (and modality) begins on a day, at this office.

        Its own editions come first, but where one shipped edition is named for every case.

        Raises:
            EditionError: None is in force.
        """
        if program == DICOE:
            return self.own.dicoe_in_force(on) or dicoe_edition_in_force(on)
        ours = None if isinstance(self.accreditation, str) else self.own.accreditation_in_force(on, modality)
        return ours or edition_in_force(program, on, modality, self.accreditation)


class OfficeSettings(Section):
    """The settings of one office. `sample`: its amounts are invented, and every command says so."""

    sample: bool = False
    issuer: Issuer = Issuer()
    office: OfficeContact = OfficeContact()
    mail: Mail = Mail()
    papers: Papers = Papers()
    documents: Documents = Documents()
    security: Security = Security()
    database: Database = Database()
    portal: Portal = Portal()
    authorities: Authorities = Authorities()
    dicoe: DicoeProgram = DicoeProgram()
    editions: Editions = Editions()
    fees: Fees = Fees()

    @property
    def zone(self) -> ZoneInfo:
        """The office's time zone."""
        return ZoneInfo(self.office.time_zone)

    def issuer_of(self, program: str) -> Issuer:
        """Return who issues for a program: the designation program has a phone and an e-mail of its own, and no fax."""
        if program != "dicoe":
            return self.issuer
        return self.issuer.model_copy(
            update={"phone": self.office.dicoe_phone, "email": self.office.dicoe_email, "fax": ""}
        )

    def modality_fees(self, modality: Modality) -> ModalityFees:
        """Return the fees of a modality; every one is null where the office has set none."""
        return self.fees.accreditation.get(modality, ModalityFees())
