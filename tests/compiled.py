"""Test files are compiled once, before several processes would each do it for themselves.

pytest writes the assertions of a test file anew, so that one that fails tells its values, and keeps what it compiled of
it beside the file. On a fresh clone nothing is kept: each process of `make test` would do it for all files, at the same
time, in more than half of the time that it takes until its first test.
"""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from _pytest.assertion import rewrite  # pytest has no public name for it

FILES = ("test_*.py", "conftest.py")
HERE = Path(__file__).parent


def compile_once(config: pytest.Config, folder: Path = HERE) -> None:
    """Compile the test files of a folder that are not compiled yet, in as many processes as there are cores.

    Args:
        config: The run's.
        folder: Whose files, with those of the folders in it.
    """
    files = [
        file for pattern in FILES for file in folder.rglob(pattern) if rewrite._read_pyc(file, _kept(file)) is None
    ]
    if files:
        with ProcessPoolExecutor(mp_context=get_context("fork"), initializer=_begin, initargs=(config,)) as processes:
            list(processes.map(_compile, files, chunksize=10))


_config: list[pytest.Config] = []


def _begin(config: pytest.Config) -> None:
    _config.append(config)


def _kept(file: Path) -> Path:
    return rewrite.get_cache_dir(file) / f"{file.stem}{rewrite.PYC_TAIL}"


def _compile(file: Path) -> None:
    digest, code = rewrite._rewrite_test(file, _config[0])
    _kept(file).parent.mkdir(exist_ok=True)
    rewrite._write_pyc(_config[0].stash[rewrite.assertstate_key], code, digest, _kept(file))
