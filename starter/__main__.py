"""`python -m starter` is the `accredit` command."""

import sys
from typing import NoReturn

from services.security.private import keep_private


def main() -> NoReturn:
    """Run the command that the arguments name, and end the process."""
    keep_private()
    try:
        from starter.cli import main as run_command  # here, because it takes a moment in which Ctrl-C may come
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        sys.exit(130)
    run_command()


if __name__ == "__main__":
    main()
