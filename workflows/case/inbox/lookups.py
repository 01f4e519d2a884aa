"""What a message needs that lies outside of its case: its documents, an edition, what it was answered before.

It is fetched before the message's turn comes: while a file store is away the case handles other messages, and its
deadlines pass.
"""

from datetime import datetime
from typing import NamedTuple

from temporalio import workflow

from activities.contract import RenewalRules
from activities.documents.contract import DocumentFault, DocumentRef, DocumentsRead, DocumentsToRead
from policy.documents import documents_of, is_screened, letters_of
from policy.edition import Rules
from policy.facts import Stage
from policy.messages import Message, MoveEdition, StartRenewal
from workflows.case import AnyCase
from workflows.case.activity_calls import answer_before, read_documents, renewal_rules, rules_named
from workflows.case.carrying import mark_of
from workflows.case.inbox.incoming import Incoming, is_for_nothing, stamp

EDITIONS_OF_ONES_OWN = "2026-11 an edition is looked for by its name"


class Found(NamedTuple):
    """What was found for a message.

    Attributes:
        documents: What its documents hold, as far as it matters.
        renewal: By what an application for renewal is judged.
        edition: The edition that it moves the case to.
    """

    documents: DocumentsRead = DocumentsRead()
    renewal: RenewalRules | None = None
    edition: Rules | None = None


async def look_up(case: AnyCase, incoming: Incoming, arrived: datetime) -> Found:
    """Fetch what a message needs that is not answered yet, and is not refused whatever is found."""
    return Found(
        documents=await _documents(case, incoming),
        renewal=await _renewal_rules(case, incoming, arrived),
        edition=await _edition_named(case, incoming, arrived),
    )


async def recall(case: AnyCase, message: Message) -> None:
    """Learn again what a message was answered that comes once more, where that was left to the books."""
    facts, key = case.facts, message.key()
    if key in facts.answers or not facts.left_to_books or mark_of(key) not in facts.left_to_books:
        return
    if found := await answer_before(facts.case_id, key):
        facts.answers.setdefault(key, found)


async def _documents(case: AnyCase, incoming: Incoming) -> DocumentsRead:
    """Have the documents of a new message fetched and read; what they hold never comes here."""
    message, documents = incoming.message, documents_of(incoming.message)
    if not documents or message.key() in case.facts.answers:
        return DocumentsRead()
    await _opening(case)
    if not case.facts.reads_documents or is_for_nothing(case, incoming):
        return DocumentsRead()
    letters, screened = letters_of(message, case.facts.rules_revision), is_screened(case.terms, message)
    request = DocumentsToRead(
        message=message.NAME,
        documents=tuple(DocumentRef(**one.model_dump(exclude={"signed_by"})) for one in documents),
        letters=tuple(place for place, one in enumerate(documents) if one in letters),
        screened=screened,
    )
    read = await read_documents(request, lambda: case.facts.stage is Stage.CLOSED)
    return read or _unread(request)


def _unread(request: DocumentsToRead) -> DocumentsRead:
    """Return what is known of documents that nobody could read: a fault where they must be searched."""
    reason = "It could not be fetched for a day."
    names = dict.fromkeys(one.name for one in request.documents)
    if request.screened:
        faults = (DocumentFault(rule="document.unreadable", document=name, reason=reason) for name in names)
        return DocumentsRead(faults=tuple(faults))
    warnings = (f"{name}: {reason} Nobody has opened it; a person must look at it." for name in names)
    return DocumentsRead(warnings=tuple(warnings))


async def _renewal_rules(case: AnyCase, incoming: Incoming, arrived: datetime) -> RenewalRules | None:
    """Resolve by what an application for renewal is judged (cases from before revision 3: their own edition)."""
    message = incoming.message
    if not isinstance(message, StartRenewal) or message.key() in case.facts.answers:
        return None
    await _opening(case)
    if case.facts.rules_revision < 3 or is_for_nothing(case, incoming):
        return None
    at = stamp(case, message, arrived, arrived)
    return await renewal_rules(case.terms.program, message.application, at)


async def _edition_named(case: AnyCase, incoming: Incoming, arrived: datetime) -> Rules | None:
    """Resolve the edition to move to, outside of the case: an office's own lie in a folder, which changes."""
    message = incoming.message
    if not isinstance(message, MoveEdition) or message.key() in case.facts.answers:
        return None
    await _opening(case)
    if is_for_nothing(case, incoming) or not workflow.patched(EDITIONS_OF_ONES_OWN):
        return None
    return await rules_named(case.terms.program, message.edition, arrived, type(case.terms))


async def _opening(case: AnyCase) -> None:
    """Wait until the case is open: before that it has neither an edition nor rules to look anything up by."""
    if not case.is_open:
        await workflow.wait_condition(lambda: case.is_open)
