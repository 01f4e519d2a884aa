"""The codec and its ring of keys: what is encrypted, what opens it, and what is said where it cannot be opened."""

import os
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError

from policy.office import Security
from services.errors import Unusable
from services.security.codec import CIPHER, ENCODING, KEY_ID, HistoryCodec, NotDecoded, codec_of, with_codec
from services.security.history_keys import SIGN_IN, HistoryKeyRing, KeyMissing, new_key, sign_in_secret

SECRET = "Dr. Sample of Sampleton"
NOW = datetime.now(UTC)
LONG_AGO = NOW - timedelta(days=400)
FIRST_KEY = "20261129T130000Z-fdcb5dd8", "ZzY2oJJuPiRXAj5jwwSHuxZi3f1ZANOmiO/thlRYPKA="
"""The key that closed what follows, and nothing else."""
AS_IT_WAS = (
    "Ci4KEWVuY3J5cHRpb24ta2V5LWlkEhkyMDI2MTEyOVQxMzAwMDBaLWZkY2I1ZGQ4ChwKCGVuY29kaW5nEhBiaW5hcnkvZW5jcnlw"
    "dGVkCiAKEWVuY3J5cHRpb24tY2lwaGVyEgtBRVMtMjU2LUdDTRJYXGM2YWb1qZxZVh6RoadBrllDENOX7DeYQ+wVXuoxNUrrEDJY"
    "NGU6OKPcFUIKOjRZcyE3fxmPV7DDzfigWMg1K2S024D56O2xfGuQ67F2iNmIIOc3RzSOYw=="
)
COMPRESSED = (
    "Ci4KEWVuY3J5cHRpb24ta2V5LWlkEhkyMDI2MTEyOVQxMzAwMDBaLWZkY2I1ZGQ4ChwKCGVuY29kaW5nEhBiaW5hcnkvZW5jcnlw"
    "dGVkCiAKEWVuY3J5cHRpb24tY2lwaGVyEgtBRVMtMjU2LUdDTRJmgPTTlbEyjtFysxeygb6L1pAP6KG/MrvbI5bboJ4Pcf5UN8vr"
    "kTsQROvAn/jjAace3MFKq/GlKPF69VjZ80t0FKi2VSNmGUmibbQdov5/tUO7adj0DFHbLKbma4c2eUvYEmh2rOJQ"
)
"""Payloads as they were written on 2026-11-30: histories of that day have to open as long as anybody has the key."""


def said(text: str = SECRET) -> Payload:
    return Payload(metadata={"encoding": b"json/plain"}, data=f'{{"by": "{text}"}}'.encode())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one key."""
    new_key(tmp_path / "keys", LONG_AGO)
    return tmp_path / "keys"


def codec(folder: Path, namespace: str = "default", *, compress: bool = True, encrypt: bool = True) -> HistoryCodec:
    return codec_of(Security(encrypt=encrypt, compress=compress, history_keys=str(folder)), namespace)


def test_what_goes_out_shows_nothing_and_comes_back_as_it_was(folder: Path) -> None:
    for payload in (said(), said(SECRET * 50), Payload(metadata={"encoding": b"binary/null"})):
        sealed = codec(folder).encoded(payload)
        assert set(sealed.metadata) == {ENCODING, CIPHER, KEY_ID}
        assert SECRET.encode() not in sealed.SerializeToString()
        assert codec(folder).decoded(sealed) == payload


@pytest.mark.parametrize(("sealed", "was"), [(AS_IT_WAS, SECRET), (COMPRESSED, SECRET * 50)])
def test_what_was_closed_years_ago_opens(tmp_path: Path, sealed: str, was: str) -> None:
    key_id, key = FIRST_KEY
    file = tmp_path / f"{key_id}.key"
    file.write_text(key)
    file.chmod(0o600)
    assert codec(tmp_path).decoded(Payload.FromString(b64decode(sealed))) == said(was)


def test_the_same_words_are_never_the_same_twice(folder: Path) -> None:
    assert len({codec(folder).encoded(said()).data for _ in range(100)}) == 100


def test_what_shrinks_is_compressed_first_and_what_does_not_is_not(folder: Path) -> None:
    noise = Payload(data=os.urandom(1000))
    long = said(SECRET * 50)
    assert len(codec(folder).encoded(long).data) < len(long.data) / 3
    assert len(codec(folder, compress=False).encoded(long).data) > len(long.data)
    assert len(codec(folder).encoded(noise).data) <= len(noise.data) + 1 + 12 + 16 + 4
    assert codec(folder).decoded(codec(folder, compress=False).encoded(long)) == long


@pytest.mark.parametrize("name", [CIPHER, KEY_ID, "more"])
def test_what_stands_readable_beside_it_cannot_be_changed(folder: Path, name: str) -> None:
    sealed = codec(folder).encoded(said())
    sealed.metadata[name] = b"20200101T000000Z-00000000" if name == KEY_ID else b"something"
    with pytest.raises((NotDecoded, KeyMissing)):
        codec(folder).decoded(sealed)


def test_another_key_under_the_same_name_opens_nothing(folder: Path, tmp_path: Path) -> None:
    sealed = codec(folder).encoded(said())
    (mine,) = folder.glob("*.key")
    other = tmp_path / "other" / f"{new_key(tmp_path / 'other', LONG_AGO)}.key"
    mine.write_bytes(other.read_bytes())
    with pytest.raises(NotDecoded, match="altered"):
        codec(folder).decoded(sealed)


@pytest.mark.parametrize("cut", [0, 5, 12, 20, -1])
def test_what_was_cut_off_or_altered_is_told_as_that(folder: Path, cut: int) -> None:
    sealed = codec(folder).encoded(said())
    sealed.data = sealed.data[:cut]
    with pytest.raises(NotDecoded, match="altered"):
        codec(folder).decoded(sealed)


@pytest.mark.parametrize("key_id", [b"x", b"", "٣٠260101T000000Z-00000000".encode()])
async def test_what_no_key_of_the_office_has_closed_goes_on_as_it_came_and_stops_no_case(
    folder: Path, key_id: bytes
) -> None:
    """Anybody can put it into a signal: the converter cannot read it then, and the signal is dropped."""
    altered = codec(folder).encoded(said())
    altered.data = altered.data[:-1]
    strange = Payload(metadata={"encoding": b"binary/encrypted", "encryption-key-id": key_id}, data=b"x")
    foreign = Payload(metadata={**strange.metadata, "encryption-cipher": b"AES-256-GCM"}, data=b"x")
    assert await codec(folder).decode([altered, strange, foreign]) == [altered, strange, foreign]


def test_a_payload_belongs_to_its_namespace(folder: Path) -> None:
    with pytest.raises(NotDecoded, match="another namespace than archive"):
        codec(folder, "archive").decoded(codec(folder, "default").encoded(said()))


def test_what_is_not_encrypted_passes_as_it_is(folder: Path, tmp_path: Path) -> None:
    assert codec(folder).decoded(said()) == said()
    off = codec(tmp_path / "no-keys", encrypt=False)
    assert off.encoded(said()) == said()
    assert off.decoded(said()) == said()


def test_after_it_is_turned_off_the_keys_still_open_what_was_encrypted(folder: Path) -> None:
    assert codec(folder, encrypt=False).decoded(codec(folder).encoded(said())) == said()


def test_the_newest_key_encrypts_and_every_one_decrypts_without_a_restart(folder: Path) -> None:
    running = codec(folder)
    before = running.encoded(said())
    newer = new_key(folder, NOW)
    after = running.encoded(said())
    assert before.metadata[KEY_ID] != after.metadata[KEY_ID] == newer.encode()
    assert running.decoded(before) == running.decoded(after) == said()


def test_a_key_whose_instant_is_to_come_decrypts_already_and_encrypts_later(folder: Path, tmp_path: Path) -> None:
    coming = new_key(folder, NOW + timedelta(days=7))
    assert HistoryKeyRing(folder).newest().id != coming
    assert HistoryKeyRing(folder).of(coming).id == coming
    new_key(tmp_path / "only-later", NOW + timedelta(days=7))
    with pytest.raises(KeyMissing, match="a key that encrypts by now"):
        codec(tmp_path / "only-later")


def test_a_missing_key_is_named_with_where_it_was_looked_for(folder: Path) -> None:
    sealed = codec(folder).encoded(said())
    (file,) = folder.glob("*.key")
    file.rename(folder.parent / file.name)
    new_key(folder, NOW)
    with pytest.raises(KeyMissing) as told:
        codec(folder).decoded(sealed)
    assert file.stem in told.value.lines[0]
    assert str(folder) in told.value.lines[0]
    assert "backup" in told.value.lines[1]


def test_to_encrypt_without_a_key_is_refused_at_once_and_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(KeyMissing, match="accredit codec new-key"):
        codec(tmp_path)


def test_keys_and_the_secret_to_sign_in_are_the_owners_alone(folder: Path) -> None:
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}
    assert len(list(folder.iterdir())) == 2


@pytest.mark.parametrize("content", ["", "short", "not base64 at all \x00", "A" * 43, "A" * 1000])
def test_a_file_that_holds_no_key_is_named(folder: Path, content: str) -> None:
    (file,) = folder.glob("*.key")
    file.write_text(content)
    with pytest.raises(Unusable, match=file.name):
        HistoryKeyRing(folder).all()


def test_a_key_under_a_name_that_is_none_is_named(folder: Path) -> None:
    (file,) = folder.glob("*.key")
    file.rename(folder / "mine.key")
    with pytest.raises(Unusable, match=r"mine\.key"):
        HistoryKeyRing(folder).all()


def test_a_secret_that_everybody_may_read_is_no_secret(folder: Path) -> None:
    (file,) = folder.glob("*.key")
    file.chmod(0o644)
    (folder / SIGN_IN).chmod(0o604)
    with pytest.raises(Unusable, match="chmod 600"):
        HistoryKeyRing(folder).all()
    with pytest.raises(Unusable, match="chmod 600"):
        sign_in_secret(folder)
    file.chmod(0o640)  # as a mounted secret has it
    assert HistoryKeyRing(folder).newest().id == file.stem


def test_a_key_shows_in_no_log(folder: Path) -> None:
    (file,) = folder.glob("*.key")
    ring = HistoryKeyRing(folder)
    assert file.read_text().strip() not in f"{ring.newest()!r} {ring!r} {vars(ring)!r}"


async def test_what_went_wrong_is_encrypted_as_well(folder: Path) -> None:
    converter = with_codec(pydantic_data_converter, Security(encrypt=True, history_keys=str(folder)), "default")

    failure = Failure()
    try:
        raise ApplicationError(SECRET, SECRET, type="Refused") from ValueError(SECRET)
    except ApplicationError as error:
        await converter.encode_failure(error, failure)
    assert SECRET.encode() not in failure.SerializeToString()
    assert failure.stack_trace == ""
    told = await converter.decode_failure(failure)
    assert isinstance(told, ApplicationError)
    assert (told.message, list(told.details), str(told.cause)) == (SECRET, [SECRET], f"ValueError: {SECRET}")


def test_a_rehearsal_encodes_nothing() -> None:
    assert with_codec(pydantic_data_converter, None, "default") is pydantic_data_converter
