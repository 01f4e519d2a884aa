"""What another program is told that this one starts: where it finds programs and files, and no secret.

An environment is read by whoever may look at a process, and ends in core files and reports of crashes. The office's own
holds passwords and keys (`ACCREDIT_…`, `TEMPORAL_…`, those of a store); so a child gets what is named here and no more.
"""

import os
from collections.abc import Mapping

NEEDED = ("PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_", "TZ", "TMPDIR", "XDG_CACHE_HOME", "SYSTEMROOT", "TEMP")
"""Names, or how they begin."""
TO_BUILD = ("GO", "CGO_", "CC", "CXX", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_", "NETRC")
"""What the Go toolchain is configured by, and how it reaches its modules."""


def environment_of(*further: str, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the environment for a child.

    Args:
        further: Names, or how they begin, of what it needs beside `NEEDED`; in any case of letters.
        environ: The environment of this process.
    """
    begins = (*NEEDED, *further)
    return {name: value for name, value in environ.items() if name.upper().startswith(begins)}
