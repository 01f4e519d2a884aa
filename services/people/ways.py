"""For which organisations a person may act, by how he has signed in.

An organisation can sign in by an identity provider of its own (`[portal.providers.NAME]`), and by it alone. A provider
vouches for the people of its organisations and for nobody else's.
"""

from collections.abc import Iterable, Mapping

from policy.office import IdentityProvider
from records.tables import Person
from records.words import SignInWay

Providers = Mapping[str, IdentityProvider]


def subject_of(issuer: str, sub: str) -> str:
    """Return what the books call a person whom a provider knows."""
    return f"{issuer}|{sub}"


def open_orgs(person: Person, way: str, orgs: Iterable[str], providers: Providers) -> tuple[str, ...]:
    """Return for which of a person's organisations he may act.

    Args:
        person: Who.
        way: How he has signed in, or would.
        orgs: The organisations that he belongs to.
        providers: The office's settings.
    """
    if way == SignInWay.PROVIDER:
        issuer = (person.subject or "").partition("|")[0]
        vouched = {org for one in providers.values() if one.issuer == issuer for org in one.orgs}
        return tuple(org for org in orgs if org in vouched)
    closed = {org for one in providers.values() if one.only for org in one.orgs}
    return tuple(org for org in orgs if org not in closed)
