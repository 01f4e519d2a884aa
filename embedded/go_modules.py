"""The Go modules that the server and its UI are built from, each held against a digest that stands here.

The digest of a module is that of Go's own checksum database (`h1:`): the SHA-256 over the names and contents of all its
files. Among them is the module's `go.sum`, which names the digest of every module that it is built with; the toolchain
holds each of those against it, and `-mod=readonly` lets nothing be added. So the one digest fixes every line of source.
"""

import base64
import hashlib
import json
from pathlib import Path
from typing import NamedTuple

from embedded import versions
from embedded.errors import NotThisWay

LOOSENED_BY = ("GONOSUMCHECK", "GONOSUMDB", "GOINSECURE", "GOWORK")
"""Settings of the toolchain that would let another source in, or leave it unchecked; a build here has none of them."""


class Module(NamedTuple):
    """A module of Go: its path, its version, and its digest in Go's checksum database."""

    path: str
    version: str
    digest: str

    def __str__(self) -> str:
        return f"{self.path}@{self.version}"


SERVER = Module("go.temporal.io/server", f"v{versions.SERVER}", "h1:JQoqsVREaGc8vcuDNfuRlySiV3tVi81XUOVC9LeL/1Y=")
UI = Module("github.com/temporalio/ui-server/v2", f"v{versions.UI}", "h1:V45S+OatX/PbOz5TAtd+T94hm4tfGHc1j5dZAHo+Ouw=")
PROGRAM = "./cmd/server"
"""Where in either module the program is."""


def checked(module: Module, told: str) -> Path:
    """Return the folder with a module's source, once it is the source that is known here.

    Args:
        module: The module.
        told: What `go mod download -json` says of it.

    Raises:
        NotThisWay: It was not downloaded, or its files are not those of the known digest.
    """
    try:
        folder = Path(json.loads(told)["Dir"])
    except (ValueError, KeyError, TypeError):
        raise NotThisWay(f"{module} was not downloaded: {told[:200]!r}", "Let Go reach its module proxy.") from None
    found = digest(folder, str(module))
    if found != module.digest:
        reason = f"the source of {module} is not the one that is known here: its digest is {found}"
        raise NotThisWay(f"{reason}, expected {module.digest}", "Run `go clean -modcache`, and look at GOPROXY.")
    return folder


def digest(folder: Path, prefix: str) -> str:
    """Return the digest of a module's files as Go's checksum database has it (`dirhash.Hash1`)."""
    lines = sorted(
        (f"{prefix}/{file.relative_to(folder).as_posix()}", file) for file in folder.rglob("*") if file.is_file()
    )
    whole = hashlib.sha256()
    for name, file in lines:
        whole.update(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {name}\n".encode())
    return f"h1:{base64.b64encode(whole.digest()).decode()}"
