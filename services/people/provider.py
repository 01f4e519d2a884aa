"""Signing in by an identity provider: OpenID Connect, code flow with PKCE. What it says of a person is verified.

The provider's configuration is read where its issuer says, its keys from there; a token counts when its signature is
theirs, it is for this portal, for this attempt, and not over.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from policy.office import IdentityProvider

WITHIN = 10.0
"""Seconds in which a provider must answer."""
LARGEST = 200_000
"""Bytes of an answer."""
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
"""By keys whose public half a provider publishes; none that shares a secret."""
LEEWAY = 60
"""Seconds that the clocks of two machines may be apart."""
SCOPE = "openid email profile"


class ProviderAway(Exception):
    """A provider does not answer as one does. The words hold no secret and nobody's name."""


class NotVouched(Exception):
    """What came back is no proof of who somebody is. The words hold no secret and nobody's name."""


class Vouched(NamedTuple):
    """Whom a provider vouches for.

    Attributes:
        sub: What it calls the person, for ever.
        email: The person's address; empty: it says none.
        verified: Whether it has verified that the address is the person's.
    """

    sub: str
    email: str
    verified: bool


class Attempt(NamedTuple):
    """What one attempt to sign in is known by.

    Attributes:
        state: What the provider brings back.
        nonce: What its token says.
        verifier: What proves to the provider that whoever asked fetches the token (PKCE).
    """

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Endpoints:
    """Where a provider is spoken to."""

    authorization: str
    token: str
    keys: str
    basic: bool


async def where_to(provider: IdentityProvider, back: str, attempt: Attempt) -> str:
    """Return the address at the provider to which a browser goes.

    Args:
        provider: The office's settings.
        back: Where the provider sends it back.
        attempt: What the attempt is known by.

    Raises:
        ProviderAway: The provider does not answer.
    """
    async with _speaking() as client:
        found = await _endpoints(client, provider)
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": back,
        "scope": SCOPE,
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": create_s256_code_challenge(attempt.verifier),
        "code_challenge_method": "S256",
    }
    return f"{found.authorization}{'&' if urlsplit(found.authorization).query else '?'}{urlencode(asked)}"


async def vouched_for(provider: IdentityProvider, code: str, back: str, attempt: Attempt, at: datetime) -> Vouched:
    """Fetch and verify the token for a code that a browser brought back, and return whom it is about.

    Args:
        provider: The office's settings.
        code: What the browser brought.
        back: Where it brought it.
        attempt: What the attempt is known by.
        at: Now (UTC).

    Raises:
        ProviderAway: The provider does not answer.
        NotVouched: It gives no token for this, or one that is none of its own, of another portal or attempt, or over.
    """
    async with _speaking() as client:
        found = await _endpoints(client, provider)
        answer, keys = await asyncio.gather(
            _token(client, provider, found, code, back, attempt), _answer(client, "GET", found.keys)
        )
    claims = _verified(answer, keys, provider, attempt, at)
    email = claims.get("email")
    return Vouched(str(claims["sub"]), email if isinstance(email, str) else "", claims.get("email_verified") is True)


@asynccontextmanager
async def _speaking() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=WITHIN, follow_redirects=False) as client:
        yield client


async def _endpoints(client: httpx.AsyncClient, provider: IdentityProvider) -> Endpoints:
    told = await _answer(client, "GET", f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    if told.get("issuer") != provider.issuer:
        raise ProviderAway("Its configuration names another issuer than [portal.providers] does.")
    ways = told.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    try:
        return Endpoints(
            _near(told["authorization_endpoint"], provider),
            _near(told["token_endpoint"], provider),
            _near(told["jwks_uri"], provider),
            not isinstance(ways, list) or "client_secret_basic" in ways,
        )
    except KeyError as missing:
        raise ProviderAway(f"Its configuration says no {missing.args[0]}.") from None


def _near(address: object, provider: IdentityProvider) -> str:
    """Return an address of a provider; one that is not encrypted only where the issuer's is not, on this machine."""
    if not isinstance(address, str) or urlsplit(address).scheme not in ("https", urlsplit(provider.issuer).scheme):
        raise ProviderAway("Its configuration names an address that is not encrypted.")
    return address


async def _token(
    client: httpx.AsyncClient,
    provider: IdentityProvider,
    found: Endpoints,
    code: str,
    back: str,
    attempt: Attempt,
) -> dict[str, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "client_id": provider.client_id,
        "code_verifier": attempt.verifier,
    }
    secret = provider.client_secret.get_secret_value() if provider.client_secret else ""
    auth = httpx.BasicAuth(quote(provider.client_id), quote(secret)) if secret and found.basic else None
    if secret and auth is None:
        form["client_secret"] = secret
    return await _answer(client, "POST", found.token, data=form, auth=auth)


async def _answer(client: httpx.AsyncClient, method: str, address: str, **more: Any) -> dict[str, Any]:
    """Return what a provider answers, read no further than an answer goes."""
    try:
        async with client.stream(method, address, headers={"Accept": "application/json"}, **more) as answer:
            content = b""
            async for part in answer.aiter_bytes():
                content += part
                if len(content) > LARGEST:
                    raise ProviderAway("It answers with more than an answer holds.")
        refused = method == "POST" and 400 <= answer.status_code < 500
        if refused:
            raise NotVouched(f"The provider refuses the code ({answer.status_code}).")
        answer.raise_for_status()
        told = httpx.Response(200, content=content).json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise ProviderAway(f"It does not answer as one does ({type(error).__name__}).") from None
    if not isinstance(told, dict):
        raise ProviderAway("It answers with something else.")
    return told


def _verified(
    answer: Mapping[str, Any], keys: Mapping[str, Any], provider: IdentityProvider, attempt: Attempt, at: datetime
) -> Mapping[str, Any]:
    """Return what a token says, once it is verified as OpenID Connect Core 3.1.3.7 asks."""
    needed = {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client_id},
    }
    known = {"nonce": attempt.nonce, "client_id": provider.client_id, "access_token": answer.get("access_token")}
    try:
        token = jwt.decode(answer["id_token"], KeySet.import_key_set({"keys": keys["keys"]}), algorithms=ALGORITHMS)
        CodeIDToken(token.claims, token.header, needed, known).validate(int(at.timestamp()), LEEWAY)
    except (JoseError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotVouched(f"Its token does not count ({type(error).__name__} {getattr(error, 'claim', '')}).") from None
    return token.claims
