"""`python -m bench.peers.dbos_worker`: the same lives in DBOS Transact, in its own idioms, on PostgreSQL.

A workflow function, a step for each row, `recv` with a timeout for each wait, `sleep` for each standing. It knows no
skipping of time, so every standing lasts 20 ms: its waits are the cheaper ones.
"""

import argparse
import sys
import threading

from dbos import DBOS, DBOSConfig

from bench.measuring.processes import READY
from bench.peers.ledger import Ledger
from bench.peers.life import LIVES, Stand, Tell

QUEUE, WORKFLOW = "lives", "live"
DAY = 86_400
QUEUE_LOOKED_AT_EVERY = 0.05
"""Seconds; its default of one second would only make it start later."""
SHORT = 0.02
_ledger: list[Ledger] = []


@DBOS.step()
def write(life: str, what: str) -> None:
    """Write a row."""
    _ledger[0].write(life, [what])


@DBOS.workflow(name=WORKFLOW)
def live(name: str, life: str) -> str:
    """Live through a life."""
    for step in LIVES[life]:
        if isinstance(step, Tell):
            write(name, step.what)
        elif isinstance(step, Stand):
            DBOS.sleep(SHORT)
        else:
            DBOS.recv(step.what, timeout_seconds=step.days * DAY)
    return "ended"


def main() -> None:
    """Work until told to stop."""
    reads = argparse.ArgumentParser(prog="python -m bench.peers.dbos_worker", description=__doc__)
    reads.add_argument("--url", required=True)
    reads.add_argument("--ledger", required=True)
    asked = reads.parse_args()
    _ledger.append(Ledger(asked.ledger))
    config: DBOSConfig = {
        "name": "bench",
        "system_database_url": asked.url,
        "application_version": "1",
        "log_level": "ERROR",
    }
    DBOS(config=config)
    DBOS.launch()
    DBOS.register_queue(QUEUE, polling_interval_sec=QUEUE_LOOKED_AT_EVERY)
    sys.stderr.write(f"{READY}\n")
    sys.stderr.flush()
    threading.Event().wait()


if __name__ == "__main__":
    main()
