"""`python -m starter` is the `accredit` command."""

import gc
import sys
from typing import NoReturn

from services.security.private import keep_private

LEFT_ALONE = 50_000
"""Objects that are made before Python looks which of them are waste. A command makes a hundred thousand while it reads
its modules, none of which is: by Python's own 700 that took a tenth of the CPU of `accredit show`."""


def main() -> NoReturn:
    """Run the command that the arguments name, and end the process."""
    keep_private()
    gc.set_threshold(LEFT_ALONE, 20, 20)
    try:
        from starter.cli import main as run_command  # here, because it takes a moment in which Ctrl-C may come
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        sys.exit(130)
    run_command()


if __name__ == "__main__":
    main()
