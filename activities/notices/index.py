"""Read `index.toml`: which notices there are, whom each addresses, and how the programs' words read in a sentence.

`dicoe.toml` and `radiation_oncology.toml` have the same shape: what a designation, or a modality with articles of its
own, says in words of its own stands there, over what is shared.
"""

import tomllib
from enum import StrEnum
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from policy.application import ContactRole
from policy.rules import RULEBOOKS, rulebook_of, source_of
from records.tables import CaseRecord

HERE = Path(__file__).parent
TEXTS = HERE / "texts"


class Audience(StrEnum):
    """Whom a kind of notice addresses; `awaited` is whoever the case waits for, `fda` the authority behind MQSA."""

    FACILITY = "facility"
    OFFICE = "office"
    BOTH = "both"
    AWAITED = "awaited"
    FDA = "fda"


class Kind(BaseModel):
    """A kind of notice.

    Attributes:
        audience: Whom it addresses.
        subject: Its subject line, a template like its text.
        facts: What its text may say beside what is known of every case; a fact that is missing is left out.
        roles: The facility's contacts that it goes to (left out, or nobody of these has an address: all of them).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    audience: Audience
    subject: str
    facts: tuple[str, ...] = ()
    roles: tuple[ContactRole, ...] = ()


class Index(BaseModel):
    """The whole of an index. `words`: for each sort of word (option, deadline …) how it reads in a sentence."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    common_facts: tuple[str, ...]
    kinds: dict[str, Kind]
    words: dict[str, dict[str, str]]


@cache
def index() -> Index:
    """Return the index, read once.

    Raises:
        ValueError: The file is no index; the message names what is wrong.
    """
    return Index.model_validate(tomllib.loads((HERE / "index.toml").read_text("utf-8")))


def book_of(case: CaseRecord) -> str:
    """Return whose words a case's notices use: its program's, or those of a modality with words of its own."""
    return words_of(rulebook_of(case.program, case.modality))


def source_for(case: CaseRecord, rule: str) -> str:
    """Return where a rule stands, as a case cites it."""
    return source_of(rule, rulebook_of(case.program, case.modality))


def words_of(rulebook: str) -> str:
    """Return whose words go with a rulebook: mammography has articles of its own, and says it in the shared words."""
    return rulebook if rulebook in programs() else "accreditation"


@cache
def programs() -> frozenset[str]:
    """Return the programs, and the modality, that have an index: the shared one, or one of their own beside it."""
    return frozenset({"accreditation", *(file.stem for file in HERE.glob("*.toml") if file.stem in RULEBOOKS)})


@cache
def index_of(program: str) -> Index:
    """Return the index as a program (or modality) reads it: the shared one, and over it its own, where it has one.

    Raises:
        ValueError: As `index` does.
    """
    shared, file = index(), HERE / f"{program}.toml"
    if not file.exists():
        return shared
    own = Index.model_validate({"common_facts": shared.common_facts, **tomllib.loads(file.read_text("utf-8"))})
    words = {sort: shared.words.get(sort, {}) | own.words.get(sort, {}) for sort in {*shared.words, *own.words}}
    return Index(common_facts=shared.common_facts, kinds=shared.kinds | own.kinds, words=words)
