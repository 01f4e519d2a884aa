"""The documents of a form that was made from a message's model: taken in as every upload is, with who signed them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from policy.messages import Message
from portal.forms.entries import Entry, Kind
from portal.uploads import FileField, HandedIn, handed_in
from portal.visit import Visit

SIGNERS = (
    ("", "nobody, or not known"),
    ("supervising_physician", "the supervising physician"),
    ("medical_physicist", "the medical physicist"),
    ("lead_interpreting_physician", "the lead interpreting physician"),
    ("other", "somebody else"),
)
"""Who may have signed a document, with the words of the choice."""
SIGNED_BY, SIGNER = ".signed_by", ".signer"
"""Behind a field's name: in which role its documents are signed, and by which name."""


@dataclass(frozen=True)
class Documents:
    """What was handed in with a form.

    Attributes:
        taken: The documents, by field, and what was not taken.
        signed: Who signed those of a field: role and name, as they were chosen and typed.
    """

    taken: HandedIn = field(default_factory=lambda: HandedIn({}, {}, {}))
    signed: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    signers: ClassVar = SIGNERS

    def given(self) -> dict[str, list[dict[str, Any]]]:
        """Return the documents by their fields, as a message names them."""
        return {name: self.taken.documents(name, self._signer(name)) for name in self.taken.by_field}

    def _signer(self, name: str) -> dict[str, Any] | None:
        role, signer = self.signed.get(name, ("", ""))
        return {"role": role, "name": signer or None} if role else None


async def documents_of(visit: Visit, model: type[Message], entries: Iterable[Entry]) -> Documents:
    """Take the documents of a posted form in; those of an earlier try are kept.

    Raises:
        NotReachable: The folder of uploads cannot be used; nothing was taken.
    """
    names = [entry.key for entry in entries if entry.kind is Kind.DOCUMENTS]
    if not names:
        return Documents()
    signed = {name: (visit.text(f"{name}{SIGNED_BY}"), visit.text(f"{name}{SIGNER}")) for name in names}
    return Documents(await handed_in(visit, model, [FileField(name) for name in names]), signed)
