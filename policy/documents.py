"""Documents of a message: which of them are letters, which are searched for protected health information, who signed.

Documents stay outside: the case knows names, addresses and digests, and hears whether a document breaks a rule.
"""

import re
from typing import NamedTuple

from policy.edition import Rules
from policy.messages import (
    ChooseOption,
    Document,
    Message,
    Option,
    SubmitImageCheckPlan,
    SubmitReapplication,
    SubmitSelfAudit,
    SubmitValidationResponse,
)
from policy.rules import refuse
from policy.words import listed

CORRECTING = (SubmitImageCheckPlan, SubmitReapplication, SubmitSelfAudit, SubmitValidationResponse)
"""Messages that bring corrective action documentation beside those that an edition names: searched by every edition.

An appeal's and a supplemental review's materials are none: they are images, and what was judged already.
"""
_IPV6 = re.compile(r"(?<=//)\[[0-9A-Fa-f:.]*\](?=[:/]|$)")
_BEGINNING = re.compile(r"(?:([A-Za-z][A-Za-z0-9+.-]*):)?(/*)([^/]*)")
"""Of an address: its scheme, slashes, and what names a server where it is none of a file."""
INSTEAD = {
    "document.contains_phi": "Take out everything that identifies a patient, and send the document again.",
    "document.unreadable": "Send a PDF, a DOCX, plain text, an image or DICOM that opens without a password.",
    "document.digest_differs": "Send the message again with the SHA-256 of the file as it is now, or without one.",
    "appeal.images_with_letter": "Send the letter and forms; images that were missing follow as appeal materials.",
}
"""What to do about a document that a rule refuses."""


class Fault(NamedTuple):
    """What is wrong with a document, in words that never hold what was found in it."""

    rule: str
    document: str
    reason: str


class Signing(NamedTuple):
    """Who signed a document or attested a form, with the digest of what was signed."""

    sort: str
    role: str
    name: str | None
    document: str
    sha256: str


def documents_of(message: Message) -> list[Document]:
    """Return the documents of a message, in the order of its fields."""
    found: list[Document] = []
    for name in type(message).model_fields:
        value = getattr(message, name)
        found += [one for one in (value if isinstance(value, tuple) else (value,)) if isinstance(one, Document)]
    return found


def letters_of(message: Message, rules_revision: int) -> list[Document]:
    """Return the documents that must be no images: an appeal's letters, since revision 3 what comes with them as well.

    S1: upload letter and supporting documentation; do not upload the images with them.
    """
    if not isinstance(message, ChooseOption):
        return []
    beside = message.documents if message.option is Option.APPEAL and rules_revision >= 3 else ()
    return [*message.letters, *beside]


def is_screened(terms: Rules, message: Message) -> bool:
    """Return whether a message's documents are searched for protected health information (a policy value, S1).

    Those of `CORRECTING` always are, whatever an edition names.
    """
    screened = isinstance(message, CORRECTING)
    return terms.documents is not None and (screened or message.NAME in terms.documents.screened.value)


def signings_of(message: Message) -> list[Signing]:
    """Return who signed what in a message: its documents, and the option form that was attested."""
    signed = [
        Signing("signature", document.signed_by.role, document.signed_by.name, document.name, document.sha256)
        for document in documents_of(message)
        if document.signed_by
    ]
    if isinstance(message, ChooseOption) and message.attested:
        who = message.speaker()
        signed.append(Signing("attestation", who.role, who.name, "option form", message.digest()))
    return signed


def judge_addresses(message: Message) -> None:
    """Judge that no address of a message's documents holds a secret or leads through another one.

    An address stays in histories, books and letters, so that nobody's name, password, token or signature may stand in
    it: what is before the `@` of a server, and what is behind a `?` or `#` (a file's own name has these encoded).

    Raises:
        Refused: `document.uri_has_secret` or `document.uri_chained`, by the number of the document: an address that
            must not be kept is not repeated.
    """
    for number, document in enumerate(documents_of(message), start=1):
        if any(_has_secret(one) for one in document.uri.split("::")):
            raise refuse(
                "document.uri_has_secret",
                f"The address of document {number} has a user's name, a password, a token or a signature in it.",
                "Put the document into a store that the office opens, and name it by its plain address.",
            )
        if is_chained(document.uri):
            raise refuse(
                "document.uri_chained",
                f"The address of document {number} leads through another one.",
                "Name the place where the document itself lies.",
            )


def is_chained(uri: str) -> bool:
    """Return whether an address leads through another one, as fsspec writes it (an IPv6 address is none of these)."""
    return "::" in _IPV6.sub("", uri) and not uri.lower().startswith("file:/")


def _has_secret(uri: str) -> bool:
    """Return whether a part of an address may be a secret: read more strictly than any program that opens it would."""
    scheme, slashes, first = _BEGINNING.match(uri).groups("")  # type: ignore[union-attr]  # it matches every text
    names_server = scheme.lower() not in ("", "file") or slashes == "//"
    return (names_server and "@" in first) or "?" in uri or "#" in uri


def judge_documents(faults: list[Fault]) -> None:
    """Judge what came of reading a message's documents.

    Raises:
        Refused: By the rule of the first fault, with the reasons of all of them.
    """
    if not faults:
        return
    rules = list(dict.fromkeys(fault.rule for fault in faults))
    reasons = " ".join(f"{fault.document}: {fault.reason.rstrip('.')}." for fault in faults)
    also = f" (Also: {listed(rules[1:])}.)" if rules[1:] else ""
    raise refuse(rules[0], reasons + also, *(INSTEAD[rule] for rule in rules if rule in INSTEAD))
