"""Where a person goes on after signing in: a page of this portal, and nothing else whatever an address says."""

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from policy.identity import NoCaseId, holder_of, parse_case_id
from policy.messages.proofs import OFFICE_ORG

LONGEST = 500
"""Characters of a page's address."""


def page_of_ours(asked: str) -> str:
    """Return a path on this portal as it was asked for; `/` where it leads anywhere else.

    Browsers take two slashes, or a backslash, or a control character in it, for the beginning of another address.
    """
    plain = asked.isascii() and asked.isprintable() and not set(asked) & set(" \\")
    if not plain or len(asked) > LONGEST or not asked.startswith("/") or asked.startswith("//"):
        return "/"
    try:
        parts = urlsplit(asked)
    except ValueError:
        return "/"
    return "/" if parts.scheme or parts.netloc else asked


def org_for(page: str, orgs: Sequence[str], whose: Callable[[str], str | None] = holder_of) -> str:
    """Return for which of his organisations a person acts on a page: that of the case in its address, where it is his.

    Args:
        page: The page's address.
        orgs: All of them, at least one.
        whose: Tells whose a case is: the books do, where its facility has become part of another one.
    """
    if page.split("?")[0].split("/")[1] == OFFICE_ORG and OFFICE_ORG in orgs:
        return OFFICE_ORG
    for part in page.split("?")[0].split("/"):
        try:
            parse_case_id(part)
        except NoCaseId:
            continue
        if (holder := whose(part)) in orgs:
            return str(holder)
    return orgs[0]
