"""The codec: what a client or a worker sends to the Temporal server is compressed, then encrypted, payload by payload.

What is encrypted is the whole payload with its metadata, by AES-256-GCM under the newest key of the ring. Beside it
stands, readable, how and under which key. That and the namespace are authenticated: a payload that was altered, or that
comes from another namespace, is not opened.

The nonce is 96 bits by chance, the same length that NIST SP 800-38D names for it, which allows 2^32 payloads for one
key (a collision is then less likely than 2^-32). A life of three years has 120 payloads, the longest one 340, and each
answer to a query is one more: a key would last for millions of lives, and is changed long before.

A payload that is not encrypted passes as it is, so that a case that began before encryption was
turned on goes on, and so does one after it was turned off. The codec keeps secrets; who said something is not its
matter, and the proof on each message answers that.
"""

import dataclasses
import json
import os
import zlib
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from temporalio.api.common.v1 import Payload
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes, PayloadCodec

from policy.office import Security
from services.errors import ServiceError
from services.security.history_keys import ID, HistoryKeyRing

ENCODING = "encoding"
ENCRYPTED = b"binary/encrypted"
CIPHER, AES = "encryption-cipher", b"AES-256-GCM"
KEY_ID = "encryption-key-id"
NONCE_BYTES = 12
PLAIN, DEFLATED = b"\x00", b"\x01"
"""The first byte of what is encrypted: how the rest of it is packed."""
LEVEL = 6
LEAST = 100
"""Bytes below which nothing is worth compressing."""
LARGEST = 16 * 1024 * 1024
"""Bytes that a payload may have once it is unpacked: eight times what Temporal takes of one that is not packed."""


class NotDecoded(ServiceError):
    """A payload that the server gave is not what it says; exit code 2."""

    def __init__(self, why: str) -> None:
        text = f"What the Temporal server keeps of a case cannot be decoded: {why}."
        super().__init__([text], {"problem": text})


class HistoryCodec(PayloadCodec):
    """Encrypts what goes out, where it is told to, and reads whatever its keys open.

    Nothing is unpacked that was not authenticated: a stranger's few bytes cannot become a worker's whole memory.
    """

    def __init__(self, ring: HistoryKeyRing, namespace: str, *, encrypt: bool, compress: bool) -> None:
        """Encode for a namespace.

        Args:
            ring: The keys.
            namespace: The namespace that everything belongs to.
            encrypt: Whether what goes out is encrypted.
            compress: Whether what is encrypted is compressed before, where that makes it smaller.
        """
        self._ring, self._namespace = ring, namespace
        self._encrypts, self._compresses = encrypt, compress

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Return the payloads as they go to the server. Raises `KeyMissing`."""
        return [self.encoded(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Return the payloads as they were before. Raises `KeyMissing`."""
        return [self._readable(payload) for payload in payloads]

    def _readable(self, payload: Payload) -> Payload:
        """Return one payload as it was before, or as it came where no key of the office has closed it.

        Whoever reaches the server can put anything into a signal, and what raises here stops its case for good. As it
        came it is no payload that the converter reads, and a signal that cannot be read is dropped. A key that is not
        here still holds everything up: without it a case would go on as if nothing had been said.
        """
        try:
            return self.decoded(payload)
        except NotDecoded:
            return payload

    def encoded(self, payload: Payload) -> Payload:
        """Return one payload as it goes to the server."""
        if not self._encrypts:
            return payload
        whole = payload.SerializeToString()
        packed = zlib.compress(whole, LEVEL) if self._compresses and len(whole) >= LEAST else whole
        return self._sealed(DEFLATED + packed if len(packed) < len(whole) else PLAIN + whole)

    def decoded(self, payload: Payload) -> Payload:
        """Return one payload as it was before it went out."""
        if payload.metadata.get(ENCODING) != ENCRYPTED:
            return payload
        inner = self._opened(payload)
        return _parsed(_inflated(inner[1:]) if inner[:1] == DEFLATED else inner[1:])

    def _sealed(self, inner: bytes) -> Payload:
        key, nonce = self._ring.newest(), os.urandom(NONCE_BYTES)
        metadata = {ENCODING: ENCRYPTED, CIPHER: AES, KEY_ID: key.id.encode()}
        return Payload(metadata=metadata, data=nonce + key.cipher.encrypt(nonce, inner, self._bound(metadata)))

    def _opened(self, payload: Payload) -> bytes:
        metadata = dict(payload.metadata)
        if metadata.get(CIPHER) != AES:
            raise NotDecoded("it is encrypted in a way that this program does not know")
        key_id = metadata.get(KEY_ID, b"").decode("ascii", "replace")
        if not ID.fullmatch(key_id):
            raise NotDecoded("it names no key")
        key = self._ring.of(key_id)
        nonce, sealed = payload.data[:NONCE_BYTES], payload.data[NONCE_BYTES:]
        try:
            return key.cipher.decrypt(nonce, sealed, self._bound(metadata))
        except (InvalidTag, ValueError):  # the latter: too short to be anything
            why = f"it was altered, or comes from another namespace than {self._namespace} (key {key.id})"
            raise NotDecoded(why) from None

    def _bound(self, metadata: dict[str, bytes]) -> bytes:
        """Return what is authenticated beside what is encrypted: everything that stands readable, and the namespace."""
        readable = {name: value.decode("latin-1") for name, value in metadata.items()}
        return json.dumps(["accredit", self._namespace, readable], sort_keys=True).encode()


def _inflated(packed: bytes) -> bytes:
    """Unpack; what would fill the memory is refused when it has filled `LARGEST` bytes of it."""
    unpacking = zlib.decompressobj()
    try:
        whole = unpacking.decompress(packed, LARGEST)
    except zlib.error:
        raise NotDecoded("it is not compressed as it says") from None
    if not unpacking.eof:
        raise NotDecoded(f"it is cut off, or has more than {LARGEST} bytes")
    return whole


def _parsed(whole: bytes) -> Payload:
    try:
        return Payload.FromString(whole)
    except Exception:  # of a kind that protobuf does not promise
        raise NotDecoded("there is no payload in it") from None


def codec_of(security: Security, namespace: str) -> HistoryCodec:
    """Return the codec of an office for a namespace: it encodes as the settings say, and reads what its keys open.

    Raises:
        KeyMissing: It is to encrypt, and no key does by now.
        Unusable: A file in the folder of the keys is none.
    """
    ring = HistoryKeyRing(Path(security.history_keys))
    if security.encrypt:
        ring.newest()
    return HistoryCodec(ring, namespace, encrypt=security.encrypt, compress=security.compress)


def with_codec(converter: DataConverter, security: Security | None, namespace: str) -> DataConverter:
    """Return a data converter that encodes for an office.

    Where it encrypts, what went wrong is encrypted as well: a failure's message and stack trace move into a payload.

    Args:
        converter: The converter of what is said into payloads.
        security: The office's settings; None: a rehearsal, or a stranger's server. Nothing is then encoded.
        namespace: The client's namespace.

    Raises:
        KeyMissing: It is to encrypt, and no key does by now.
        Unusable: A file in the folder of the keys is none.
    """
    if security is None:
        return converter
    codec = codec_of(security, namespace)
    if not security.encrypt:
        return dataclasses.replace(converter, payload_codec=codec)
    encoded = DefaultFailureConverterWithEncodedAttributes
    return dataclasses.replace(converter, payload_codec=codec, failure_converter_class=encoded)
