"""What becomes of a case's contacts and letters: somebody leaves, a letter comes back and is sent again."""

from activities.contract import LetterBounced
from policy.facts import Former, Party
from policy.keeping.contacts import departing, vacated
from policy.keeping.letters import item_of
from policy.messages import ChangeFacility, ReportBouncedLetter, ReportContactLeft, SendLetterAgain
from policy.names import folded_by
from policy.words import role_in_words, spoken
from workflows.case import AnyCase

NOBODY = "contact.none"
"""The attention item of a case whose letters reach nobody."""


def contact_left(case: AnyCase, message: ReportContactLeft) -> None:
    """Somebody has left: letters go to the others, who hear what is open; the person's sign-in ends."""
    facts = case.facts
    gone = departing(facts, message)
    left = [one for one in facts.contacts if one not in gone]
    name = folded_by(facts.rules_revision, message.left)
    empty = vacated(facts, left)
    facts.keep_contacts(left)
    facts.departed.append(message.left)
    case.outbox.application_changed = True
    kept = {(one.email or "").casefold() for one in left}
    case.outbox.departures += [one.email for one in gone if one.email and one.email.casefold() not in kept]
    for role in empty:
        text = f"nobody is listed as {spoken(role)} since {message.left} has left"
        case.need_attention(f"contact.{role}", "contact.left", text)
    if not any(one.email for one in left):
        text = f"nobody is left whom letters reach: {message.left} was the last one"
        case.need_attention(NOBODY, "contact.none", text)
        return
    asked = facts.asked if facts.asked and facts.asked.party is Party.FACILITY else None
    window = facts.deadline(asked.deadline) if asked and asked.deadline else None
    case.notify(
        "contact_left",
        "contact.left",
        person=message.left,
        roles=[role_in_words(one.role) for one in gone if one.role],
        stays=any(one.name and folded_by(facts.rules_revision, one.name) == name for one in left),
        awaited=asked.what if asked else None,
        due_at=window.due_at.isoformat() if window and window.met is None else None,
    )


def contacts_amended(case: AnyCase) -> None:
    """The office has corrected the application: what was looked at because somebody had left is settled."""
    facts = case.facts
    if not facts.departed:
        return
    if any(one.email for one in facts.contacts):
        case.settle_attention(NOBODY)
    for role in {one.role for one in facts.contacts}:
        case.settle_attention(f"contact.{role}")


def letter_bounced(case: AnyCase, message: ReportBouncedLetter) -> None:
    """A letter came back: somebody looks. From whose address stands in the books alone."""
    case.outbox.bounces.append(
        LetterBounced(notice=message.notice, recipient=message.recipient, said=message.said, at=case.at)
    )
    kind = case.kind_of_notice(message.notice)
    about = f" ({spoken(kind)})" if kind else ""
    text = f"letter {message.notice}{about} came back; correct the address and send it again (send_letter_again)"
    case.need_attention(item_of(message.notice), "notice.bounced", text)


def send_letter_again(case: AnyCase, message: SendLetterAgain) -> None:
    """The office sends a letter again; a corrected address counts for every later letter too."""
    facts = case.facts
    if message.address and message.corrected:
        wrong = message.address.casefold()
        facts.keep_contacts(
            [
                one.model_copy(update={"email": message.corrected}) if (one.email or "").casefold() == wrong else one
                for one in facts.contacts
            ]
        )
        case.outbox.application_changed = True
    case.settle_attention(item_of(message.notice))
    case.tell_sent_again(message.notice, case.send_again(message.notice))


def remember_former(case: AnyCase, message: ChangeFacility, name: str | None) -> None:
    """Keep what the facility was called before; status, pages and letters tell it."""
    case.facts.former.append(Former(id=message.facility, name=name or "", kind=message.kind, until=case.at))
