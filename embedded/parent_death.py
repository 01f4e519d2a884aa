"""Run a program that must not outlive its parent: `python parent_death.py PARENT COMMAND…` becomes COMMAND.

A parent that is killed outright cannot stop what it has started. On Linux the kernel does it: before this process
becomes the program it asks for a SIGTERM at its parent's death. (Asked here and not between fork and exec of the
parent, because there, with the SDK's threads about, Python code may deadlock.) Elsewhere the program is left behind,
and the next start on its data names it.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
"""From Linux's <sys/prctl.h>."""


def main() -> None:
    """Ask for the signal, then become the program that the arguments name."""
    parent, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before the request was made
            return
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
