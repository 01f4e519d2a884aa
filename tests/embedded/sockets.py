"""What listens, and what it answers to a browser that a stranger has led to it."""

import http.client
from collections.abc import Mapping
from pathlib import Path

from tests.patience import WITHIN

LOOPBACK = "0100007F"
"""As the kernel writes it."""


def listening(pid: int | str) -> set[tuple[str, int]]:
    """Return the local addresses (as the kernel writes them) and ports on which a process listens; 0A is LISTEN."""
    sockets = {link.readlink().name for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()}
    inodes = {name.removeprefix("socket:[").removesuffix("]") for name in sockets if name.startswith("socket:[")}
    tables = (Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:] for table in ("tcp", "tcp6"))
    rows = [line.split() for table in tables for line in table]
    found = (row[1].split(":") for row in rows if row[3] == "0A" and row[9] in inodes)
    return {(address, int(port, 16)) for address, port in found}


def asked(port: int, path: str, host: str, method: str = "GET", fields: Mapping[str, str] = {}) -> tuple[int, str]:
    """Ask over HTTP/1.1 under any name; return status and body, 0 where what listens speaks no HTTP/1.1."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WITHIN)
    try:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in {"Host": host, "Content-Length": "0", **fields}.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        connection.close()
