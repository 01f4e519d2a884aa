"""What people say in the tests of the rules, and the answer that a case's desk would give to it."""

from datetime import datetime
from typing import Any, TypeVar

import pytest

from policy.accreditation.cycle import CycleFacts
from policy.accreditation.judgement import judge
from policy.accreditation.option_table import table_source
from policy.edition import Edition
from policy.message_dates import judge_dates
from policy.messages import OFFICE, ChooseOption, Document, Message
from policy.rules import RULES
from policy.senders import counts_as_of, judge_sender
from policy.verdict import Refused
from tests.policy.cycles import TERMS

Said = TypeVar("Said", bound=Message)

FACILITY = {"name": "Sample Administrator", "role": "administrator"}
ACR = {"name": "Sample Office", "role": "acr"}


def said(kind: type[Said], **fields: Any) -> Said:
    """Return a message as it arrives: the office's own from the office, any other from the facility."""
    by = ACR if kind.SENDERS == OFFICE else FACILITY
    return kind.model_validate({"message_id": "m-1", "by": by} | fields)


def a_document(name: str = "letter.pdf", signed_by: str | dict[str, str] | None = None, **fields: Any) -> Document:
    """Return a document; `signed_by` is a role, or role and name."""
    data = {"name": name, "uri": f"https://files.example.org/{name}", "sha256": "ab" * 32, "signed_by": signed_by}
    return Document.model_validate(data | fields)


def a_withdrawal_form(name: str = "form.pdf") -> Document:
    """Return the form that goes with a withdrawal of areas, signed by the listed supervising physician."""
    return a_document(name, {"role": "supervising_physician", "name": "Sample Supervising Physician"})


def a_choice(option: str, **fields: Any) -> ChooseOption:
    """Return an option form that is in order: attested, an appeal with a letter by both who may have to sign."""
    letters = [
        a_document("clinical.pdf", "supervising_physician"),
        a_document("phantom.pdf", "medical_physicist"),
    ]
    needed = {"letters": letters} if option == "appeal" else {}
    return said(ChooseOption, **{"option": option, "attested": True} | needed | fields)


def taken(facts: CycleFacts, message: Message, now: datetime, terms: Edition = TERMS) -> list[str]:
    """Judge a message as the desk does: who speaks, as of when it counts, what the rules say. Returns warnings."""
    judge_sender(facts, message)
    at = counts_as_of(facts, message, now, terms)
    return [*judge(facts, terms, message, at), *judge_dates(facts, terms, message, at)]


def refusal(facts: CycleFacts, message: Message, now: datetime, terms: Edition = TERMS) -> Refused:
    """Return the refusal of a message, which must be explained and sourced; the facts stay as they were."""
    before = facts.model_dump_json()
    with pytest.raises(Refused) as caught:
        taken(facts, message, now, terms)
    refused = caught.value
    assert facts.model_dump_json() == before
    assert refused.reason.endswith(".")
    assert refused.source in (RULES[refused.rule], table_source(terms))
    assert all(sentence.endswith(".") for sentence in refused.instead)
    return refused


def refused_by(facts: CycleFacts, message: Message, now: datetime, terms: Edition = TERMS) -> str:
    """Return the rule that refuses a message."""
    return refusal(facts, message, now, terms).rule
