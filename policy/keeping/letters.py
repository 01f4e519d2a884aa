"""A letter comes back, and is sent again: which letter is meant, and to whose address."""

from policy.facts import CaseFacts
from policy.messages import ReportBouncedLetter, SendLetterAgain
from policy.rules import refuse


def item_of(notice: int) -> str:
    """Return the attention item of a letter that did not reach everybody."""
    return f"notice.{notice}"


def judge_bounce(facts: CaseFacts, message: ReportBouncedLetter) -> None:
    """Judge that the case has sent a letter of that number.

    Raises:
        Refused: `notice.unknown`.
    """
    if message.notice > facts.notices:
        raise refuse(
            "notice.unknown",
            f"The case has sent no letter {message.notice}; its last one is {facts.notices}.",
            f"`accredit notices {facts.case_id}` lists them by number.",
        )


def judge_sending_again(facts: CaseFacts, message: SendLetterAgain) -> list[str]:
    """Judge that a letter did not reach everybody, and that a corrected address is a contact's.

    Returns:
        A warning where nobody has corrected the address that it came back from.

    Raises:
        Refused: `notice.not_troubled` or `contact.unknown_address`.
    """
    if not any(one.item == item_of(message.notice) for one in facts.attention):
        raise refuse(
            "notice.not_troubled",
            f"Nothing is known against letter {message.notice}; nothing is sent twice by itself.",
            "Report first that it came back (report_bounced_letter).",
        )
    if message.address is None and message.corrected is None:
        return ["It goes to the same address as before."]
    if message.address is None or message.corrected is None:
        raise refuse(
            "contact.unknown_address",
            "An address is corrected by naming both, the one that is wrong and the right one.",
            "Give `address` and `corrected`, or neither.",
        )
    if message.address.casefold() not in {(one.email or "").casefold() for one in facts.contacts}:
        raise refuse(
            "contact.unknown_address",
            "No contact of the application has the address that is to be corrected.",
            "Name the address as the application has it, or amend the application and send the letter again.",
        )
    return []
