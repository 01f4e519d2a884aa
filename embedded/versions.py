"""Which versions are needed, which are obtained, and how the programs' own words about theirs are read.

Time skipping came with server 1.32; an older server takes the request and silently ignores it. The Temporal command
(`temporal`) has that server from 1.9 on. The Go version is the one that the server's module names in its go.mod.
"""

import re
from typing import NamedTuple

Version = tuple[int, ...]

SERVER = "1.32.0"
UI = "2.54.1"
CLI = "1.9.1"
"""The versions that are obtained; what is found on the PATH may be newer."""

OLDEST_SERVER: Version = (1, 32)
OLDEST_CLI: Version = (1, 9)
BUILT_FROM_SOURCE: Version = (0, 0, 0)
NEEDED_GO: Version = (1, 26, 8)
SELF_UPDATING_GO: Version = (1, 21)
"""From here on Go fetches a newer toolchain by itself, where its setting GOTOOLCHAIN lets it."""

_NUMBER = r"(\d+(?:\.\d+)+)"
_CLI_WORDS = re.compile(rf"temporal version v?{_NUMBER}\S* \(Server {_NUMBER}")
_GO_WORDS = re.compile(r"go version go(\d+(?:\.\d+)*)")


class CliVersion(NamedTuple):
    """What `temporal --version` says of itself and of the server that it brings along."""

    cli: Version
    server: Version

    @property
    def new_enough(self) -> bool:
        """Whether its server can skip time. A build from source calls itself 0.0.0: then the server's number counts."""
        return self.server >= OLDEST_SERVER and (self.cli >= OLDEST_CLI or self.cli == BUILT_FROM_SOURCE)


def parse(text: str) -> Version:
    """Read a version such as 1.32.0 as numbers that compare; what follows the numbers (-rc.1) is left out.

    Raises:
        ValueError: It does not begin with a number.
    """
    match = re.match(r"v?(\d+(?:\.\d+)*)", text)
    if match is None:
        raise ValueError(f"{text!r} is not a version; expected numbers with dots, for example 1.32.0")
    return tuple(int(part) for part in match[1].split("."))


def show(version: Version) -> str:
    """Write a version as people do."""
    return ".".join(str(part) for part in version)


def read_cli(words: str) -> CliVersion | None:
    """Read the answer of `temporal --version`; None where another program of that name answered."""
    match = _CLI_WORDS.search(words)
    return CliVersion(parse(match[1]), parse(match[2])) if match else None


def read_go(words: str) -> Version | None:
    """Read the answer of `go version`; None where it is no release (a development build has no number)."""
    match = _GO_WORDS.search(words)
    return parse(match[1]) if match else None
