"""Runs `accredit` several times in one process: `python -m tests.starter.terminal.several` and their arguments as JSON.

For tests of what commands show. That each starts by itself is shown elsewhere, and costs most of what they take.
"""

import json
import sys

from starter.cli import command

END = "\N{SYMBOL FOR END OF TRANSMISSION}"
"""Stands with the exit code in the line after each output."""


def main() -> None:
    """Run the commands, one after the other."""
    for arguments in json.loads(sys.argv[1]):
        sys.argv = ["accredit", *arguments]
        code = command()
        print(f"{END}{code}", flush=True)


if __name__ == "__main__":
    main()
