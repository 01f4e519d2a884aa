"""Free ports on loopback.

They are looked for below the range from which systems hand out ports by themselves (32768 on Linux, 49152 elsewhere):
one from inside that range can be taken by any outgoing connection between the look and the server's start.
"""

import itertools
import random
import socket
from collections.abc import Iterable

HOST = "127.0.0.1"
FIRST, LAST = 12_000, 32_000
LOOKED_AT = 500


def is_free(port: int) -> bool:
    """Tell whether a server could listen on a port of this machine's loopback now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def free_ports(count: int, *, beside: Iterable[int] = ()) -> list[int]:
    """Return so many different free ports, none of them one of `beside`."""
    taken = set(beside)
    candidates = (port for port in random.sample(range(FIRST, LAST), LOOKED_AT) if port not in taken and is_free(port))
    return list(itertools.islice(candidates, count))
