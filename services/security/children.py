"""What another program is told that this one starts: where it finds programs and files, and no secret.

An environment is read by whoever may look at a process, and ends in core files and reports of crashes. The office's own
holds passwords and keys (`ACCREDIT_…`, `TEMPORAL_…`, those of a store); so a child gets what is named here and no more.
"""

import os
import re
from collections.abc import Mapping

NEEDED = re.compile(
    r"PATH|HOME|USER|LOGNAME|LANG|LC_[A-Z]+|TZ|TMPDIR|TEMP|TMP|XDG_CACHE_HOME|SYSTEMROOT", re.ASCII | re.IGNORECASE
)
TO_BUILD = re.compile(
    r"GO[A-Z0-9]*|CGO_[A-Z]+|CC|CXX|(HTTPS?|NO)_PROXY|SSL_CERT_(FILE|DIR)|NETRC", re.ASCII | re.IGNORECASE
)
"""What the Go toolchain is configured by, and how it reaches its modules."""


def environment_of_child(
    further: re.Pattern[str] | None = None, environ: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """Return the environment for a child.

    Args:
        further: The names of what it needs beside `NEEDED`.
        environ: The environment of this process.
    """
    wanted = [NEEDED, further] if further else [NEEDED]
    return {name: value for name, value in environ.items() if any(names.fullmatch(name) for names in wanted)}
