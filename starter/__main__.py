"""`python -m starter` is the `accredit` command."""

import gc
import sys
from typing import NoReturn

from services.security.private import keep_private


def main() -> NoReturn:
    """Run the command that the arguments name, and end the process."""
    keep_private()
    gc.set_threshold(50_000, 20, 20)  # what is imported is no garbage: looking for some took a fifth of the start
    try:
        from starter.cli import main as run_command  # here, because it takes a moment in which Ctrl-C may come
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        sys.exit(130)
    run_command()


if __name__ == "__main__":
    main()
