"""`python -m starter` is the `accredit` command. A shell that asks for completions is answered before all else."""

import sys
from typing import NoReturn

from starter.completion.answer import answered
from starter.completion.outline import keep_outline

SETTING_UP = {"--install-completion", "--show-completion"}
"""Options after which somebody presses Tab."""


def main() -> NoReturn:
    """Answer the shell, or run the command that the arguments name, and end the process."""
    if answered():
        sys.exit()
    if SETTING_UP & {*sys.argv[1:]}:
        keep_outline()
    try:
        from starter.cli import main as run_command  # here, because it takes a second that an answer does not have
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted.\n")
        sys.exit(130)
    run_command()


if __name__ == "__main__":
    main()
