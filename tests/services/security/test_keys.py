"""The ring of keys: made once, readable for its owner alone, replaced without a gap; and what is no proof by it."""

import json
from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, OKPKey

from policy.messages.proofs import LONGEST_LIFE, OFFICE_ORG
from policy.verdict import Refused
from services.errors import Unusable
from services.security.keys import KeyRing, PrivateKey, read_private
from services.security.proofs import sign, token_of, verify
from tests.policy.test_proofs import CASE, VIEWING, claims

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    """An office's ring with its first key."""
    ring = KeyRing(tmp_path / "var" / "keys")
    ring.first(NOW)
    return ring


def ours(ring: KeyRing, at: datetime = NOW) -> PrivateKey:
    key = ring.signing_key(at)
    assert key is not None
    return key


def refused(token: str, ring: KeyRing, at: datetime = NOW) -> str | None:
    try:
        verify(token, ring.read().keys, at)
    except Refused as refused:
        return refused.rule
    return None


def mode(file: Path) -> int:
    return file.stat().st_mode & 0o777


def test_the_first_key_is_made_once_however_many_begin_together(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: KeyRing(tmp_path / "keys").first(NOW), range(8)))
    assert len([key for key in made if key]) == 1
    assert len(KeyRing(tmp_path / "keys").read().keys) == 1


def test_nobody_else_on_the_machine_reads_the_keys(ring: KeyRing) -> None:
    assert mode(ring.folder) == 0o700
    assert {mode(file) for file in ring.folder.iterdir()} == {0o600}
    assert ours(ring).d not in repr(ours(ring)) + "".join(f.read_text() for f in ring.folder.glob("*.json"))


def test_a_key_that_is_replaced_is_believed_for_as_long_as_what_it_signed_may_live(ring: KeyRing) -> None:
    old = ours(ring)
    signed_with: list[str] = []
    new = ring.rotate(old.kid, NOW, known=lambda: signed_with.append(ours(ring).kid))
    assert signed_with == [old.kid]  # while workers still read the new one
    assert ours(ring).kid == new.kid
    assert not ring.holds(old.kid)
    token = token_of(claims(VIEWING, "office"), old)
    assert refused(token, ring, NOW + LONGEST_LIFE) is None
    assert refused(token, ring, NOW + LONGEST_LIFE + timedelta(seconds=1)) == "actor.not_verified"
    with pytest.raises(Unusable, match="used no more"):
        ring.rotate(old.kid, NOW)


def test_a_key_that_is_revoked_is_believed_no_more_at_once(ring: KeyRing) -> None:
    old = ours(ring)
    ring.revoke(old.kid, NOW)
    assert refused(token_of(claims(VIEWING, "office"), old), ring) == "actor.not_verified"
    assert ring.signing_key(NOW) is None
    assert ring.first(NOW) is None  # an office that has had keys makes the next one itself
    with pytest.raises(Unusable, match=old.kid):
        ring.revoke("nobody", NOW)


def test_a_facilitys_key_speaks_for_nobody_else(ring: KeyRing, tmp_path: Path) -> None:
    ring.new("OH-0417", NOW, tmp_path / "hers.key")
    hers = read_private(tmp_path / "hers.key")
    assert mode(tmp_path / "hers.key") == 0o600
    assert refused(token_of(claims(VIEWING, "OH-0417"), hers), ring) is None
    for said in ({"org": "office"}, {"iss": "office"}, {"org": "OH-0418"}, {"iss": "office", "org": "office"}):
        assert refused(token_of(claims(VIEWING, "OH-0417", **said), hers), ring) == "actor.not_verified"
    with pytest.raises(Unusable, match="File exists"):
        ring.new("OH-0417", NOW, tmp_path / "hers.key")


def segment(data: Any) -> str:
    return urlsafe_b64encode(json.dumps(data).encode()).decode().rstrip("=")


def test_whoever_can_speak_for_a_facility_is_told_by_the_key(ring: KeyRing, tmp_path: Path) -> None:
    """However its id is typed; a key that was revoked speaks for nobody."""
    lost, held = (ring.new("OH-0417", NOW, tmp_path / name) for name in ("lost.key", "held.key"))
    ring.new("OH-0500", NOW, tmp_path / "other.key")
    ring.revoke(lost.kid, NOW)
    assert ring.speaking_for("oh-0417", NOW) == [held.kid]


def test_nothing_but_an_ed25519_signature_by_a_known_key_is_a_proof(ring: KeyRing) -> None:
    key = ours(ring)
    said = claims(VIEWING, "office").model_dump(mode="json")
    good = sign(VIEWING, key, case_id=CASE, namespace="default", at=NOW).proof or ""
    header, payload, signature = good.split(".")
    assert refused(good, ring) is None
    head = {"alg": "EdDSA", "kid": key.kid}
    public = key.x.encode()
    other = OKPKey.generate_key("Ed25519")
    mine = json.dumps(said)
    forged = {
        "alg none": f"{segment({'alg': 'none', 'kid': key.kid})}.{payload}.",
        "no signature": f"{header}.{payload}.",
        "HS256 by the public key": jws.serialize_compact(head | {"alg": "HS256"}, mine, OctKey.import_key(public)),
        "ES256": jws.serialize_compact(head | {"alg": "ES256"}, mine, ECKey.generate_key("P-256")),
        "another key": jws.serialize_compact(head, mine, other, algorithms=["EdDSA"]),
        "another key under a name of its own": jws.serialize_compact(head | {"kid": "x"}, mine, other, ["EdDSA"]),
        "a key that it brings along": f"{segment(head | {'jwk': other.as_dict(private=False)})}.{payload}.{signature}",
        "an unknown crit": f"{segment(head | {'crit': ['x'], 'x': 1})}.{payload}.{signature}",
        "b64": f"{segment(head | {'crit': ['b64'], 'b64': False})}.{payload}.{signature}",
        "a kid that is a path": jws.serialize_compact(head | {"kid": "../x"}, mine, other, ["EdDSA"]),
        "another payload": f"{header}.{segment(said | {'org': 'office'})}.{signature}",
        "a header that is a list": f"{segment(['alg'])}.{payload}.{signature}",
        "too long": f"{header}.{'A' * 9000}.{signature}",
        "a fourth part": f"{good}.x",
        "no text of it": "é" * 20,
        "empty": "",
    }
    assert {name: refused(token, ring) for name, token in forged.items()} == dict.fromkeys(forged, "actor.not_verified")


@pytest.mark.parametrize("lacking", [*claims(VIEWING, "office").model_dump(exclude={"received_at"})])
def test_a_proof_that_leaves_a_claim_out_is_none(ring: KeyRing, lacking: str) -> None:
    said = claims(VIEWING, "office").model_dump(mode="json", exclude={lacking})
    token = jws.serialize_compact(
        {"alg": "EdDSA", "kid": ours(ring).kid}, json.dumps(said), ours(ring).jwk, algorithms=["EdDSA"]
    )
    assert refused(token, ring) == "actor.not_verified"


def test_a_file_that_is_no_key_is_told_and_the_others_hold(ring: KeyRing) -> None:
    (ring.folder / "a.json").write_text("{")
    (ring.folder / "b.json").write_text(json.dumps({"kid": "b", "org": OFFICE_ORG, "x": "AA", "created": "2026-01-01"}))
    read = ring.read()
    assert ([*read.keys], len(read.faults)) == ([ours(ring).kid], 2)
