"""What no message may say: anything that identifies a patient. Judged where a message comes in, and never again.

A case keeps its messages for years, the refused ones too. So every text of every message is searched as a document of
corrective action is, and what stands for a patient must be an opaque token. People of the facility and of the office
are named freely: a name counts only where a label or a sentence says that it is a patient's.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from pydantic import BaseModel

from policy.messages import Document, Exam, Message, Sequence
from policy.messages.proofs import read_proof
from policy.phi.kinds import KINDS, Kind
from policy.phi.search import search
from policy.phi.tokens import why_no_token
from policy.rules import refuse
from policy.words import listed

TAKE_OUT = "Take out everything that identifies a patient. What identifies nobody is said in other words."
A_TOKEN = (
    "Give an opaque token, one that says nothing to others, for example S-101; keep the list of who is who at the"
    " facility."
)
_BETWEEN_WORDS = re.compile(r"[_+]+|(?<=[^\W\d_])-(?=[^\W\d_])|(?<=[^\W\d_])(?=\d{2})|(?<=[^\W\d_A-Z])(?=[A-Z])")
_DATE_IN_A_NAME = re.compile(r"(?<!\d)(?:19\d\d)[-._]?(?:0[1-9]|1[0-2])[-._]?(?:0[1-9]|[12]\d|3[01])(?!\d)")
"""In the name of a file. No plan, letter or report of these programs is of that century; dates of birth are."""


def judge_private(message: Message) -> None:
    """Judge that no text of a message identifies a patient.

    Pure and quick, for a validator: a refused message leaves no trace. A replay must not ask it again, because what is
    found may become more while a case runs.

    Raises:
        Refused: `message.contains_phi`, with fields and kinds, never with what was found.
    """
    wrong = [f"{field}: {why}." for field, why in _subjects(message)]
    if wrong:
        raise refuse("message.contains_phi", " ".join(wrong), A_TOKEN)
    for field, text in _texts(message, ""):
        if field == "proof" and read_proof(text):  # letters by chance, in which a name stands once in some thousands
            continue
        kinds = list(dict.fromkeys(kind for kind, _ in search(text)))
        if kinds:
            wrong.append(f"{field} holds {listed(KINDS[kind] for kind in kinds)}.")
    wrong += [f"{field} holds {KINDS[Kind.BIRTH_DATE]}." for field in _dated_names(message)]
    if wrong:
        raise refuse("message.contains_phi", " ".join(wrong), TAKE_OUT)


def _subjects(message: Message) -> Iterator[tuple[str, str]]:
    """Yield the fields in which something else than an opaque token stands for a patient, and why it is none."""
    for name, one in _parts(message):
        if isinstance(one, Exam | Sequence) and one.subject and one.subject.strip():
            exam = one.exam if isinstance(one, Exam) else ""
            if why := why_no_token(one.subject, one.area, exam):
                yield f"{name}.subject", f"no opaque token stands for the patient, {why}"


def _dated_names(message: Message) -> Iterator[str]:
    for name, one in _parts(message):
        if isinstance(one, Document) and _DATE_IN_A_NAME.search(one.name):
            yield f"{name}.name"


def _parts(message: Message) -> Iterator[tuple[str, BaseModel]]:
    """Yield the parts of a message with the names of their fields."""
    for name, value in message:
        if isinstance(value, BaseModel):
            yield name, value
        elif isinstance(value, tuple):
            yield from ((f"{name}.{place}", one) for place, one in enumerate(value) if isinstance(one, BaseModel))


def _texts(value: Any, field: str) -> Iterator[tuple[str, str]]:
    """Yield every text of a message with its field, in the form in which it is searched."""
    if isinstance(value, str):
        yield field, value
    elif isinstance(value, Document):
        yield f"{field}.name", _as_words(value.name)
        yield f"{field}.uri", _as_words(unquote(value.uri))
        yield from _texts(value.signed_by, f"{field}.signed_by")
    elif isinstance(value, BaseModel):
        for name, inner in value:
            yield from _texts(inner, f"{field}.{name}".lstrip("."))
    elif isinstance(value, tuple | list):
        for place, inner in enumerate(value):
            yield from _texts(inner, f"{field}.{place}")
    elif isinstance(value, dict):  # a message's JSON: an application, or a part of one
        for name, inner in value.items():
            label = f"{field.rpartition('.')[2]} {name}: " if isinstance(inner, str | int) else ""
            yield from ((where, f"{label}{text}") for where, text in _texts(_told(inner), f"{field}.{name}"))


def _told(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _as_words(name: str) -> str:
    """Return the name of a file as it is read: `Holloway_Margaret_MRN0048` has a label and a number in it."""
    return _BETWEEN_WORDS.sub(" ", name)
