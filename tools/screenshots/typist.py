"""Types a command at a terminal in a process that has read its modules before: reading them is most of what it takes.

The processes are forked off one that does nothing but to read them (`multiprocessing`'s fork server), so that each
begins as that of a person does: with no thread, no connection, and nothing that an earlier command has left.
"""

import os
import shlex
import sys
from collections.abc import Mapping
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

import services.connect
import services.sending
import starter.applications.import_cases
import starter.applications.start
import starter.cases.pay
import starter.cases.send
import starter.cli
from starter.__main__ import main

READ_BEFORE = (services, starter)
"""Rooms whose modules above a process has read before it types."""
_forking = get_context("forkserver")
_forking.set_forkserver_preload([__name__])


def begin_typing(words: str, folder: Path, environ: Mapping[str, str], terminal: str) -> BaseProcess:
    """Begin to run `accredit` at a terminal, and return its process.

    Args:
        words: What is typed behind `accredit`.
        folder: Where it is typed.
        environ: The variables it finds.
        terminal: The terminal's name among the devices.
    """
    process = _forking.Process(target=_type, args=(words, folder, dict(environ), terminal), daemon=True)
    process.start()
    return process


def _type(words: str, folder: Path, environ: dict[str, str], terminal: str) -> None:
    os.setsid()
    opened = os.open(terminal, os.O_RDWR)
    for number in range(3):
        os.dup2(opened, number)
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(number, mode, encoding="utf-8") for number, mode in enumerate("rww"))
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(folder)
    sys.argv = ["accredit", *shlex.split(words)]
    main()
