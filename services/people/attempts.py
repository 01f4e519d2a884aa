"""How often somebody may try to sign in, and what works once. Kept in the books, for every process of the portal.

Kept are SHA-256 digests alone, and for a quarter of an hour: nobody learns from them who tried.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from sqlmodel import Session, col, delete, func, select

from records.locks import lock_attempts
from records.tables import SignInAttempt
from services.people.secret import digest_of

WINDOW = timedelta(minutes=15)
PER_ADDRESS, PER_NETWORK = 5, 30
"""Links, and attempts that failed, within the window."""


def limits(email: str, network: str) -> dict[str, int]:
    """Return what is counted where a link is asked for, each with how often it may be."""
    return {_address(email): PER_ADDRESS, of_network(network): PER_NETWORK}


def of_network(host: str) -> str:
    """Return as what a browser's network is counted: its IPv4 address, or the 64 bits of IPv6 that a network has."""
    try:
        address = ip_address(host)
    except ValueError:
        return f"network {host}"
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return f"network {int(address) >> 64:x}::/64"
    return f"network {getattr(address, 'ipv4_mapped', None) or address}"


def try_now(session: Session, counted: Mapping[str, int], at: datetime) -> datetime | None:
    """Count an attempt and return None; where there were too many count nothing and return when it is possible again.

    Args:
        session: Of the books, writing.
        counted: What is counted, each with how often it may be within the window.
        at: Now (UTC).
    """
    lock_attempts(session)
    _forget(session, at)
    waits = [wait for about, most in counted.items() if (wait := _waits_until(session, about, most))]
    if waits:
        return max(waits)
    for about in counted:
        session.add(SignInAttempt(about=digest_of(about), at=at))
    session.flush()
    return None


def take_once(session: Session, what: str, at: datetime) -> bool:
    """Whether something that works once, and within the window, is taken for the first time."""
    return try_now(session, {f"once {what}": 1}, at) is None


def _address(email: str) -> str:
    return f"address {email}"


def _waits_until(session: Session, about: str, most: int) -> datetime | None:
    digest = digest_of(about)
    tried = select(func.count(), func.min(SignInAttempt.at)).where(SignInAttempt.about == digest)
    count, first = session.exec(tried).one()
    return first + WINDOW if count >= most else None


def _forget(session: Session, at: datetime) -> None:
    session.execute(delete(SignInAttempt).where(col(SignInAttempt.at) <= at - WINDOW))
